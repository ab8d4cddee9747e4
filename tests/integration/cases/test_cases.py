"""Cases through the command line: from a request to its answer, over restarts and kills."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.integration.forked import fork, wait
from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.cases.requests import NothingToTell, happen, lapse, letter, receive, standing, sweep
from zusage.cli import cli
from zusage.rights.case import CaseRefused, Event
from zusage.sealing import SigningKey
from zusage.state.errors import CaseTorn, UnknownCase

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, since DATETIME);
INSERT INTO customer VALUES (1, 'one', '2025-01-01 10:00:00'), (2, 'two', '2025-01-01 10:00:00');
"""
ACTIVITY = "    data: {shop.customer: {classes: {one: [name, since]}}}\n    keep: [{name: long, at_most: P9Y, from: since}]\n"
MAIL = b"From: Marker Otter <marker@example.org>\r\nSubject: Auskunft\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWas wissen Sie?\r\n"


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    made = SmallWorld.make(tmp_path, TABLES, {"customers": ACTIVITY})
    key = SigningKey.generate(tmp_path / "second.key", "second-person")
    made.rewrite("guard: {share: 1.0,", f'guard: {{share: 1.0, approvers: ["{key.verifier.encode()}"],')
    made.rewrite("controller: {name: Example GmbH}", "controller: {name: Example GmbH, land: BE}\nrequests: {kept: P1Y}")
    made.rewrite("activities:", "people: {customer: {record: shop.customer, key: id, title: {de: X, en: X}}}\nactivities:")
    return made


def run(world: SmallWorld, *words: str) -> Result:
    name, *rest = words
    found = [str(world.folder / "zusage.yaml"), *rest]
    return CliRunner().invoke(cli, [*name.split(), *found], catch_exceptions=False)


def code(world: SmallWorld, *words: str) -> int:
    from zusage.cli.failing import reported

    name, *rest = words
    return reported(cli, [*name.split(), str(world.folder / "zusage.yaml"), *rest])


def at(world: SmallWorld, when: datetime):
    return opened(world.folder / "zusage.yaml", clock=lambda: when)


def test_a_request_by_mail_is_answered_and_closed(world: SmallWorld) -> None:
    (world.folder / "request.eml").write_bytes(MAIL)
    first = run(world, "case open", "--right", "access", "--by", "clerk-1", "--from-mail", str(world.folder / "request.eml"))
    assert "C-0001: access, received" in first.output
    assert "marker" not in first.output
    for words in (
        ("acknowledge", "C-0001", "--by", "clerk-1"),
        ("identify", "C-0001", "--by", "clerk-1", "--how", "login"),
        ("grant", "C-0001", "--by", "clerk-1"),
        ("done", "C-0001", "--by", "clerk-1"),
        ("answer", "C-0001", "--by", "clerk-1", "--words", "Here it is.", "--way", "in-person"),
    ):
        assert run(world, f"case {words[0]}", *words[1:]).exit_code == 0, words
    assert "no case is open" in run(world, "case list").output
    assert run(world, "case close", "C-0001", "--by", "clerk-1").exit_code == 0
    shown = json.loads(run(world, "case show", "C-0001", "--content", "--json").output)
    assert shown["content"]["address"] == "Marker Otter <marker@example.org>"
    assert [event["kind"] for event in shown["events"]][-2:] == ["answered", "closed"]
    assert "marker" not in run(world, "case show", "C-0001").output


def test_a_mail_that_cannot_be_read_opens_no_case(world: SmallWorld) -> None:
    path = world.folder / "request.eml"
    path.write_bytes(MAIL.replace(b"utf-8", b"nonsense-9"))
    opening = ("case open", "--right", "access", "--by", "clerk-1", "--from-mail", str(path))
    assert code(world, *opening) == 3
    assert run(world, "case list", "--all", "--json").output.strip() == "[]"
    path.write_bytes(MAIL)
    assert code(world, *opening) == 0


