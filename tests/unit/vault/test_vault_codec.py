from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.vault import Document, codec
from zusage.vault.errors import CannotSeal

# No database keeps Python's fold, so neither does the vault.
MOMENTS = st.datetimes(timezones=st.none() | st.just(UTC) | st.just(timezone(timedelta(hours=2)))).map(
    lambda m: m.replace(fold=0)
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(codec=None)),
    st.binary(),
    st.decimals(allow_nan=False),
    st.dates(),
    MOMENTS,
    st.times().map(lambda moment: moment.replace(fold=0)),
    st.timedeltas(),
    st.uuids(),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def document(row: dict[str, Any]) -> Document:
    day = date(2020, 1, 1)
    return Document(
        system="s", table="t", key=(1,), rule="r", started_on=day, delete_from=day, row=row, parts=(("p", (row, row)),)
    )


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_every_row_comes_back_with_its_types(row: dict[str, Any]) -> None:
    key, back, parts = codec.from_bytes(codec.to_bytes(document(row)))
    assert (key, repr(back)) == ((1,), repr(row))
    assert repr(parts) == repr((("p", (row, row)),))


@pytest.mark.parametrize(
    "value",
    [
        True,
        1,
        1.0,
        "1",
        b"1",
        Decimal("1.00"),
        date(1, 1, 1),
        datetime(9999, 1, 1, tzinfo=UTC),
        time(1),
        timedelta(-1),
        UUID(int=1),
    ],
)
def test_look_alikes_keep_their_type(value: Any) -> None:
    _, back, _ = codec.from_bytes(codec.to_bytes(document({"x": value})))
    assert back["x"] == value
    assert type(back["x"]) is type(value)


def test_a_number_and_its_text_are_different_keys() -> None:
    assert len({codec.key_text(key) for key in ((1,), ("1",), (1, 2), ("1,2",), (True,))}) == 5


def test_an_unknown_type_is_refused_by_name_of_column_and_without_its_value() -> None:
    with pytest.raises(CannotSeal, match=r"t\.secret_column is of the type complex") as refused:
        codec.to_bytes(document({"fine": 1, "secret_column": 4711j}))
    assert "4711" not in str(refused.value)
