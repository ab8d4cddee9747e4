"""Answers that lie ready: sealed files in our own folder, each named for its case, for as long as the manifest says."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.suspension import held_cases
from zusage.state.errors import CaseTorn

from .. import filing
from ..vaults import vault_of

if TYPE_CHECKING:
    from zusage.state.case_answers import OnItsWay

    from ..product import Product

_FOLDER = "answers"


class ParcelLost(SystemTrouble):
    """An answer lies ready no more."""

    def __init__(self, case: str) -> None:
        super().__init__(
            f"the sealed answer to case {case} is lost or was changed. Note in the case that it was not delivered, and answer again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What a person fetches."""

    case: str
    #: a ZIP archive
    content: bytes

    @property
    def letter(self) -> tuple[str, ...] | None:
        """The paragraphs of an answer that is nothing but a letter; None where files lie beside it."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            names = archive.namelist()
            return tuple(archive.read(names[0]).decode().split("\n\n")) if len(names) == 1 else None


def seal(product: Product, id: str, files: Mapping[str, bytes]) -> None:
    """On disk before a case says that an answer is ready; which file it is stands in our state before it is written."""
    name = f"{id}-{secrets.token_hex(8)}"
    product.state.case_answers.begin(id, name)
    filing.replace(_path(product, name), vault_of(product).seal_note(_about(name), zipped(files)), private=True)


def opened(product: Product, one: OnItsWay) -> bytes:
    """The archive of an answer. Raises ParcelLost."""
    from zusage.vault.errors import EntryTampered

    try:
        return vault_of(product).unseal_note(_about(one.file), _path(product, one.file).read_bytes())
    except (OSError, EntryTampered):
        raise ParcelLost(one.case) from None


def tidy(product: Product) -> None:
    """Forget what lay ready for long enough, and files that no case needs; of a case that is held they stay. May be repeated."""
    answers, folder = product.state.case_answers, product.folder / _FOLDER
    now, held = product.clock(), held_cases(product.state.suspensions.current())
    answers.forget(now, held)
    for id in answers.cases():
        with suppress(CaseTorn):  # the proof finds it, and it holds up nobody else's mail
            case = product.state.cases.get(id)
            if case.last("withdrawn") or (case.last("closed") and not case.last("answer ready")):
                answers.stop(id, now) if id in held else answers.drop(id)
    there = list(folder.iterdir()) if folder.is_dir() else []
    needed = answers.files()  # read after the folder was: a file is named here before it is written
    for path in there:
        if path.name.removeprefix(".").removesuffix(".new") not in needed:
            path.unlink(missing_ok=True)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _path(product: Product, name: str) -> Path:
    return product.folder / _FOLDER / name


def _about(name: str) -> str:
    return f"answer {name}"
