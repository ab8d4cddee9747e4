"""The answer itself reaches whoever asked: by a mailed link, behind their login, or by the hand of the staff."""

from __future__ import annotations

import io
import re
import sqlite3
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.forked import killed
from tests.integration.killing_calls import die_at
from zusage.bootstrap import filing
from zusage.bootstrap.cases import handing
from zusage.bootstrap.cases.door import NoAddress
from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.holding import Wish, place
from zusage.cli import cli
from zusage.rights.case import CaseRefused
from zusage.rights.roles import Holder
from zusage.state.errors import CaseTorn

from .answers_world import answered, granted, kinds, mailed_link, reported
from .door_world import Door, door_, empty_state, text_of, word

__all__ = ["door_", "empty_state"]


def _archive(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_a_copy_is_fetched_once_by_a_mailed_link_and_the_mail_says_nothing_of_it(door_: Door) -> None:
    granted(door_)
    assert answered(door_, language="en", beside={}) == "answered"
    (mail,) = door_.mails
    assert mail["To"] == "Otter@Example.org"
    assert not [word for word in ("C-0001", "Wort-77", "2025-01-01") if word in text_of(mail)]
    link = mailed_link(door_)
    looked = door_.calls(("GET", link, {}), ("HEAD", link, {}), ("GET", link, {}))
    assert [one.status_code for one in looked] == [200] * 3
    assert kinds(door_) == ["carried out", "answer ready", "answered"]
    first, second, foreign = door_.calls(("POST", link, {}), ("POST", link, {}), ("POST", "answer/never-made", {}))
    assert (first.headers["content-type"], first.headers["cache-control"]) == ("application/zip", "no-store")
    files = _archive(first.content)
    assert {"access.html", "access.json", "access.pdf", "answer.txt"} <= set(files)
    assert "Otter@Example.org" in files["access.json"]
    assert "badger" not in str(files)
    assert "Wort-77" in files["answer.txt"]
    assert (second.status_code, second.content) == (foreign.status_code, foreign.content) == (404, foreign.content)
    assert kinds(door_)[3:] == ["fetched"]
    door_.tend()
    assert not list((door_.world.folder / ".zusage" / "answers").iterdir())
    assert door_.world.verdicts()["requests/steps-sealed"] == "kept"


def test_what_waits_to_be_fetched_lies_sealed_and_goes_when_its_time_is_over(door_: Door) -> None:
    granted(door_)
    answered(door_)
    folder, link = door_.world.folder / ".zusage", mailed_link(door_)
    (parcel,) = (folder / "answers").iterdir()
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert any(b"answer ready" in content for content in files)  # so that what lies open would be found
    needles = (b"Otter@", b"Wort-77", link.removeprefix("answer/").encode(), b"PK\x03\x04")
    assert not [1 for content in files for value in needles if value in content]
    assert parcel.stat().st_mode & 0o077 == 0
    door_.after = timedelta(days=13, hours=23)
    assert door_.calls(("GET", link, {}))[0].status_code == 200
    door_.after = timedelta(days=14)
    assert door_.calls(("GET", link, {}), ("POST", link, {}))[1].status_code == 404
    door_.tend()
    assert not parcel.exists()


def test_an_answer_of_a_case_that_is_held_stays_when_its_time_is_over_and_goes_once_the_hold_is_lifted(door_: Door) -> None:
    granted(door_)
    answered(door_)
    with door_.product() as product:
        hold = place(product, Wish(case="C-0001", reason="claim", review_on=date(2030, 1, 1), by="legal")).suspension.id
        product.state.close()
    folder, link = door_.world.folder / ".zusage" / "answers", mailed_link(door_)
    door_.after = timedelta(days=14)
    door_.tend()
    assert len(list(folder.iterdir())) == 1
    assert door_.calls(("POST", link, {}))[0].status_code == 404  # kept, and handed to nobody
    with door_.product() as product:
        product.state.suspensions.lift(hold, "legal", "settled")
        product.state.close()
    door_.tend()
    assert not list(folder.iterdir())


def test_whoever_is_logged_in_fetches_what_is_theirs_by_a_word_for_this_alone(door_: Door) -> None:
    granted(door_)
    answered(door_, "login")
    assert (door_.mails[-1]["To"], "/answer/" in text_of(door_.mails[-1])) == ("Otter@Example.org", False)
    own = {"aud": "https://shop.example/rights/answers", "sub": "7"}
    asked = [word(**own, jti="a"), word(**own, jti="a"), word(**own | {"sub": "8"}, jti="b"), word(sub="7", jti="c"), ""]
    mine, again, other, wrong, none = door_.calls(*(("POST", "answers", {"login": one, "language": "en"}) for one in asked))
    assert [one.status_code for one in (mine, again, other, wrong, none)] == [200, 403, 200, 403, 403]
    assert ("C-0001" in mine.text, "C-0001" in other.text) == (True, False)
    assert door_.calls(("POST", "", {"right": "erasure", "login": word(**own, jti="d")}))[0].status_code == 403
    (link,) = re.findall(r'action="(answer/[^"]+)"', mine.text)
    first, second = door_.calls(("POST", link, {}), ("POST", link, {}))
    assert (first.headers["content-type"], second.status_code) == ("application/zip", 404)
    later = door_.calls(("POST", "answers", {"login": word(**own, jti="e")}))[0]
    assert "C-0001" in later.text  # behind a login it may be fetched once more
    assert reported(door_, str(door_.mails[-1]["Message-ID"])) == 3  # whoever has fetched it cannot have it counted as lost
    assert kinds(door_)[-1] == "fetched"


def test_whose_record_went_is_written_to_as_before_and_never_whoever_has_their_key_now(door_: Door) -> None:
    granted(door_, "erasure")
    with closing(sqlite3.connect(door_.world.folder / "shop.sqlite3")) as shop, shop:
        shop.execute("DELETE FROM customer WHERE id = 7")
    with door_.product() as product:
        step(product, "C-0001", "done", "clerk-1", words="Compared.")
        product.state.close()
    with closing(sqlite3.connect(door_.world.folder / "shop.sqlite3")) as shop, shop:
        shop.execute("INSERT INTO customer VALUES (7, 'newcomer@example.org', '2026-01-01')")
    assert answered(door_, words="<b>Alles ist gelöscht</b>", beside={}) == "answered"
    assert {mail["To"] for mail in door_.mails} == {"Otter@Example.org"}
    (page,) = door_.calls(("POST", mailed_link(door_), {}), **{"Accept-Language": "de"})
    assert "&lt;b&gt;Alles ist gelöscht&lt;/b&gt;" in page.text  # a letter alone is shown
    with closing(sqlite3.connect(door_.world.folder / ".zusage" / "state.sqlite3")) as state:
        assert not [1 for (address,) in state.execute("SELECT address FROM zusage_case_answer") if address]
    with door_.product() as product:
        step(product, "C-0001", "undelivered", "clerk-1")
        with pytest.raises(NoAddress):  # it was forgotten with the mail
            step(product, "C-0001", "answer", "clerk-1", words="x", way="mailed-link")
        product.state.close()


def test_however_many_answer_at_once_the_person_gets_what_the_case_says_was_answered_last(door_: Door) -> None:
    granted(door_)
    ready = threading.Barrier(4)

    def one_of_them(n: int) -> bool:
        ready.wait(20)
        with suppress(CaseRefused):
            return bool(answered(door_, words=f"Wort-{n}"))
        return False

    with ThreadPoolExecutor(4) as pool:
        assert any(pool.map(one_of_them, range(4)))
    door_.tend()
    with door_.product() as product:
        events, words = product.state.cases.get("C-0001").events, product.state.cases.words("C-0001")
        product.state.close()
    last = [said for event, said in zip(events, words, strict=True) if event.kind == "answer ready"][-1]
    assert str(last).startswith("Wort-")
    assert events[-1].kind == "answered"
    (answer,) = door_.calls(("POST", mailed_link(door_), {}))
    assert str(last) in _archive(answer.content)["antwort.txt"]


def test_a_case_that_was_changed_by_hand_holds_up_no_other(door_: Door) -> None:
    granted(door_)
    answered(door_, "login")
    with closing(sqlite3.connect(door_.world.folder / ".zusage" / "state.sqlite3")) as state, state:
        assert state.execute("UPDATE zusage_case_event SET by = 'nobody' WHERE case_id = 1 AND number = 2").rowcount == 1
    door_.ask("otter@example.org")
    assert (door_.tend().admitted, len(door_.mails)) == (1, 2)


def test_files_that_somebody_looked_at_go_instead_of_a_copy_made_now(door_: Door, tmp_path: Path) -> None:
    granted(door_)
    looked = tmp_path / "looked"
    (looked / "files").mkdir(parents=True)
    (looked / "files" / "one.txt").write_text("Seite-1")
    manifest = str(door_.world.folder / "zusage.yaml")
    words = ["case", "answer", manifest, "C-0001", "--by", "clerk-1", "--words", "x", "--way"]
    refused = CliRunner().invoke(cli, [*words, "post", "--with", str(looked)])
    assert isinstance(refused.exception, CaseRefused)
    done = CliRunner().invoke(cli, [*words, "mailed-link", "--with", str(looked)])
    assert done.output == "C-0001: access, answered\n"
    (found,) = door_.calls(("POST", mailed_link(door_), {}))
    assert set(_archive(found.content)) == {"files/one.txt", "antwort.txt"}


def test_an_answer_whose_sealed_file_is_lost_uses_no_link_up(door_: Door) -> None:
    granted(door_)
    answered(door_)
    (parcel,) = (door_.world.folder / ".zusage" / "answers").iterdir()
    content, link = parcel.read_bytes(), mailed_link(door_)
    parcel.write_bytes(content[:-1] + b"x")
    assert door_.calls(("POST", link, {}))[0].status_code == 503
    parcel.write_bytes(content)
    assert door_.calls(("POST", link, {}))[0].status_code == 200


def test_without_saying_how_no_answer_is_noted_and_what_was_refused_is_answered_by_its_reasons(door_: Door) -> None:
    with door_.product() as product:
        receive(product, "access", "clerk-1", {"person": "customer=7"})
        for name in ("identify", "acknowledge", "refuse"):
            step(product, "C-0001", name, "clerk-1", how="login", words="Grund-77")  # type: ignore[arg-type]
        with pytest.raises(CaseRefused, match="how the person gets"):
            step(product, "C-0001", "answer", "clerk-1", words="x")
        product.state.close()
    answered(door_, beside={})
    (page,) = door_.calls(("POST", mailed_link(door_), {}))
    assert ("Grund-77" in page.text, "Art. 77" in page.text) == (True, True)


@pytest.mark.parametrize("place", [4, 6, 8, 10])
def test_killed_at_any_call_an_answer_reaches_the_person_by_its_last_link_and_is_noted_once(door_: Door, place: int) -> None:
    granted(door_)
    assert killed(lambda: _answer_and_die(door_, place))
    if "answer ready" not in kinds(door_):
        answered(door_)
    door_.tend()
    assert kinds(door_) == ["carried out", "answer ready", "answered"]
    assert len(door_.mails) == (
        2 if place >= 8 else 1
    )  # handed over, and not noted: told twice, and the first link is worth nothing
    assert [door_.calls(("POST", mailed_link(door_, at), {}))[0].status_code for at in range(len(door_.mails))][-1] == 200
    assert len(list((door_.world.folder / ".zusage" / "answers").iterdir())) == 1


def _answer_and_die(door: Door, at: int) -> None:
    with door.product() as product:
        answers = product.state.case_answers
        calls = ((answers, "begin"), (filing, "replace"), (answers, "ready"), (handing, "hand_over"), (answers, "mailed"))
        die_at(at, calls)
        beside = {"one.txt": b"x"}  # printing a PDF takes long
        step(product, "C-0001", "answer", "clerk-1", words="Wort-77", way="mailed-link", beside=beside)


def test_a_case_that_named_nobody_is_given_a_person_once_and_shows_by_whom(door_: Door) -> None:
    with door_.product() as product:
        receive(product, "erasure", "clerk-1", {"words": "please"})
        for wrong in ("customer", "customer=", "stranger=7", ""):
            with pytest.raises(CaseRefused, match="nobody is named so"):
                step(product, "C-0001", "person", "clerk-1", person=wrong)
        for name in ("identify", "grant"):
            step(product, "C-0001", name, "clerk-1", how="in-person")  # type: ignore[arg-type]
        step(product, "C-0001", "approve", "clerk-2")
        step(product, "C-0001", "person", "clerk-3", person="customer=7")
        cases = product.state.cases
        assert (cases.content("C-0001") or {})["person"] == "customer=7"
        assert [case.id for case, _ in cases.about("erasure", ["customer=007"])] == ["C-0001"]
        assert list(cases.about("erasure", ["customer=8"])) == []
        named = cases.get("C-0001").events[-1]
        assert (named.kind, named.by, named.detail) == ("person named", "clerk-3", "")
        with pytest.raises(CaseRefused, match="names somebody already"):
            step(product, "C-0001", "person", "clerk-1", person="customer=8")
        with closing(sqlite3.connect(door_.world.folder / "shop.sqlite3")) as shop, shop:
            shop.execute("DELETE FROM customer WHERE id = 7")
        with pytest.raises(CaseRefused, match="whom it is about"):  # who approved did not know that
            step(product, "C-0001", "done", "clerk-1", words="Compared.")
        step(product, "C-0001", "approve", "clerk-2")
        assert step(product, "C-0001", "done", "clerk-1", words="Compared.").case.state == "carried out"
        product.state.close()
    assert door_.world.verdicts()["requests/steps-sealed"] == "kept"
    files = [path.read_bytes() for path in (door_.world.folder / ".zusage").rglob("*") if path.is_file()]
    assert any(b"person named" in content for content in files)
    assert not [1 for content in files if b"customer=7" in content]
    with closing(sqlite3.connect(door_.world.folder / ".zusage" / "state.sqlite3")) as state, state:
        state.execute("UPDATE zusage_case SET whose = 'x'")
    with door_.product() as product, pytest.raises(CaseTorn):
        product.state.cases.content("C-0001")


def test_nobody_is_their_own_second_pair_of_eyes_by_another_spelling(door_: Door) -> None:
    with door_.product() as product:
        holders, now = product.state.holders, product.clock()
        first = holders.issue(Holder(name="Anna", role="decider"), now)
        holders.issue(Holder(name="anna ", role="second"), now)
        assert holders.of(first) is None  # one token for each holder
        assert len(holders.all()) == 1
        receive(product, "erasure", "clerk-1", {"person": "customer=7"})
        for name in ("identify", "grant"):
            step(product, "C-0001", name, "Anna", how="in-person")  # type: ignore[arg-type]
        for same in ("Anna", "anna", " ANNA", "Ａnna"):
            with pytest.raises(CaseRefused, match="the same person"):
                step(product, "C-0001", "approve", same)
        assert step(product, "C-0001", "approve", "Anne").case.state == "approved"
        product.state.close()


def test_the_door_takes_no_other_way_than_to_look_and_to_send(door_: Door) -> None:
    found = door_.calls(
        *((way, path, {}) for way in ("PUT", "DELETE", "PATCH") for path in ("", "answers", "link/x", "answer/x"))
    )
    assert {one.status_code for one in found} == {405}
