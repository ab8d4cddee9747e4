"""People are warned before they lose what they have, over a real mail server; whoever comes back keeps it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import Message
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.receivers import mail_server
from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.holding import Wish, place
from zusage.bootstrap.warning import LongSilent, Swept, send
from zusage.cli import cli
from zusage.enforcement.refusal import ClockJumped
from zusage.planning.holding import Person
from zusage.planning.warning import NoSingleKey

TABLES = """
CREATE TABLE member (id INTEGER PRIMARY KEY, mail TEXT, seen DATETIME, paid INTEGER NOT NULL DEFAULT 0);
INSERT INTO member VALUES
    (1, 'gone@example.org',     '2024-11-20 10:00:00', 0),
    (2, 'nearly@example.org',   '2024-12-15 10:00:00', 0),
    (3, 'here@example.org',     '2026-05-01 10:00:00', 0),
    (4, 'paid@example.org',     '2024-11-20 10:00:00', 1),
    (5, 'long-gone@example.org', '2023-01-01 10:00:00', 0),
    (6, NULL,                   '2024-11-20 10:00:00', 0);
"""
ACTIVITY = """    data: {shop.member: {classes: {one: [mail, seen], two: [paid]}}}
    keep:
      - name: idle
        at_most: P18M
        from: seen
        unless: paid = 1
        warning: {before: P30D, to: mail, mail: {server: "${WARN_SMTP}", sender: office@example.org}}
