"""The words of the banner, the settings and the mails, in German and English."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

from zusage.promises.period import Period
from zusage.yaml_text import own

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")


@cache
def words(language: Language) -> dict[str, Any]:
    """Every text of a language, by section and key."""
    found: dict[str, Any] = own(resources.files(__package__).joinpath("texts", f"{language}.yaml"))
    return found


def length(period: Period, language: Language) -> str:
    """A period in words, as the object of a sentence: „sechs Monate“ as „6 Monate“."""
    units: dict[str, Any] = words(language)["units"]
    hours, minutes = divmod(period.minutes, 60)
    parts = (("years", period.years), ("months", period.months), ("days", period.days), ("hours", hours), ("minutes", minutes))
    and_ = str(units["and"])
    return and_.join(units[unit][0 if n == 1 else 1].format(n=n) for unit, n in parts if n)


def sentence(text: str) -> str:
    """With a capital at its beginning and a full stop at its end."""
    text = text.strip()
    return (text[:1].upper() + text[1:]).rstrip(".") + "." if text else text
