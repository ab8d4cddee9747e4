"""A Manifest back to text: what ``load`` reads from it is equal."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from ruamel.yaml import YAML

from .manifest import Manifest


def to_yaml(manifest: Manifest) -> str:
    """Write a manifest as YAML, leaving out what stands at its default."""
    values = manifest.model_dump(by_alias=True, exclude_defaults=True)
    values["zusage"] = manifest.zusage
    ordered = {"zusage": values.pop("zusage"), **values}
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_plain(ordered), stream)
    return stream.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool | int | float | date) or value is None:
        return value
    return str(value)
