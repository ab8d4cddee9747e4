"""What the law data say of a manifest, in a language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from zusage.promises.law import DutyEntry, UnknownLawError, duties
from zusage.promises.manifest import Activity

from .catalogue import Catalogue


def duty_entry(name: str) -> DutyEntry:
    """The duty of that name with all its terms over time; raises UnknownLawError."""
    found = _by_name().get(name)
    if found is None:
        raise UnknownLawError(f"{name!r} is no duty in the law data; known are {', '.join(sorted(_by_name()))}")
    return found


@cache
def _by_name() -> dict[str, DutyEntry]:
    return {entry.id: entry for entry in duties()}


def reason(name: str | None, say: Catalogue) -> str:
    """Why data are kept that long, in brackets; nothing without a duty."""
    return _because("reason", name, say)


def remains(name: str | None, say: Catalogue) -> str:
    """What blocked data are still kept for."""
    return _because("remains", name, say)


def _because(group: str, name: str | None, say: Catalogue) -> str:
    if name is None:
        return say(f"{group}.none")
    entry = duty_entry(name)
    return say(f"{group}.{entry.kind}", cite=say.of(entry.cite))


def statutes(activity: Activity, say: Catalogue) -> str:
    """Citations of the duties that an activity fulfils; limitation of claims is no duty."""
    entries: Iterable[DutyEntry] = (duty_entry(keep.duty) for keep in activity.keep if keep.duty)
    return "; ".join(dict.fromkeys(say.of(entry.cite) for entry in entries if entry.kind == "duty"))
