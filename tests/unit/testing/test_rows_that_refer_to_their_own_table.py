"""A table whose rows refer to rows of the same table: neither planner nor prover takes one row for the other."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from zusage.evidence.verdict import Verdict
from zusage.promises.inventory import OnDelete
from zusage.promises.manifest import Manifest
from zusage.testing.conformance.shop import inventory, link, table
from zusage.testing.memory import MemorySystem
from zusage.testing.memory_product import MemoryProduct

TEXT = {"de": "x", "en": "x"}
OLD, NEW = date(2015, 1, 1), date(2024, 5, 1)


def _product(rows: list[dict[str, Any]], on_delete: OnDelete = "NO ACTION", **rule: Any) -> MemoryProduct:
    columns = {"id": "integer", "answers": "integer", "day": "date", "text": "text"}
    tables = inventory(table("comment", columns, links=[link("answers", "comment", on_delete)]))  # type: ignore[arg-type]
    manifest = Manifest.model_validate(
        {
            "zusage": 1,
            "controller": {"name": "Test"},
            "systems": {"shop": {"url": "none://"}},
            "guard": {"share": 1},
            "activities": {
                "talk": {
                    "title": TEXT,
                    "purpose": TEXT,
                    "legal_basis": "art-6-1-f",
                    "data": {"shop.comment": {"classes": {"text": ["text"]}}},
                    "keep": [{"name": "gone", "at_most": "P1Y", "from": "day", **rule}],
                }
            },
        }
    )
    return MemoryProduct(
        manifest=manifest, system=MemorySystem(tables, {"comment": rows}), clock=lambda: datetime(2024, 6, 1, tzinfo=UTC)
    )


def _ids(product: MemoryProduct) -> list[object]:
    return [row["id"] for row in product.system.rows("comment")]


def test_a_comment_waits_for_its_answers_and_the_prover_says_so_too() -> None:
    rows = [{"id": 1, "day": OLD}, {"id": 2, "day": NEW, "answers": 1}, {"id": 3, "day": OLD}]
    product = _product(rows, waits_for=["shop.comment via answers"])
    product.apply(product.plan())
    assert _ids(product) == [1, 2]
    assert product.verify()["talk/gone/at-most"] is Verdict.KEPT


def test_a_condition_can_compare_a_row_with_others_of_its_table() -> None:
    rows = [{"id": 1, "day": OLD, "text": "a"}, {"id": 2, "day": NEW, "text": "a"}, {"id": 3, "day": OLD, "text": "b"}]
    newer = "EXISTS (SELECT 1 FROM comment AS newer WHERE newer.text = comment.text AND newer.id > comment.id)"
    product = _product(rows, unless=newer)
    product.apply(product.plan())
    assert _ids(product) == [1, 2]
    assert product.verify()["talk/gone/at-most"] is Verdict.KEPT


@pytest.mark.parametrize("on_delete", ["CASCADE", "SET NULL"])
def test_an_answer_that_would_go_or_change_by_itself_stops_the_step_in_the_plan(on_delete: OnDelete) -> None:
    product = _product([{"id": 1, "day": OLD}, {"id": 2, "day": NEW, "answers": 1}], on_delete)
    (step,) = product.plan().steps
    assert [(obstacle.table, obstacle.rows) for obstacle in step.obstacles] == [("comment", 1)]
    product.apply(product.plan())
    assert _ids(product) == [1, 2]


@pytest.mark.parametrize("on_delete", ["CASCADE", "SET NULL", "NO ACTION"])
def test_comments_without_answers_go_whatever_the_foreign_key(on_delete: OnDelete) -> None:
    product = _product([{"id": 1, "day": OLD}, {"id": 2, "day": NEW, "answers": 3}, {"id": 3, "day": NEW}], on_delete)
    product.apply(product.plan())
    assert _ids(product) == [2, 3]