def test_an_erasure_is_done_when_its_own_plan_left_nothing(world: SmallWorld) -> None:
    from zusage.bootstrap.rights.erasing import Wish, plan
    from zusage.planning.holding import Person

    assert code(world, "case open", "--right", "erasure", "--by", "clerk-1", "--person", "customer=1") == 0
    assert code(world, "case identify", "C-0001", "--by", "clerk-1", "--how", "login") == 0
    assert code(world, "case grant", "C-0001", "--by", "clerk-1") == 0
    plans = {}
    for number in ("1", "2"):
        plans[number] = str(world.folder / f"{number}.json")
        with opened(world.folder / "zusage.yaml") as product:
            wish = Wish(people=[Person(people="customer", key=number)], ground="b", by="clerk-1", needed={})
            product.save_plan(plan(product, wish).plan, Path(plans[number]))
            product.approve_plan(Path(plans[number]), SigningKey.load(world.folder / "second.key"))
    done = ("case done", "C-0001", "--by", "clerk-1")
    assert code(world, *done, "--plan", plans["1"]) == 3  # nobody has carried it out
    assert code(world, "apply", plans["2"]) == 0
    assert code(world, *done, "--plan", plans["2"]) == 3  # somebody else's
    assert code(world, "apply", plans["1"]) == 0
    assert code(world, *done, "--plan", plans["1"]) == 3  # no second person has approved the case
    assert code(world, "case approve", "C-0001", "--by", "clerk-1") == 3
    assert code(world, "case approve", "C-0001", "--by", "clerk-2") == 0
    assert code(world, "erasure answer", plans["1"], "--close") == 0  # the demand is off the file; the case knows whose it was
    assert code(world, *done, "--plan", plans["1"]) == 0
    assert world.sql("SELECT id FROM customer") == []


def test_what_is_missed_is_overdue_in_the_list_and_broken_in_the_proof(world: SmallWorld) -> None:
    start = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    with at(world, start) as product:
        receive(product, "access", "clerk-1", {"words": "please"})
    for day, verdict in ((datetime(2026, 4, 7, 20, 0, tzinfo=UTC), "kept"), (datetime(2026, 4, 8, 9, 0, tzinfo=UTC), "broken")):
        assert world.verdicts(day)["requests/answered-in-time"] == verdict
    assert code(world, "case list") == 1
    assert "overdue" in run(world, "case list").output


def test_without_any_case_nothing_is_shown(world: SmallWorld) -> None:
    assert world.verdicts()["requests/answered-in-time"] == "undecided"


def test_what_a_case_says_of_somebody_goes_with_its_time_and_the_record_stays_whole(world: SmallWorld) -> None:
    start = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    with at(world, start) as product:
        id = receive(product, "objection", "clerk-1", {"words": "Kennwort-77"}).case.id
        happen(product, id, "withdrawn", "clerk-1", words="Kennwort-88")  # nobody closes it
        assert product.state.cases.words(id)[1] == "Kennwort-88"
        assert (product.state.cases.content(id) or {})["words"] == "Kennwort-77"
    sealed = _sealed(world)
    assert all(_mentions(world, text) for text in sealed)
    with at(world, start + timedelta(days=360)) as product:
        assert product.state.cases.erase(start - timedelta(days=5), start) == 0
    later = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
    assert world.verdicts(later)["requests/cases-kept"] == "broken"
    with at(world, later) as product:
        assert sweep(product) == 1
        assert sweep(product) == 0
        assert [event.kind for event in product.state.cases.get(id).events] == ["received", "withdrawn"]
        assert product.state.cases.content(id) is None
        assert product.state.cases.words(id) == (None, None)
        product.state.close()
    assert not any(_mentions(world, text) for text in (*sealed, b"Kennwort"))
    assert world.verdicts(later)["requests/cases-kept"] == "kept"
    with closing(sqlite3.connect(world.folder / ".zusage" / "state.sqlite3")) as state:
        kept = state.execute("SELECT content_digest FROM zusage_case").fetchone()[0]
        assert kept != hashlib.sha256(json.dumps({"words": "Kennwort-77"}).encode()).hexdigest()


