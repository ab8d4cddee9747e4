"""What stands in a plan for what must not stand there: found in conditions, and replaced when a plan is counted or carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from zusage.promises.condition import Literal


def literals(node: Any) -> Iterator[Literal]:
    """Every constant in a condition, or in several."""
    if isinstance(node, Literal):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from literals(part)
    elif is_dataclass(node):
        for field in fields(node):
            yield from literals(getattr(node, field.name))


def replaced(node: Any, put: Callable[[Any], Any]) -> Any:
    """A condition, or several, with ``put`` in the place of each part of which it is not None; what it gives is not looked into."""
    if (found := put(node)) is not None:
        return found
    if isinstance(node, tuple):
        return tuple(replaced(part, put) for part in node)
    if is_dataclass(node) and not isinstance(node, type | Literal):
        return replace(node, **{field.name: replaced(getattr(node, field.name), put) for field in fields(node)})
    return node
