"""Looks at the cases of people's requests: by the prover's own reading of the law, so that a mistake of the clock does not hide here.

1. An answer is due by the end of the same date one month after receipt, three if the person was told so within the first, and on the next
   working day where that is none (Art. 12(3) GDPR; Art. 3 of Regulation (EEC, Euratom) No 1182/71).
   A refusal is due within the first month in any case (Art. 12(4) GDPR). An answer that did not reach the person was none.
2. While somebody who was asked within a week has not shown who they are, nothing is due; the days of waiting are added (Art. 12(6) GDPR).
   Nobody waits for longer than the first question is open: then the request must be refused in time like any other (Art. 12(2), (4) GDPR).
   Of a complaint that came through a supervisory authority it is due on the day that it set.
3. A case that is not whole, or has no receipt, cannot be placed.
4. What a case says of a person is gone when its time of keeping is over, unless a suspension holds it.
5. Whoever does not want a machine's decision gets one of a human: somebody decided, with reasons, before it was answered, and in time
   (Art. 22(3) GDPR).
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from zusage.promises.law.working_days import Closed
from zusage.promises.period import Period

from .observation import Rows, Unseen

_PROMPT = 7
_HOW = "every case in our own register, with its chain of events"


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that is on record of a case."""

    kind: str
    at: datetime
    #: somebody of the office is named, and words were noted with it
    by_somebody: bool = True
    reasoned: bool = False
    #: of a question of identity, the last day on which it is open, as the person was told; None where the manifest's period alone says so.
    #: Of the receipt of a complaint, and of what extends its time, the day that the supervisory authority set
    until: date | None = None
    #: nobody of the office has taken the step
    by_program: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """A case as it stands in the register."""

    #: None: its record is not whole
    events: tuple[Happened, ...] | None
    ended_at: datetime | None
    #: it still says something of the person
    speaks: bool
    #: what was asked for
    right: str = ""
    #: a suspension holds what it says
    held: bool = False


class CaseBooks(Protocol):
    """The register of cases, to look at."""

    def filed(self) -> Sequence[Filed]:
        """Every case that was ever opened."""


def look_at_answers(books: CaseBooks, zone: str, closed: Closed, today: date, within: Period) -> Rows | Unseen:
    """Every case, by whether its answer came or can still come in time (1 to 3); ``closed``: days on which
    nobody works there; ``within``: how long a question of identity is open.
    """
    found = Counter(_standing(one, ZoneInfo(zone), closed, today, within) for one in books.filed())
    if not found:
        return Unseen(reason="no case was opened yet, so nothing is shown")
    late, unplaceable = found.pop("late", 0), found.pop("unplaceable", 0)
    total = late + unplaceable + found.total()
    return Rows(forbidden=late, allowed=dict(found), unplaceable=unplaceable, total=total, visible=True, how_visible=_HOW)


def look_at_kept_cases(books: CaseBooks, kept: Period, zone: str, today: date) -> Rows | Unseen:
    """Every case, by whether it may still say something of a person (4)."""
    found: Counter[str] = Counter()
    for one in books.filed():
        ended = one.ended_at.astimezone(ZoneInfo(zone)).date() if one.ended_at else None
        over = ended is not None and today > kept.after(ended) + timedelta(days=1)
        late = "suspended" if one.held else "overdue"
        found[late if over and one.speaks else "emptied" if not one.speaks else "in time"] += 1
    if not found:
        return Unseen(reason="no case was opened yet, so nothing is shown")
    overdue = found.pop("overdue", 0)
    return Rows(
        forbidden=overdue, allowed=dict(found), unplaceable=0, total=overdue + found.total(), visible=True, how_visible=_HOW
    )


def look_at_decisions(books: CaseBooks, zone: str, closed: Closed, today: date, within: Period) -> Rows | Unseen:
    """Every request for a human's decision, by whether one decided it, with reasons and in time (5)."""
    asked = [one for one in books.filed() if one.right == "human-decision"]
    found = Counter(_reviewed(one, _standing(one, ZoneInfo(zone), closed, today, within)) for one in asked)
    if not found:
        return Unseen(reason="nobody has asked for a human's decision yet, so nothing is shown")
    unmade, unplaceable = found.pop("unmade", 0), found.pop("unplaceable", 0)
    total = unmade + unplaceable + found.total()
    return Rows(forbidden=unmade, allowed=dict(found), unplaceable=unplaceable, total=total, visible=True, how_visible=_HOW)


def _reviewed(one: Filed, standing: str) -> str:
    kinds = {event.kind for event in one.events or ()}
    if standing == "unplaceable" or "withdrawn" in kinds:
        return "unplaceable" if standing == "unplaceable" else "withdrawn"
    decided = [event for event in one.events or () if event.kind in ("granted", "refused")]
    if any(event.by_somebody and event.reasoned for event in decided):
        return "unmade" if standing == "late" else "decided by a human"
    return "unmade" if decided or standing in ("late", "answered in time") else standing


def _standing(one: Filed, zone: ZoneInfo, closed: Closed, today: date, within: Period) -> str:
    days: dict[str, date] = {}
    said: date | None = None
    demanded: date | None = None
    events = one.events or ()
    back = max((at for at, event in enumerate(events) if event.kind == "link returned"), default=-1)
    for at, event in enumerate(events):
        if event.kind == "identity asked" and at < back and event.by_program:
            continue  # a question that came back with its link was none
        day = event.at.astimezone(zone).date()
        if event.kind == "received" or (event.kind == "extended" and demanded and event.until):
            demanded = event.until
        if event.kind == "identity asked" and "identity asked" not in days:
            days.pop("identity shown", None)  # what somebody showed before they were asked ends no question
            said = event.until
        if event.kind == "not delivered":
            days.pop("answered", None)  # an answer that came back was none (1)
        if event.kind not in ("identity asked", "identity shown") or event.kind not in days:
            days[event.kind] = day
    if "received" not in days:
        return "unplaceable"
    ended = min((days[kind] for kind in ("answered", "withdrawn") if kind in days), default=None)
    if demanded:
        return "late" if (ended or today) > demanded else "answered in time" if ended else "still in time"
    asked, shown, start = days.get("identity asked"), days.get("identity shown"), days["received"]
    if asked is not None and (asked - start).days <= _PROMPT:
        open_until = said or within.after(asked)
        if shown is None and (ended or today) <= open_until:
            return "ended" if ended else "waits for the person"
        start += max(min(shown or open_until, open_until) - asked, timedelta())
    told = days.get("extended")
    in_time = told is not None and told <= _months_after(start, 1, closed) and "refused" not in days
    last = _months_after(start, 3 if in_time else 1, closed)
    if (ended or today) > last:
        return "late"
    return "answered in time" if ended else "still in time"


def _months_after(start: date, months: int, closed: Closed) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    day = date(year, month, min(start.day, monthrange(year, month)[1]))
    while closed(day):
        day += timedelta(days=1)
    return day
