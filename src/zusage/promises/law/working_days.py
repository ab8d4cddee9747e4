"""The days that are not working days where a controller is: Art. 3(4) of Regulation (EEC, Euratom) No 1182/71."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

#: whether a day is none on which people work
Closed = Callable[[date], bool]

_SATURDAY = 5


@cache
def closed_in(land: str | None) -> Closed:
    """Saturdays, Sundays and public holidays of a Land by its ISO 3166-2 code, such as ``BE``; without one those of all Germany.

    A day that is a holiday in part of a Land alone counts as a working day: the earlier end is safe for the person.
    """
    from holidays import country_holidays

    public = country_holidays("DE", subdiv=land)

    def closed(day: date) -> bool:
        return day.weekday() >= _SATURDAY or day in public

    return closed
