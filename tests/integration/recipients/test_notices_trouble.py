"""A recipient that is down delays only itself; a kill at any moment loses no notice; who is never told makes the promise broken."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.integration.forked import die, killed
from tests.integration.killing_calls import killed_at_line
from zusage.bootstrap.rights.erasing import answer
from zusage.bootstrap.rights.restricting import Wish, restrict
from zusage.bootstrap.telling.ledger import disclosed
from zusage.bootstrap.telling.sending import send
from zusage.planning.holding import Person
from zusage.state.errors import NoticeEnded, UnknownNotice
from zusage.testing.ports import free_port

from .told_world import THREE, Told


def test_a_recipient_that_answers_500_and_then_200_is_told_under_the_same_number(told: Told) -> None:
    told.http.answers["/carrier"] = [500]
    told.erase("2")
    assert [one.recipient for one in told.send().failed] == ["carrier"]
    assert told.send().told == ()  # it is not its turn yet
    told.later(minutes=6)
    assert [one.recipient for one in told.send().told] == ["carrier"]
    first, second = told.http.to("/carrier")
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body


def test_a_recipient_that_is_down_for_a_day_delays_only_itself(told: Told) -> None:
    down = f"http://127.0.0.1:{free_port()}/carrier"
    told.rewrite(f"{told.http.url}/carrier", down)
    told.erase("2")
    told.erase("3")
    tries = 0
    swept = told.send()
    assert {one.recipient for one in swept.told} == {"printer", "counter"}
    assert len(swept.failed) == 1  # the second of its line waits without being tried
    for _ in range(10):
        told.later(hours=2)
        swept = told.send()
        tries += len(swept.failed)
        assert swept.told == ()
    assert 3 <= tries <= 8  # the waits double
    told.rewrite(down, f"{told.http.url}/carrier")
    told.later(days=1)
    assert [one.recipient for one in told.send().told] == ["carrier", "carrier"]


def test_a_human_is_asked_after_some_days_and_the_promise_breaks_after_the_period(told: Told) -> None:
    from click.testing import CliRunner

    from zusage.cli import cli
    from zusage.cli.failing import reported

    told.rewrite(f"{told.http.url}/carrier", f"http://127.0.0.1:{free_port()}/carrier")
    told.erase("2")
    told.send()
    assert told.verdict() == "kept"  # the printer was told, the carrier still can be
    with told.opened() as product:
        from zusage.bootstrap.telling.sending import escalated_now

        told.later(days=4)
        (open_,) = [one for one in product.state.notices.all() if one.open]
        assert escalated_now(product, open_)
        assert told.now > open_.occasion.at
    told.later(days=11)
    assert told.verdict() == "broken"
    words = ["notices", "list", str(told.folder / "zusage.yaml")]
    assert reported(cli, words) == 1
    assert "a human must look" in CliRunner().invoke(cli, words, terminal_width=200).output.replace("\n", " ")
    with told.opened() as product:
        product.state.notices.excuse(open_.id, "impossible", "the company was wound up", "dpo", told.now)
        with pytest.raises(NoticeEnded):
            product.state.notices.receive(open_.id, "by letter", told.now)
        with pytest.raises(UnknownNotice):
            product.state.notices.get("N-0077")
    assert told.verdict() == "kept"


def test_nothing_done_is_undecided_and_a_list_that_lost_a_notice_is_never_kept(told: Told) -> None:
    assert told.verdict() == "undecided"
    with told.opened() as product:
        restrict(product, Wish(person=THREE, ground="a", by="clerk"))
    told.send()
    assert told.verdict() == "kept"
    with closing(sqlite3.connect(told.folder / ".zusage" / "state.sqlite3")) as state, state:
        state.execute("DELETE FROM zusage_notice WHERE recipient = 'carrier'")
    assert told.verdict() == "undecided"
    with closing(sqlite3.connect(told.folder / ".zusage" / "state.sqlite3")) as state, state:
        state.execute("DELETE FROM zusage_notice")
        state.execute("DELETE FROM zusage_occasion")
    assert told.verdict() == "broken"  # the register of restrictions knows that somebody should have been told


def test_an_erasure_that_no_case_names_and_a_list_without_somebody_who_had_the_data_are_seen(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zusage.bootstrap.telling import ledger, settling

    with told.opened() as product:
        disclosed(product, Person(people="customer", key="2"), "search", ["name"])
    told.later(days=1)
    path, drafts = told.plan_erasure("2"), settling.drafts
    with monkeypatch.context() as patch:  # whoever writes the list forgets one
        patch.setattr(settling, "drafts", lambda *all_: [one for one in drafts(*all_) if one.recipient != "search"])
        told.apply(path)
    assert len(told.send().told) == 2
    assert told.verdict() == "broken"
    with told.opened() as product:
        person = Person(people="customer", key="2")
        ledger.learnt_late(product, person, "search", told.now - timedelta(days=1))
    assert len(told.send().told) == 1
    assert told.verdict() == "kept"
    with closing(sqlite3.connect(told.folder / ".zusage" / "state.sqlite3")) as state, state:
        state.execute("DELETE FROM zusage_notice")
        state.execute("DELETE FROM zusage_occasion")
    assert told.verdict() == "broken"  # the journal knows that a plan for people was carried out


def test_who_is_noted_late_to_have_received_data_is_told_of_what_happened_since(told: Told) -> None:
    told.erase("2")
    told.correct()
    told.send()
    for key, expected in (("2", "erased"), ("3", "corrected")):
        with told.opened() as product:
            before = told.now - timedelta(days=9)
            disclosed(product, Person(people="customer", key=key), "search", ["name"], before)
            mine = [one for one in product.state.notices.all() if one.recipient == "search"]
        assert [one.occasion.kind for one in mine if one.open] == [expected]
        assert [one.recipient for one in told.send().told] == ["search"]
    assert told.http.to("/search")[1].content["data"]["corrected"] == {"what": "name"}
    assert told.verdict() == "kept"


def test_what_names_the_person_is_sealed_and_goes_with_the_receipt(told: Told) -> None:
    told.erase()
    state = told.folder / ".zusage" / "state.sqlite3"

    def sealed() -> list[bytes]:
        with closing(sqlite3.connect(state)) as database:
            return [row[0] for row in database.execute("SELECT sealed FROM zusage_notice WHERE sealed IS NOT NULL")]

    assert len(sealed()) == 3
    assert not any(b"name of 3" in one or b"mail3@" in one for one in sealed())
    told.send()
    assert sealed() == []
    for path in (told.folder / ".zusage").rglob("*"):
        assert not path.is_file() or b"name of 3" not in path.read_bytes()


@pytest.mark.parametrize(("at", "after"), [(1, True), (2, True), (3, False), (3, True), (4, True), (5, False)])
def test_killed_while_erasing_the_recipients_are_told_after_the_plan_was_taken_up_again(told: Told, at: int, after: bool) -> None:
    """Begun, started, just before and after the note of the rows, done, just before the end of the run.

    Rows that said who received data are gone with the first half; who they were was written down before. Of rows that went before
    the third line was written nobody reads how many they were, but that they may have gone.
    """
    path = told.plan_erasure("3")
    assert killed_at_line(told.opened, path, at, after=after)
    assert (told.sql("SELECT id FROM customer WHERE id = 3") == []) == ((at, after) >= (3, False))
    told.apply(path)
    assert told.sql("SELECT * FROM customer WHERE id = 3") == []
    assert told.states() == {"carrier": "waiting", "counter": "waiting", "printer": "waiting"}
    with told.opened() as product:
        assert [(one.rows, one.stopped) for one in answer(product, path).done] == [(1, "")]
    assert len(told.send().told) == 3
    assert told.verdict() == "kept"


def test_what_is_under_way_is_not_taken_for_what_was_interrupted(told: Told) -> None:
    """Between the list of recipients and the first row somebody else sends."""
    path = told.plan_erasure("2")

    def interfere(*_: object) -> None:
        with told.opened() as other:
            swept = send(other)
        assert "at this moment" in swept.unsettled[0]

    with told.opened() as product:
        product.apply_plan(path, interfere)
    assert {one.recipient for one in told.send().told} == {"carrier", "printer"}


def test_a_plan_that_was_cut_off_before_it_began_can_still_be_applied_and_told(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zusage.enforcement.apply import Enforcement

    path = told.plan_erasure("2")
    with monkeypatch.context() as patch:
        patch.setattr(Enforcement, "apply", die)
        assert killed(lambda: told.apply(path))
    assert told.states() == {"carrier": "uncertain", "printer": "uncertain"}
    assert told.send().unsettled == ()
    assert told.states() == {}
    told.apply(path)
    assert {one.recipient for one in told.send().told} == {"carrier", "printer"}


def test_one_whose_content_was_changed_delays_only_itself(told: Told) -> None:
    told.erase("2")
    told.erase("4")
    with closing(sqlite3.connect(told.folder / ".zusage" / "state.sqlite3")) as state, state:
        state.execute("UPDATE zusage_notice SET sealed = x'00' WHERE id = 1")
    swept = told.send()
    assert [one.id for one in swept.failed] == ["N-0001"]
    assert "cannot be opened" in swept.failed[0].trouble
    assert "printer" in {one.recipient for one in swept.told}
    assert [one.recipient for one in swept.told].count("carrier") == 1  # the next of its line


def test_a_plan_that_is_applied_twice_tells_nobody_twice(told: Told) -> None:
    path = told.plan_erasure("2")
    told.apply(path)
    told.send()
    told.apply(path)
    with told.opened() as product:
        disclosed(product, Person(people="customer", key="2"), "counter", ["id"])
    told.apply(path)
    assert told.send().told == ()
    assert told.states() == {"carrier": "told", "printer": "told"}


def test_a_correction_that_was_not_made_is_told_to_nobody_and_one_that_was_made_is(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies right after the commit, or right before it."""
    from zusage.bootstrap.rights import correcting
    from zusage.connectors.sql.correcting import SqlCorrector

    with monkeypatch.context() as patch:  # before: notices are on disk, the change is not
        original = correcting._write_notices
        patch.setattr(correcting, "_write_notices", lambda *all_: (original(*all_), die()))
        assert killed(told.correct)
    assert told.states() == {"carrier": "uncertain", "printer": "uncertain", "counter": "uncertain"}
    assert told.sql("SELECT name FROM customer WHERE id = 3") == [("name of 3",)]
    told.send()
    assert told.states() == {}
    assert not (told.folder / ".zusage" / "rectifications" / "RC-0001").exists()
    assert told.http.requests == []
    with monkeypatch.context() as patch:  # after, and what told the row is what was corrected
        made = SqlCorrector.correct
        patch.setattr(SqlCorrector, "correct", lambda *all_: (made(*all_), die()))
        assert killed(lambda: told.correct(row="name = 'name of 3'"))
    assert (told.folder / ".zusage" / "rectifications" / "RC-0002").exists()  # a number is never given anew
    assert told.sql("SELECT name FROM customer WHERE id = 3") == [("Right Name",)]
    told.send()
    assert told.http.to("/carrier")[0].content["data"]["corrected"]["after"] == "Right Name"
