"""What the reference makes of values that are generalised."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zusage.promises.condition.rounding import lessened


@pytest.mark.parametrize(
    ("value", "said"),
    [(7, 4), (-1, -4), (0, 0), (Decimal(7), 4), (Decimal("8.0"), 8), (Decimal("2.5"), None), (Decimal("NaN"), None), ("7", None)],
)
def test_a_whole_number_is_generalised_however_its_column_holds_it_and_nothing_else_is(value: object, said: int | None) -> None:
    assert lessened(value, 4) == said
