"""The report on web sites: the sealed observations of the last look, and the screenshots that lie beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .outside import SCREENSHOTS

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.sites import SealedEntry

    from .product import Product


def site_report(product: Product, languages: Sequence[Language]) -> Mapping[str, str | bytes]:
    """Every file of the report by its name. A screenshot that is gone is left out: its digest still stands in the text."""
    from zusage.documents.sites import pictures_in, site_files

    entries = _last_look(product)
    pictures = {f"{SCREENSHOTS}/{digest}.png": _picture(product.folder, digest) for digest in pictures_in(entries)}
    there = {name: content for name, content in pictures.items() if content is not None}
    return {**site_files(product.loaded, entries, languages), **there}


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
            place=f"{sealed.log}, entry {sealed.index}",
        )
        looks.setdefault(str(content["look"]), []).append(entry)
    return tuple(next(reversed(looks.values()), []))
