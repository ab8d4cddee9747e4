"""Erasing many people with one plan: each as if alone, everybody else untouched, and no key of anybody in the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.killing_calls import killed_at_line
from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.people import code_of
from zusage.bootstrap.rights.demands import close, codes_of
from zusage.bootstrap.rights.each_erased import each
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.cli import cli
from zusage.planning.holding import HoldUnfit, Person
from zusage.planning.plan import Plan
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBed, PostgresBench

from .erasing_shop import NOW, Shop
from .test_restriction_on_servers import _made, _tables

Rows = Callable[[str], list[Mapping[str, object]]]

MANY = ("3", "4", "9")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def _people(keys: Sequence[str]) -> list[Person]:
    return [Person(people="customer", key=key) for key in keys]


def _plan(shop: Shop, keys: Sequence[str] = MANY) -> Plan:
    file = shop.folder / "erasure.json"
    with shop.opened() as product:
        made = plan(product, Wish(people=_people(keys), ground="b", by="clerk", needed={})).plan
        product.save_plan(made, file)
        product.approve_plan(file, shop.key)
    return made


def test_many_go_with_one_plan_and_every_row_of_the_others_stays_as_it_is(shop: Shop) -> None:
    before = shop.rows()
    made = _plan(shop)
    assert not any(result.stopped for result in shop.apply())
    after = shop.rows()
    gone = {name: before[name] - after[name] for name in before}
    assert {name: len(rows) for name, rows in gone.items()} == {
        "customer": 3,
        "purchase": 6,
        "line": 6,
        "invoice": 6,
        "remark": 3,
    }
    assert {row[0] for row in gone["customer"]} == {3, 4, 9}
    assert {row[2] for row in gone["purchase"]} == {3, 4, 9}
    assert {row for name in before for row in after[name] - before[name]} == {
        (key, None, "-", "2026-01-01 10:00:00") for key in (3, 4, 9)
    }
    assert len(made.steps) == 4


def test_a_plan_for_many_is_as_long_as_for_one_and_names_none_of_them(shop: Shop) -> None:
    with shop.opened() as product:
        few, many = (
            plan(product, Wish(people=_people(keys), ground="b", by="clerk", needed={})).plan.to_json()
            for keys in (("3", "4"), [str(key) for key in range(1, 11)])
        )
    assert abs(len(few) - len(many)) < 50
    assert "person:" in few


def test_what_is_blocked_is_each_ones_own_although_its_table_does_not_say_whose_it_is(shop: Shop) -> None:
    _plan(shop)
    shop.apply()
    with shop.opened() as product:
        found = answer(product, shop.folder / "erasure.json")
        assert found.complete
        assert [(kept.rule, kept.rows, kept.until) for kept in found.kept] == [("vouchers/tax", 6, date(2035, 1, 1))]
        for person in _people(MANY):
            (kept,) = answer(product, shop.folder / "erasure.json", person).kept
            assert kept.rows == 2
        assert not answer(product, shop.folder / "erasure.json", Person(people="customer", key="5")).kept


def test_a_suspension_of_one_of_them_holds_that_one_alone(shop: Shop) -> None:
    with shop.opened() as product:
        place(product, Hold(person=Person(people="customer", key="4"), reason="claim", review_on=date(2027, 1, 1), by="legal"))
    _plan(shop)
    assert not any(result.stopped for result in shop.apply())
    assert shop.sql("SELECT DISTINCT customer_id FROM purchase WHERE customer_id IN (3, 4, 9)") == [(4,)]
    assert shop.sql("SELECT id FROM customer WHERE id IN (3, 4, 9)") == [(4,)]


def test_keys_are_read_from_a_file_given_twice_count_once_and_are_forgotten_while_their_codes_stay(shop: Shop) -> None:
    keys = shop.folder / "keys.txt"
    keys.write_text("3\n\n 4 \r\n9\n3\n")
    manifest, out = str(shop.folder / "zusage.yaml"), str(shop.folder / "erasure.json")
    runner = CliRunner()
    words = ["erasure", "plan", manifest, f"customer=@{keys}", "--ground", "b", "--by", "clerk", "-o", out]
    planned = runner.invoke(cli, words, catch_exceptions=False)
    assert planned.exit_code == 0
    assert runner.invoke(cli, ["approve", manifest, out, "--key", str(shop.folder / "second.key")]).exit_code == 0
    assert runner.invoke(cli, ["apply", manifest, out]).exit_code == 0
    (demand,) = (shop.folder / ".zusage" / "erasures").iterdir()
    assert '"keys": ["3", "4", "9"]' in demand.read_text()
    with shop.opened() as product:
        before = codes_of(product, Path(out))
        assert close(product, Path(out)) == 3
        assert "keys" not in demand.read_text()
        assert codes_of(product, Path(out)) == before == {code_of(product, person) for person in _people(MANY)}
        assert close(product, Path(out)) == 0


def test_people_of_two_kinds_and_a_key_that_is_none_make_no_plan(shop: Shop) -> None:
    with shop.opened() as product:
        for people in ([*_people(["3"]), Person(people="other", key="1")], _people(["3", "Geheim"]), []):
            with pytest.raises(HoldUnfit) as caught:
                plan(product, Wish(people=people, ground="b", by="clerk", needed={}))
            assert "Geheim" not in str(caught.value)
    assert not (shop.folder / ".zusage" / "erasures").exists()


@pytest.mark.parametrize("after", [False, True])
def test_killed_again_and_again_an_erasure_of_many_ends_as_if_nobody_had_killed_it(tmp_path: Path, *, after: bool) -> None:
    shop, other = (Shop(tmp_path / name) for name in ("killed", "whole") if not (tmp_path / name).mkdir())
    _plan(shop)
    _plan(other)
    other.apply()
    path = shop.folder / "erasure.json"
    deaths = sum(killed_at_line(shop.opened, path, line, after=after) for line in (2, 3, 4, 3, 5))
    shop.apply()
    assert deaths >= 3
    assert shop.rows() == other.rows()
    with shop.opened() as one, other.opened() as two:
        assert answer(one, shop.folder / "erasure.json").kept == answer(two, other.folder / "erasure.json").kept


@pytest.fixture
def waiting(shop: Shop) -> Shop:
    """Customers wait for remarks on them too, and a remark stays without its reference."""
    path = shop.folder / "zusage.yaml"
    both = "waits_for: [shop.purchase via customer_id, shop.remark via customer_id]"
    path.write_text(path.read_text().replace("waits_for: [shop.purchase via customer_id]", both))
    return shop


def test_what_waits_for_a_reference_that_the_plan_empties_goes_with_the_same_plan(waiting: Shop) -> None:
    steps = [step.table for step in _plan(waiting).steps]
    assert steps.index("remark") < steps.index("customer")
    assert not any(result.stopped for result in waiting.apply())
    assert not waiting.sql("SELECT id FROM customer WHERE id IN (3, 4, 9)")
    assert waiting.sql("SELECT count(*), count(customer_id) FROM remark") == [(10, 7)]


def test_a_reference_that_a_suspension_keeps_keeps_the_row_too(waiting: Shop) -> None:
    with waiting.opened() as product:
        place(product, Hold(rows=[("shop.remark", "id = 4")], reason="claim", review_on=date(2027, 1, 1), by="legal"))
    _plan(waiting)
    waiting.apply()
    assert waiting.sql("SELECT id FROM customer WHERE id IN (3, 4, 9)") == [(4,)]
    assert waiting.sql("SELECT customer_id FROM remark WHERE id IN (3, 4, 9) AND customer_id IS NOT NULL") == [(4,)]


def test_each_is_told_of_their_own_rows_alone(shop: Shop) -> None:
    shop.sql("DELETE FROM invoice WHERE id = 9")
    shop.sql("INSERT INTO remark VALUES (90, 9, 'another', '2026-01-01 10:00:00')")
    with shop.opened() as product:
        place(product, Hold(rows=[("shop.purchase", "number = 'N6'")], reason="claim", review_on=date(2027, 1, 1), by="legal"))
    _plan(shop)
    shop.apply()
    with shop.opened() as product:
        three, four, nine = each(product, shop.folder / "erasure.json")
    assert [found.complete for found in (three, four, nine)] == [False, True, True]
    assert dict(three.left) == {"shop.customer": 1, "shop.purchase": 1, "shop.line": 1}
    assert [[kept.rows for kept in found.kept] for found in (three, four, nine)] == [[2], [1], [2]]
    told = [{one.table: (one.how, one.rows) for one in found.done if one.how != "blocked"} for found in (three, four, nine)]
    assert told[0] == {"shop.purchase": ("erased", 1), "shop.line": ("erased", 1), "shop.remark": ("anonymised", 1)}
    assert told[1] == told[0] | {"shop.customer": ("erased", 1), "shop.purchase": ("erased", 2), "shop.line": ("erased", 2)}
    assert told[2] == told[1] | {"shop.remark": ("anonymised", 2)}


def test_letters_are_written_for_each_by_number_and_never_one_for_all(shop: Shop) -> None:
    _plan(shop, ("9", "3"))
    shop.sql("DELETE FROM remark WHERE id = 9")
    shop.apply()
    manifest, out, to = str(shop.folder / "zusage.yaml"), str(shop.folder / "erasure.json"), shop.folder / "letters"
    runner = CliRunner()
    refused = runner.invoke(cli, ["erasure", "answer", manifest, out, "--letter", "de"])
    assert refused.exit_code
    assert "--each" in refused.output
    done = runner.invoke(
        cli, ["erasure", "answer", manifest, out, "--letter", "de", "--each", str(to), "--close"], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert sorted(path.name for path in to.iterdir()) == ["1.txt", "2.txt"]
    assert to.stat().st_mode & 0o077 == 0
    for path in to.iterdir():
        assert "„Bestellung“: 5 Einträge gelöscht." in path.read_text()
        assert "„Rechnungen“: 2 Einträge gesperrt" in path.read_text()


@pytest.fixture(params=["postgresql", "mariadb"])
def on_server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Rows]]:
    """Six customers on a server; the folder with the manifest, and what reads a table."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        bench = PostgresBench(server.url())
        bed = bench.build(Inventory("shop", "postgresql", {}), {})
        assert isinstance(bed, PostgresBed)
        bed.by(*_tables("timestamp"), *_rows_of(6))
        addresses, close = [bed.address(role, PASSWORD) for role in (READER, WRITER, READER)], bench.close
    else:
        other: MariaDB = request.getfixturevalue("mariadb_server")
        benches = MariaDbBench(other.url())
        bed = benches.build(Inventory("shop", "mariadb", {}), {})
        assert isinstance(bed, MariaDbBed)
        bed.by(f"USE `{bed.name}`", *_tables("DATETIME"), *_rows_of(6))
        addresses, close = [bed.address(role) for role in ("reader", "writer", "reader")], benches.close
    _made(tmp_path, monkeypatch, *addresses)
    yield tmp_path, bed.rows
    close()


