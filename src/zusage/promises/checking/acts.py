"""Law that notices name: whether it still holds, whether it is complete, whether the citation can be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from .. import law
from ..finding import Severity
from ..loading import Loaded
from ..source import KeyPath
from .rule import Spot, rule

_FORMERLY = re.compile(r"\b(?:früher|vormals|ehemals|formerly|previously)\s+(?:\w+\s+)?$", re.IGNORECASE)
_INCOMPLETE = re.compile(
    r"\bArt(?:\.|ikel|icle)?\s*[69]\s*"
    r"(?:Abs(?:\.|atz\b|\b)(?![\s.]*\d)|(?:lit|Buchst)\.|Buchstabe\b|\([a-j]\))(?:\s*(?:lit\.|Buchst\.)?\s*[a-j]\b)?"
)
#: days from which § 25 of the act on cookies and similar storage has been in force, with its name
_TERMINAL_LAW = ((date(2024, 5, 14), "TDDDG"), (date(2021, 12, 1), "TTDSG"))


def _texts(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Every text of the manifest but addresses and the reasons why a published promise was given up."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "url" and not (path[:1] == ("superseded",) and key == "because"):
                yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))


def _outdated(loaded: Loaded, on: date) -> Iterator[tuple[KeyPath, str, law.Act]]:
    """Each name of an act that has ended, unless the text says 'formerly'; once for a text and act."""
    acts = {name: act for act in law.acts() if act.ended <= on for name in act.names}
    longest_first = sorted(acts, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)")
    for path, text in _texts(loaded.source.values):
        found = [one for one in pattern.finditer(text) if not _FORMERLY.search(text[: one.start()])]
        for name in {acts[one[0]].id: one[0] for one in reversed(found)}.values():
            yield path, name, acts[name]


@rule(
    "repealed-law",
    Severity.WARNING,
    why="a notice that names law which no longer holds misinforms people and shows that nobody reads it",
    advice="name the act that holds today",
    source="Art. 12(1), 5(1)(a) GDPR",
)
def repealed_law(loaded: Loaded, on: date) -> Iterator[Spot]:
    """An act in the manifest's texts that has been repealed, renamed or declared invalid."""
    for path, name, act in _outdated(loaded, on):
        if not _is_safeguard(path, act):
            advice = f"write {act.successor.en} instead" if act.successor else "remove it"
            yield Spot(path, f"{name} has been {act.how} since {act.ended.isoformat()}", advice, act.source)


def _is_safeguard(path: KeyPath, act: law.Act) -> bool:
    return act.kind == "transfer" and path[:1] == ("recipients",) and path[2:3] == ("safeguard",)


@rule(
    "void-safeguard",
    Severity.ERROR,
    why="a safeguard that has fallen protects nobody, and the transfer is unlawful",
    advice="name a safeguard that holds today",
    source="Art. 44 to 46 GDPR",
)
def void_safeguard(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A transfer to a third country that rests on a decision which no longer holds."""
    for path, name, act in _outdated(loaded, on):
        if _is_safeguard(path, act):
            advice = f"check for {act.successor.en}" if act.successor else ""
            yield Spot(path, f"{path[1]} relies on {name}, {act.how} since {act.ended.isoformat()}", advice, act.source)


@rule(
    "terminal-law-unnamed",
    Severity.WARNING,
    why="storing and reading in the visitor's browser has a law of its own, beside the GDPR",
    advice="add it to notice: {names_laws: […]} and say which entries are strictly necessary",
    source="section 25 TDDDG",
)
def terminal_law_unnamed(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Cookies are declared, but the act on storage in terminal equipment is not named."""
    name = next((name for since, name in _TERMINAL_LAW if since <= on), None)
    manifest = loaded.manifest
    if name and manifest.cookies and not any(name in said for said in manifest.notice.names_laws):
        what = f"{len(manifest.cookies)} cookies are declared, but section 25 {name} is not named"
        yield Spot(("notice", "names_laws"), what, source=f"section 25 {name}")


@rule(
    "incomplete-citation",
    Severity.WARNING,
    why="a citation without its paragraph points to nothing that people could read",
    advice="write the paragraph: Art. 6 Abs. 1 Buchst. f DSGVO, Art. 6(1)(f) GDPR",
    source="Art. 13(1)(c), 12(1) GDPR",
)
def incomplete_citation(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Article 6 or 9 with a letter but without a paragraph."""
    for path, text in _texts(loaded.source.values):
        found = _INCOMPLETE.search(text)
        if found:
            yield Spot(path, f"{found[0].strip()!r} lacks its paragraph")