def test_a_held_case_outlives_its_time_of_keeping_until_the_hold_is_lifted(world: SmallWorld) -> None:
    start, later = datetime(2026, 3, 5, 9, 0, tzinfo=UTC), datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
    with at(world, start) as product:
        for _ in range(2):
            id = receive(product, "access", "clerk-1", {"words": "Kennwort-77", "person": "customer=1"}).case.id
            happen(product, id, "withdrawn", "clerk-1")
    place = ("--reason", "court 4", "--review-on", "2099-01-31", "--by", "legal", "--json")
    assert code(world, "suspend place", "--case", "C-0009", *place) == 3
    assert json.loads(run(world, "suspend place", "--case", "C-0001", *place).output)["rows"] == {
        "shop.customer": 1,
        "case C-0001": 1,
    }
    assert "case C-0001" in run(world, "suspend list").output
    assert world.verdicts(later)["requests/cases-kept"] == "broken"  # the other one is not held
    with at(world, later) as product:
        assert sweep(product) == 1
        assert product.state.cases.content("C-0001") is not None
        assert product.state.cases.content("C-0002") is None
    assert world.verdicts(later)["requests/cases-kept"] == "kept"
    assert code(world, "suspend place", "--case", "C-0002", *place) == 3  # nothing of it is left
    with at(world, later) as product:
        product.state.suspensions.lift("S-0001", "legal", "settled")
    assert world.verdicts(later)["requests/cases-kept"] == "broken"
    with at(world, later) as product:
        sealed = _sealed(world)
        assert any(_mentions(world, text) for text in sealed)
        assert sweep(product) == 1
        product.state.close()
    assert not any(_mentions(world, text) for text in sealed)


def test_a_hold_on_a_person_holds_their_rows_and_not_the_cases_about_them(world: SmallWorld) -> None:
    start, later = datetime(2026, 3, 5, 9, 0, tzinfo=UTC), datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
    with at(world, start) as product:
        id = receive(product, "access", "clerk-1", {"words": "x", "person": "customer=1"}).case.id
        happen(product, id, "withdrawn", "clerk-1")
    place = ("--person", "customer=1", "--reason", "court 4", "--review-on", "2099-01-31", "--by", "legal", "--json")
    assert json.loads(run(world, "suspend place", *place).output)["rows"] == {"shop.customer": 1}
    with at(world, later) as product:
        assert sweep(product) == 1
        assert product.state.cases.content(id) is None


def _sealed(world: SmallWorld) -> list[bytes]:
    """What the first case says, as it is stored."""
    with closing(sqlite3.connect(world.folder / ".zusage" / "state.sqlite3")) as state:
        texts = state.execute(
            "SELECT content FROM zusage_case WHERE content IS NOT NULL UNION SELECT words FROM zusage_case_event WHERE words != ''"
        )
        return [text.encode()[:80] for (text,) in texts]


def _mentions(world: SmallWorld, text: bytes) -> list[str]:
    return [path.name for path in (world.folder / ".zusage").rglob("*") if path.is_file() and text in path.read_bytes()]


def test_a_record_that_was_changed_is_refused_and_undecided(world: SmallWorld) -> None:
    with opened(world.folder / "zusage.yaml") as product:
        id = receive(product, "access", "clerk-1", {"words": "please"}).case.id
        happen(product, id, "acknowledged", "clerk-1")
        product.state.close()
    with closing(sqlite3.connect(world.folder / ".zusage" / "state.sqlite3")) as state, state:
        state.execute("DELETE FROM zusage_case_event WHERE number = 2")
    with opened(world.folder / "zusage.yaml") as product:
        with pytest.raises(CaseTorn):
            happen(product, id, "granted", "clerk-1")
        with pytest.raises(UnknownCase):
            happen(product, "C-0077", "granted", "clerk-1")
        outcome = {one.promise.id: one.judgement.verdict.value for one in product.verify()}
    assert outcome["requests/answered-in-time"] == "undecided"


