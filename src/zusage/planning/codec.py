"""Frozen values to plain JSON and back, by class name; what is not registered is refused."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from zusage.promises.condition import tree

_KNOWN: dict[str, type] = {}


def register(*kinds: type) -> None:
    """Let values of these classes be written and read; registering a name twice raises."""
    for kind in kinds:
        if _KNOWN.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(f"{kind.__name__} is registered already")


def encode(value: Any) -> Any:
    """A value as JSON; raises TypeError for a class that is not registered."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return {"time": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    name = type(value).__name__
    if _KNOWN.get(name) is not type(value) or not is_dataclass(value):
        raise TypeError(f"{name} cannot stand in a plan")
    return {"is": name, **{field.name: encode(getattr(value, field.name)) for field in fields(value)}}


def decode(value: Any) -> Any:
    """JSON back to the value; raises ValueError for anything unknown or superfluous."""
    if isinstance(value, list):
        return tuple(decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    if value.keys() == {"time"}:
        return datetime.fromisoformat(value["time"])
    if value.keys() == {"date"}:
        return date.fromisoformat(value["date"])
    kind = _KNOWN.get(str(value.get("is")))
    if kind is None or not is_dataclass(kind):
        raise ValueError("the plan contains something unknown")
    if value.keys() - {"is"} != {field.name for field in fields(kind)}:
        raise ValueError(f"{kind.__name__} in the plan has other parts than it should")
    return kind(**{field.name: decode(value[field.name]) for field in fields(kind)})


register(
    tree.Column, tree.Literal, tree.Call, tree.Compare, tree.IsNull, tree.OneOf, tree.Like, tree.And, tree.Or, tree.Not,
    tree.Exists, tree.Under, tree.Linked, tree.Rare, tree.Truth, tree.Before, tree.Placeable, tree.Shaped, tree.Surely, tree.Possibly,
)  # fmt: skip
