"""Finding a promise by its id."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TypeVar

from .promise import Promise

One = TypeVar("One", bound=Promise)


class UnknownPromise(Exception):
    """The manifest makes no promise of this id."""

    def __init__(self, id: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(id, known, n=3, cutoff=0.4)
        self.near = tuple(near)
        there = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known) or 'none'}."
        super().__init__(f"the manifest makes no promise {id!r}. {there} `zusage status` lists them all.")


def find(promises: Sequence[One], id: str) -> One:
    """The promise of that id; raises UnknownPromise, which names the nearest."""
    for promise in promises:
        if promise.id == id:
            return promise
    raise UnknownPromise(id, [promise.id for promise in promises])
