"""Objection: the purpose finds the person nowhere any more, whoever brings them back, and nobody else is touched."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click import BadParameter
from click.testing import CliRunner, Result

from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place as placed
from zusage.bootstrap.rights.ending import Wish
from zusage.bootstrap.rights.erasing import Wish as Demand
from zusage.bootstrap.rights.erasing import plan
from zusage.bootstrap.rights.objecting import enforce, place
from zusage.bootstrap.rights.restricting import lift
from zusage.cli import cli
from zusage.planning.holding import HoldUnfit, Person
from zusage.promises.finding import ManifestError
from zusage.rights.objection import ObjectionRefused

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, newsletter BOOLEAN, since DATETIME);
INSERT INTO customer VALUES (1, 'One@Example.org', TRUE, '2025-01-01 10:00:00'), (2, 'two@example.org', TRUE, '2025-01-01 10:00:00'),
  (3, NULL, FALSE, '2025-01-01 10:00:00');
CREATE TABLE subscriber (id INTEGER PRIMARY KEY, address TEXT, told_at DATETIME);
INSERT INTO subscriber VALUES (10, 'one@example.org', NULL), (11, 'four@example.org', NULL);
CREATE TABLE sent (id INTEGER PRIMARY KEY, subscriber_id INTEGER REFERENCES subscriber (id));
INSERT INTO sent VALUES (1, 10), (2, 11);
CREATE TABLE visit (id INTEGER PRIMARY KEY, customer_id INTEGER, page TEXT, counted BOOLEAN, at DATETIME);
INSERT INTO visit VALUES (1, 1, '/a', TRUE, '2026-05-01 10:00:00'), (2, 2, '/b', TRUE, '2026-05-01 10:00:00');
CREATE TABLE profile (id INTEGER PRIMARY KEY, customer_id INTEGER, likes TEXT, at DATETIME);
INSERT INTO profile VALUES (1, 1, 'x', '2026-05-01 10:00:00'), (2, 2, 'y', '2026-05-01 10:00:00');
"""
LONG = "at_most: P9Y, from: at"
ORDERS = "    data: {shop.customer: {classes: {one: [email, since]}, structure: [newsletter]}}\n    keep: [{name: long, at_most: P9Y, from: since}]\n"
LETTER = """    data:
      shop.subscriber: {classes: {one: [address]}, structure: [told_at]}
      shop.sent: {part_of: shop.subscriber via subscriber_id}
    objection:
      marketing: true
      lists:
        - {data: shop.customer, only: newsletter, address: email, then: {set: {newsletter: false}}}
        - {data: shop.subscriber, address: address}
"""
COUNTING = """    data:
      shop.visit: {of: customer via customer_id, classes: {one: [page, customer_id]}, structure: [counted, at]}
      shop.profile: {of: customer via customer_id, classes: {one: [likes, customer_id]}, structure: [at]}
    objection: {lists: [{data: shop.visit, only: counted, then: {set: {counted: false}}}]}
"""


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    made = SmallWorld.make(tmp_path, TABLES, {"orders": ORDERS, "letter": LETTER, "counting": COUNTING})
    people = "people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email], title: {de: X, en: X}}}\n"
    made.rewrite("activities:", people + "activities:")
    text = (made.folder / "zusage.yaml").read_text()
    head, tail = text.split("  counting:")
    tail = tail.replace("art-6-1-b", "art-6-1-f\n    legitimate_interest: {de: X, en: X}")
    (made.folder / "zusage.yaml").write_text(f"{head}  counting:{tail}")
    return made


def run(world: SmallWorld, *words: str, given: str = "") -> Result:
    name, *rest = words
    found = [str(world.folder / "zusage.yaml"), *rest]
    return CliRunner().invoke(cli, ["objection", name, *found], input=given, catch_exceptions=False, standalone_mode=False)


def objection(world: SmallWorld, activity: str, *, person: str = "", address: str = ""):
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        wish = Wish(activity=activity, by="clerk", person=Person.parse(person) if person else None, address=address)
        return place(product, wish)


