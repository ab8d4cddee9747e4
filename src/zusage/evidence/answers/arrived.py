"""A package that went straight to another controller, by what arrived at its end point (Art. 20(2) GDPR).

What is read is what the stand-in of the other controller has written down: of each request a JSON file, of each import the archive beside
it, as the trial's manifest says where. Nothing is taken from the program that sent it, but what it has on record, to be compared.

1. It arrived once, over TLS, with the key by which a repetition is known; and the bytes are those whose digest the case has on record.
2. What arrived is a package by every condition of one: it is judged as if it had been handed to the person (``packed``).
3. The case has the order before what came of it, and the ledger of disclosures has the recipient.
4. Where no end point is declared nothing is sent, and the case takes no such order.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zusage.promises.manifest import Manifest

from .asked import Answered, Put
from .found import Part, joined
from .packed import packed

_IMPORT, _DIGEST = "one import", "the bytes whose digest the case has on record"
_ORDERED, _EFFECTED, _LEDGER = (
    "the order in the case",
    "what came of it, with the digest",
    "the line in the ledger of disclosures",
)
_ENCRYPTED = frozenset({"TLSv1.2", "TLSv1.3"})
_REFUSED = "an end point that is not declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One request at the end point, as the other controller saw it."""

    #: the version of TLS; empty where the line was not encrypted
    tls: str
    #: the key by which a repetition is known; empty where there was none
    key: str
    #: the archive, where this request has led to an import
    archive: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRecord:
    """What our own record says of a transfer."""

    recipient: str
    #: kind and detail of what happened in the case, in its order
    events: Sequence[tuple[str, str]]
    #: recipients to whom something went by the ledger of disclosures
    ledger: Collection[str]
    #: an order to an end point that nobody declared was taken
    took_undeclared: bool


class Unarrived(Exception):
    """What arrived cannot be looked at: in words without a value."""


def arrivals(folder: Path, before: Collection[str] = ()) -> Mapping[str, Arrival]:
    """The requests that the stand-in has written down, but for those of ``before``, by their names. Raises Unarrived."""
    try:
        found = {path.name: path for path in sorted(folder.iterdir()) if path.suffix == ".json" and path.name not in before}
        return {name: _arrival(path) for name, path in found.items()}
    except (OSError, ValueError, AttributeError):
        raise Unarrived("what the stand-in of the other controller has written down cannot be read") from None


def transferred(
    manifest: Manifest, answer: Answered, put: Put, came: Collection[Arrival], on_record: OnRecord
) -> Mapping[str, Part]:
    """Each condition of a transfer by its name in the manifest's ``refs``; of ``answer`` the files are those that arrived."""
    archives = [one.archive for one in came if one.archive is not None]
    content = joined(packed(manifest, answer, put).values())
    return {
        "arrived": _arrived(came, archives, on_record),
        "content": content if archives else Part(wanted=frozenset({_IMPORT}), lacking=frozenset({_IMPORT})),
        "recorded": _recorded(on_record),
        "refused": _refused(on_record),
    }


def unpacked(came: Collection[Arrival]) -> dict[str, bytes]:
    """The files of the archive that was imported last; none where there is none, or it is no archive."""
    archives = [one.archive for one in came if one.archive is not None]
    try:
        with zipfile.ZipFile(io.BytesIO(archives[-1] if archives else b"")) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError):
        return {}


def _arrival(path: Path) -> Arrival:
    said: dict[str, Any] = json.loads(path.read_bytes())
    archive = path.with_suffix(".zip").read_bytes() if said.get("imported") else None
    return Arrival(tls=str(said.get("tls") or ""), key=str(said.get("key") or ""), archive=archive)


def _arrived(came: Collection[Arrival], archives: Sequence[bytes], on_record: OnRecord) -> Part:
    """(1) Of a case that names several digests the last counts: that is what it says was sent."""
    lacking = set[str]()
    if not archives:
        lacking.add(_IMPORT)
    digest = _digest(on_record)
    if not any(hashlib.sha256(one).hexdigest() == digest for one in archives):
        lacking.add(_DIGEST)
    wrong = {
        "an import more than was asked for": len(archives) > 1,
        "a line that was not encrypted": any(one.tls not in _ENCRYPTED for one in came),
        "a request without a key": any(not one.key for one in came),
        "keys of more than one package": len({one.key for one in came if one.key}) > 1,
        "bytes that were not sealed": any(hashlib.sha256(one).hexdigest() != digest for one in archives),
    }
    return Part(
        wanted=frozenset({_IMPORT, _DIGEST}),
        lacking=frozenset(lacking),
        sought=frozenset(wrong),
        wrong=frozenset(name for name, there in wrong.items() if there),
    )


def _digest(on_record: OnRecord) -> str:
    said = [detail for kind, detail in on_record.events if kind == "effected" and " sha256:" in detail]
    return said[-1].rpartition("sha256:")[2] if said else ""


def _recorded(on_record: OnRecord) -> Part:
    """(3)"""
    ordered = [at for at, (kind, detail) in enumerate(on_record.events, 1) if kind == "ordered" and detail == "transfer"]
    effected = [
        detail.partition(" ")[0]
        for kind, detail in on_record.events
        if kind == "effected" and detail.partition(" ")[2].startswith(f"{on_record.recipient} sha256:")
    ]
    there = {
        _ORDERED: bool(ordered),
        _EFFECTED: any(str(number) in effected for number in ordered),
        _LEDGER: on_record.recipient in on_record.ledger,
    }
    return Part(wanted=frozenset(there), lacking=frozenset(name for name, found in there.items() if not found))


def _refused(on_record: OnRecord) -> Part:
    """(4) That a declared one was taken shows that orders are taken at all."""
    taken = any(kind == "ordered" for kind, _ in on_record.events)
    return Part(
        sought=frozenset({_REFUSED}),
        wrong=frozenset({_REFUSED} if on_record.took_undeclared else ()),
        unread=() if taken else ("no order was taken at all",),
    )