def _rows_of(people: int) -> Iterator[str]:
    for n in range(1, people + 1):
        yield f"INSERT INTO customer VALUES ({n}, 'name {n}', '2025-01-01 10:00:00')"
        yield f"INSERT INTO remark VALUES ({n}, {n}, 'on {n}', '2026-01-01 10:00:00')"
        yield f"INSERT INTO purchase VALUES ({n}, 'N{n}', {n}, '2026-01-01 10:00:00', FALSE)"
        yield f"INSERT INTO line VALUES ({n}, {n}, 'words')"
        yield f"INSERT INTO invoice VALUES ({n}, 'N{n}', 'name {n}', '2026-01-01')"


def test_on_a_server_many_go_and_the_others_stay_as_they_are(on_server: tuple[Path, Rows]) -> None:
    folder, rows = on_server
    names = {"customer": "id", "purchase": "customer_id", "line": "purchase_id", "invoice": "id"}
    before = {name: rows(name) for name in (*names, "remark")}
    keys = [*map(str, range(2, 5)), *map(str, range(100, 130))]  # more than are bound one by one; most are nobody's
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        file = folder / "erasure.json"
        product.save_plan(plan(product, Wish(people=_people(keys), ground="b", by="clerk", needed={})).plan, file)
        product.approve_plan(file, SigningKey.load(folder / "second.key"))
        assert not any(result.stopped for result in product.apply_plan(file, lambda _: None))
        found = each(product, file)
    for name, column in names.items():
        assert rows(name) == [row for row in before[name] if row[column] not in (2, 3, 4)]
    assert [row for row in rows("remark") if row["id"] not in (2, 3, 4)] == [
        r for r in before["remark"] if r["id"] not in (2, 3, 4)
    ]
    assert {row["customer_id"] for row in rows("remark") if row["id"] in (2, 3, 4)} == {None}
    assert [[kept.rows for kept in one.kept] for one in found] == [[1], [1], [1], *[[]] * 30]
    assert [sum(one.rows for one in each_.done) for each_ in found] == [4, 4, 4, *[0] * 30]