def test_an_objection_to_marketing_ends_it_at_once_in_every_list_and_for_nobody_else(world: SmallWorld) -> None:
    found = objection(world, "letter", person="customer=1")
    assert dict(found.rows) == {"shop.customer": 1, "shop.subscriber": 1}
    assert (found.left, found.restriction, found.objection.stops, found.objection.open) == ((), "", True, False)
    assert world.sql("SELECT id, email, newsletter FROM customer") == [
        (1, "One@Example.org", 0),
        (2, "two@example.org", 1),
        (3, None, 0),
    ]
    assert world.sql("SELECT id FROM subscriber") == [(11,)]
    assert world.sql("SELECT id FROM sent") == [(2,)]


def test_by_an_address_alone_whatever_its_case_they_are_taken_out_too(world: SmallWorld) -> None:
    assert dict(objection(world, "letter", address="FOUR@example.org").rows) == {"shop.subscriber": 1}
    assert world.sql("SELECT id FROM subscriber") == [(10,)]
    assert objection(world, "letter", address="nobody@example.org").rows == ()  # not to be brought in later either


def test_nobody_who_objected_is_in_the_list_or_the_promise_is_broken(world: SmallWorld) -> None:
    assert world.verdicts()["objections/letter"] == "undecided"  # nobody has objected
    objection(world, "letter", person="customer=1")
    before = world.verdicts()
    assert before["objections/letter"] == "kept"
    world.sql("INSERT INTO subscriber VALUES (12, ' ONE@example.org ', NULL)")
    assert world.verdicts() == {**before, "objections/letter": "broken"}
    with opened(world.folder / "zusage.yaml") as product:
        assert enforce(product, "letter") == (("shop.subscriber", 1),)
        assert enforce(product, "letter") == ()
    assert world.verdicts() == before
    objection(world, "letter", person="customer=01")  # the same person, typed otherwise
    assert run(world, "list", "--json").output.count("O-0") == 1
    world.sql("UPDATE customer SET newsletter = TRUE WHERE id = 1")  # another address, the same person
    world.sql("UPDATE customer SET email = 'new@example.org' WHERE id = 1")
    assert world.verdicts()["objections/letter"] == "broken"
    world.sql("UPDATE customer SET newsletter = FALSE WHERE id = 1")
    world.sql("INSERT INTO subscriber VALUES (13, NULL, NULL)")
    assert world.verdicts()["objections/letter"] == "undecided"  # nobody can tell whose the row is


def test_a_database_that_is_gone_leaves_it_undecided_and_the_objection_on_record(world: SmallWorld) -> None:
    objection(world, "letter", person="customer=1")
    file = world.folder / "shop.sqlite3"
    file.rename(world.folder / "away")
    assert world.verdicts()["objections/letter"] == "undecided"
    (world.folder / "away").rename(file)
    assert world.verdicts()["objections/letter"] == "kept"


def test_an_import_is_filtered_and_no_address_is_kept_in_the_clear(world: SmallWorld) -> None:
    assert run(world, "place", "letter", "--address", "-", "--by", "clerk", given="four@example.org\n").return_value == 0
    out = run(world, "filter", "letter", "--column", "mail", given="name,mail\nA,Four@Example.org\nB,five@example.org\n")
    assert out.stdout == "name,mail\nB,five@example.org\n"
    for file in (world.folder / ".zusage").rglob("*"):
        assert not file.is_file() or b"four@example.org" not in file.read_bytes().lower(), file
    with opened(world.folder / "zusage.yaml") as product:
        assert len(product.state.objections.all()[0].codes) == 1


def test_on_grounds_of_their_situation_the_use_rests_until_a_human_has_decided(world: SmallWorld) -> None:
    found = objection(world, "counting", person="customer=1")
    assert (dict(found.rows), found.restriction, found.objection.open) == ({"shop.visit": 1}, "R-0001", True)
    assert world.sql("SELECT id, counted FROM visit") == [(1, 0), (2, 1)]
    assert world.sql("SELECT id FROM profile") == [(2,)]  # restricted: the purpose alone holds it
    assert world.sql("SELECT count(*) FROM customer") == [(3,)]
    for wrong in (
        ("--finding", "compelling-grounds", "--by", "a", "--reasons", "x"),
        ("--finding", "legal-claims", "--by", "a", "--second", "a", "--reasons", "x"),
    ):
        with pytest.raises(ObjectionRefused):
            run(world, "decide", "O-0001", *wrong)
    with pytest.raises(BadParameter, match="it is empty"):
        run(world, "decide", "O-0001", "--finding", "upheld", "--by", "a", "--reasons", " ")
    assert world.verdicts()["objections/counting"] == "kept"
    run(world, "decide", "O-0001", "--finding", "compelling-grounds", "--by", "a", "--second", "b", "--reasons", "Betrugsabwehr")
    letter = run(world, "show", "O-0001", "--letter", "de").output
    assert "überwiegen" in letter
    assert "Betrugsabwehr" in letter
    assert "Beschwerde" in letter or "beschweren" in letter
    assert world.verdicts()["objections/counting"] == "undecided"  # nobody's objection stops it any more
    with pytest.raises(ObjectionRefused):
        run(world, "decide", "O-0001", "--finding", "upheld", "--by", "a", "--reasons", "x")


