"""Held rows stay whatever is due; a hold that would hold nothing is not placed; nothing repeats what was held."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cli_world import MARKER, OTHER, World

from zusage.bootstrap import opened
from zusage.bootstrap.asking import today

WHY = ("--reason", "claim 12 O 34", "--review-on", "2099-01-31", "--by", "legal")


def place(world: World, *what: str):
    return world.run("suspend", "place", "zusage.yaml", *what, *WHY)


def test_a_held_row_survives_what_is_due(world: World) -> None:
    assert place(world, "--table", "shop.purchase", "--where", "number = 'P-1'").code == 0
    world.approved_plan()
    world.ok("apply")
    assert [number for (number,) in world.sql("SELECT number FROM purchase WHERE id < 4 ORDER BY id")] == ["P-1", "P-3"]
    assert world.count("item", "id = 1") == 1


def test_a_hold_placed_after_the_plan_still_wins(world: World) -> None:
    world.approved_plan()
    assert place(world, "--table", "shop.purchase", "--where", "number = 'P-1'").code == 0
    world.run("apply")
    assert world.count("purchase", "number = 'P-1'") == 1


def test_a_held_row_is_no_broken_promise(world: World) -> None:
    assert world.verdicts()["orders/claims/at-most"] == "broken"
    assert place(world, "--table", "shop.purchase", "--where", "number IN ('P-1', 'P-2')").code == 0
    assert world.verdicts()["orders/claims/at-most"] == "kept"


def test_several_tables_are_held_by_one_suspension(world: World) -> None:
    pairs = ("--table", "shop.purchase", "--where", "number = 'P-1'", "--table", "shop.visit", "--where", "id = 1")
    ended = place(world, *pairs, "--json")
    assert ended.json["rows"] == {"shop.purchase": 1, "shop.visit": 1}
    world.approved_plan()
    world.ok("apply")
    assert world.count("visit", "browser IS NOT NULL") == 1


def test_a_person_is_held_with_record_rows_and_what_belongs_to_them(world: World) -> None:
    said = place(world, "--person", "customer=4711", "--json").json
    assert said["rows"] == {"shop.customer": 1, "shop.purchase": 2, "shop.item": 2, "shop.invoice": 0}
    world.approved_plan()
    world.ok("apply")
    assert world.count("customer", "id = 4711") == 1
    assert world.count("purchase", "customer_id = 4711") == 2
    assert world.count("item", "purchase_id IN (1, 2)") == 2


def test_tables_in_which_a_person_cannot_be_told_are_named(world: World) -> None:
    ended = place(world, "--person", "customer=4711")
    assert ended.code == 0
    assert "shop.visit" in ended.err
    assert "not held" in ended.err


def test_a_persons_blocked_rows_outlive_their_last_day(world: World) -> None:
    world.approved_plan()
    world.ok("apply")
    assert world.count("invoice", "number = 'R-2'") == 0
    late = date.today() + timedelta(days=365 * 9)
    with opened(world.manifest) as product:
        assert product.blocked().due("shop", late, {}) == (1, 1)
    ended = place(world, "--person", "customer=12", "--json")
    assert ended.json["blocked_rows"] == 1
    with opened(world.manifest) as product:
        assert product.blocked().due("shop", late, {}) == (0, 1)


def test_a_whole_table_is_held_with_rows_to_come_and_what_was_blocked_of_it(world: World) -> None:
    world.approved_plan()
    world.ok("apply")
    late = date.today() + timedelta(days=365 * 9)
    with opened(world.manifest) as product:
        assert product.blocked().due("shop", late, {}) == (1, 1)
    said = place(world, "--whole", "shop.invoice", "--whole", "shop.purchase", "--json").json
    assert set(said["rows"]) == {"shop.invoice", "shop.purchase"}
    assert said["blocked_and_held"] == ["shop.invoice"]
    with opened(world.manifest) as product:
        assert product.blocked().due("shop", late, {}) == (0, 1)
    world.sql("INSERT INTO purchase VALUES (99, 12, 'P-99', ?, 'completed', ?, 0)", OTHER, "2015-05-01 10:00:00")
    world.approved_plan()
    world.run("apply")
    assert world.count("purchase", "number = 'P-99'") == 1
    world.ok("suspend", "lift", "zusage.yaml", "S-0001", "--reason", "audit over", "--by", "tax")
    world.approved_plan()
    world.ok("apply")
    assert world.count("purchase", "number = 'P-99'") == 0


def test_a_hold_of_a_whole_table_wins_over_the_erasure_of_a_person(world: World) -> None:
    demand = ("erasure", "plan", "zusage.yaml", "customer=4711", "--ground", "a", "--by", "clerk", "-o", "erasure.json")
    assert "shop.purchase" in world.run(*demand).out
    assert place(world, "--whole", "shop.item").code == 0
    said = world.run(*demand)
    assert "shop.purchase" not in said.out.replace("S-0001 holds rows of shop.item", "")
    assert "S-0001 holds rows of shop.item" in said.out


def test_every_plan_names_the_suspensions_in_force(world: World) -> None:
    assert "S-0001" not in world.run("plan").out
    place(world, "--table", "shop.purchase", "--where", "number IN ('P-1', 'P-2')")
    said = world.run("plan").out
    assert "S-0001 holds rows of shop.purchase" in said
    assert "2099-01-31: claim 12 O 34" in said
    assert world.run("plan", "--json").json["suspensions"][0]["id"] == "S-0001"


def test_a_review_moves_its_day_and_stays_on_record(world: World) -> None:
    with opened(world.manifest) as product:
        yesterday = today(product) - timedelta(days=1)
        product.state.suspensions.place([("shop.purchase", "number = 'P-1'")], "old", yesterday, "legal")
    assert "S-0001 was to be reviewed" in world.run("status").out
    again = ("suspend", "review", "zusage.yaml", "S-0001", "--reason", "appealed", "--by", "dpo", "--review-on")
    assert world.run(*again, date.today().isoformat()).code == 3
    world.ok(*again, "2099-06-30")
    assert "was to be reviewed" not in world.run("status").out
    (listed,) = world.ok("suspend", "list", "--json").json
    assert (listed["state"], listed["review_on"]) == ("in force", "2099-06-30")
    assert [(seen["by"], seen["reason"], seen["was_due"]) for seen in listed["reviews"]] == [
        ("dpo", "appealed", yesterday.isoformat())
    ]
    world.ok("suspend", "lift", "zusage.yaml", "S-0001", "--reason", "settled", "--by", "legal")
    assert world.run(*again, "2099-06-30").code == 3
    (lifted,) = world.ok("suspend", "list", "--all", "--json").json
    assert (lifted["lift_reason"], lifted["lifted_by"], len(lifted["reviews"])) == ("settled", "legal", 1)


def test_it_is_said_that_a_condition_does_not_reach_what_was_blocked(world: World) -> None:
    world.approved_plan()
    world.ok("apply")
    ended = place(world, "--table", "shop.invoice", "--where", "number = 'R-3'")
    assert ended.code == 0
    assert "were blocked before" in ended.err


@pytest.mark.parametrize(
    ("table", "condition", "what"),
    [
        ("shop.nothing", "id = 1", "no table nothing"),
        ("other.purchase", "id = 1", "names no system"),
        ("purchase", "id = 1", "names no system"),
        ("shop.purchase", "recipient = Quillborough", "a column that shop.purchase does not have"),
        ("shop.purchase", 'recipient = "Quillborough"', "a column that shop.purchase does not have"),
        ("shop.purchase", "recipient = 'Quillborough", "cannot be read"),
        ("shop.purchase", "recipient = 'Quillborough'; DROP TABLE purchase", "cannot be read"),
        ("shop.purchase", "EXISTS (SELECT 1 FROM Quillborough WHERE id = 1)", "a table that shop does not have"),
        ("shop.purchase", "recipient = 'Quillborough'", "no row of shop.purchase fulfils"),
    ],
)
def test_what_would_hold_nothing_is_refused_without_repeating_the_value(
    world: World, table: str, condition: str, what: str
) -> None:
    ended = place(world, "--table", table, "--where", condition)
    assert ended.code == 3
    assert what in ended.err
    assert "Quillborough" not in ended.said
    assert world.ok("suspend", "list", "--json").json == []


@pytest.mark.parametrize("person", ["customer=Quillborough", "Quillborough=1", "Quillborough", "customer=", "customer=77"])
def test_a_person_that_cannot_be_found_is_refused_without_repeating_the_key(world: World, person: str) -> None:
    ended = place(world, "--person", person)
    assert ended.code == 3
    assert "Quillborough" not in ended.said
    assert world.ok("suspend", "list", "--json").json == []


def test_rows_that_are_still_to_come_can_be_held_ahead(world: World) -> None:
    assert place(world, "--table", "shop.purchase", "--where", "number = 'P-99'", "--ahead").code == 0
    old = "2015-05-01 10:00:00"
    world.sql("INSERT INTO purchase VALUES (99, 12, 'P-99', ?, 'completed', ?, 0)", OTHER, old)
    world.approved_plan()
    world.ok("apply")
    assert world.count("purchase", "number = 'P-99'") == 1


@pytest.mark.parametrize(
    "what",
    [
        (),
        ("--table", "shop.purchase"),
        ("--where", "id = 1"),
        ("--table", "shop.purchase", "--where", "id = 1", "--where", "id = 2"),
    ],
)
def test_tables_and_conditions_come_in_pairs(world: World, what: tuple[str, ...]) -> None:
    ended = place(world, *what)
    assert ended.code == 3
    assert "pairs" in ended.err


def test_the_day_of_review_must_be_to_come(world: World) -> None:
    what = ("--table", "shop.purchase", "--where", "number = 'P-1'", "--reason", "x", "--by", "y")
    for day in ("2020-01-01", date.today().isoformat()):
        assert world.run("suspend", "place", "zusage.yaml", *what, "--review-on", day).code == 3
    assert world.ok("suspend", "list", "--json").json == []


def test_the_list_shows_tables_and_reason_but_no_condition(world: World) -> None:
    assert place(world, "--table", "shop.purchase", "--where", f"recipient = '{MARKER}'").code == 0
    for ended in (world.ok("suspend", "list"), world.ok("suspend", "list", "--json")):
        assert "shop.purchase" in ended.out
        assert "claim 12 O 34" in ended.out
        assert MARKER not in ended.said


def test_an_overdue_review_is_marked_and_holds_on(world: World) -> None:
    with opened(world.manifest) as product:
        yesterday = today(product) - timedelta(days=1)
        product.state.suspensions.place([("shop.purchase", "number = 'P-1'")], "old", yesterday, "legal")
    assert world.ok("suspend", "list", "--json").json[0]["state"] == "review overdue"
    assert "S-0001 was to be reviewed" in world.run("status").out
    assert "S-0001 was to be reviewed" in world.run("verify").err
    world.approved_plan()
    assert "S-0001 holds rows of shop.purchase" in world.ok("apply").out
    assert world.count("purchase", "number = 'P-1'") == 1
    world.ok("suspend", "review", "zusage.yaml", "S-0001", "--reason", "on", "--by", "dpo", "--review-on", "2099-06-30")
    assert "was to be reviewed" not in world.run("verify").said


def test_who_approves_a_plan_sees_what_is_held(world: World) -> None:
    place(world, "--table", "shop.purchase", "--where", "number = 'P-1'")
    world.approved_plan()
    again = world.ok("approve", "zusage.yaml", "plan.json", "--key", "second.key")
    assert "S-0001 holds rows of shop.purchase whatever is due, to be reviewed on 2099-01-31: claim 12 O 34" in again.out
    said = world.ok("approve", "zusage.yaml", "plan.json", "--key", "second.key", "--json").json
    assert [one["id"] for one in said["suspensions"]] == ["S-0001"]


def test_what_is_lifted_goes_with_the_next_plan(world: World) -> None:
    place(world, "--table", "shop.purchase", "--where", "number = 'P-1'")
    world.ok("suspend", "lift", "zusage.yaml", "S-0001", "--reason", "settled", "--by", "legal")
    assert world.ok("suspend", "list", "--json").json == []
    assert world.ok("suspend", "list", "--all", "--json").json[0]["state"] == "lifted"
    world.approved_plan()
    world.ok("apply")
    assert world.count("purchase", "number = 'P-1'") == 0


@pytest.mark.parametrize("number", ["S-0002", "S-x", "1"])
def test_lifting_what_is_not_there_is_refused(world: World, number: str) -> None:
    place(world, "--table", "shop.purchase", "--where", "number = 'P-1'")
    assert world.run("suspend", "lift", "zusage.yaml", number, "--reason", "x", "--by", "y").code == 3
    assert len(world.ok("suspend", "list", "--json").json) == 1


def test_lifting_twice_is_refused(world: World) -> None:
    place(world, "--table", "shop.purchase", "--where", "number = 'P-1'")
    world.ok("suspend", "lift", "zusage.yaml", "S-0001", "--reason", "settled", "--by", "legal")
    assert world.run("suspend", "lift", "zusage.yaml", "S-0001", "--reason", "settled", "--by", "legal").code == 3


def test_nothing_is_placed_while_a_system_cannot_be_looked_at(world: World) -> None:
    world.database.rename(world.folder / "away.sqlite3")
    ended = place(world, "--table", "shop.purchase", "--where", "number = 'P-1'")
    assert ended.code == 2
    assert world.ok("suspend", "list", "--json").json == []


def test_a_hold_and_the_journal_know_one_clock(world: World) -> None:
    then = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)
    with opened(world.manifest, clock=lambda: then) as product:
        hold = product.state.suspensions.place([("shop.purchase", "number = 'P-1'")], "claim", date(2032, 1, 1), "legal")
        product.state.suspensions.review(hold.id, "legal", "still open", date(2033, 1, 1))
        product.state.suspensions.lift(hold.id, "legal", "settled")
        (placed,) = product.state.suspensions.placements()
        assert {placed.placed_at, placed.lifted_at, placed.reviews[0].at} == {then}
        run = product.state.journal.begin("0" * 64, then)
        product.state.journal.start_step(run, "01-x")
        from zusage.state.models import JournalLine  # Django is set up only now

        lines = JournalLine.objects.using(product.state.alias).filter(run__plan="0" * 64)
        assert {line.at for line in lines} == {then}
        assert len(lines) == 2
