"""What only has somebody's address is erased, and answered with, when a human has included it in their case by name, and never else."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zusage.bootstrap import opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.people import code_of
from zusage.bootstrap.rights.demands import DemandUnknown
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.bootstrap.rights.including import NotIncluded
from zusage.cli import cli
from zusage.enforcement.refusal import PlanRefused
from zusage.planning.holding import HoldUnfit, Person
from zusage.sealing import SigningKey

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, since DATETIME);
CREATE TABLE mail (id INTEGER PRIMARY KEY, sender TEXT, text TEXT, at DATETIME, given_to TEXT);
CREATE TABLE attached (id INTEGER PRIMARY KEY, mail_id INTEGER, name TEXT);
CREATE TABLE lead (id INTEGER PRIMARY KEY, email TEXT, at DATETIME);
INSERT INTO customer VALUES (1, 'One@x.example', '2025-01-01'), (2, 'two@x.example', '2025-01-01'), (3, 'Two@X.example', '2025-01-01');
INSERT INTO mail VALUES (10, 'one@X.example', 'a', '2026-01-01', 'printer'), (11, 'two@x.example', 'b', '2026-01-01', 'printer'),
  (12, 'someone@x.example', 'c', '2026-01-01', NULL), (13, NULL, 'd', '2026-01-01', NULL);
INSERT INTO attached VALUES (100, 10, 'a'), (101, 11, 'b');
INSERT INTO lead VALUES (20, 'one@x.example', '2026-01-01');
"""
MANIFEST = """
zusage: 1
controller: {name: Example GmbH, land: BE}
requests: {kept: P1Y}
systems: {shop: {url: "sqlite:///FOLDER/shop.sqlite3", application: "sqlite:///FOLDER/shop.sqlite3"}}
classes: {one: {de: eins, en: one}}
guard: {share: 1.0, approvers: [KEY]}
people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email, shop.mail.sender, shop.lead.email]}}
telling: {within: P14D, escalate: P3D, mail: {server: "smtp://127.0.0.1:1", sender: notices@example.org}}
recipients:
  printer:
    title: {de: Druckhaus, en: Printing house}
    role: processor
    country: DE
    contract: 2024-01-01
    notices: {by: email, to: office@printer.example, names: {email: shop.customer.email}}
activities:
  all:
    title: {de: Alles, en: All}
    purpose: {de: Alles, en: all}
    legal_basis: art-6-1-b
    data:
      shop.customer: {classes: {one: [email, since]}}
      shop.mail: {classes: {one: [sender, text, at, given_to]}, discloses: {recipient: given_to}}
      shop.attached: {part_of: shop.mail via mail_id, classes: {one: [name]}}
      shop.lead: {classes: {one: [email, at]}}
    keep:
      - {name: customers, data: shop.customer, at_most: P9Y, from: since}
      - {name: mails, data: shop.mail, at_most: P9Y, from: at}
      - {name: leads, data: shop.lead, at_most: P9Y, from: at}
"""
MAIL = "shop.mail.sender"
ONE = Person(people="customer", key="1")


