"""A catalogue of published promises, and which of them a manifest binds: pure but for reading the file.

A catalogue is YAML: a list of items, each with an ``id`` and, in its own words, what it ``says``; further documents in the file are
not read. The manifest names items with ``refs``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .derive import promises_of
from .finding import Finding, ManifestError, Position, Severity
from .loading import Loaded
from .promise import Attested
from .source import KeyPath

State = Literal["shown", "attested", "broken", "undecided", "superseded", "declared", "explained", "open"]
Kind = Literal["promise", "attested", "text", "superseded", "not bound"]
Word = Literal["kept", "broken", "undecided"]

#: each state and what it means, in the order of a report
STATES: Mapping[State, str] = {
    "shown": "bound to promises that were all kept at the last look",
    "attested": "a named role says so, and that is not too old",
    "broken": "bound to a promise that was broken at the last look",
    "undecided": "bound to a promise of which the last look could not tell, or that nobody has looked at",
    "superseded": "withdrawn in the manifest, with the reason",
    "declared": "bound to a text only, such as a recipient, cookie, backup or measure: nothing looks at it",
    "explained": "bound to nothing, and the manifest says why",
    "open": "bound to nothing, and nobody says why",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published promise."""

    id: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A part of the manifest that names an item."""

    ref: str
    #: the id of a promise, or the manifest path of a text
    by: str
    kind: Kind
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """An item and how it stands."""

    item: Item
    state: State
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All items of a catalogue, and what the manifest names that is not among them."""

    items: tuple[Covered, ...]
    unknown: tuple[Binding, ...]

    @property
    def totals(self) -> dict[State, int]:
        """How many items are in each state; all states are named."""
        return {state: sum(1 for one in self.items if one.state == state) for state in STATES}

    @property
    def word(self) -> Word:
        """Broken or undecided where anything bound is; open items change nothing."""
        states = {one.state for one in self.items}
        return "broken" if "broken" in states else "undecided" if "undecided" in states else "kept"


def read_catalogue(path: Path) -> tuple[Item, ...]:
    """Read the items of a catalogue; raises ManifestError with the place of what is wrong."""
    try:
        with path.open("rb") as file:
            document = next(iter(YAML(typ="safe", pure=True).load_all(file)), None)
    except OSError as error:
        raise _wrong(path, f"the catalogue cannot be read: {error.strerror}") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _wrong(path, f"this is not YAML: {error.problem or 'unreadable'}", *place) from None
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError, KeyError) as error:
        raise _wrong(path, f"this is not YAML that can be read ({type(error).__name__})") from None
    if not isinstance(document, list) or not document:
        raise _wrong(path, "the catalogue is not a list of items")
    items = tuple(_item(path, number, entry) for number, entry in enumerate(document, 1))
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise _wrong(path, f"two items are called {item.id}")
        seen.add(item.id)
    return items


def _item(path: Path, number: int, entry: Any) -> Item:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise _wrong(path, f"item {number} has no id")
    return Item(id=entry["id"], says=" ".join(str(entry.get("says") or "").split()))


def _wrong(path: Path, what: str, line: int = 1, column: int = 1) -> ManifestError:
    return ManifestError(
        (
            Finding(
                code="catalogue",
                severity=Severity.ERROR,
                what=what,
                why="what a catalogue lists decides what counts as covered",
                advice="write a list of items, each with an id of its own: - {id: A-1, says: …}",
                position=Position(str(path), line, column),
            ),
        )
    )


def bindings(loaded: Loaded) -> Iterator[Binding]:
    """Every item that the manifest names, and where."""
    manifest = loaded.manifest
    bound: set[KeyPath] = set()
    for promise in promises_of(manifest):
        bound.add(promise.path)
        kind: Literal["attested", "promise"] = "attested" if isinstance(promise, Attested) else "promise"
        yield from _named(loaded, promise.refs, promise.id, kind, promise.path)
    for path, refs in _texts(loaded):
        if path not in bound:
            yield from _named(loaded, refs, ".".join(map(str, path)), "text", path)
    for index, superseded in enumerate(manifest.superseded):
        path = ("superseded", index)
        yield from _named(loaded, superseded.refs, superseded.because, "superseded", path)
    for index, left in enumerate(manifest.not_bound):
        yield from _named(loaded, left.refs, left.because, "not bound", ("not_bound", index))


def _texts(loaded: Loaded) -> Iterator[tuple[KeyPath, tuple[str, ...]]]:
    manifest = loaded.manifest
    for name, activity in manifest.activities.items():
        yield ("activities", name), activity.refs
        for index, keep in enumerate(activity.keep):
            yield ("activities", name, "keep", index), keep.refs
    for section in ("recipients", "cookies", "backups", "measures"):
        for name, entry in getattr(manifest, section).items():
            yield (section, name), entry.refs


def _named(loaded: Loaded, refs: Sequence[str], by: str, kind: Kind, path: KeyPath) -> Iterator[Binding]:
    items = path if "refs" in path else (*path, "refs")  # a system sorts its items by what shows them
    for index, ref in enumerate(refs):
        yield Binding(ref=ref, by=by, kind=kind, position=loaded.position(*items, index))


def covered(items: Sequence[Item], bound: Sequence[Binding], verdicts: Mapping[str, Word]) -> Coverage:
    """How each item stands by the last verdict of what it is bound to; a promise without one is undecided."""
    by_ref: dict[str, list[Binding]] = {}
    for binding in bound:
        by_ref.setdefault(binding.ref, []).append(binding)
    found = []
    for item in items:
        names = by_ref.get(item.id, [])
        found.append(Covered(item=item, state=_state(names, verdicts), by=tuple(dict.fromkeys(one.by for one in names))))
    known = {item.id for item in items}
    return Coverage(items=tuple(found), unknown=tuple(binding for binding in bound if binding.ref not in known))


def _state(names: Sequence[Binding], verdicts: Mapping[str, Word]) -> State:
    """What is judged weighs more than what is said; the worst verdict counts."""
    judged = [one for one in names if one.kind in ("promise", "attested")]
    words = {verdicts.get(one.by, "undecided") for one in judged}
    if "broken" in words:
        return "broken"
    if "undecided" in words:
        return "undecided"
    if judged:
        return "shown" if any(one.kind == "promise" for one in judged) else "attested"
    kinds = {one.kind for one in names}
    if "superseded" in kinds:
        return "superseded"
    return "declared" if "text" in kinds else "explained" if kinds else "open"
