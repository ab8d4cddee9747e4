"""Working without looking again and again through what stays in memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Python's collector looks only at what is made inside: a manifest and the schema of many tables stay as they are.

    Where thousands of statements are put together and let go, it would otherwise look through all of it each time that it thinks it is due.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