def test_killed_while_something_is_noted_a_case_is_before_or_after_it_and_goes_on(world: SmallWorld) -> None:
    with opened(world.folder / "zusage.yaml") as product:
        id = receive(product, "access", "clerk-1", {"words": "please"}).case.id
        product.state.close()
    chance = random.Random(6)
    for _ in range(6):
        begun, begins = os.pipe()

        def work(begins: int = begins) -> None:
            with opened(world.folder / "zusage.yaml") as product:
                for _ in range(100_000):
                    happen(product, id, "acknowledged", "clerk-1")
                    os.write(begins, b".")

        child = fork(work)
        os.close(begins)
        assert os.read(begun, 1) == b"."  # however busy the machine is, it is at work
        os.close(begun)
        time.sleep(chance.uniform(0.0, 0.2))
        os.kill(child, signal.SIGKILL)
        assert wait(child) == -signal.SIGKILL
        with opened(world.folder / "zusage.yaml") as product:
            assert product.state.cases.get(id).events[0].kind == "received"  # whole, or it would be refused
            product.state.close()
    with opened(world.folder / "zusage.yaml") as product:
        assert len(product.state.cases.get(id).events) > 1
        assert happen(product, id, "withdrawn", "clerk-1").case.ended


def test_refused_steps_leave_the_case_as_it_was(world: SmallWorld) -> None:
    with opened(world.folder / "zusage.yaml") as product:
        id = receive(product, "access", "clerk-1", {"words": "Kennwort-77"}).case.id
        before = product.state.cases.get(id)
        with pytest.raises(CaseRefused) as caught:
            happen(product, id, "granted", "clerk-1", words="Kennwort-88")
        assert "Kennwort" not in str(caught.value)
        assert product.state.cases.get(id) == before


def test_a_question_that_is_never_answered_does_not_stop_the_clock_for_good(world: SmallWorld) -> None:
    start = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    world.rewrite("requests: {kept: P1Y}", "requests: {kept: P1Y, identity_within: P14D}")
    with at(world, start) as product:
        id = receive(product, "access", "clerk-1", {"words": "please"}).case.id
        found = happen(product, id, "identity asked", "clerk-1")
        assert (found.due, found.lapsed) == (None, None)
        assert "19. März 2026" in "".join(letter(product, id, "de"))
        with pytest.raises(CaseRefused, match="rule 8"):
            lapse(product, id, "clerk-1")
    assert world.verdicts(start + timedelta(days=14))["requests/answered-in-time"] == "kept"
    with at(world, start + timedelta(days=15)) as product:
        found = standing(product, product.state.cases.get(id))
        assert (str(found.lapsed), str(found.due), found.overdue) == ("2026-03-19", "2026-04-20", False)  # 19 April is a Sunday
    assert world.verdicts(start + timedelta(days=46))["requests/answered-in-time"] == "kept"  # 20 April
    assert world.verdicts(start + timedelta(days=47))["requests/answered-in-time"] == "broken"  # nobody acts
    with at(world, start + timedelta(days=40)) as product:
        assert lapse(product, id, "clerk-1").case.state == "refused"
        german, english = ("\n".join(letter(product, id, language)) for language in ("de", "en"))
        happen(product, id, "answered", "clerk-1", words="refused")
    assert "Art. 12 Abs. 2 DSGVO" in german
    assert "Berliner Beauftragte" in german
    assert "Art. 11(2), 12(2) GDPR" in english
    assert world.verdicts(start + timedelta(days=90))["requests/answered-in-time"] == "kept"


def test_each_letter_along_the_way_is_german_and_english_and_a_refusal_names_the_authority(world: SmallWorld) -> None:
    with opened(world.folder / "zusage.yaml") as product:
        id = receive(product, "erasure", "clerk-1", {"words": "please"}).case.id
        with pytest.raises(NothingToTell):
            letter(product, id, "de")
        for kind, detail in (("acknowledged", ""), ("identity shown", "login"), ("extended", ""), ("refused", "")):
            happen(product, id, kind, "clerk-1", detail=detail, words="Weil es so ist" if kind in ("extended", "refused") else "")
            texts = {language: "\n".join(letter(product, id, language)) for language in ("de", "en")}
            assert "Art. 17 DSGVO" in texts["de"]
            assert "Art. 17 GDPR" in texts["en"]
    assert "Weil es so ist." in texts["de"]
    assert "Art. 77" in texts["en"]


AUTOMATED = "{decides: {de: X, en: X}, logic: {de: X, en: X}, follows: {de: X, en: X}, allowed_by: contract}"


