"""To whom data of theirs went, and when last, by their rows and the register of disclosures: by own eyes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from zusage.promises.manifest import Manifest, Recipient

from .asked import Answered, said_of
from .days import day_of


def disclosed(manifest: Manifest, answer: Answered) -> Mapping[str, date | None]:
    """Key of a recipient, or what rows call one whom the manifest does not name → the last day; None where no row says one."""
    found: dict[str, date | None] = dict(answer.ledger)
    for called, day in _said(manifest, answer):
        keys = [key for key, one in manifest.recipients.items() if called in _names(key, one)]
        for key in keys or [called]:
            found[key] = _later(found.get(key), day)
    return found


def _said(manifest: Manifest, answer: Answered) -> Iterator[tuple[str, date | None]]:
    """What rows of theirs call whoever received something, in small letters, and the day."""
    for table, rows in answer.own.items():
        for said in {(data.discloses.recipient, data.discloses.at) for _, _, data in said_of(manifest, table) if data.discloses}:
            name, at = said
            for row in rows:
                if row.get(name) is not None and str(row[name]).strip():
                    yield str(row[name]).strip().casefold(), day_of(manifest, table, at, row.get(at)) if at else None


def _names(key: str, recipient: Recipient) -> Iterable[str]:
    """What a row may call a recipient."""
    return {one.casefold() for one in (key, *recipient.known_as, recipient.title.de, recipient.title.en)}


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day), default=None)
