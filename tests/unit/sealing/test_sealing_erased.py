"""Codes of erased rows: the same for the same row, whatever the driver makes of it, and for no other."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.sealing.erased import WIDTH, codes_in, row_code

KEY = b"k" * 32
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
values = st.lists(st.none() | st.integers() | st.text() | st.datetimes() | st.dates(), min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((7, NOON), (7, NOON.astimezone(timezone(timedelta(hours=2))))),
        ((True,), (1,)),
        ((b"\x00\xff",), (bytearray(b"\x00\xff"),)),
        ((b"\x00\xff",), (memoryview(b"\x00\xff"),)),
        ((Decimal("1.50"),), (Decimal("1.5"),)),
        ((UUID(int=5),), (str(UUID(int=5)),)),
        ((date(2026, 6, 1),), ("2026-06-01",)),
    ],
)
def test_what_means_the_same_has_one_code(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    assert row_code(KEY, "shop.customer", one) == row_code(KEY, "shop.customer", other)


@pytest.mark.parametrize(
    "other",
    [
        ("shop.customer", (7, NOON + timedelta(seconds=1))),
        ("shop.customer", (8, NOON)),
        ("shop.customer", (7, None)),
        ("shop.customer", (7, "")),
        ("shop.customers", (7, NOON)),
        ("shop.customer", (7, NOON, None)),
    ],
)
def test_another_row_has_another_code(other: tuple[str, tuple[object, ...]]) -> None:
    table, row = other
    assert row_code(KEY, table, row) != row_code(KEY, "shop.customer", (7, NOON))
    assert row_code(b"o" * 32, "shop.customer", (7, NOON)) != row_code(KEY, "shop.customer", (7, NOON))


def test_no_value_reaches_into_the_next() -> None:
    assert row_code(KEY, "t", ("a", "b")) != row_code(KEY, "t", ("a\0=b",))
    assert row_code(KEY, "t", ("a\0", "b")) != row_code(KEY, "t", ("a", "\0b"))
    assert row_code(KEY, "t", (None,)) != row_code(KEY, "t", ("",))


@given(st.lists(values, max_size=20))
def test_codes_that_are_kept_together_come_apart_again(rows: list[list[object]]) -> None:
    codes = {row_code(KEY, "shop.customer", row) for row in rows}
    assert all(len(code) == WIDTH for code in codes)
    assert codes_in(b"".join(codes)) == codes
