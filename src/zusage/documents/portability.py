"""A person's data to take elsewhere (Art. 20 GDPR): a Data Package of Frictionless Data, each table as CSV and as JSON.

A value that is missing and an empty text are the same in CSV and differ in JSON; the kinds of values stand in the package's schema.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from zusage.promises.loading import Loaded
from zusage.promises.manifest import Manifest

from .answering import HeldRows
from .catalogue import Language, catalogue
from .columns import column_title, table_title
from .escaping import slug

#: kinds of columns of an inventory → types of a Table Schema
_TYPES = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "json": "object",
    "array": "array",
}


def package(
    loaded: Loaded,
    language: Language,
    on: date,
    held: Sequence[HeldRows],
    kinds: Mapping[str, Mapping[str, str]],
    beside: Mapping[str, bytes],
    id: str = "",
) -> dict[str, str | bytes]:
    """The files of the package by name; ``kinds`` says for each system.table what its columns hold, ``beside`` are files of rows.

    ``id`` is by what a receiver knows this very package, where it is sent to one.

    The type of a column is told only where every value is of it: a database may hold in a column what it was not declared for.
    """
    files: dict[str, str | bytes] = {}
    resources = []
    for name, one in _named(held):
        for form, text in (("csv", _csv(one)), ("json", _json(one))):
            path = f"data/{name}.{form}"
            files[path] = text
            resources.append(_resource(loaded.manifest, language, name, path, form, text, one, kinds.get(one.table, {})))
    for number, (path, data) in enumerate(beside.items(), 1):
        files[path] = data
        resources.append(_file(number, path, data))
    say = catalogue(language)
    content = {
        "profile": "data-package",
        "name": "personal-data",
        **({"id": id} if id else {}),
        "title": say("answer.package"),
        "created": f"{on.isoformat()}T00:00:00Z",  # the standard wants an instant
        "contributors": [{"title": loaded.manifest.controller.name, "role": "publisher"}],
        "resources": resources,
    }
    files["datapackage.json"] = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return files


def _named(held: Sequence[HeldRows]) -> Iterator[tuple[str, HeldRows]]:
    """Names that are good for files and for the package; a table that is there twice gets a number."""
    seen: dict[str, int] = {}
    for one in held:
        name = slug(one.table)
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}-{seen[name]}"), one


def _csv(held: HeldRows) -> str:
    """RFC 4180; what is no single value is written as JSON. An entry without any value would be a blank line, and is in JSON alone."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(held.columns)
    cells = ([_cell(value) for value in row] for row in held.rows)
    writer.writerows(row for row in cells if any(cell not in (None, "") for cell in row))
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _json(held: HeldRows) -> str:
    return json.dumps([dict(zip(held.columns, row, strict=True)) for row in held.rows], ensure_ascii=False, indent=1) + "\n"


def _resource(
    manifest: Manifest, language: Language, name: str, path: str, form: str, text: str, held: HeldRows, kinds: Mapping[str, str]
) -> dict[str, object]:
    say = catalogue(language)
    content = text.encode()
    fields = [
        {
            **_field(column, kinds.get(column, ""), [row[at] for row in held.rows]),
            "title": column_title(manifest, say, held.table, column),
        }
        for at, column in enumerate(held.columns)
    ]
    table = {"profile": "tabular-data-resource", "schema": {"fields": fields, "missingValues": [""]}}
    return {
        **(table if form == "csv" else {"profile": "data-resource", "type": "json"}),
        "name": name if form == "csv" else f"{name}-{form}",
        "title": table_title(manifest, say, held.table)
        or say.listed(say.of(manifest.classes[one]) for one in held.classes)
        or held.table,
        "path": path,
        "format": form,
        "mediatype": "text/csv" if form == "csv" else "application/json",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _file(number: int, path: str, content: bytes) -> dict[str, object]:
    return {
        "profile": "data-resource",
        "type": "file",
        "name": f"file-{number}",
        "title": path.rpartition("/")[2],
        "path": path,
        "mediatype": mimetypes.guess_type(path)[0] or "application/octet-stream",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _field(name: str, kind: str, values: Sequence[object]) -> dict[str, str]:
    there = [value for value in values if value is not None]
    wanted = _TYPES.get(kind, "string")
    fits = {
        "integer": all(isinstance(value, int) and not isinstance(value, bool) for value in there),
        "number": all(isinstance(value, int | float) and not isinstance(value, bool) for value in there),
        "boolean": all(isinstance(value, bool) for value in there),
        "object": all(isinstance(value, dict) for value in there),
        "array": all(isinstance(value, list) for value in there),
        "string": all(isinstance(value, str) for value in there),
    }
    return {"name": name, "type": wanted if fits[wanted] else "any"}
