"""Whether a package is what its description says, by the rules of Data Package, Data Resource and Table Schema: without the library that may
have made it.

1.  It is JSON, with resources; each has a name of its own in small letters, and a path within the package.
2.  Each file that it names is there, with the bytes and the SHA-256 that it names; and each file that is there is named.
3.  A table is read as CSV in UTF-8: its header is the fields of its schema, each row has as many cells, each cell fits its type.
4.  A file of JSON is JSON.
5.  No licence binds whoever passes it on (Art. 20(1) GDPR: without hindrance).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

DESCRIPTOR = "datapackage.json"
_NAME = re.compile(r"[a-z0-9._-]+")
_MISSING = [""]


def described(files: Mapping[str, bytes]) -> frozenset[str]:
    """The paths that the description names."""
    return frozenset(str(one.get("path")) for one in _resources(files))


def faults(files: Mapping[str, bytes]) -> Iterator[str]:
    """What is wrong, by the file and the rule, without a value."""
    resources = _resources(files)
    if _licensed(files):
        yield f"{DESCRIPTOR}: names a licence"
    if not resources:
        yield f"{DESCRIPTOR}: is no JSON with resources"
        return
    names = [one.get("name") for one in resources]
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name) or names.count(name) > 1:
            yield f"{DESCRIPTOR}: a resource has no name of its own in small letters"
    for path in sorted(files.keys() - described(files) - {DESCRIPTOR}):
        yield f"{path}: is not described"
    for one in resources:
        yield from (f"{one.get('path')}: {fault}" for fault in _faults(one, files))


def _licensed(files: Mapping[str, bytes]) -> bool:
    return any("licenses" in one for one in (_description(files), *_resources(files)))


def _description(files: Mapping[str, bytes]) -> dict[str, Any]:
    content = None
    with suppress(ValueError, RecursionError):
        content = json.loads(files.get(DESCRIPTOR, b""))
    return content if isinstance(content, dict) else {}


def _resources(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    found = _description(files).get("resources")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _faults(one: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    path = str(one.get("path"))
    raw = files.get(path)
    if raw is None or path.startswith(("/", "http")) or ".." in path.split("/"):
        yield "is not in the package"
        return
    if one.get("bytes") not in (None, len(raw)):
        yield "has another number of bytes than described"
    if one.get("hash") not in (None, f"sha256:{hashlib.sha256(raw).hexdigest()}"):
        yield "has another SHA-256 than described"
    if path.endswith(".csv"):
        yield from _table(one, raw)
    elif path.endswith(".json") and path.startswith("data/"):
        try:
            json.loads(raw)
        except (ValueError, RecursionError):
            yield "is no JSON"


def _table(one: Mapping[str, Any], raw: bytes) -> Iterator[str]:
    schema = one.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not all(isinstance(field, dict) and field.get("name") for field in fields):
        yield "has no schema with the names of its fields"
        return
    try:
        header, *rows = csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        yield "is no CSV in UTF-8"
        return
    if header != [field["name"] for field in fields]:
        yield "has another header than its schema"
        return
    if any(len(row) != len(header) for row in rows):
        yield "has rows with more or fewer cells than its schema"
        return
    missing = schema.get("missingValues", _MISSING) if isinstance(schema, dict) else _MISSING
    for at, field in enumerate(fields):
        fits = _TYPES.get(str(field.get("type", "any")))
        if fits is None:
            yield f"has a field {field['name']} of a type that there is not"
        elif not all(row[at] in missing or fits(row[at]) for row in rows):
            yield f"has a value in {field['name']} that is not of its type"


def _parsed(kind: type) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        with suppress(ValueError):
            return isinstance(json.loads(text), kind)
        return False

    return fits


#: types of Table Schema that a package of ours may have
_TYPES: Mapping[str, Callable[[str], bool]] = {
    "any": lambda text: True,
    "string": lambda text: True,
    "integer": lambda text: re.fullmatch(r"[+-]?\d+", text) is not None,
    "number": lambda text: re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|NaN|-?INF", text) is not None,
    "boolean": lambda text: text in {"true", "True", "TRUE", "1", "false", "False", "FALSE", "0"},
    "object": _parsed(dict),
    "array": _parsed(list),
}
