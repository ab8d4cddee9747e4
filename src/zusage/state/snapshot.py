"""One moment of several tables: what is read with two statements must not look torn because somebody wrote in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction


@contextmanager
def snapshot(alias: str) -> Iterator[None]:
    """All that is read inside is of one moment. Inside another transaction it is of that one, as far as that one keeps others out."""
    connection = connections[alias]
    outermost = not connection.in_atomic_block
    with transaction.atomic(using=alias):
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
