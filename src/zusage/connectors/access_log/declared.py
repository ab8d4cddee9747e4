"""From what the manifest declares of a log to what is done to its lines before they are stored."""

from __future__ import annotations

from pathlib import Path

from zusage.promises.condition import Column, Condition, IsNull, Not
from zusage.promises.derive import protections_of
from zusage.promises.lines import ADDRESSES
from zusage.promises.manifest import AccessLog, Manifest
from zusage.promises.period import Period
from zusage.promises.promise import Change

from .formats import FormatUnfit, parse
from .hiding import Drop, Hash, Hiding, Truncate
from .keys import RotatingKey
from .masking import Masker


class NotProtected(Exception):
    """The manifest does not say, or not in a way that can be done line by line, what happens before storage."""


def log_of(manifest: Manifest, system: str | None) -> tuple[str, AccessLog]:
    """The log of that name, or the only one. Raises NotProtected."""
    logs = manifest.logs
    if system is None and len(logs) == 1:
        return next(iter(logs.items()))
    if system not in logs:
        known = ", ".join(logs) or "none"
        raise NotProtected(f"name one of the manifest's logs with --system; they are: {known}. Nothing was let through.")
    return system, logs[system]


def masker_of(manifest: Manifest, system: str, key: Path | None = None) -> Masker:
    """What hides in a line what must not be stored. ``key``: the file of the key of codes. Raises NotProtected."""
    promised = [one for one in protections_of(manifest) if one.system == system]
    if not promised:
        raise NotProtected(
            f"the manifest says of no data in {system} that it is taken out before storage; there is nothing to do. "
            "Write under an activity protect: [{truncate: ip_address, before: storage}]."
        )
    hiding: Hiding | None = None
    left_out: dict[str, str | None] = {}
    for one in promised:
        if one.change.column == ADDRESSES:
            if hiding is not None:
                raise NotProtected(f"the manifest hides addresses in {system} in two ways; leave one of them")
            hiding = hiding_of(one.change, key)
        else:
            left_out[one.change.column] = _field(one.unless, one.id)
    try:
        return Masker(parse(manifest.logs[system].format), hiding, left_out)
    except FormatUnfit as error:
        raise NotProtected(f"the log {system}: {error}") from None


def hiding_of(change: Change, key: Path | None) -> Hiding:
    """How addresses are hidden."""
    match change.how:
        case "mask":
            ipv4, _, ipv6 = str(change.value).partition("/")
            return Truncate(int(ipv4), int(ipv6))
        case "code":
            return Hash(RotatingKey(seconds_of(Period.parse(str(change.value))), key))
        case _:
            return Drop()


def seconds_of(period: Period) -> int:
    """The length of a key's life; calendar units are counted as whole days of 24 hours."""
    return max(60, round(period.rough_days * 86_400))


def _field(unless: Condition | None, promise: str) -> str | None:
    """The field with whose value another may stay: the one form that can be decided line by line everywhere."""
    match unless:
        case None:
            return None
        case Not(part=IsNull(term=Column(name=name))):
            return name
        case _:
            raise NotProtected(f"{promise}: before storage only a condition such as `user IS NOT NULL` can be decided; write one")
