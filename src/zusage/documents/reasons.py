"""What was judged of a web site, in the language of a report: sealed it is in English, word for word.

Each text of ``sites.reasons`` is the sealed wording in English, with gaps, and the same in the other language. Names and hosts in the
gaps stay as they were sealed; a call and an entry that were not to be are said in words too.
"""

from __future__ import annotations

import re
from functools import cache

from .catalogue import Catalogue, Language, catalogue

#: as the prover words them
_CALL = re.compile(r"([a-z]+) from (\S+) by (.+?)(?: on (\S+))?, ([a-z-]+)( \(.*\))?")
_ENTRY = re.compile(r"([a-z-]+) (.+) of (\S+), ([a-z-]+)( \(.*\))?")
_GAP = re.compile(r"\\\{(\w+)\\\}")


def in_words(reason: str, language: Language) -> str | None:
    """The reason in a language; None where its wording is not known."""
    for key, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            gaps = found.groupdict()
            if "what" in gaps:
                some, more, _ = gaps["what"].partition(" …")
                gaps["what"] = "; ".join(_met(one, catalogue(language)) for one in some.split("; ")) + more
            return catalogue(language)(f"sites.reasons.{key}", **gaps)
    return None


def _met(what: str, say: Catalogue) -> str:
    """A call or an entry, in the words of the tables; anything else as it is."""
    texts = say.texts["sites"]
    if (call := _CALL.fullmatch(what)) and call[5] in texts["situation"]:
        kind, _, host = call[3].partition(" of ")
        by = texts["initiators"].get(kind, kind)
        page = say("sites.on_page", page=call[4]) if call[4] else None
        return say(
            "sites.call_met",
            what=texts["requests"].get(call[1], call[1]),
            host=call[2],
            by=", ".join(filter(None, (say("sites.caused", what=by, host=host) if host else by, page))),
            situation=texts["situation"][call[5]] + (call[6] or ""),
        )
    if (entry := _ENTRY.fullmatch(what)) and entry[4] in texts["situation"]:
        kind = texts["kinds"].get(entry[1], entry[1])
        situation = texts["situation"][entry[4]] + (entry[5] or "")
        return say("sites.entry_met", kind=kind, name=entry[2], host=entry[3], situation=situation)
    return what


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    sealed = catalogue("en").entry("sites.reasons")
    return tuple((key, re.compile(_GAP.sub(r"(?P<\1>.*)", re.escape(text)), re.DOTALL)) for key, text in sealed.items())