def test_upheld_it_stops_the_use_until_the_person_takes_it_back(world: SmallWorld) -> None:
    objection(world, "counting", person="customer=1")
    run(world, "decide", "O-0001", "--finding", "upheld", "--by", "a", "--reasons", "x")
    world.sql("UPDATE visit SET counted = TRUE WHERE id = 1")
    assert world.verdicts()["objections/counting"] == "broken"
    run(world, "end", "O-0001", "--by", "a", "--because", "new consent")
    assert world.verdicts()["objections/counting"] == "undecided"
    assert json.loads(run(world, "list", "--json").output)[0]["state"] == "taken back"


@pytest.mark.parametrize("basis", ["art-6-1-e", "art-6-1-f"])
def test_upheld_what_the_purpose_held_is_erased_on_whichever_letter_it_rests_and_nothing_else(
    world: SmallWorld, basis: str
) -> None:
    world.rewrite("art-6-1-f", basis)
    world.rewrite(
        "    objection: {lists: [{data: shop.visit",
        f"    keep: [{{data: shop.visit, {LONG}}}, {{data: shop.profile, {LONG}}}]\n    objection: {{lists: [{{data: shop.visit",
    )
    before = {name: world.sql(f"SELECT * FROM {name}") for name in ("customer", "subscriber", "sent")}

    def planned() -> list[str]:
        with opened(world.folder / "zusage.yaml") as product:
            wish = Demand(people=[Person(people="customer", key="1")], ground="c", by="a", needed={})
            made = plan(product, wish).plan
            product.save_plan(made, world.folder / "plan.json")
            return [step.table for step in made.steps]

    with pytest.raises(HoldUnfit):
        planned()  # nobody has objected
    objection(world, "counting", person="customer=1")
    with pytest.raises(HoldUnfit):
        planned()  # nobody has decided
    run(world, "decide", "O-0001", "--finding", "upheld", "--by", "a", "--reasons", "x")
    with opened(world.folder / "zusage.yaml") as product:
        product.state.restrictions.told("R-0001", "a", "letter", product.clock())
        lift(product, "R-0001", "a")
    assert sorted(planned()) == ["profile", "visit"]
    assert {name: world.sql(f"SELECT * FROM {name}") for name in before} == before
    run(world, "end", "O-0001", "--by", "a", "--because", "new consent")
    with pytest.raises(HoldUnfit):
        planned()


def test_to_a_contract_nobody_can_object_and_consent_is_withdrawn_instead(world: SmallWorld) -> None:
    with pytest.raises(ObjectionRefused, match="art-6-1-b"):
        objection(world, "orders", person="customer=1")
    world.rewrite(
        "  orders:\n    title: {de: X, en: X}\n    purpose: {de: X, en: X}\n    legal_basis: art-6-1-b",
        "  orders:\n    title: {de: X, en: X}\n    purpose: {de: X, en: X}\n    legal_basis: art-6-1-a",
    )
    with pytest.raises(ObjectionRefused, match="withdrawal"):
        objection(world, "orders", person="customer=1")
    with pytest.raises(ObjectionRefused, match="no activity"):
        objection(world, "other", person="customer=1")


def hold(world: SmallWorld, table: str, where: str) -> str:
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        return product.state.suspensions.place([(table, where)], "a case", date(2027, 1, 1), "office").id


