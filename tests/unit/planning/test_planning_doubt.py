"""A condition is settled only if its form shows that it is never unknown."""

from __future__ import annotations

import pytest

from zusage.planning.doubt import settled
from zusage.promises.condition import parse
from zusage.promises.inventory import ColumnInfo, TableInfo

TABLE = TableInfo(
    "t",
    (
        ColumnInfo("a", "integer", nullable=True),
        ColumnInfo("b", "integer", nullable=True),
        ColumnInfo("here", "integer", nullable=False),
        ColumnInfo("word", "text", nullable=False),
        ColumnInfo("other", "uuid", nullable=False),
        ColumnInfo("document", "json", nullable=False),
        ColumnInfo("day", "date", nullable=False),
    ),
)


@pytest.mark.parametrize(
    "text",
    [
        "TRUE",
        "a IS NULL",
        "a IS NOT NULL AND a IN (1, 2)",
        "a IS NOT NULL AND a = 1 OR b IS NOT NULL AND b < 2",
        "here = 1",
        "word = 'x' AND word < other AND TRUE",
        '"document->x" IS NOT NULL AND "document->x" = \'x\'',
    ],
)
def test_what_has_a_value_wherever_it_is_asked_is_settled(text: str) -> None:
    assert settled(parse(text), TABLE)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1",
        "a IN (1)",
        "a IS NOT NULL OR a = 1",
        "a IS NOT NULL AND b = 1",
        "a IS NULL AND a = 1",
        "here = 1 AND a LIKE 'x%'",
        "here = '1'",
        "here IN (1, '1')",
        "a IS NOT NULL AND a = 'x'",
        "here = word",
        "day < 1",
    ],
)
def test_what_can_miss_a_value_is_not(text: str) -> None:
    assert not settled(parse(text), TABLE)
