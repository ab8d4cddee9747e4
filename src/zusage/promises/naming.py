"""Finding a promise by its id."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TypeVar

from .promise import Promise

One = TypeVar("One", bound=Promise)


_MOST = 12


class UnknownPromise(Exception):
    """The manifest makes no promise of this id."""

    def __init__(self, id: str, known: Sequence[str]) -> None:
        self.near = tuple(difflib.get_close_matches(id, known, n=3, cutoff=0.4)) or tuple(one for one in known if id in one)
        super().__init__(f"the manifest makes no promise {id!r}. {self._there(known)} `zusage status` lists them all.")

    def _there(self, known: Sequence[str]) -> str:
        if self.near:
            return f"Did you mean {' or '.join(self.near[:_MOST])}?"
        return f"There are: {', '.join(known[:_MOST]) or 'none'}{' …' if len(known) > _MOST else ''}."


def find(promises: Sequence[One], id: str) -> One:
    """The promise of that id; raises UnknownPromise, which names the nearest."""
    for promise in promises:
        if promise.id == id:
            return promise
    raise UnknownPromise(id, [promise.id for promise in promises])
