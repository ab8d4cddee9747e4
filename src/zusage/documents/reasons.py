"""What was judged of a web site, in the language of a report: sealed it is in English, word for word.

Each text of ``sites.reasons`` is the sealed wording in English, with gaps, and the same in the other language. Names and hosts in the
gaps stay as they were sealed.
"""

from __future__ import annotations

import re
from functools import cache

from .catalogue import Language, catalogue

_GAP = re.compile(r"\\\{(\w+)\\\}")


def in_words(reason: str, language: Language) -> str | None:
    """The reason in a language; None where its wording is not known."""
    for key, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            return catalogue(language)(f"sites.reasons.{key}", **found.groupdict())
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    sealed = catalogue("en").entry("sites.reasons")
    return tuple((key, re.compile(_GAP.sub(r"(?P<\1>.*)", re.escape(text)), re.DOTALL)) for key, text in sealed.items())
