"""The promises of the platform's stores: clean by themselves, and from broken to kept by one plan."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

from citizen_looks import MANIFEST, account, copied, look, product
from tests.integration.receivers import mail_server

from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.rights.answering import Asked, access
from zusage.bootstrap.rights.correcting import Wish as Correction
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.erasing import Wish as Erasure
from zusage.bootstrap.rights.erasing import plan
from zusage.bootstrap.rights.restricting import Wish as Restriction
from zusage.bootstrap.rights.restricting import restrict
from zusage.bootstrap.telling.sending import send
from zusage.evidence.verdict import judge
from zusage.planning.holding import Person
from zusage.promises.checking import against, check
from zusage.promises.derive import promises_of
from zusage.promises.loading import load
from zusage.sealing import SigningKey
from zusage.state.database import FILE as STATE


def test_the_manifest_is_clean_by_itself_and_against_the_databases(broken):
    assert check(load(MANIFEST), date.today()) == ()
    with product(broken) as ours:
        assert {finding.code for finding in against(ours.loaded, ours.inventories)} <= {"limit-only-for-some-rows"}


def test_what_nobody_ever_deleted_is_broken_before_the_plan(first):
    expected = {
        "account/unconfirmed/at-most",
        "account/inactive/at-most",
        "account/addresses/at-most",
        "account/sessions/at-most",
        "account/mails/at-most",
        "account/profile/at-most",
        "minors/unanswered/at-most",
        "contact/done/at-most",
        "moderation/decisions/at-most",
        "access-record/looks/at-most",
        "server-log/lines/at-most",
        "meeting-log/lines/at-most",
    }
    assert {name for name, verdict in first.items() if verdict == "broken"} >= expected


def test_after_one_plan_every_promise_is_kept(untouched):
    assert {name: verdict for name, verdict in untouched.items() if verdict != "kept"} == {}
    assert len(untouched) > 70


def test_a_request_that_nobody_answers_is_red(kept, tmp_path):
    folder = copied(kept, tmp_path / "asked")
    with product(folder) as ours:
        ours.clock = lambda: datetime.now(UTC) - timedelta(days=62)
        receive(ours, "access", "office", {"person": "member=2"})
    with product(folder) as ours:
        red = {name for name, verdict in look(ours).items() if verdict == "broken"}
        assert red == {"requests/answered-in-time", "requests/steps-sealed"}  # noted after looks of days that should have seen it


def test_a_row_that_a_restriction_does_not_hide_turns_exactly_its_promise_red(kept, tmp_path):
    folder = copied(kept, tmp_path / "restricted")
    text = (folder / "promises.yaml").read_text(encoding="utf-8")
    (folder / "promises.yaml").write_text(
        text.replace("requests:\n  kept: P3Y\n", "requests:\n  kept: P3Y\n  restricted: true\n")
    )
    number = account(folder, "id")
    with product(folder) as ours:
        person = Person(people="member", key=str(number))
        assert restrict(ours, Restriction(person=person, ground="a", by="office")).hidden > 1
        before = look(ours)
        assert {before["requests/restricted"], *before.values()} == {"kept"}
    with closing(sqlite3.connect(folder / "platform.db")) as database, database:
        values = (number, "reset", datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.000000"))
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("INSERT INTO mail_log (account_id, template, sent_at) VALUES (?, ?, ?)", values)
    with product(folder) as ours:
        assert look(ours) == {**before, "requests/restricted": "broken"}


def test_every_item_of_the_catalogue_is_bound_or_explained():
    """Some stand in parts of the manifest of their own: those of backups, of notices to recipients, and of the canary."""
    texts = (file.read_text(encoding="utf-8") for file in MANIFEST.parent.glob("*.yaml"))
    assert {item for text in texts for item in re.findall(r"\bCP-\d{3}\b", text)} == {
        f"CP-{number:03d}" for number in range(1, 314)
    }
    whole = load(MANIFEST.parent / "whole.yaml")
    assert check(whole, date.today()) == ()
    explained = {item for one in whole.manifest.not_bound for item in one.refs}
    assert not explained & {item for promise in promises_of(whole.manifest) for item in promise.refs}


def _username(folder, number):
    with closing(sqlite3.connect(folder / "platform.db")) as database:
        return database.execute("SELECT username FROM account WHERE id = ?", (number,)).fetchone()[0]


def _telling(kept, folder):
    copied(kept, folder)
    parts = (MANIFEST.parent / "telling.yaml").read_text(encoding="utf-8").replace("import: [zusage.yaml]\n", "")
    (folder / "telling.yaml").write_text(parts.replace("zusage: 1\n", ""), encoding="utf-8")
    (folder / "zusage.yaml").write_text("import: [promises.yaml, guard.yaml, telling.yaml]\n")
    return folder


def test_the_host_learns_of_a_correction_and_one_who_learns_too_late_is_red(kept, tmp_path, monkeypatch):
    folder = _telling(kept, tmp_path / "told")
    with mail_server() as (address, mails), product(folder) as ours:
        monkeypatch.setenv("PLATFORM_MAIL_SERVER", address)
        member = Person(people="member", key=str(account(folder, "id")))
        correct(ours, Correction(person=member, table="platform.account", column="language", value="en", by="office"))
        assert {one.recipient for one in send(ours).told} == {"host"}
        (letter,) = mails
        assert account(folder, "username") in letter.get_payload(decode=True).decode()
        (promise,) = [one for one in promises_of(ours.loaded.manifest) if one.id == "recipients-told"]
        assert promise.refs == ("CP-211",)
        seen = [judge(ours.eyes().look(promise).observation).verdict.value]
        with closing(sqlite3.connect(folder / "own" / STATE)) as state, state:
            state.execute("UPDATE zusage_notice SET told_at = datetime(told_at, '+20 days')")
        assert [*seen, judge(ours.eyes().look(promise).observation).verdict.value] == ["kept", "broken"]


def test_who_answered_a_suggestion_is_neither_in_its_authors_copy_nor_erased_with_it(kept, tmp_path, monkeypatch):
    folder = _telling(kept, tmp_path / "answered")
    with closing(sqlite3.connect(folder / "platform.db")) as database, database:
        author, other = (
            row[0] for row in database.execute("SELECT id FROM account WHERE state <> 'unconfirmed' ORDER BY id LIMIT 2")
        )
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.000000")
        database.execute("INSERT INTO suggestion VALUES (9001, 1, ?, 'my title', 'my words', 'visible', ?)", (author, now))
        database.execute("INSERT INTO comment VALUES (9001, 9001, ?, 'words of another', 'visible', ?)", (other, now))
        database.execute("INSERT INTO comment VALUES (9002, 9001, ?, 'my answer', 'visible', ?)", (author, now))
    key = SigningKey.load(folder / "second.key")
    with mail_server() as (address, mails), product(folder) as ours:
        monkeypatch.setenv("PLATFORM_MAIL_SERVER", address)
        copies = [
            access(ours, Asked(people="member", given=str(one)), "en", paper=False).files["access.json"]
            for one in (author, other)
        ]
        wanted = Erasure(people=[Person(people="member", key=str(author))], ground="b", by="clerk", needed={})
        ours.save_plan(plan(ours, wanted).plan, folder / "erasure.json")
        ours.approve_plan(folder / "erasure.json", key)
        name = _username(folder, author)
        assert not [one for one in ours.apply_plan(folder / "erasure.json", lambda _: None) if one.stopped]
        swept = send(ours)
    assert {one.recipient for one in swept.told} == {"host", "web-archive"}
    assert {one.recipient for one in swept.by_hand} == {
        "public/suggestions",
        "public/comments",
    }  # a human notes what was done there
    (letter,) = [mail for mail in mails if mail["To"] == "loeschung@webarchiv.example"]
    said = " ".join(letter.get_payload(decode=True).decode().split())
    assert ("Art. 17 Abs. 2 DSGVO" in said, "Links zu diesen Daten" in said, name in said) == (True, True, True)
    mine, theirs = copies
    assert all(words in mine for words in ("my title", "my words", "my answer"))
    assert "words of another" in theirs
    assert "words of another" not in mine
    assert not any(words in theirs for words in ("my title", "my words", "my answer"))
    with closing(sqlite3.connect(folder / "platform.db")) as database:
        assert database.execute("SELECT account_id, title, text FROM suggestion WHERE id = 9001").fetchall() == [(None, "–", "–")]
        assert database.execute("SELECT id, account_id, text FROM comment WHERE id > 9000").fetchall() == [
            (9001, other, "words of another")
        ]
        assert not database.execute("SELECT 1 FROM account WHERE id = ?", (author,)).fetchall()
