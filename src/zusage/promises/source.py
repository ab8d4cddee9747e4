"""Manifest files to plain values, remembering where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .finding import Finding, ManifestError, Position, Severity
from .yaml_nodes import KeyPath, Place, Placed, parse, place_of

_MOST_BYTES = 4_000_000
_MOST_FILES = 500

__all__ = ["KeyPath", "Source", "mistake", "read"]


@dataclass(slots=True)
class Source:
    """The plain content of one or several manifest files and the positions of its parts."""

    values: dict[str, Any]
    places: dict[KeyPath, Place] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    #: mistakes after which the rest can still be checked
    findings: list[Finding] = field(default_factory=list)

    def position(self, path: KeyPath, offset: int = 0) -> Position:
        """Where the value at ``path`` stands, or the nearest part around it; ``offset`` counts characters into its text."""
        place = self._nearest(path)
        if place is None:
            return self._beginning()
        return place.inside(offset) if offset and path in self.places else place.value

    def key_position(self, path: KeyPath) -> Position:
        """Where the key of ``path`` stands, or the nearest part around it."""
        place = self._nearest(path)
        return place.key if place else self._beginning()

    def _nearest(self, path: KeyPath) -> Place | None:
        return next((self.places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.places), None)

    def _beginning(self) -> Position:
        return Position(next(iter(self.files), "manifest"))


def mistake(code: str, what: str, why: str, advice: str, position: Position) -> Finding:
    """An error in the text of a manifest."""
    return Finding(code=code, severity=Severity.ERROR, what=what, why=why, advice=advice, position=position)


def read(path: Path) -> Source:
    """Read a manifest file, or all ``*.yaml`` of a folder, with everything they import.

    Raises ManifestError with the mistakes of all files after which their content is not whole; what is said twice stays in
    ``findings``, because the rest can still be checked.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        what = "the folder has no *.yaml file"
        raise ManifestError(
            (mistake("no-manifest", what, "there is nothing to read", "name a manifest file", Position(str(path))),)
        )
    reading = _Reading(Source({}))
    for file in files:
        reading.read(file, Position(str(file)), ())
    if reading.fatal:
        raise ManifestError(tuple(sorted((*reading.fatal, *reading.source.findings), key=lambda f: f.position)))
    return reading.source


@dataclass(slots=True)
class _Reading:
    source: Source
    fatal: list[Finding] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)

    def read(self, file: Path, asked: Position, chain: tuple[Path, ...]) -> None:
        """Read a file that was asked for at a position, once, and then what it imports."""
        try:
            real = file.resolve()
            content = self._content(file, real, asked, chain)
        except (OSError, ValueError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or "its name is not one"
            self._refuse(
                "unreadable", f"the file cannot be read: {reason}", "nothing can be checked", "name a readable file", asked
            )
            return
        if content is None:
            return
        self.source.files[str(file)] = content
        try:
            parsed = parse(content, str(file))
        except ManifestError as error:
            self.fatal.extend(error.findings)
            return
        imports = parsed.values.pop("import", None)
        names = self._imports(imports, parsed)
        _merge(self.source, parsed)
        for index, name in enumerate(names):
            where = place_of(parsed, ("import", index) if isinstance(imports, list) else ("import",))
            self.read(file.parent / name, where.value, (*chain, real))

    def _content(self, file: Path, real: Path, asked: Position, chain: tuple[Path, ...]) -> bytes | None:
        if real in chain:
            self._refuse("import-cycle", f"{file.name} imports itself", "the content would never end", "remove one import", asked)
            return None
        if real in self.seen:
            return None
        if len(self.seen) >= _MOST_FILES:
            what = f"these are more than {_MOST_FILES} files"
            self._refuse("too-large", what, "a manifest is read by people", "join some", asked)
            return None
        self.seen.add(real)
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            what = "the file is larger than 4 MB"
            self._refuse("too-large", what, "a manifest is read by people", "split or shorten it", Position(str(file)))
            return None
        return content

    def _imports(self, value: object, parsed: Placed) -> list[str]:
        names = [value] if isinstance(value, str) else value if value is not None else []
        if not isinstance(names, list) or not all(isinstance(name, str) and name and "\0" not in name for name in names):
            what, why = "import takes a list of file names", "other files could not be found"
            self._refuse("import", what, why, "import: [orders.yaml]", place_of(parsed, ("import",)).value)
            return []
        return names

    def _refuse(self, code: str, what: str, why: str, advice: str, position: Position) -> None:
        self.fatal.append(mistake(code, what, why, advice, position))


def _merge(source: Source, parsed: Placed) -> None:
    """Sections of several files join; what is said twice is an error, because one of the two would silently lose."""
    for key, value in parsed.values.items():
        mine = source.values.get(key)
        if key not in source.values:
            source.values[key] = value
            _adopt(source, parsed, (key,))
        elif isinstance(mine, dict) and isinstance(value, dict):
            _merge_section(source, parsed, key, mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            _adopt(source, parsed, (key,), shift=len(mine))
            mine.extend(value)
        elif key != "zusage" or mine != value:
            _said_twice(source, parsed, (key,))
    source.places.setdefault((), place_of(parsed, ()))


def _merge_section(source: Source, parsed: Placed, key: str, mine: dict[str, Any], value: dict[str, Any]) -> None:
    for name, inner in value.items():
        if name in mine:
            _said_twice(source, parsed, (key, name))
        else:
            mine[name] = inner
            _adopt(source, parsed, (key, name))


def _said_twice(source: Source, parsed: Placed, path: KeyPath) -> None:
    what = f"{'.'.join(map(str, path))!r} is said in two files"
    why, place = "one of the two would silently lose", place_of(parsed, path)
    source.findings.append(mistake("said-twice", what, why, "say it once", place.key))


def _adopt(source: Source, parsed: Placed, prefix: KeyPath, shift: int = 0) -> None:
    """Take over the places under a path; items of a list that is joined to another move back by ``shift``."""
    depth = len(prefix)
    for path, place in parsed.places.items():
        if path[:depth] != prefix:
            continue
        moved = path
        if shift and len(path) > depth and isinstance(path[depth], int):
            moved = (*prefix, int(path[depth]) + shift, *path[depth + 1 :])
        source.places.setdefault(moved, place)
