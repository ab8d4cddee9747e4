"""The JSON Schema of the manifest, for editors that complete keys and explain them, and for everyone who writes manifests."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from .manifest import Manifest
from .manifest import activities as _activities
from .manifest import consents as _consents
from .manifest import controller as _controller
from .manifest import systems as _systems
from .manifest import texts as _texts
from .manifest import website as _website

ID = "https://zusage.example/schema/manifest-1.json"
_IMPORT = {
    "title": "Import",
    "description": "other files of this manifest, relative to this one; their sections are joined with the sections here",
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}],
}


def json_schema(*, part: bool = False) -> dict[str, Any]:
    """The schema as JSON Schema 2020-12. ``part`` is the schema of a file that others import, which need not say everything."""
    made = Manifest.model_json_schema(schema_generator=GenerateJsonSchema)
    definitions: dict[str, Any] = made.pop("$defs", {})
    for model in _models():
        target = made if model is Manifest else definitions.get(model.__name__)
        if target:
            _explain(model, target)
    made["properties"] = {"import": _IMPORT, **made["properties"]}
    if part:
        made.pop("required", None)
    head = {"$schema": GenerateJsonSchema.schema_dialect, "$id": ID, "title": "Zusage manifest"}
    whole = {**head, **{key: value for key, value in made.items() if key not in head}, "$defs": definitions}
    _close(whole)
    return whole


def _models() -> Iterator[type[BaseModel]]:
    seen: set[type[BaseModel]] = {Manifest}
    for module in (inspect.getmodule(Manifest), _activities, _consents, _controller, _systems, _texts, _website):
        for found in vars(module).values():
            if inspect.isclass(found) and issubclass(found, BaseModel) and found.__module__.startswith(__package__ or ""):
                seen.add(found)
    yield from sorted(seen, key=lambda model: model.__name__)


def _explain(model: type[BaseModel], target: dict[str, Any]) -> None:
    """Give each key the comment that stands above it in the source, as its description."""
    properties = target.get("properties", {})
    for name, comment in _comments(model).items():
        key = model.model_fields[name].alias or name
        if key in properties:
            properties[key].setdefault("description", comment)


def _comments(model: type[BaseModel]) -> dict[str, str]:
    """The ``#:`` comments of a model's fields; none where the source is not at hand."""
    try:
        lines = inspect.getsource(model).splitlines()
    except OSError:
        return {}
    definition = ast.parse("\n".join(lines)).body[0]
    found = {}
    for node in definition.body if isinstance(definition, ast.ClassDef) else ():
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            comment = _above(lines, node.lineno - 1)
            if comment:
                found[node.target.id] = comment
    return found


def _above(lines: list[str], number: int) -> str:
    texts: list[str] = []
    while number and lines[number - 1].lstrip().startswith("#:"):
        number -= 1
        texts.insert(0, lines[number].lstrip().removeprefix("#:").strip())
    return re.sub(r"``", "`", " ".join(texts))


def _close(node: Any) -> None:
    """Refuse keys that fit no pattern: a misspelt name is a mistake, as it is for the loader."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node.setdefault("additionalProperties", False)
        for value in node.values():
            _close(value)
    elif isinstance(node, list):
        for value in node:
            _close(value)
