"""How the promises stand by the last sealed look: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta

from zusage.promises.period import Period

from .prove import History, overall
from .verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One promise of the manifest."""

    promise: str
    verdict: Verdict
    reason: str
    #: when this verdict was first found, without another in between; None: nobody has looked yet
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All promises of a manifest by the last complete look."""

    stands: tuple[Stand, ...]
    last_look: datetime | None
    #: the manifest was changed after the last look
    manifest_changed: bool
    #: promises of earlier looks that the manifest no longer makes
    gone: tuple[str, ...]
    #: why the last look says nothing any more; empty while it does
    too_old: str = ""

    @property
    def verdict(self) -> Verdict:
        """One word for all; an old look leaves everything undecided."""
        return Verdict.UNDECIDED if self.too_old else overall(stand.verdict for stand in self.stands)


def status(past: History, promises: Sequence[str], manifest: str, now: datetime, max_age: Period | None = None) -> Status:
    """How each promise stands; one that the last look did not look at is undecided."""
    return Status(
        stands=tuple(_stand(past, promise) for promise in promises),
        last_look=past.last_look,
        manifest_changed=past.manifest is not None and past.manifest != manifest,
        gone=_gone(past, promises),
        too_old=_too_old(past.last_look, now, max_age) if max_age else "",
    )


def _stand(past: History, promise: str) -> Stand:
    found = past.standings.get(promise)
    if found is None or past.last_look is None:
        return Stand(promise=promise, verdict=Verdict.UNDECIDED, reason="nobody has looked yet", since=None)
    if found.as_of < past.last_look:
        return Stand(promise=promise, verdict=Verdict.UNDECIDED, reason="the last look did not look at it", since=past.last_look)
    return Stand(promise=promise, verdict=found.verdict, reason=found.reason, since=found.since)


def _gone(past: History, promises: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(past.standings.keys() - set(promises)))


def _too_old(last: datetime | None, now: datetime, max_age: Period) -> str:
    """The dead man's switch: silence is told apart from all being well."""
    if last is None:
        return "nobody has ever looked"
    if last > now + relativedelta(minutes=5):
        return f"the last look is dated {last:%Y-%m-%d %H:%M} UTC, which is still to come: a clock has jumped"
    length = relativedelta(years=max_age.years, months=max_age.months, days=max_age.days, minutes=max_age.minutes)
    if last + length < now:
        return f"the last complete look was on {last:%Y-%m-%d at %H:%M} UTC, more than {max_age} ago: nobody looks any more"
    return ""
