"""By when a request must be answered (Art. 12(3) GDPR), counted as Regulation (EEC, Euratom) No 1182/71 counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from zusage.promises.law.working_days import Closed
from zusage.promises.period import Period

#: a question about identity stops the clock only if asked within so many days: without undue delay (Art. 12(6) GDPR)
PROMPT = timedelta(days=7)
#: for how long such a question stays open where the manifest says nothing
OPEN = Period.parse("P1M")
#: months for an answer, and with an extension (Art. 12(3) GDPR)
MONTHS, EXTENDED = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What the clock goes by: calendar days in the controller's time zone."""

    received: date
    #: when the person was first asked to show who they are, and when they did
    asked: date | None = None
    shown: date | None = None
    #: the last day on which that question was open, where nobody had answered it by then
    lapsed: date | None = None
    extended: bool = False
    #: whoever does not act says so, with reasons, within the first month, whatever was said of a longer time (Art. 12(4) GDPR)
    refused: bool = False
    #: the day that a supervisory authority set for the answer to a complaint
    demanded: date | None = None


def last_day(received: date, months: int, closed: Closed) -> date:
    """The last day of a period of months that begins with an event.

    The day of the event is not counted (Art. 3(1) of the Regulation); the period ends with the day of the same date, or the last of
    the month where it has none (Art. 3(2)(c)); if that is a Saturday, a Sunday or a public holiday, with the next working day (Art. 3(4)).
    """
    day = received + relativedelta(months=months)
    while closed(day):
        day += timedelta(days=1)
    return day


def due(times: Times, closed: Closed) -> date | None:
    """The last day for the answer; None while the clock stands still because the person was asked promptly and can still show who they are.

    A day that an authority set is that day. The days in which the clock stood still are added. A question that nobody answered stops it
    no longer than it was open, also where somebody does so later. A refusal is due within the first month.
    """
    if times.demanded:
        return times.demanded
    still = timedelta()
    if times.asked and times.asked - times.received <= PROMPT:
        ends = [day for day in (times.shown, times.lapsed) if day]
        if not ends:
            return None
        still = max(min(ends) - times.asked, still)
    return last_day(times.received + still, EXTENDED if times.extended and not times.refused else MONTHS, closed)


def extendable_until(times: Times, closed: Closed) -> date | None:
    """The last day on which the person can be told, with reasons, that it takes longer; None while the clock stands still."""
    first = Times(received=times.received, asked=times.asked, shown=times.shown, lapsed=times.lapsed)
    return due(first, closed)


def overdue(times: Times, answered: date | None, today: date, closed: Closed) -> bool:
    """Whether the answer is, or was, too late."""
    last = due(times, closed)
    return last is not None and (answered or today) > last
