"""Rows that escape every rule are found by trying them."""

from datetime import date
from typing import Any

import pytest

from zusage.promises.checking.gaps import OTHER, escaping
from zusage.promises.condition import parse
from zusage.promises.inventory import ColumnInfo, TableInfo

TABLE = TableInfo(
    "t",
    (
        ColumnInfo("state", "text", nullable=False),
        ColumnInfo("note", "text", nullable=True),
        ColumnInfo("paid", "boolean", nullable=False),
        ColumnInfo("tries", "integer", nullable=False),
        ColumnInfo("born", "date", nullable=True),
    ),
)


def _escaping(*texts: str) -> Any:
    return escaping([parse(text) for text in texts], TABLE)


@pytest.mark.parametrize(
    "texts",
    [
        ("state = 'closed'", "state <> 'closed'"),
        ("state IN ('a', 'b')", "state NOT IN ('a', 'b')"),
        ("note IS NULL", "note IS NOT NULL"),
        ("paid", "NOT paid"),
        ("tries < 3", "tries >= 3"),
        ("born < DATE '2000-01-01'", "born >= DATE '2000-01-01'", "born IS NULL"),
        ("coalesce(note, '') = 'x'", "coalesce(note, '') <> 'x'"),
        ("state = 'a'", "TRUE"),
    ],
)
def test_conditions_that_cover_every_row_let_none_escape(texts: tuple[str, ...]) -> None:
    assert _escaping(*texts) is None


@pytest.mark.parametrize(
    ("texts", "row"),
    [
        (("state = 'closed'",), {"state": OTHER}),
        (("note = 'x'", "note <> 'x'"), {"note": None}),
        (("tries < 3", "tries > 3"), {"tries": 3}),
        (("paid",), {"paid": False}),
        (("born < DATE '2000-01-01'", "born IS NULL"), {"born": date(2000, 1, 1)}),
    ],
)
def test_a_row_that_escapes_is_shown(texts: tuple[str, ...], row: dict[str, Any]) -> None:
    assert _escaping(*texts) == row


@pytest.mark.parametrize("text", ["EXISTS (SELECT 1 FROM u WHERE u.id = t.tries)", "state LIKE 'a%'", "length(state) = 1"])
def test_what_cannot_be_tried_is_not_claimed_to_escape(text: str) -> None:
    assert _escaping(text) is None
