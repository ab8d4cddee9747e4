"""The few words of law and time that are looked for in an answer: written down here by themselves, so that no catalogue vouches for itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from zusage.promises.period import Period

#: the rights of which an answer must speak (Art. 15(1)(e) GDPR)
RIGHTS: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "en": {
        "rectification": re.compile(r"\brectif", re.IGNORECASE),
        "erasure": re.compile(r"\beras", re.IGNORECASE),
        "restriction": re.compile(r"\brestrict", re.IGNORECASE),
        "objection": re.compile(r"\bobject", re.IGNORECASE),
    },
    "de": {
        "rectification": re.compile(r"\bbericht", re.IGNORECASE),
        "erasure": re.compile(r"\blösch", re.IGNORECASE),
        "restriction": re.compile(r"\beinschränk", re.IGNORECASE),
        "objection": re.compile(r"\bwider(spr|spruch)", re.IGNORECASE),
    },
}
SUPERVISION: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"supervisory authority", re.IGNORECASE),
    "de": re.compile(r"Aufsichtsbehörde", re.IGNORECASE),
}
#: by point of Art. 15 GDPR, that there is none of it: what is denied must be the thing itself
NONE: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "en": {
        "recipients": re.compile(r"\b(no|none|not|nobody)\b[^.;]*\b(recipients?|pass|passed|disclosed?)\b", re.IGNORECASE),
        "automated": re.compile(
            r"\b(do|does|is|are)(n't| not)\b[^.;]{0,40}\bdeci[ds]|\bno\b( \w+){0,3} decisions?\b", re.IGNORECASE
        ),
        "abroad": re.compile(r"\b(no|none|not|nobody)\b[^.;]*\bthird countr", re.IGNORECASE),
    },
    "de": {
        "recipients": re.compile(r"\b(kein\w*|nicht|niemand\w*)\b[^.;]*(\bempfäng|\bweiter|\boffengelegt)", re.IGNORECASE),
        "automated": re.compile(
            r"\bkein\w*( \w+){0,3} \w*entscheidung|\bentscheid\w*\b[^.;]{0,40}\b(nicht|nichts|nie)\b", re.IGNORECASE
        ),
        "abroad": re.compile(r"\b(kein\w*|nicht|niemand\w*)\b[^.;]*\bdrittl[aä]nd", re.IGNORECASE),
    },
}
#: of a confirmation that nothing is held, by what it must speak of
NOTHING: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "en": {
        "that nothing is held": re.compile(r"\bno personal data concerning you\b", re.IGNORECASE),
        "what of backups": re.compile(r"\bbackups?\b", re.IGNORECASE),
        "what of the request itself": re.compile(r"\bfile on your request\b", re.IGNORECASE),
    },
    "de": {
        "that nothing is held": re.compile(r"\bkeine Sie betreffenden personenbezogenen Daten\b", re.IGNORECASE),
        "what of backups": re.compile(r"\bSicherungskopien\b", re.IGNORECASE),
        "what of the request itself": re.compile(r"\bZu Ihrer Anfrage führen wir\b", re.IGNORECASE),
    },
}
#: of a purpose in a letter about an erasure: that something of it went, or stays
ERASED: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(erased|nothing refers to you)\b", re.IGNORECASE),
    "de": re.compile(r"\b(gelöscht|nichts mehr auf Sie hinweist)\b", re.IGNORECASE),
}
STAYS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\bblocked until\b", re.IGNORECASE),
    "de": re.compile(r"\bgesperrt bis\b", re.IGNORECASE),
}
#: that they gave the data themselves
YOURSELF: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\byou (\w+ )?(provided|gave|told|entered)\b", re.IGNORECASE),
    "de": re.compile(r"\bhaben Sie\b[^.;]*\b(angegeben|mitgeteilt|eingegeben)", re.IGNORECASE),
}
_UNITS: Mapping[str, Mapping[str, str]] = {
    "en": {"years": "years?", "months": "months?", "days": "days?", "hours": "hours?", "minutes": "minutes?"},
    "de": {
        "years": r"jahr(e[ns]?|es)?",
        "months": r"monat(e[ns]?|s)?",
        "days": r"tag(e[ns]?|es)?",
        "hours": r"stunden?",
        "minutes": r"minuten?",
    },
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "en": ("zero", "(one|an?)", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    "de": ("null", "eine?[mnrs]?", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
}


def none_said(point: str, lines: Iterable[str], language: str) -> bool:
    """Whether a line says that there is none of what a point is about."""
    word = NONE.get(language, {}).get(point)
    return word is not None and any(word.search(line) for line in lines)


def day_said(day: date, line: str) -> bool:
    """Whether a line names a day, by its figures."""
    return bool(re.search(rf"\b0?{day.day}\b", line) and re.search(rf"\b{day.year}\b", line))


def period_said(period: Period, line: str, language: str) -> bool:
    """Whether a line names a period, with each of its figures and their units."""
    units, numbers = _UNITS.get(language), _NUMBERS.get(language)
    if units is None or numbers is None:
        return False
    hours, minutes = divmod(period.minutes, 60)
    parts = {"years": period.years, "months": period.months, "days": period.days, "hours": hours, "minutes": minutes}
    return all(
        re.search(rf"\b({number}|{numbers[number] if number < len(numbers) else number})\s+{units[unit]}\b", line, re.IGNORECASE)
        for unit, number in parts.items()
        if number
    )
