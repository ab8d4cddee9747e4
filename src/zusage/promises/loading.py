"""A manifest file to a Manifest, with every mistake in one pass."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from .finding import Finding, ManifestError, Position, Severity
from .manifest import Manifest
from .source import KeyPath, Source, read

_ADVICE = {
    "extra_forbidden": "remove it, or correct its spelling",
    "missing": "add it",
    "literal_error": "write one of the words that the message names",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A manifest with the place of each of its parts and a digest of its files."""

    manifest: Manifest
    source: Source
    #: SHA-256 over names and contents of all files, as hex
    digest: str

    def position(self, *path: str | int) -> Position:
        """Where a part of the manifest stands."""
        return self.source.position(path)


def load(path: Path) -> Loaded:
    """Read, validate and cross-check a manifest; raises ManifestError with all mistakes at once."""
    source = read(path)
    try:
        manifest = Manifest.model_validate(source.values)
    except ValidationError as error:
        raise ManifestError(tuple(_findings(error, source))) from None
    findings = tuple(_references(manifest, source))
    if findings:
        raise ManifestError(findings)
    return Loaded(manifest, source, digest_of(source.files))


def digest_of(files: dict[str, bytes]) -> str:
    """A digest that changes with any byte of any file; where the files lie does not matter."""
    total = hashlib.sha256()
    for name in sorted(files):
        content = files[name]
        total.update(f"{Path(name).name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _findings(error: ValidationError, source: Source) -> list[Finding]:
    found: dict[tuple[Position, str], Finding] = {}
    for item in error.errors(include_url=False, include_context=False):
        path = _real_path(item["loc"], source)
        what, position = _wording(item, path, source)
        kind = item["type"]
        found.setdefault(
            (position, what),
            Finding(
                code="manifest",
                severity=Severity.ERROR,
                what=what,
                why="a manifest that is misread would keep the wrong promise",
                advice=_advice(kind, path),
                position=position,
                path=".".join(map(str, path)),
            ),
        )
    return sorted(found.values(), key=lambda f: f.position)


def _real_path(loc: tuple[str | int, ...], source: Source) -> KeyPath:
    """Strip what pydantic adds for the branches of a union and for keys."""
    path: KeyPath = ()
    value: Any = source.values
    for part in loc:
        if (isinstance(value, dict) and part in value) or (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            value, path = value[part], (*path, part)
        elif part == loc[-1] and part != "[key]" and isinstance(value, dict) and isinstance(part, str):
            path = (*path, part)
    return path


def _wording(item: Any, path: KeyPath, source: Source) -> tuple[str, Position]:
    key = str(path[-1]) if path else "the manifest"
    position = source.position(path)
    message = str(item["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if item["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, _known_keys(), n=1)
        return f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else ""), position
    if item["type"] == "missing":
        return f"{key!r} is missing here", source.position(path[:-1])
    offset = re.search(r" \[at (\d+)\]$", message)
    if offset:
        message = message[: offset.start()]
        position = Position(position.file, position.line, position.column + int(offset[1]))
    return f"{key}: {message[:1].lower()}{message[1:]}", position


def _advice(kind: str, path: KeyPath) -> str:
    if path and path[-1] in {"only", "unless", "condition"}:
        return "write a comparison of columns, such as: status = 'closed' AND closed_at IS NOT NULL"
    return _ADVICE.get(kind, "correct it as the message says; `zusage schema` prints everything that may stand here")


def _known_keys() -> list[str]:
    keys: set[str] = {"import"}

    def collect(schema: Any) -> None:
        if isinstance(schema, dict):
            keys.update(schema.get("properties", {}))
            for value in schema.values():
                collect(value)

    collect(Manifest.model_json_schema())
    return sorted(keys)


def _references(manifest: Manifest, source: Source) -> list[Finding]:
    """Names that point to nothing, and secrets."""
    found: list[Finding] = []

    def report(path: KeyPath, what: str, advice: str) -> None:
        why = "a promise about something that does not exist can be neither kept nor shown"
        found.append(
            Finding(code="reference", severity=Severity.ERROR, what=what, why=why, advice=advice, position=source.position(path))
        )

    _zone(manifest.time_zone, ("time_zone",), report)
    for name, system in manifest.systems.items():
        _zone(system.time_zone, ("systems", name, "time_zone"), report)
        for key in ("url", "application"):
            if re.search(r"://[^/@:]*:[^@/$]+@", getattr(system, key) or ""):
                report(
                    ("systems", name, key), "a password stands in the manifest", "move the address to the environment: ${NAME}"
                )
    for table, path in _tables(manifest):
        if table.split(".", 1)[0] not in manifest.systems:
            report(
                path,
                f"{table!r} names no system of this manifest",
                f"declare it under systems: {', '.join(manifest.systems) or 'none yet'}",
            )
    for name, activity in manifest.activities.items():
        for index, recipient in enumerate(activity.recipients):
            if recipient not in manifest.recipients:
                report(
                    ("activities", name, "recipients", index),
                    f"recipient {recipient!r} is not declared",
                    "add it under recipients",
                )
        _activity(name, activity, manifest, report)
    return sorted(found, key=lambda f: f.position)


def _zone(zone: str, path: KeyPath, report: Any) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        report(path, f"{zone!r} is not a time zone", "write a name such as Europe/Berlin or UTC")


def _tables(manifest: Manifest) -> list[tuple[str, KeyPath]]:
    named: list[tuple[str, KeyPath]] = [(p.record, ("people", n, "record")) for n, p in manifest.people.items()]
    named += [(r.table, ("every_row", n, "table")) for n, r in manifest.every_row.items()]
    named += [(r.table, ("no_column", n, "table")) for n, r in manifest.no_column.items()]
    for name, activity in manifest.activities.items():
        named += [(table, ("activities", name, "data", table)) for table in activity.data]
        for index, keep in enumerate(activity.keep):
            named += [(t.target, ("activities", name, "keep", index, "waits_for", i)) for i, t in enumerate(keep.waits_for)]
    return named


def _activity(name: str, activity: Any, manifest: Manifest, report: Any) -> None:
    for table, data in activity.data.items():
        path = ("activities", name, "data", table)
        for class_name in data.classes:
            if class_name not in manifest.classes:
                report(
                    (*path, "classes", class_name),
                    f"class {class_name!r} has no title",
                    "add it under classes, in German and English",
                )
        if data.of and data.of.target not in manifest.people:
            report((*path, "of"), f"{data.of.target!r} is not a kind of people here", "declare it under people")
        if data.part_of and ".".join(data.part_of.target.split(".")[:2]) not in activity.data:
            report(
                (*path, "part_of"), f"{data.part_of.target!r} is not data of this activity", "name a table of the same activity"
            )
    roots = [table for table, data in activity.data.items() if data.part_of is None]
    held = {class_name for data in activity.data.values() for class_name in data.classes}
    names: set[str] = set()
    for index, keep in enumerate(activity.keep):
        path = ("activities", name, "keep", index)
        if keep.data is None and len(roots) != 1:
            report(path, "it is not clear which table this rule is about", f"add data: one of {', '.join(roots) or 'the tables'}")
        if keep.data is not None and keep.data not in activity.data:
            report((*path, "data"), f"{keep.data!r} is not data of this activity", f"name one of {', '.join(activity.data)}")
        for class_name in keep.classes:
            if class_name not in held:
                report(
                    (*path, "classes"),
                    f"class {class_name!r} is not held by this activity",
                    f"name one of {', '.join(sorted(held))}",
                )
        label = keep.name or f"rule-{index + 1}"
        if label in names:
            report((*path, "name"), f"two rules are called {label!r}", "give each a name of its own")
        names.add(label)