def test_whoever_does_not_want_a_machines_decision_gets_one_of_a_human_with_reasons_and_in_time(world: SmallWorld) -> None:
    start, name = datetime(2026, 3, 5, 9, 0, tzinfo=UTC), "requests/decided-by-humans"
    world.rewrite("    data: {shop.customer", f"    automated: {AUTOMATED}\n    data: {{shop.customer")
    assert "automated-decision-undescribed" in world.refused()
    world.rewrite("requests: {kept: P1Y}", "requests: {kept: P1Y}\nnotice: {automated_decisions: described}")
    assert "automated-decision-undescribed" not in world.refused()
    assert world.verdicts(start)[name] == "undecided"  # nobody has asked
    with at(world, start) as product:
        id = receive(product, "human-decision", "clerk-1", {"words": "please"}).case.id
        happen(product, id, "identity shown", "clerk-1", detail="login")
        with pytest.raises(CaseRefused, match="gives reasons"):
            happen(product, id, "granted", "reviewer-1")
    assert world.verdicts(start + timedelta(days=3))[name] == "kept"  # there is time left
    assert world.verdicts(start + timedelta(days=40))[name] == "broken"
    with at(world, start + timedelta(days=20)) as product:
        happen(product, id, "refused", "reviewer-1", words="Kennwort-99")
        happen(product, id, "answered", "clerk-1", words="sent")
        assert [(event.by, event.kind) for event in product.state.cases.get(id).events][2] == ("reviewer-1", "refused")
    assert world.verdicts(start + timedelta(days=41))[name] == "kept"
    with at(world, start + timedelta(days=42)) as product:
        second = receive(product, "human-decision", "clerk-1", {"words": "please"}).case.id
        for kind in ("refused", "answered"):  # past the rules, as by hand
            product.state.cases.add(second, Event(kind=kind, at=product.clock(), by="clerk-1"), "", lambda case: case)
    assert world.verdicts(start + timedelta(days=43))[name] == "broken"  # no reasons


def _demanded(world: SmallWorld, number: str) -> Path:
    """A signed plan for the erasure of the first customer, for which a case stands."""
    from zusage.bootstrap.rights.erasing import Wish, plan
    from zusage.planning.holding import Person

    assert code(world, "case open", "--right", "erasure", "--by", "clerk-1", "--person", "customer=1") == 0
    assert code(world, "case identify", number, "--by", "clerk-1", "--how", "login") == 0
    path = world.folder / "1.json"
    with opened(world.folder / "zusage.yaml") as product:
        product.save_plan(
            plan(product, Wish(people=[Person(people="customer", key="1")], ground="b", by="c", needed={})).plan, path
        )
        product.approve_plan(path, SigningKey.load(world.folder / "second.key"))
    return path


def test_closing_one_request_leaves_the_demand_of_another_that_stands(world: SmallWorld) -> None:
    path = _demanded(world, "C-0001")
    assert code(world, "case grant", "C-0001", "--by", "clerk-1") == 0
    assert code(world, "case open", "--right", "erasure", "--by", "clerk-1", "--person", "customer=1") == 0
    assert code(world, "case withdraw", "C-0002", "--by", "clerk-1") == 0
    assert code(world, "case close", "C-0002", "--by", "clerk-1") == 0
    assert code(world, "apply", str(path)) == 0
    assert world.sql("SELECT id FROM customer WHERE id = 1") == []


def test_a_demand_that_a_kill_left_behind_a_closed_case_goes_with_the_next_sweep(world: SmallWorld, monkeypatch) -> None:
    from zusage.bootstrap.cases import requests

    _demanded(world, "C-0001")
    left = world.folder / ".zusage" / "erasures"
    with opened(world.folder / "zusage.yaml") as product:
        happen(product, "C-0001", "withdrawn", "clerk-1")
        with monkeypatch.context() as patch:
            patch.setattr(requests, "forget_closed", lambda *_: None)  # killed before it
            happen(product, "C-0001", "closed", "clerk-1")
        assert list(left.glob("*.json"))
        sweep(product)
        assert list(left.glob("*.json")) == []
