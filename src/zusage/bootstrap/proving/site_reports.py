"""The report on web sites: the sealed observations of the last look, and the screenshots that lie beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .outside import SCREENSHOTS

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.sites import SealedEntry
    from zusage.promises.loading import Loaded

    from ..product import Product


def site_report(product: Product, languages: Sequence[Language], *, paper: bool = False) -> Mapping[str, str | bytes]:
    """Every file of the report by its name. A screenshot that is gone is left out: its digest still stands in the text.

    With ``paper`` also as PDF; raises NoPrinter.
    """
    from zusage.documents.sites import pictures_in, site_files

    entries = _last_look(product)
    pictures = {f"{SCREENSHOTS}/{digest}.png": _picture(product.folder, digest) for digest in pictures_in(entries)}
    there = {name: content for name, content in pictures.items() if content is not None}
    return site_files(_addressed(product.loaded), entries, languages, there, paper=paper)


def _addressed(loaded: Loaded) -> Loaded:
    """With the addresses of the sites as the environment has them: whoever reads the report wants to know which site it is about."""
    from zusage.connectors.sql.address import fill
    from zusage.connectors.trouble import Unreachable

    systems = dict(loaded.manifest.systems)
    for name, site in loaded.manifest.websites.items():
        with suppress(Unreachable):
            systems[name] = site.model_copy(update={"url": fill(name, site.url)})
    return replace(loaded, manifest=loaded.manifest.model_copy(update={"systems": systems}))


def _picture(folder: Path, digest: str) -> bytes | None:
    path = folder / SCREENSHOTS / f"{digest}.png"
    return path.read_bytes() if path.exists() else None


def _last_look(product: Product) -> tuple[SealedEntry, ...]:
    """What was sealed about web sites in the newest look that has an entry of them, in its order."""
    from zusage.documents.sites import SealedEntry

    looks: dict[str, list[SealedEntry]] = {}
    for sealed in product.evidence.sealed():
        content = sealed.content
        if sealed.promise is None or sealed.promise.split("/")[0] not in ("website", "cookie", "transport"):
            continue
        entry = SealedEntry(
            promise=sealed.promise,
            verdict=str(content["verdict"]),
            reason=str(content["reason"]),
            as_of=datetime.fromisoformat(content["as-of"]),
            observation=content["observation"],
            system=content["system"],
            log=sealed.log,
            index=sealed.index,
        )
        looks.setdefault(str(content["look"]), []).append(entry)
    return tuple(next(reversed(looks.values()), []))
