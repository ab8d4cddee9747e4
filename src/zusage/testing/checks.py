"""What the kit says when something is not as it must be. Plain assertions, so that any test runner can carry the suites."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


def same(found: object, wanted: object, about: str) -> None:
    """Both are equal; raises AssertionError with both."""
    if found != wanted:
        raise AssertionError(f"{about}\n  found:  {found!r}\n  wanted: {wanted!r}")


def true(found: bool, about: str) -> None:
    """It is so; raises AssertionError."""
    if not found:
        raise AssertionError(about)


@contextmanager
def refused(kind: type[Exception], about: str) -> Iterator[list[Exception]]:
    """The block raises ``kind``, which is then in the list; raises AssertionError when it does not."""
    caught: list[Exception] = []
    try:
        yield caught
    except kind as error:
        caught.append(error)
    if not caught:
        raise AssertionError(f"{about}: {kind.__name__} was not raised")