def test_what_a_hold_keeps_stays_and_the_purpose_uses_it_no_more(world: SmallWorld) -> None:
    world.rewrite("{set: {newsletter: false}}", "{set: {newsletter: false, email: null}}")
    hold(world, "shop.customer", "id = 1")
    world.rewrite(
        "        - {data: shop.subscriber, address", "        - {data: shop.profile}\n        - {data: shop.subscriber, address"
    )
    hold(world, "shop.profile", "id = 1")
    before = world.sql("SELECT * FROM profile ORDER BY id")
    found = objection(world, "letter", person="customer=1")
    assert [(one.table, one.suspension, one.rows, one.marks) for one in found.held] == [
        ("shop.customer", "S-0001", 1, ("newsletter",)),
        ("shop.profile", "S-0002", 1, ()),
    ]
    assert world.sql("SELECT email, newsletter FROM customer WHERE id = 1") == [("One@Example.org", 0)]  # the mark alone
    assert (dict(found.rows), found.left) == ({"shop.customer": 1, "shop.subscriber": 1}, ())
    assert found.restriction == "R-0001"
    assert world.sql("SELECT id FROM profile") == [(2,)]  # out of reach, and not gone
    assert world.verdicts()["objections/letter"] == "kept"
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        product.state.restrictions.told("R-0001", "clerk", "letter", NOW)
        lift(product, "R-0001", "clerk")
    assert world.sql("SELECT * FROM profile ORDER BY id") == before
    assert world.verdicts()["objections/letter"] == "broken"  # in use again


def test_a_hold_on_what_a_row_belongs_to_holds_the_row_against_an_objection(world: SmallWorld) -> None:
    world.rewrite("structure: [newsletter]}}", "structure: [newsletter]}, shop.subscriber: {part_of: shop.customer via told_at}}")
    world.sql("UPDATE subscriber SET told_at = 3 WHERE id = 11")
    hold(world, "shop.customer", "id = 3")
    found = objection(world, "letter", address="four@example.org")
    assert (dict(found.rows), found.left) == ({}, (("shop.subscriber", 1),))


def test_of_an_address_alone_what_is_held_is_told_to_be_still_used(world: SmallWorld) -> None:
    id = hold(world, "shop.subscriber", "id = 11")
    out = run(world, "place", "letter", "--address", "four@example.org", "--by", "clerk")
    assert out.return_value == 1
    assert f"{id} holds 1 row of shop.subscriber: they stay as they are (a case, to be reviewed on 2027-01-01)" in out.output
    assert "the purpose still finds this person in 1 row of shop.subscriber" in out.output
    assert world.verdicts()["objections/letter"] == "broken"
    assert run(world, "show", "O-0001").return_value == 1


def test_what_could_not_be_taken_back_is_refused_where_a_human_decides(world: SmallWorld) -> None:
    world.rewrite("[{data: shop.visit, only: counted, then: {set: {counted: false}}}]", "[{data: shop.visit}]")
    with pytest.raises(ManifestError, match="way back"), opened(world.folder / "zusage.yaml"):
        pass
    world.rewrite("[{data: shop.visit}]", "[{data: shop.visit, then: {set: {counted: false}}}]")
    with pytest.raises(ManifestError, match="only"), opened(world.folder / "zusage.yaml"):
        pass


def test_a_time_is_written_as_the_application_writes_it(world: SmallWorld) -> None:
    world.rewrite(
        "{data: shop.subscriber, address: address}",
        "{data: shop.subscriber, only: told_at IS NULL, address: address, then: {set: {told_at: now}}}",
    )
    objection(world, "letter", person="customer=1")
    assert world.sql("SELECT id, told_at FROM subscriber") == [(10, "2026-06-01 09:00:00"), (11, None)]


def test_the_words_of_the_promise_and_the_letters_are_german_and_english(world: SmallWorld) -> None:
    objection(world, "letter", person="customer=1")
    german = run(world, "show", "O-0001", "--letter", "de").output
    english = run(world, "show", "O-0001", "--letter", "en").output
    assert "Art. 21 Abs. 3 DSGVO" in german
    assert "Art. 21(3) GDPR" in english
    assert "one@example.org" not in (german + english).lower()