"""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Warned:
    """A world and what its people found in their mail."""

    world: SmallWorld
    mails: list[Message]

    def send(self, after: timedelta = timedelta()) -> Swept:
        with opened(self.world.folder / "zusage.yaml", clock=lambda: NOW + after) as product:
            return send(product)

    def people(self) -> list[int]:
        return [row[0] for row in self.world.sql("SELECT id FROM member ORDER BY id")]

    def told(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.mails)


@pytest.fixture
def warned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warned]:
    with mail_server() as (address, mails):
        monkeypatch.setenv("WARN_SMTP", address)
        yield Warned(SmallWorld.make(tmp_path, TABLES, {"members": ACTIVITY}), mails)


def test_nobody_goes_who_was_not_warned(warned: Warned) -> None:
    assert warned.world.plan().steps == ()
    assert warned.world.verdicts()["members/idle/at-most"] == "broken"  # which does not make it right


def test_those_whose_end_is_near_are_warned_once_and_go_after_the_time_that_they_were_given(warned: Warned) -> None:
    assert warned.send().sent == {"members/idle": 3}
    assert warned.told() == ["gone@example.org", "long-gone@example.org", "nearly@example.org"]
    assert warned.send(DAY).sent == {"members/idle": 0}
    assert len(warned.mails) == 3
    assert warned.world.plan(NOW + 30 * DAY).steps == ()  # the last day is not over
    results = warned.world.do(NOW + 31 * DAY)
    assert [(one.rows, one.stopped) for one in results] == [(3, "")]
    assert warned.people() == [3, 4, 6]  # here, paid, and nobody could tell the last one


def test_the_mail_says_what_happens_and_until_when_and_names_nobody_else(warned: Warned) -> None:
    warned.send()
    for mail in warned.mails:
        text = mail.get_payload(decode=True).decode()
        assert "1. Juli 2026" in text
        assert "1 July 2026" in text
        assert "@" in str(mail["To"])
        assert "@" not in text


def test_whoever_comes_back_keeps_what_they_have_and_is_warned_anew_of_the_next_end(warned: Warned) -> None:
    warned.send()
    warned.world.plan(NOW + 31 * DAY)
    warned.world.sql("UPDATE member SET seen = '2026-07-02 08:00:00' WHERE id = 1")  # after the plan was made
    warned.world.apply(NOW + 31 * DAY)
    assert warned.people() == [1, 3, 4, 6]
    much_later = timedelta(days=31 + 560)
    assert "gone@example.org" not in [str(mail["To"]) for mail in warned.mails[3:]]
    warned.send(much_later)
    assert "gone@example.org" in [str(mail["To"]) for mail in warned.mails[3:]]


def test_whoever_moves_closer_to_the_end_under_an_old_warning_is_not_taken(warned: Warned) -> None:
    warned.send()
    warned.world.sql("UPDATE member SET seen = '2024-11-21 10:00:00' WHERE id = 1")  # another end, of which nobody was told
    warned.world.do(NOW + 31 * DAY)
    assert 1 in warned.people()


def test_the_warning_itself_is_a_promise(warned: Warned) -> None:
    assert warned.world.verdicts()["members/idle/warned"] == "broken"  # two are near the end and one has no address
    warned.world.sql("UPDATE member SET mail = 'found@example.org' WHERE id = 6")
    warned.send()
    assert warned.world.verdicts(NOW + DAY)["members/idle/warned"] == "kept"
    warned.world.sql("INSERT INTO member VALUES (7, 'slipped-in@example.org', '2024-12-05 10:00:00', 0)")
    assert warned.world.verdicts(NOW + 2 * DAY)["members/idle/warned"] == "broken"


def test_a_mail_server_that_is_down_delays_and_loses_nothing(warned: Warned, monkeypatch: pytest.MonkeyPatch) -> None:
    there = os.environ["WARN_SMTP"]
    monkeypatch.setenv("WARN_SMTP", "smtp://127.0.0.1:9")
    assert "could not be reached" in warned.send().down
    assert warned.world.plan(NOW + 40 * DAY).steps == ()
    monkeypatch.setenv("WARN_SMTP", there)
    assert warned.send(DAY).sent == {"members/idle": 3}


def test_a_clock_that_was_ahead_has_warned_nobody_in_time(warned: Warned) -> None:
    later = 600 * DAY
    assert warned.send(later).sent == {"members/idle": 4}  # somebody who was here last month among them
    warned.world.do(NOW + 31 * DAY)
    assert warned.people() == [1, 2, 3, 4, 5, 6]
    assert warned.send(DAY).sent == {"members/idle": 3}
    warned.world.do(NOW + 32 * DAY)
    assert 1 not in warned.people()
    with pytest.raises(LongSilent, match="run `zusage verify` first"):
        _ = warned.world.verdicts(NOW + 33 * DAY), warned.send(later)
    with pytest.raises(ClockJumped):
        warned.send()


@pytest.mark.parametrize(("what", "left"), [("hold", True), ("delete", False)])
def test_who_cannot_be_reached_is_held_or_goes_as_the_manifest_says(warned: Warned, what: str, left: bool) -> None:
    warned.world.rewrite("sender: office@example.org}", f"sender: office@example.org}}, undeliverable: {what}")
    assert warned.send().refused == {"members/idle": 1}
    warned.world.do(NOW + 31 * DAY)
    assert (6 in warned.people()) is left


def test_a_suspension_wins_over_a_warning(warned: Warned) -> None:
    folder = warned.world.folder / "zusage.yaml"
    warned.send()
    arguments = ["suspend", "place", str(folder), "--table", "shop.member", "--where", "id = 1", "--reason", "a court"]
    done = CliRunner().invoke(cli, [*arguments, "--by", "x", "--review-on", "2027-01-01"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    warned.world.do(NOW + 31 * DAY)
    assert warned.people() == [1, 3, 4, 6]
    assert warned.send(32 * DAY).sent == {"members/idle": 0}


def _held(warned: Warned, where: str, placed: timedelta, lifted: timedelta) -> None:
    for after, act in ((placed, "place"), (lifted, "lift")):
        with opened(warned.world.folder / "zusage.yaml", clock=lambda after=after: NOW + after) as product:  # type: ignore[misc]
            if act == "place":
                product.state.suspensions.place([("shop.member", where)], "a court", date(2030, 1, 1), "legal")
            else:
                product.state.suspensions.lift(product.state.suspensions.current()[-1].id, "legal", "settled")


def _stand(warned: Warned, after: timedelta) -> dict[str, tuple[str, str]]:
    with opened(warned.world.folder / "zusage.yaml", clock=lambda: NOW + after) as product:
        return {
            one.promise.id.rpartition("/")[2]: (one.judgement.verdict.value, one.judgement.reason) for one in product.verify()
        }


def test_whose_suspension_was_lifted_is_warned_first_and_the_promise_says_until_when(warned: Warned) -> None:
    """Held since long before the end, and for long after it: nobody could be warned of an end that did not come."""
    warned.world.sql("DELETE FROM member WHERE id NOT IN (1, 3)")
    _held(warned, "id = 1", -300 * DAY, timedelta())
    assert warned.world.plan().steps == ()
    found = _stand(warned, timedelta())
    assert found["at-most"] == (
        "kept",
        "2 rows looked at; of them past their time: 1 suspended until lately, to go after a warning by 2026-07-04",
    )
    assert found["warned"][0] != "broken"  # the sweep of today is still to come
    assert warned.send(DAY).sent == {"members/idle": 1}
    assert _stand(warned, 31 * DAY)["at-most"][0] == "kept"
    assert [(one.rows, one.stopped) for one in warned.world.do(NOW + 32 * DAY)] == [(1, "")]
    assert warned.people() == [3]
    assert _stand(warned, 32 * DAY)["at-most"] == ("kept", "1 rows looked at")


def test_whoever_is_neither_warned_nor_taken_after_a_suspension_breaks_both_promises(warned: Warned) -> None:
    warned.world.sql("DELETE FROM member WHERE id NOT IN (1, 3)")
    _held(warned, "id = 1", -300 * DAY, timedelta())
    assert _stand(warned, 3 * DAY)["at-most"][0] == "kept"
    assert _stand(warned, 6 * DAY)["warned"][0] == "broken"
    found = _stand(warned, 34 * DAY)
    assert (found["at-most"][0], found["warned"][0]) == ("broken", "broken")


def test_a_suspension_excuses_nobody_who_should_have_been_warned_before_it_or_whom_it_did_not_hold(warned: Warned) -> None:
    warned.world.sql("DELETE FROM member WHERE id NOT IN (1, 3, 5)")
    _held(warned, "id = 1", -20 * DAY, timedelta())  # the end of the first was near then, and nobody had warned them
    assert _stand(warned, timedelta())["at-most"] == ("broken", "2 of 3 rows must not be there (any more)")
    _held(warned, "id = 3", -300 * DAY, timedelta())
    assert _stand(warned, timedelta())["at-most"][0] == "broken"


@pytest.mark.parametrize("kind", ["a table", "a person", "a case"])
def test_whoever_is_held_is_neither_warned_nor_taken_whatever_the_suspension_is_on(warned: Warned, kind: str) -> None:
    warned.world.rewrite("activities:", "people: {member: {record: shop.member, key: id, title: {de: X, en: X}}}\nactivities:")
    with opened(warned.world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        case = receive(product, "access", "clerk", {"person": "member=1"}).case.id if kind == "a case" else None
        person = Person.parse("member=1") if kind == "a person" else None
        rows = [("shop.member", "TRUE")] if kind == "a table" else []
        place(product, Wish(rows=rows, person=person, case=case, reason="x", review_on=date(2030, 1, 1), by="legal"))
    left = {"members/idle": 0 if kind == "a table" else 2}
    assert warned.send().sent == left
    warned.world.do(NOW + 31 * DAY)
    assert warned.people() == ([1, 2, 3, 4, 5, 6] if kind == "a table" else [1, 3, 4, 6])


def test_no_plan_and_nothing_of_ours_says_who_was_warned(warned: Warned) -> None:
    warned.send()
    warned.world.plan(NOW + 31 * DAY)
    marks = [b"gone@example.org", b"nearly@example.org"]
    files = [path for path in warned.world.folder.rglob("*") if path.is_file() and path.name != "shop.sqlite3"]
    assert len(files) > 3
    assert any(b"warned:members/idle" in path.read_bytes() for path in files)
    assert not [path.name for path in files for mark in marks if mark in path.read_bytes()]


def test_killed_while_sending_everybody_is_warned_in_the_end(warned: Warned) -> None:
    script = """
        import os, signal, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from zusage.bootstrap import opened
        from zusage.bootstrap.warning import send
        from zusage.connectors import notifying
        real, count = notifying.send_mail, []
        def once(*arguments):
            if count:
                os.kill(os.getpid(), signal.SIGKILL)
            count.append(real(*arguments))
            return count[0]
        notifying.send_mail = once
        with opened(Path(sys.argv[1]), clock=lambda: datetime(2026, 6, 1, 9, 0, tzinfo=UTC)) as product:
            send(product)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(warned.world.folder / "zusage.yaml")]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert len(warned.mails) == 1
    assert warned.send().sent == {"members/idle": 2}
    assert warned.told() == ["gone@example.org", "long-gone@example.org", "nearly@example.org"]


def test_a_table_without_a_key_of_one_column_is_refused(warned: Warned) -> None:
    with closing(sqlite3.connect(warned.world.folder / "shop.sqlite3")) as database, database:
        database.executescript(
            "CREATE TABLE other (mail TEXT, seen DATETIME, paid INTEGER); INSERT INTO other SELECT mail, seen, paid FROM member;"
            "DROP TABLE member; ALTER TABLE other RENAME TO member;"
        )
    with pytest.raises(NoSingleKey, match="primary key of one column"):
        warned.send()
    with pytest.raises(NoSingleKey):
        warned.world.plan()


def test_a_rule_with_a_minimum_cannot_warn(warned: Warned) -> None:
    warned.world.rewrite("at_most: P18M", "at_least: P1Y\n        at_most: P18M")
    done = CliRunner().invoke(cli, ["check", str(warned.world.folder / "zusage.yaml")])
    assert "warning does not go with at_least" in done.output
