"""The confirmation that nothing is held (Art. 15(1) GDPR), as it was given under an address that nobody ever used.

1. It says so, names every system that holds rows of people, and speaks of backups, of the request itself with its time of keeping, and
   of the competent authority; the page says the same.
2. Nothing of anybody who is there stands in it.
3. Whoever is there is not given one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from zusage.promises.competence import competent
from zusage.promises.manifest import Manifest

from .asked import Put
from .found import Part
from .reading import page_said, plain, sentence
from .spoken import NOTHING, period_said

_DATA, _PAGE = "confirmation.json", "confirmation.html"
#: how it is called in evidence that it was given to somebody of whom something is held
TO_SOMEBODY = "that nothing is held of somebody who is there"


def confirmed_to_nobody(manifest: Manifest, files: Mapping[str, bytes], put: Put, language: str) -> Part:
    """What must be in the letter, and what may not (1, 2)."""
    try:
        content = json.loads(files.get(_DATA, b""))
        said = {str(name): [str(line) for line in lines] for name, lines in content["information"].items()}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return Part(unread=(f"{_DATA} is not there, or cannot be read",))
    wanted = dict(_wanted(manifest, said, language))
    page = page_said(files.get(_PAGE, b""))
    wanted["the page says the same"] = bool(said) and all(plain(line) in page for lines in said.values() for line in lines)
    here = {kind for raw in files.values() for needles in (put.needles, put.others) for kind, _ in needles.within(raw)}
    return Part(
        wanted=frozenset(wanted),
        lacking=frozenset(name for name, there in wanted.items() if not there),
        sought=frozenset(f"somebody's {kind}" for kind in put.values),
        wrong=frozenset(f"somebody's {kind}" for kind in here),
    )


def confirmed_to_somebody(*, given: bool, unread: str = "") -> Part:
    """Whoever is there is not told so (3)."""
    return Part(
        sought=frozenset({TO_SOMEBODY}), wrong=frozenset({TO_SOMEBODY} if given else ()), unread=(unread,) if unread else ()
    )


def _wanted(manifest: Manifest, said: Mapping[str, Sequence[str]], language: str) -> Iterator[tuple[str, bool]]:
    words = NOTHING.get(language, {})
    for name, pattern in words.items():
        yield name, any(pattern.search(line) for line in said.get(_PART[name], ()))
    searched = " ".join(said.get("searched", ()))
    for system in sorted(_systems(manifest)):
        yield f"{system} was searched", bool(re.search(rf"\b{re.escape(system)}\b", searched))
    if manifest.requests:
        kept = manifest.requests.kept
        yield "how long the request is kept", any(period_said(kept, line, language) for line in said.get("request", ()))
    if authority := competent(manifest.controller):
        name = sentence(authority.name.in_language("de" if language == "de" else "en"))
        yield "the competent authority", any(name in sentence(line) for line in said.get("complaint", ()))


_PART = {"that nothing is held": "confirmation", "what of backups": "backups", "what of the request itself": "request"}


def _systems(manifest: Manifest) -> set[str]:
    """Those with a table of people who are known by an address."""
    known = {kind: one for kind, one in manifest.people.items() if one.known_by}
    tables = {table for one in known.values() for table in (one.record, *(name.rpartition(".")[0] for name in one.known_by))}
    tables |= {
        table for one in manifest.activities.values() for table, data in one.data.items() if data.of and data.of.target in known
    }
    return {table.split(".", 1)[0] for table in tables}
