"""The manifest's own bookkeeping: references to a catalogue, superseded promises, the guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from ..finding import Severity
from ..loading import Loaded
from ..row_files import files_of
from ..source import KeyPath
from .rule import Spot, rule


def _refs(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, list[str]]]:
    """Every list of references in the manifest."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "refs" and isinstance(inner, list):
                yield (*path, key), inner
            elif key == "refs" and isinstance(inner, dict):  # sorted by what shows them
                yield from (((*path, key, what), one) for what, one in inner.items() if isinstance(one, list))
            else:
                yield from _refs(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _refs(inner, (*path, index))


@rule(
    "reference-twice",
    Severity.WARNING,
    why="a reference that stands twice hides one that is missing",
    advice="remove one of the two",
    source="Art. 5(2) GDPR",
)
def reference_twice(loaded: Loaded, on: date) -> Iterator[Spot]:
    """The same reference twice in one list, or superseded twice."""
    superseded: set[str] = set()
    for path, refs in _refs(loaded.source.values):
        for ref, times in Counter(refs).items():
            if times > 1:
                yield Spot(path, f"{ref} stands {times} times here")
            if path[0] == "superseded":
                if ref in superseded:
                    yield Spot(path, f"{ref} is superseded twice")
                superseded.add(ref)


@rule(
    "superseded-but-kept",
    Severity.WARNING,
    why="a promise cannot be given up and kept at the same time",
    advice="remove the reference at one of the two places",
    source="Art. 5(1)(a) GDPR",
)
def superseded_but_kept(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A reference that is superseded and still stands at a promise."""
    lists = list(_refs(loaded.source.values))
    kept = {ref for path, refs in lists if path[0] not in ("superseded", "not_bound") for ref in refs}
    for path, refs in lists:
        if path[0] == "superseded":
            for ref in refs:
                if ref in kept:
                    yield Spot(path, f"{ref} is superseded, but a promise still refers to it")


@rule(
    "not-bound-but-kept",
    Severity.WARNING,
    why="whoever reads the coverage learns a reason that is no longer true",
    advice="remove the reference under not_bound",
    source="Art. 5(2) GDPR",
)
def not_bound_but_kept(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A reference that is said to be bound to nothing and stands elsewhere too."""
    lists = list(_refs(loaded.source.values))
    named = Counter(ref for _, refs in lists for ref in set(refs))
    for path, refs in lists:
        if path[0] == "not_bound":
            for ref in refs:
                if named[ref] > 1:
                    yield Spot(path, f"{ref} is said to be bound to nothing, but the manifest names it elsewhere too")


@rule(
    "superseded-by-unknown",
    Severity.WARNING,
    why="whoever looks for what replaced a published promise finds nothing",
    advice="name a reference, an activity, or activity/rule of this manifest",
    source="Art. 5(2) GDPR",
)
def superseded_by_unknown(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A superseding promise, named by one word, that the manifest does not have."""
    known = set(_promises(loaded))
    for index, one in enumerate(loaded.manifest.superseded):
        if one.by and " " not in one.by and one.by not in known and one.by.rpartition("/")[0] not in known:
            yield Spot(("superseded", index, "by"), f"{one.by!r} is no promise of this manifest")


def _promises(loaded: Loaded) -> Iterator[str]:
    manifest = loaded.manifest
    yield from (ref for path, refs in _refs(loaded.source.values) if path[0] != "superseded" for ref in refs)
    for name, activity in manifest.activities.items():
        for index, keep in enumerate(activity.keep):
            yield f"{name}/{keep.name or f'rule-{index + 1}'}"
    for prefix, section in (
        ("every-row", manifest.every_row),
        ("statistics", manifest.statistics),
        ("no-column", manifest.no_column),
        ("kept-apart", manifest.kept_apart),
        ("short-lived", manifest.short_lived),
        ("accounted", manifest.stores),
        ("files", files_of(manifest)),
        ("attested", manifest.attested),
    ):
        yield from (f"{prefix}/{name}" for name in section)
    yield from (*manifest.measures, *manifest.backups, *manifest.cookies, *manifest.recipients, *manifest.activities)


@rule(
    "guard-without-effect",
    Severity.WARNING,
    why="a guard that always or never stops a plan protects nothing: people learn to wave it through, or nobody looks",
    advice="write the largest share of a table that a routine plan may remove, such as share: 0.2",
    source="Art. 32(1)(b) GDPR",
)
def guard_without_effect(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A guard that lets everything or nothing pass."""
    share = loaded.manifest.guard.share
    if share in (0, 1):
        passes = "every plan, however much it removes" if share else "no plan at all"
        yield Spot(("guard", "share"), f"a share of {share:g} lets {passes} pass without a second person")
