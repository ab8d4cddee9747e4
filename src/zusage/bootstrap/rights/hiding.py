"""Files of rows that are restricted: out of the application's reach before their rows are, and back as they were after them.

They wait, sealed, in our own folder, each under a keyed code of where it lay. Killed in between, the same command takes up what is left: a
file is sealed before it goes, and stands in its place again before what was sealed goes. Links are left alone.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.row_files import PLAIN, FileTrouble, files_at, files_in, remove
from zusage.connectors.sql.address import fill
from zusage.planning.holding import Hold
from zusage.planning.plan import Selection
from zusage.promises.row_files import columns_in, files_of, written

from .. import filing
from ..vaults import vault_of

if TYPE_CHECKING:
    from zusage.vault import VaultWriter

    from ..product import Product

_FOLDER = "restricted-files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A file that waits. Its path and its bytes are for the person, and for a use that the law permits."""

    table: str
    #: the path in the manifest, with columns in braces
    pattern: str
    path: Path = field(repr=False)
    mode: int
    #: nanoseconds
    changed: int
    owner: tuple[int, int]
    content: bytes = field(repr=False)


def hide(product: Product, id: str, holds: Iterable[Hold]) -> None:
    """Take the files of rows that are still in reach out of it. May be repeated. Raises SystemTrouble; what was taken is on file then."""
    vault = vault_of(product)
    for table, pattern, path in _there(product, holds):
        try:
            state = path.stat()
            one = Hidden(
                table=table,
                pattern=pattern,
                path=path,
                mode=state.st_mode & 0o7777,
                changed=state.st_mtime_ns,
                owner=(state.st_uid, state.st_gid),
                content=path.read_bytes(),
            )
        except OSError as error:
            raise FileTrouble("read", pattern, error.strerror or "") from None
        _seal(product, vault, id, one)
        remove([path], pattern)


def hide_again(product: Product, id: str) -> None:
    """After a restore: what waits and lies in its old place as well goes from there. May be repeated. Raises SystemTrouble or a VaultError.

    Only what is as it was, or older: a newer one is not what was restored. And nothing that a row in its table names by now.
    """
    for one in hidden(product, id):
        try:
            older = one.path.is_file() and (one.path.stat().st_mtime_ns <= one.changed or one.path.read_bytes() == one.content)
        except OSError as error:
            raise FileTrouble("read", one.pattern, error.strerror or "") from None
        if older and not _named(product, one):
            remove([one.path], one.pattern)


def _named(product: Product, one: Hidden) -> bool:
    """Whether a row that is in its table has its files where this one lies."""
    system, bare = one.table.split(".", 1)
    columns, place = columns_in(one.pattern), fill(system, one.pattern)
    rows = product.reader(system).rows(Selection(system=system, table=bare), columns)
    spelt = (written(place, dict(zip(columns, row, strict=True)), PLAIN) for row in rows)
    return any(fnmatchcase(str(one.path), text) or fnmatchcase(str(one.path), f"{text}/*") for text in spelt if text)


def bring_back(product: Product, id: str) -> None:
    """Put every file back as it was, then forget what was sealed. May be repeated. Raises FileTrouble, or a VaultError."""
    folder = product.folder / _FOLDER / id
    for sealed, one in _sealed(product, id):
        try:
            _put_back(one)
        except OSError as error:
            raise FileTrouble("brought back", one.pattern, error.strerror or "") from None
        sealed.unlink()
    with suppress(FileNotFoundError):
        folder.rmdir()


def hidden(product: Product, id: str) -> tuple[Hidden, ...]:
    """The files that wait for a restriction. Raises a VaultError where one was changed."""
    return tuple(one for _, one in _sealed(product, id))


def in_reach(product: Product, id: str, holds: Iterable[Hold]) -> Mapping[str, int]:
    """By table with files, how many the application still reaches: where one lay that waits, or beside a row that is there."""
    of = files_of(product.loaded.manifest)
    holds = [hold for hold in holds if hold.table in of]
    found: dict[str, set[Path]] = {hold.table: set() for hold in holds}
    for one in hidden(product, id):
        if one.path.exists():
            found.setdefault(one.table, set()).add(one.path)
    for table, _, path in _there(product, holds):
        found[table].add(path)
    return {table: len(paths) for table, paths in found.items()}


def _there(product: Product, holds: Iterable[Hold]) -> Iterator[tuple[str, str, Path]]:
    """Table, pattern and path of each file of rows that are in their tables."""
    of = files_of(product.loaded.manifest)
    for hold in holds:
        for pattern in of.get(hold.table, ()):
            columns = columns_in(pattern)
            for row in product.reader(hold.system).rows(hold.selection, columns):
                for path in files_at(hold.system, pattern, dict(zip(columns, row, strict=False))):
                    yield from ((hold.table, pattern, file) for file in files_in(path))


def _seal(product: Product, vault: VaultWriter, id: str, one: Hidden) -> None:
    """One that waits already stays, unless it is older than what lies there: after a restore what lies there is the older one."""
    name = hashlib.sha256(vault.person_digest(f"file:{one.path}").encode()).hexdigest()[:32]  # keyed: a path can name a person
    path = product.folder / _FOLDER / id / name
    if path.exists() and _opened(vault, path).changed >= one.changed:
        return
    head = {"table": one.table, "pattern": one.pattern, "path": str(one.path), "mode": one.mode, "changed": one.changed}
    payload = json.dumps({**head, "owner": one.owner}).encode() + b"\n" + one.content
    filing.replace(path, vault.seal_note(name, payload), private=True)


def _put_back(one: Hidden) -> None:
    """Whole or not at all; another file that lies there by now is nobody's to overwrite."""
    if one.path.exists():
        if one.path.read_bytes() != one.content:
            raise FileTrouble("brought back", one.pattern, "another lies in its place; move that one away")
        return
    one.path.parent.mkdir(parents=True, exist_ok=True)
    filing.replace(one.path, one.content, private=True)
    with suppress(PermissionError):  # only root gives files away
        os.chown(one.path, *one.owner)
    os.chmod(one.path, one.mode)
    os.utime(one.path, ns=(one.changed, one.changed))


def _sealed(product: Product, id: str) -> Iterator[tuple[Path, Hidden]]:
    folder = product.folder / _FOLDER / id
    files = sorted(file for file in folder.iterdir() if not file.name.startswith(".")) if folder.is_dir() else []
    if files:
        vault = vault_of(product)
        yield from ((file, _opened(vault, file)) for file in files)


def _opened(vault: VaultWriter, file: Path) -> Hidden:
    head, _, content = vault.unseal_note(file.name, file.read_bytes()).partition(b"\n")
    told = json.loads(head)
    return Hidden(**{**told, "path": Path(told["path"]), "owner": tuple(told["owner"])}, content=content)
