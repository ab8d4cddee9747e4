"""The days that are not working days where a controller is: Art. 3(4) of Regulation (EEC, Euratom) No 1182/71."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

#: whether a day is none on which people work
Closed = Callable[[date], bool]

_SATURDAY = 5


@cache
def closed_in(land: str | None, country: str = "DE") -> Closed:
    """Saturdays, Sundays and public holidays of a Land by its ISO 3166-2 code, such as ``BE``; without one those of the whole country.

    A day that is a holiday in part of a Land alone counts as a working day, and so does every weekday of a country of which no holidays
    are known: the earlier end is safe for the person.
    """
    from holidays import HolidayBase, country_holidays

    public: HolidayBase | frozenset[date]
    try:
        public = country_holidays(country, subdiv=land if country == "DE" else None)
    except NotImplementedError:
        public = frozenset()

    def closed(day: date) -> bool:
        return day.weekday() >= _SATURDAY or day in public

    return closed