def test_whoever_is_found_by_an_address_alone_is_not_followed_to_rows_with_other_addresses(tmp_path: Path) -> None:
    """An address that objected says nothing of the other addresses under the same key, nor a key of others with its address."""
    tables = (
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE reader (id INTEGER PRIMARY KEY, customer_id INTEGER, address TEXT);"
        "INSERT INTO customer VALUES (1, 'one'), (2, 'two');"
    )
    letter = """    data:
      shop.customer: {classes: {one: [name]}}
      shop.reader: {of: customer via customer_id, classes: {one: [address, customer_id]}}
    objection: {marketing: true, lists: [{data: shop.reader, address: address}]}
"""
    world = SmallWorld.make(tmp_path, tables, {"letter": letter})
    world.rewrite("activities:", "people: {customer: {record: shop.customer, key: id, title: {de: X, en: X}}}\nactivities:")
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        place(product, Wish(activity="letter", by="office", address="private@example.org"))
        world.sql("INSERT INTO reader VALUES (10, 1, 'private@example.org'), (11, 1, 'work@example.org')")
        assert enforce(product, "letter") == (("shop.reader", 1),)
        assert world.sql("SELECT id FROM reader") == [(11,)]
        place(product, Wish(activity="letter", by="office", person=Person(people="customer", key="2")))
        world.sql("INSERT INTO reader VALUES (12, 2, 'family@example.org'), (13, 1, 'family@example.org')")
        assert enforce(product, "letter") == (("shop.reader", 1),)
        assert world.sql("SELECT id FROM reader ORDER BY id") == [(11,), (13,)]


def test_whose_address_is_their_key_is_found_by_both(tmp_path: Path) -> None:
    tables = (
        "CREATE TABLE customer (mail TEXT PRIMARY KEY, since TEXT); CREATE TABLE reader (id INTEGER PRIMARY KEY, mail TEXT);"
        "INSERT INTO customer VALUES ('one@example.org', '2025-01-01'), ('two@example.org', '2025-01-01');"
    )
    letter = """    data:
      shop.customer: {classes: {one: [since]}}
      shop.reader: {of: customer via mail, classes: {one: [mail]}}
    objection: {marketing: true, lists: [{data: shop.reader, address: mail}]}
"""
    world = SmallWorld.make(tmp_path, tables, {"letter": letter})
    world.rewrite("activities:", "people: {customer: {record: shop.customer, key: mail, title: {de: X, en: X}}}\nactivities:")
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        place(product, Wish(activity="letter", by="office", person=Person(people="customer", key="one@example.org")))
        world.sql("INSERT INTO reader VALUES (10, 'one@example.org'), (11, 'two@example.org')")
        assert enforce(product, "letter") == (("shop.reader", 1),)
        assert world.sql("SELECT id FROM reader") == [(11,)]


def test_where_nothing_could_be_stopped_the_command_says_so_and_no_letter_speaks_of_a_restriction(world: SmallWorld) -> None:
    def placed(of: str) -> str:
        return run(world, "place", "counting", "--person", of, "--by", "clerk").output

    def decided(id: str) -> tuple[str, str]:
        way = ("--finding", "legal-claims", "--by", "one", "--second", "two", "--reasons", "a claim")
        return run(world, "decide", id, *way).output, run(world, "show", id, "--letter", "en").output

    assert "nothing was stopped" not in placed("customer=1")
    told, letter = decided("O-0001")
    assert "lift the restriction" in told
    assert "Art. 18(3)" in letter
    world.rewrite(COUNTING, "    data: {shop.customer: {classes: {one: [since]}}}\n")  # the orders hold it too
    assert "nothing was stopped" in placed("customer=2")
    told, letter = decided("O-0002")
    assert "restriction" not in told + letter


@pytest.mark.parametrize("kind", ["shop.customer: TRUE", "shop.subscriber: TRUE", "a person", "a case"])
def test_whatever_is_held_the_mark_is_set_and_only_what_the_hold_is_about_stays(world: SmallWorld, kind: str) -> None:
    table, colon, where = kind.partition(": ")
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        case = receive(product, "objection", "clerk", {"person": "customer=1"}).case.id if kind == "a case" else None
        wish = Hold(
            rows=[(table, where)] if colon else [],
            person=Person.parse("customer=1") if kind == "a person" else None,
            case=case,
            reason="claim 7",
            review_on=date(2027, 1, 1),
            by="legal",
        )
        placed(product, wish)
    found = objection(world, "letter", person="customer=1")
    assert world.sql("SELECT id FROM customer WHERE newsletter") == [(2,)]
    assert {one.table for one in found.held} == {"shop.subscriber" if "subscriber" in kind else "shop.customer"}
    assert world.sql("SELECT id FROM subscriber") == ([(10,), (11,)] if "subscriber" in kind else [(11,)])
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        product.state.suspensions.lift("S-0001", "legal", "settled")
        enforce(product, "letter")
    assert world.sql("SELECT id FROM subscriber") == [(11,)]
