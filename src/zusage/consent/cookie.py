"""The cookie that remembers a choice in the browser: read by the script and by the middleware. Pure.

``1.SUBJECT.TIME.TEXT.PURPOSE~1~ITEMS.PURPOSE~0``: whether it is recorded, a random number, the time in base 36, the beginning of the
text's digest, and for each purpose yes or no; a yes says how far it reaches. Letters, digits and ``-_~.`` only; nothing about a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .offer import ITEM, Offer
from .record import ends
from .shown import BRIEF

_SHAPE = re.compile(
    rf"([01])\.([A-Za-z0-9_-]{{22}})\.([0-9a-z]{{1,9}})\.([0-9a-f]{{{BRIEF}}})((?:\.[a-z][a-z0-9-]*~(?:0|1~[A-Za-z0-9_-]*))*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What a browser remembers of a choice."""

    subject: str
    at: datetime
    #: the first characters of the digest of the text
    text: str
    #: purpose → items of the reach that was agreed to; None: refused
    choices: Mapping[str, frozenset[str] | None]
    #: the service has acknowledged it
    recorded: bool

    def allows(self, offer: Offer, purpose: str, now: datetime) -> bool:
        """Whether a purpose is allowed now: recorded, not expired, and as far as it reaches today."""
        known = offer.purpose(purpose)
        agreed = self.choices.get(purpose)
        if known is None or agreed is None or not self.recorded:
            return False
        return self.at <= now < ends(self.at, offer.consents.lasts) and set(known.items) <= agreed


def parse(value: str) -> Remembered | None:
    """Read the cookie; None where it is none of ours or damaged, which counts as no choice."""
    found = _SHAPE.fullmatch(value)
    if not found:
        return None
    choices: dict[str, frozenset[str] | None] = {}
    for part in filter(None, found[5].split(".")):
        name, yes, *items = part.split("~")
        choices[name] = _items(items[0]) if yes == "1" else None
    try:
        at = datetime.fromtimestamp(int(found[3], 36), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Remembered(subject=found[2], at=at, text=found[4], choices=choices, recorded=found[1] == "1")


def encode(remembered: Remembered) -> str:
    """The value of the cookie."""
    parts = [f"{name}~0" if items is None else f"{name}~1~{''.join(sorted(items))}" for name, items in remembered.choices.items()]
    head = ["1" if remembered.recorded else "0", remembered.subject, _base36(int(remembered.at.timestamp())), remembered.text]
    return ".".join([*head, *parts])


def _items(text: str) -> frozenset[str]:
    return frozenset(text[start : start + ITEM] for start in range(0, len(text), ITEM))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