class Shop:
    """Customers, and mails of which only the sender's address is known."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, SigningKey.generate(folder / "second.key", "second-person")
        text = MANIFEST.replace("FOLDER", str(folder)).replace("KEY", f'"{self.key.verifier.encode()}"')
        (folder / "zusage.yaml").write_text(text)
        with closing(sqlite3.connect(folder / "shop.sqlite3")) as database, database:
            database.executescript(TABLES)

    def run(self, command: str, *words: str) -> Result:
        return CliRunner().invoke(cli, [*command.split(), str(self.folder / "zusage.yaml"), *words], catch_exceptions=True)

    def ok(self, command: str, *words: str) -> str:
        done = self.run(command, *words)
        assert done.exception is None, done.output
        return done.output

    def case(self, *names: str, right: str = "erasure", person: str = "customer=1") -> str:
        opened_ = self.ok("case open", "--right", right, "--by", "clerk-1", "--person", person, "--json")
        case = str(json.loads(opened_)["case"])
        for name in names:
            self.ok("case include", case, "--name", name, "--by", "clerk-1", "--words", "their own words in it")
        for step, by, more in (("identify", "clerk-1", ["--how", "login"]), ("grant", "clerk-1", []), ("approve", "clerk-2", [])):
            self.ok(f"case {step}", case, "--by", by, *more)
        return case

    def plan(self, *names: str, case: str = "", person: Person = ONE, name: str = "erasure.json") -> Path:
        with opened(self.folder / "zusage.yaml") as product:
            wish = Wish(people=[person], ground="b", by="clerk-1", needed={}, include=frozenset(names), case=case)
            product.save_plan(plan(product, wish).plan, self.folder / name)
        return self.folder / name

    def apply(self, path: Path) -> None:
        with opened(self.folder / "zusage.yaml") as product:
            product.approve_plan(path, self.key)
            product.apply_plan(path, lambda _: None)

    def left(self, table: str) -> set[int]:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as database:
            return {id for (id,) in database.execute(f"SELECT id FROM {table}")}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_only_what_was_included_goes_and_nothing_with_another_address(shop: Shop) -> None:
    case = shop.case(MAIL)
    where = str(shop.folder / "erasure.json")
    said = shop.ok(
        "erasure plan", "customer=1", "--ground", "b", "--by", "clerk-1", "--include", MAIL, "--case", case, "-o", where
    )
    assert "shop.mail" in said
    assert "x.example" not in (shop.folder / "erasure.json").read_text().lower()  # a plan names nobody
    shop.apply(shop.folder / "erasure.json")
    assert (shop.left("customer"), shop.left("mail"), shop.left("attached")) == ({2, 3}, {11, 12, 13}, {101})
    assert shop.left("lead") == {20}  # named by nobody
    assert json.loads(shop.ok("case done", case, "--by", "clerk-1", "--plan", where, "--json"))["state"] == "carried out"


def test_recipients_are_told_of_rows_that_were_included_and_of_no_others(shop: Shop) -> None:
    def told() -> list[str]:
        with opened(shop.folder / "zusage.yaml") as product:
            return [notice.recipient for notice in product.state.notices.all(code_of(product, ONE))]

    assert told() == []
    shop.apply(shop.plan(MAIL, case=shop.case(MAIL)))
    assert told() == ["printer"]


def test_who_included_what_and_why_is_in_the_trail(shop: Shop) -> None:
    shown = json.loads(shop.ok("case show", shop.case(MAIL), "--content", "--json"))
    event, words = next((e, w) for e, w in zip(shown["events"], shown["words"], strict=True) if e["kind"] == "included")
    assert (event["by"], event["detail"], words) == ("clerk-1", MAIL, "their own words in it")


def test_nothing_enters_that_no_human_has_included(shop: Shop) -> None:
    shop.apply(shop.plan(case=shop.case(MAIL)))
    assert shop.left("mail") == {10, 11, 12, 13}  # in the case, and not named: not taken
    other = shop.case(right="access")
    with pytest.raises(NotIncluded):
        shop.plan(MAIL, case=other)
    with pytest.raises(HoldUnfit):
        shop.plan(MAIL)


def test_a_case_of_somebody_else_includes_nothing_for_this_person(shop: Shop) -> None:
    with pytest.raises(NotIncluded):
        shop.plan(MAIL, case=shop.case(MAIL, person="customer=2"))


def test_an_address_that_two_people_have_leads_to_nobody(shop: Shop) -> None:
    with pytest.raises(HoldUnfit, match="somebody else has the address"):
        shop.plan(MAIL, case=shop.case(MAIL, person="customer=2"), person=Person(people="customer", key="2"))
    assert shop.left("mail") == {10, 11, 12, 13}


def test_a_plan_stops_when_what_it_takes_was_left_out_again(shop: Shop) -> None:
    case = shop.case(MAIL)
    path = shop.plan(MAIL, case=case)
    shop.ok("case leave-out", case, "--name", MAIL, "--by", "clerk-1", "--words", "written by a namesake")
    with pytest.raises(PlanRefused, match="left out again"):
        shop.apply(path)
    assert 10 in shop.left("mail")


def test_a_plan_never_runs_with_the_addresses_of_another(shop: Shop) -> None:
    case = shop.case(MAIL)
    path = shop.plan(MAIL, case=case)
    with closing(sqlite3.connect(shop.folder / "shop.sqlite3")) as database, database:
        database.execute("UPDATE customer SET email = 'someone@x.example' WHERE id = 1")
    shop.plan(MAIL, case=case, name="newer.json")
    with pytest.raises(DemandUnknown):
        shop.apply(path)
    assert shop.left("mail") == {10, 11, 12, 13}


def test_a_case_is_not_done_by_a_plan_that_leaves_out_what_it_includes(shop: Shop) -> None:
    case = shop.case(MAIL)
    path = shop.plan()
    shop.apply(path)
    assert "does not take shop.mail.sender" in str(shop.run("case done", case, "--by", "clerk-1", "--plan", str(path)).exception)


def test_a_held_candidate_stays_and_the_answer_says_so(shop: Shop) -> None:
    path = shop.plan(MAIL, case=shop.case(MAIL))
    with opened(shop.folder / "zusage.yaml") as product:
        place(product, Hold(rows=[("shop.mail", "id = 10")], reason="claim", review_on=date(2099, 1, 1), by="legal"))
    shop.apply(path)
    with opened(shop.folder / "zusage.yaml") as product:
        assert dict(answer(product, path).left) == {"shop.mail": 1, "shop.attached": 1}
    assert shop.left("mail") == {10, 11, 12, 13}


@pytest.mark.parametrize("name", ["shop.mail.text", "shop.customer.email", "shop.nowhere.sender", ""])
def test_what_is_no_candidate_cannot_be_included(shop: Shop, name: str) -> None:
    case = shop.case()
    assert "candidates" in str(shop.run("case include", case, "--name", name, "--by", "c", "--words", "w").exception).lower()
    assert "not said why" in str(shop.run("case include", case, "--name", MAIL, "--by", "c").exception)


def test_a_copy_takes_what_the_case_includes_and_nothing_else(shop: Shop) -> None:
    case = shop.case(MAIL, right="access")
    shop.ok("person access", "customer=1", "--include", MAIL, "--case", case, "--to", str(shop.folder / "copy"))
    copy = "".join(path.read_text() for path in (shop.folder / "copy").glob("*.json"))
    assert "one@X.example" in copy
    assert "someone@" not in copy
    refused = shop.run(
        "person access", "customer=1", "--include", "shop.lead.email", "--case", case, "--to", str(shop.folder / "no")
    )
    assert isinstance(refused.exception, NotIncluded)
    bare = shop.run("person access", "customer=1", "--include", MAIL, "--to", str(shop.folder / "no"))
    assert "--include needs --case" in bare.output + str(bare.exception)
    assert not (shop.folder / "no").exists()
