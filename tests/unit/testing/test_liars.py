"""Nobody is taken at their word: each liar is caught by what is looked at elsewhere."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from zusage.connectors.trouble import Unreachable
from zusage.enforcement.refusal import PlanStale
from zusage.evidence.verdict import Verdict
from zusage.promises.condition import parse
from zusage.promises.manifest import Manifest
from zusage.testing.conformance.shop import inventory, table
from zusage.testing.liars import (
    BlindReader,
    FailingReader,
    GreedyWriter,
    IdleWriter,
    JumpingClock,
    LosingSealer,
    SquintingReader,
)
from zusage.testing.memory import MemoryReader, MemorySystem
from zusage.testing.memory_product import MemoryProduct
from zusage.testing.memory_writer import MemoryWriter

TEXT = {"de": "x", "en": "x"}
MANIFEST = Manifest.model_validate(
    {
        "zusage": 1,
        "controller": {"name": "Test"},
        "systems": {"shop": {"url": "none://", "application": "none://"}},
        "guard": {"share": 1},
        "activities": {
            "letters": {
                "title": TEXT,
                "purpose": TEXT,
                "legal_basis": "art-6-1-b",
                "data": {"shop.letter": {"classes": {"text": ["body"]}}},
                "keep": [{"name": "short", "at_most": "P1Y", "at_least": "P1Y", "from": "day"}],
            },
            "orders": {
                "title": TEXT,
                "purpose": TEXT,
                "legal_basis": "art-6-1-c",
                "data": {"shop.order": {"classes": {"text": ["body"]}}},
                "keep": [
                    {
                        "name": "long",
                        "at_least": "P8Y",
                        "at_most": "P8Y",
                        "from": "day",
                        "purpose_ends": {"from": "day", "after": "P1Y"},
                    }
                ],
            },
        },
        "every_row": {"bodies": {"says": TEXT, "table": "shop.letter", "condition": "body IS NOT NULL"}},
        "no_column": {"birth": {"says": TEXT, "table": "shop.letter", "columns": ["birth*"]}},
    }
)
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
READ_FROM_ROWS = [
    "letters/short/at-most",
    "letters/short/at-least",
    "orders/long/at-most",
    "orders/long/at-least",
    "orders/long/blocked",
]
KEPT, BROKEN, UNDECIDED = Verdict.KEPT, Verdict.BROKEN, Verdict.UNDECIDED


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(NOW)


@pytest.fixture
def product(clock: JumpingClock) -> MemoryProduct:
    columns = {"id": "integer", "day": "date", "body": "text"}
    tables = inventory(table("letter", columns), table("order", columns))  # type: ignore[arg-type]
    days = [date(2012, 1, 1), date(2020, 5, 5), date(2023, 1, 1), date(2024, 1, 1), date(2024, 5, 1)]
    rows = [{"id": n, "day": day, "body": "x"} for n, day in enumerate(days, 1)]
    return MemoryProduct(manifest=MANIFEST, system=MemorySystem(tables, {"letter": rows, "order": rows}), clock=clock)


def _work(product: MemoryProduct) -> MemoryProduct:
    """Look once, so that there is a census; do what is due."""
    product.verify()
    results = product.apply(product.plan())
    assert not [result.stopped for result in results if result.stopped]
    return product


def test_with_honest_parts_everything_due_is_first_broken_and_then_kept(product: MemoryProduct) -> None:
    before = product.verify()
    assert [before[promise] for promise in READ_FROM_ROWS] == [BROKEN, UNDECIDED, BROKEN, UNDECIDED, BROKEN]
    assert set(_work(product).verify().values()) == {KEPT}
    assert [row["id"] for row in product.system.rows("letter")] == [4, 5]
    assert [row["id"] for row in product.system.rows("order")] == [4, 5]
    assert [key[2] for key in product.vault.entries] == [(2,), (3,)]


def test_a_writer_that_only_claims_success_leaves_the_promises_broken(product: MemoryProduct) -> None:
    product.verify()
    plan = product.plan()
    results = product.apply(plan, IdleWriter(MemoryWriter(product.system)))
    assert [result.rows for result in results] == [step.rows for step in plan.steps]  # it lied well
    assert product.journal.finished(plan.digest)  # and was believed by the journal
    seen = product.verify()
    assert [promise for promise, verdict in seen.items() if verdict is BROKEN] == [
        "letters/short/at-most",
        "orders/long/at-most",
        "orders/long/blocked",
    ]


def test_a_writer_that_takes_more_than_it_was_asked_breaks_the_minimum(product: MemoryProduct) -> None:
    product.verify()
    product.apply(product.plan(), GreedyWriter(MemoryWriter(product.system, product.vault.seal)))
    assert not product.system.rows("letter")
    seen = product.verify()
    assert seen["letters/short/at-least"] is BROKEN
    assert seen["letters/short/at-most"] is KEPT  # what is gone is not there too long


def test_a_sealer_that_loses_what_it_was_given_breaks_the_minimum_and_shows_no_blocking(product: MemoryProduct) -> None:
    product.verify()
    sealer = LosingSealer()
    product.apply(product.plan(), MemoryWriter(product.system, sealer))
    assert sealer.lost == 2
    assert product.verify()["orders/long/at-least"] is BROKEN


@pytest.mark.parametrize("promise", [*READ_FROM_ROWS, "every-row/bodies"])
def test_a_reader_that_sees_nothing_decides_nothing(product: MemoryProduct, promise: str) -> None:
    assert _work(product).verify(BlindReader(MemoryReader(product.system)))[promise] is UNDECIDED


@pytest.mark.parametrize("promise", [*(one for one in READ_FROM_ROWS if "least" not in one), "every-row/bodies"])
@pytest.mark.parametrize("hidden", ["id = 4", "TRUE"])
def test_a_reader_that_sees_a_part_decides_nothing(product: MemoryProduct, promise: str, hidden: str) -> None:
    honest = MemoryReader(product.system)
    assert _work(product).verify(SquintingReader(honest, parse(hidden)))[promise] is UNDECIDED
    assert product.verify(SquintingReader(honest, parse("FALSE")))[promise] is KEPT


@pytest.mark.parametrize("promise", [*READ_FROM_ROWS, "every-row/bodies", "no-column/birth"])
def test_a_reader_that_fails_decides_nothing_and_stops_nobody(product: MemoryProduct, promise: str) -> None:
    judged = _work(product).judge(FailingReader(MemoryReader(product.system)))
    assert judged[promise].verdict is UNDECIDED
    assert "connection was lost" in judged[promise].reason


def test_an_application_that_cannot_be_asked_shows_nothing(product: MemoryProduct) -> None:
    seen = _work(product).verify(application=Unreachable("shop", "locked"))
    assert seen["orders/long/blocked"] is UNDECIDED
    assert seen["orders/long/at-most"] is KEPT


def test_rows_that_lie_open_in_the_vault_are_not_blocked(product: MemoryProduct) -> None:
    _work(product).vault.open_rows = 1
    assert product.verify()["orders/long/blocked"] is BROKEN


@pytest.mark.parametrize(
    ("jump", "refused"),
    [
        (timedelta(hours=-1), True),
        (timedelta(days=2), True),
        (timedelta(days=-4000), True),
        (timedelta(minutes=-4), False),
        (timedelta(hours=23), False),
    ],
)
def test_a_clock_that_jumps_between_plan_and_apply_is_refused(
    product: MemoryProduct, clock: JumpingClock, jump: timedelta, refused: bool
) -> None:
    plan = product.plan()
    clock.jump(jump)
    if not refused:
        assert product.apply(plan)
        return
    with pytest.raises(PlanStale):
        product.apply(plan)
    assert not product.journal.lines
    assert len(product.system.rows("letter")) == 5


@pytest.mark.parametrize("liar", [BlindReader, FailingReader, lambda honest: SquintingReader(honest, parse("id > 3"))])
def test_no_lying_reader_makes_a_broken_promise_look_kept(
    product: MemoryProduct, liar: Callable[[MemoryReader], MemoryReader]
) -> None:
    truth = product.verify()
    said = product.verify(liar(MemoryReader(product.system)))
    assert not [promise for promise, verdict in said.items() if verdict is KEPT and truth[promise] is BROKEN]
