"""YAML text to plain values, remembering where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .finding import Finding, ManifestError, Position, Severity

_MOST_NODES = 200_000
_MOST_BYTES = 4_000_000
_DEEPEST = 40
KeyPath = tuple[str | int, ...]


@dataclass(slots=True)
class Source:
    """The plain content of one or several manifest files and the positions of its parts."""

    values: dict[str, Any]
    positions: dict[KeyPath, Position] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def position(self, path: KeyPath) -> Position:
        """Where ``path`` stands, or the nearest part around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.positions:
                return self.positions[path[:length]]
        return Position(next(iter(self.files), "manifest"))


def mistake(code: str, what: str, why: str, advice: str, position: Position) -> ManifestError:
    """A ManifestError with a single finding."""
    found = Finding(code=code, severity=Severity.ERROR, what=what, why=why, advice=advice, position=position)
    return ManifestError((found,))


def read(path: Path) -> Source:
    """Read a manifest file, or all ``*.yaml`` of a folder, with everything they import; raises ManifestError."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    source = Source({})
    for file in files:
        _read_file(file, source, ())
    if not files:
        raise mistake(
            "no-manifest",
            "the folder has no *.yaml file",
            "there is nothing to read",
            "name a manifest file",
            Position(str(path)),
        )
    return source


def _read_file(file: Path, source: Source, chain: tuple[Path, ...]) -> None:
    here = Position(str(file))
    if file.resolve() in chain:
        raise mistake("import-cycle", "this file imports itself", "the content would never end", "remove one import", here)
    if str(file) in source.files:
        return
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise mistake(
            "unreadable", f"the file cannot be read: {reason}", "nothing can be checked", "name a readable file", here
        ) from None
    source.files[str(file)] = content
    document = parse(content, str(file))
    imports = document.pop("import", None)
    plain, positions = _plain(document, str(file))
    _merge(source, plain, positions)
    for name in _imports(imports, here):
        _read_file(file.parent / name, source, (*chain, file.resolve()))


def _imports(value: object, here: Position) -> list[str]:
    names = [value] if isinstance(value, str) else value if value is not None else []
    if not isinstance(names, list) or not all(isinstance(name, str) and name and "\0" not in name for name in names):
        raise mistake(
            "import", "import takes a list of file names", "other files could not be found", "import: [orders.yaml]", here
        )
    return names


def parse(content: bytes, file: str) -> CommentedMap:
    """Parse one YAML document; raises ManifestError with line and column."""
    here = Position(file)
    if len(content) > _MOST_BYTES:
        raise mistake("too-large", "the file is larger than 4 MB", "a manifest is read by people", "split or shorten it", here)
    try:
        text = content.decode("utf-8")
        document = YAML(typ="rt", pure=True).load(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise mistake(
            "encoding", "the file is not UTF-8", "names would be read wrongly", "save it as UTF-8", Position(file, line)
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(file, mark.line + 1, mark.column + 1) if mark else here
        what = f"this is not YAML: {error.problem or error.context or 'unreadable'}".split("\n")[0]
        raise mistake("yaml", what, "the manifest cannot be read", "mend the syntax at this place", place) from None
    except (
        YAMLError,
        ValueError,
        RecursionError,
        AttributeError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        AssertionError,
    ) as error:
        # ruamel lets some of its own mistakes through on malformed input; they are all the input's fault here
        what = f"this is not YAML that can be read ({type(error).__name__})"
        raise mistake("yaml", what, "the manifest cannot be read", "mend the syntax", here) from None
    if not isinstance(document, CommentedMap):
        raise mistake(
            "not-a-mapping", "a manifest is a mapping of sections", "there is nothing to read", "begin with: zusage: 1", here
        )
    return document


def _plain(document: CommentedMap, file: str) -> tuple[dict[str, Any], dict[KeyPath, Position]]:
    positions: dict[KeyPath, Position] = {(): Position(file)}
    budget = [_MOST_NODES]

    def convert(node: Any, path: KeyPath) -> Any:
        budget[0] -= 1
        if budget[0] < 0 or len(path) > _DEEPEST:
            raise mistake(
                "too-deep", "the manifest is too deep or too large", "it could not be read", "flatten it", position(path)
            )
        if isinstance(node, Mapping):
            return {str(k): convert(v, note(node, k, (*path, str(k)))) for k, v in node.items()}
        if isinstance(node, list):
            return [convert(v, note(node, i, (*path, i))) for i, v in enumerate(node)]
        return _scalar(node)

    def position(path: KeyPath) -> Position:
        return next((positions[path[:n]] for n in range(len(path), -1, -1) if path[:n] in positions), Position(file))

    def note(node: Any, key: Any, path: KeyPath) -> KeyPath:
        marks = getattr(getattr(node, "lc", None), "data", None) or {}
        mark = marks.get(key) if isinstance(marks, dict) else None
        if mark:
            value_at = mark[2:4] if isinstance(node, CommentedMap) and len(mark) == 4 else mark[:2]
            positions[path] = Position(file, value_at[0] + 1, value_at[1] + 1)
        return path

    if not isinstance(document, CommentedMap | CommentedSeq):
        return {}, positions
    return convert(document, ()), positions


def _scalar(node: Any) -> Any:
    if node is None or isinstance(node, bool):
        return node
    if isinstance(node, datetime):
        return node.isoformat()
    if isinstance(node, date):
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)


def _merge(source: Source, values: dict[str, Any], positions: dict[KeyPath, Position]) -> None:
    """Sections of several files join; what is said twice is an error, because one of the two would silently lose."""
    for key, value in values.items():
        mine = source.values.get(key)
        if key not in source.values or (key == "zusage" and mine == value):
            source.values[key] = value
        elif isinstance(mine, dict) and isinstance(value, dict) and not (mine.keys() & value.keys()):
            mine.update(value)
        elif isinstance(mine, list) and isinstance(value, list):
            offset = len(mine)
            mine.extend(value)
            for path in [p for p in positions if p[:1] == (key,) and len(p) > 1 and isinstance(p[1], int)]:
                source.positions[(key, int(path[1]) + offset, *path[2:])] = positions.pop(path)
        else:
            what = f"{key!r} is said in two files"
            raise mistake(
                "said-twice", what, "one of the two would silently lose", "say it once", positions.get((key,), Position(""))
            )
    for path, place in positions.items():
        source.positions.setdefault(path, place)
