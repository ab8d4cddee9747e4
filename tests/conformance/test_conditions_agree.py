"""Whatever the condition and whatever the rows: SQLite and the reference evaluator say the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from zusage.promises.condition import Condition, parse, to_text
from zusage.testing.conformance.agreeing import agree
from zusage.testing.sqlite_bench import SqliteBed, SqliteBench
from zusage.testing.strategies import conditions, parts, things, world


@pytest.fixture(scope="module", params=["UTC", "Europe/Berlin"])
def bed(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[SqliteBed]:
    bench = SqliteBench(tmp_path_factory.mktemp("beds"))
    yield bench.build(world(), {}, zone=request.param)
    bench.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(condition=conditions(), rows=things(), belonging=parts())
def test_sqlite_and_the_reference_agree_about_any_condition_on_any_rows(
    bed: SqliteBed, condition: Condition, rows: list[dict[str, object]], belonging: list[dict[str, object]]
) -> None:
    with bed.connected() as connection:
        connection.execute("DELETE FROM thing")
        connection.execute("DELETE FROM part")
        for row in rows:
            connection.execute("INSERT INTO thing VALUES (:id, :n, :s, :b, :d, :t)", row)
        for row in belonging:
            connection.execute("INSERT INTO part VALUES (:id, :thing_id, :n, :s)", row)
    reader = bed.reader()
    try:
        agree(bed, reader, "thing", condition)
    finally:
        bed.close()


def test_the_comparison_would_notice_a_difference(tmp_path: Path) -> None:
    bench = SqliteBench(tmp_path)
    bed = bench.build(world(), {"thing": [{"id": 1, "n": 5}, {"id": 2}]})
    right = {1: True, 2: None}
    assert agree(bed, bed.reader(), "thing", parse("n = 5")) == right
    for number, wrong in ((1, False), (1, None), (2, True), (2, False)):
        with pytest.raises(AssertionError):
            agree(bed, bed.reader(), "thing", parse("n = 5"), {**right, number: wrong})
    bench.close()


@settings(max_examples=100, deadline=None)
@given(condition=conditions())
def test_a_condition_that_has_a_surface_reads_back_with_the_same_meaning(condition: Condition) -> None:
    text = to_text(condition)
    try:
        again = parse(text)
    except ValueError:
        return  # Before, Placeable, Shaped, Possibly and the like have a description only
    assert to_text(again) == to_text(parse(to_text(again)))
