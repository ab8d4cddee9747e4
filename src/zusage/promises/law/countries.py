"""Which countries are inside the European Economic Area, and which are adequate (Art. 45 GDPR)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from .entries import Adequacy, UnknownLawError
from .library import read_data


def is_eea(country: str) -> bool:
    """Whether the GDPR applies there as in the Union: a Member State, Iceland, Liechtenstein or Norway."""
    return _known_form(country) in _eea()


def adequacy(country: str, on: date) -> Adequacy | None:
    """The decision that covers a third country on a day, if there is one; mind to whom it is limited."""
    _known_form(country)
    return next((one for one in _decisions() if one.country == country and one.holds(on)), None)


def country_name(country: str, language: str) -> str:
    """The name of a country in German (``de``) or English (``en``); empty where there is no such country."""
    names = _names().get(country)
    return names[language] if names else ""


def _known_form(country: str) -> str:
    if not re.fullmatch("[A-Z]{2}", country):
        raise UnknownLawError(f"{country!r} is no country; write two letters as in ISO 3166-1, such as DE")
    return country


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    return read_data("country_names")


@cache
def _eea() -> frozenset[str]:
    data = read_data("countries")
    return frozenset(data["member_states"]) | frozenset(data["efta_in_the_eea"])


@cache
def _decisions() -> tuple[Adequacy, ...]:
    return tuple(Adequacy.model_validate(one) for one in read_data("countries")["adequacy"])
