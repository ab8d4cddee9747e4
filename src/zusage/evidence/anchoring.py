"""Whether a checkpoint is anchored outside, in words: pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from zusage.sealing import SealingError

from .seal import WitnessKey, cosigned_at


class UnknownWitness(Exception):
    """The manifest declares no witness at this address."""

    def __init__(self, url: str, known: tuple[str, ...]) -> None:
        there = f"it declares {', '.join(known)}" if known else "it declares none"
        super().__init__(
            f"the manifest declares no witness at {url}; {there}. Whose cosignature counts must be known before it is asked for. "
            "Add it to the manifest under witnesses, with the public key that the witness's operator publishes."
        )


def anchoring(note: bytes, witnesses: Sequence[str]) -> str:
    """Which of the declared witnesses (public keys) have cosigned the signed checkpoint ``note``.

    Nothing is said that a signature does not show.
    """
    if not note:
        return "unanchored: nothing is sealed yet"
    if not witnesses:
        return "unanchored: the manifest declares no witness, so nobody outside has seen this checkpoint"
    seen = {vkey.partition("+")[0]: _seen(note, vkey) for vkey in witnesses}
    by = [f"{name} on {at:%Y-%m-%d at %H:%M} UTC" for name, at in seen.items() if at]
    missing = ", ".join(name for name, at in seen.items() if not at)
    if not by:
        return f"unanchored: {missing} has not cosigned this checkpoint"
    said = f"anchored by {', '.join(by)}"
    return f"{said}, but not by {missing}" if missing else said


def _seen(note: bytes, vkey: str) -> datetime | None:
    try:
        seconds = cosigned_at(note, WitnessKey.parse(vkey))
    except SealingError:
        return None
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
