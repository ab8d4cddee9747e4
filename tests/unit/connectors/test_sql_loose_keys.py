"""Columns of PostgreSQL that take two spellings for one key are compared as they do only with texts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from zusage.connectors.sql.dialects.port import Stored
from zusage.connectors.sql.dialects.postgresql import PostgreSQL
from zusage.promises.inventory import ColumnInfo

LETTERS = PostgreSQL()
KEYS = LETTERS.as_keys()


@pytest.mark.parametrize("declared", ["character varying(36) COLLATE no_case", "citext", "public.citext"])
def test_a_text_is_compared_as_the_column_does_and_a_number_as_ever(declared: str) -> None:
    column = sa.column("c", Stored(ColumnInfo("c", "text", nullable=False, declared=declared)))
    text, number = LETTERS.literal("0a1b"), LETTERS.literal(7)
    for one, other in ((KEYS.among, LETTERS.among), (_equal(KEYS), _equal(LETTERS))):
        assert str(one(column, [text])) != str(other(column, [text]))
        assert str(one(column, [number])) == str(other(column, [number]))
        assert str(one(column, [text, number])) == str(other(column, [text, number]))


def test_a_column_that_compares_by_letters_is_compared_so() -> None:
    column = sa.column("c", Stored(ColumnInfo("c", "text", nullable=False, declared="text")))
    text = LETTERS.literal("0a1b")
    assert str(KEYS.among(column, [text])) == str(LETTERS.among(column, [text]))


def _equal(dialect):
    return lambda column, values: dialect.compared("=", column, values[-1])
