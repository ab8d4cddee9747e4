"""Trouble at the door and with the mails delays one request and no other, says nothing of anybody, and is found by the proof."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.small_world import NOW
from zusage.bootstrap.cases import door as doors
from zusage.bootstrap.cases.door import LinksEnough, want_link
from zusage.bootstrap.cases.recording import StepsBusy
from zusage.bootstrap.cases.requests import happen, letter, receive
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.cases.tending import Tended
from zusage.office.cases.serving import service
from zusage.office.door.tending import tending
from zusage.rights.case import CaseRefused
from zusage.rights.roles import Holder, Role

from .door_world import KEY, Door, door_, empty_state, text_of, word

__all__ = ["door_", "empty_state"]


def _of(door: Door, person: str) -> None:
    with door.product() as product:
        receive(product, "access", "clerk-1", {"person": person})
        product.state.close()


def _by_hand(door: Door, statement: str) -> None:
    (state,) = (door.world.folder / ".zusage").glob("state*.sqlite3")
    with closing(sqlite3.connect(state)) as database, database:
        assert database.execute(statement).rowcount == (1 if statement.startswith("UPDATE") else -1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE zusage_case SET content = 'sealed 1 AAAA' WHERE id = 1",
        "UPDATE zusage_case_event SET detail = 'z' WHERE case_id = 1",
    ],
)
def test_a_case_that_was_changed_by_hand_delays_no_other(door_: Door, statement: str) -> None:
    _of(door_, "customer=8")
    with door_.product() as product:
        want_link(product, "C-0001")
        product.state.close()
    _of(door_, "customer=7")
    _by_hand(door_, statement)
    door_.tend()
    assert {mail["To"] for mail in door_.mails} == {"Otter@Example.org"}


def test_a_link_whose_address_nobody_can_look_up_now_delays_no_other(door_: Door) -> None:
    _of(door_, "customer=8")
    with door_.product() as product:
        want_link(product, "C-0001")
        product.state.close()
    shop = door_.world.folder / "shop.sqlite3"
    shop.rename(shop.with_suffix(".away"))
    door_.ask("otter@example.org")
    assert door_.tend().links == 1
    assert [mail["To"] for mail in door_.mails] == ["otter@example.org"]
    shop.with_suffix(".away").rename(shop)
    assert door_.tend().links == 1
    assert door_.mails[-2]["To"] == door_.mails[-1]["To"] == "badger@example.org"


def test_a_case_that_ends_while_its_mail_goes_out_delays_no_other(door_: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    from zusage.bootstrap.cases import tending

    _of(door_, "customer=8")
    _of(door_, "customer=7")
    hand_over = tending.hand_over

    def withdrawn(product, to, mail, number):  # type: ignore[no-untyped-def]
        if number.startswith("C-0001"):
            happen(product, "C-0001", "withdrawn", "clerk-1")
        hand_over(product, to, mail, number)

    monkeypatch.setattr(tending, "hand_over", withdrawn)
    assert door_.tend().acknowledged == 1
    assert [kind for kind, _, _ in door_.events("C-0002")] == ["received", "acknowledged"]


def test_no_log_says_a_link_that_is_still_good(
    door_: Door, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    door_.ask("otter@example.org")
    door_.tend()
    secret = door_.link()

    def busy(_: object) -> None:
        raise StepsBusy

    with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG):
        patch.setattr(doors, "seal_steps", busy)
        assert door_.calls(("POST", secret, {}))[0].status_code == 503
    logged = [one.getMessage() for one in caplog.records if one.name != "httpx"]  # which is the browser here
    assert "a request could not be answered: StepsBusy" in logged
    assert not [line for line in logged if secret.removeprefix("link/") in line]
    assert door_.calls(("POST", secret, {}))[0].status_code == 200


def test_a_link_that_is_wanted_while_somebody_mails_is_mailed_once_by_the_next_sweep(door_: Door) -> None:
    _of(door_, "customer=8")
    with door_.product() as product:
        with product.state.mailing():
            for _ in range(3):
                step(product, "C-0001", "mail-link", "clerk-1")
        product.state.close()
    assert door_.mails == []
    assert door_.tend().links == 1


def test_a_request_that_waits_at_the_door_is_overdue_as_any_other(door_: Door) -> None:
    _of(door_, "customer=8")
    with door_.product() as product:
        happen(product, "C-0001", "withdrawn", "clerk-1")
        product.state.close()
    assert door_.world.verdicts(NOW)["requests/answered-in-time"] == "kept"
    door_.ask("otter@example.org")
    assert door_.world.verdicts(NOW + timedelta(days=3))["requests/answered-in-time"] == "kept"
    assert door_.world.verdicts(NOW + timedelta(days=60))["requests/answered-in-time"] == "broken"


def test_what_waits_at_the_door_and_cannot_be_opened_is_not_passed_over(door_: Door, tmp_path: Path) -> None:
    _of(door_, "customer=8")
    door_.ask("otter@example.org")
    _by_hand(door_, "UPDATE zusage_case_link SET content = 'sealed 1 AAAA'")
    assert door_.tend().admitted == 0
    assert door_.world.verdicts(NOW)["requests/answered-in-time"] == "undecided"


def test_no_more_links_go_to_an_address_because_the_staff_wants_them(door_: Door) -> None:
    _of(door_, "customer=8")
    with door_.product() as product:
        for sent in range(1, doors.MOST + 1):
            step(product, "C-0001", "mail-link", "clerk-1")
            assert sum(mail["To"] == "badger@example.org" and "/link/" in text_of(mail) for mail in door_.mails) == sent
        with pytest.raises(LinksEnough, match="C-0001"):
            step(product, "C-0001", "mail-link", "clerk-1")
        product.state.close()
    door_.ask("badger@example.org")
    assert door_.tend().admitted == 0, "nor because they ask at the door as well"
    door_.after = timedelta(hours=25)
    with door_.product() as product:
        step(product, "C-0001", "mail-link", "clerk-1")
        product.state.close()
    assert sum("/link/" in text_of(mail) for mail in door_.mails) == doors.MOST + 2


def test_a_link_that_waits_for_the_mail_server_is_told_to_the_staff_and_goes_out_later(
    door_: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    _of(door_, "customer=8")
    up = os.environ["CASE_SMTP"]
    monkeypatch.setenv("CASE_SMTP", "smtp://127.0.0.1:9")
    asked = ("POST", "/office/cases/C-0001/steps", {"step": "mail-link"})
    (answer,) = _office(door_, asked)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "not-mailed", "60")
    assert "badger" not in answer.text
    monkeypatch.setenv("CASE_SMTP", up)
    assert door_.tend().links == 1


def _office(door: Door, *calls: tuple[str, str, dict[str, str]], role: Role = "intake") -> list[httpx.Response]:
    """What a program of the staff gets from the application."""

    async def run(application: Any, token: str) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=application)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
            return [await client.request(way, path, json=sent or None) for way, path, sent in calls]

    with door.product() as product:
        token = product.state.holders.issue(Holder(name="clerk-1", role=role), product.clock())
        return asyncio.run(run(service(product), token))


AWAY = ("ALTER TABLE zusage_case_link RENAME TO away", "ALTER TABLE away RENAME TO zusage_case_link")


def test_while_the_store_is_away_people_read_so_nothing_is_used_up_and_later_all_goes_on(
    door_: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door_.ask("otter@example.org")
    door_.tend()
    link, asked = door_.link(), ("POST", "", {"right": "access", "address": "Marker@example.org", "words": "Kennwort-77"})
    _by_hand(door_, AWAY[0])
    found = door_.calls(asked, ("GET", link, {}), ("POST", link, {}), **{"Accept-Language": "de"})
    assert [(one.status_code, one.headers["retry-after"]) for one in found] == [(503, "60")] * 3
    for page in found:
        assert "versuchen Sie es in einigen Minuten noch einmal" in page.text
        assert "privacy@example.org" in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert 'href="../page.css"' in found[1].text
    assert "try again in a few minutes" in door_.calls(("POST", "", {**asked[2], "language": "en"}))[0].text
    assert "OperationalError" in caplog.text
    assert not [1 for said in (caplog.text, found[0].text) for word in ("Marker", "Kennwort", "no such table") if word in said]
    _by_hand(door_, AWAY[1])
    assert door_.calls(("POST", link, {}))[0].status_code == 200
    assert door_.calls(asked)[0].status_code == 202


def test_while_the_store_is_away_programs_are_told_in_their_own_form(door_: Door) -> None:
    _of(door_, "customer=8")
    shown = ("GET", "/office/cases/C-0001", {})
    assert _office(door_, shown)[0].status_code == 200
    _by_hand(door_, "ALTER TABLE zusage_case RENAME TO away")
    found = _office(door_, shown, ("POST", "/office/cases", {"right": "access", "words": "Kennwort-77"}))
    assert [(one.status_code, one.json()["code"], one.headers["retry-after"]) for one in found] == [(503, "not-done", "60")] * 2
    assert not [1 for one in found for word in ("Kennwort", "table", "zusage_") if word in one.text]


def test_a_login_that_cannot_be_checked_now_is_no_login_that_is_wrong(door_: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("POST", "", {"right": "access", "login": word()})
    monkeypatch.delenv("CASE_LOGIN_KEY")
    assert door_.calls(asked)[0].status_code == 503
    monkeypatch.setenv("CASE_LOGIN_KEY", KEY)
    assert door_.calls(asked)[0].status_code == 200  # the word was not spent


def test_whoever_asks_while_no_mail_goes_out_reads_that_it_comes_later(door_: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    up = os.environ["CASE_SMTP"]
    monkeypatch.setenv("CASE_SMTP", "smtp://127.0.0.1:9")

    async def asked(application: Any) -> str:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="http://testserver") as client:
            sent = {"right": "access", "address": "otter@example.org", "language": "en"}
            return (await client.post("/rights/", data=sent)).text

    def until(delayed: bool, wake: bool) -> None:
        end = time.monotonic() + 10
        while tender.delayed is not delayed and time.monotonic() < end:
            if wake:
                tender.wake()
            time.sleep(0.02)
        assert tender.delayed is delayed

    with door_.product() as product, tending(product, every=60) as tender:
        application = service(product, tender.wake, lambda: tender.delayed, per_minute=0)
        assert "are sending an e-mail" in asyncio.run(asked(application))
        until(True, wake=False)
        assert "cannot be sent just now" in asyncio.run(asked(application))
        monkeypatch.setenv("CASE_SMTP", up)
        until(False, wake=True)
        product.state.close()
    assert {mail["To"] for mail in door_.mails} == {"otter@example.org"}


def test_what_did_not_fit_is_in_the_form_again_and_what_is_too_long_is_told(door_: Door) -> None:
    sent = {"right": "restriction", "address": 'otter "><b>', "words": "</textarea><b>Kennwort-77"}
    again, long = door_.calls(("POST", "", sent), ("POST", "", {"words": "x" * 70_000}))
    assert (again.status_code, long.status_code) == (422, 413)
    assert '<option value="restriction" selected>' in again.text
    assert "Kennwort-77" in again.text
    assert "<b>" not in again.text
    assert "4000" in long.text


def test_a_letter_of_the_authority_is_acknowledged_to_the_authority_and_never_to_whom_it_is_about(door_: Door) -> None:
    content = {"person": "customer=8", "address": "Referat 45 <poststelle@authority.example>", "reference": "45.1-7/26"}
    with door_.product() as product:
        case = receive(product, "complaint", "clerk-1", content, (NOW + timedelta(days=10)).date()).case.id
        with pytest.raises(CaseRefused, match="authority"):
            want_link(product, case)
        product.state.close()
    assert door_.tend().acknowledged == 1
    (mail,) = door_.mails
    assert mail["To"] == "poststelle@authority.example"
    assert "Ihr Zeichen: 45.1-7/26" in text_of(mail)
    assert "Unser Zeichen: C-0001" in text_of(mail)
    assert not [word for word in ("Ihren Antrag", "Art. 12", "badger") if word in text_of(mail)]
    door_.after = timedelta(days=8)
    assert door_.tend().reminded == 1
    assert "Diesen Tag hat die Aufsichtsbehörde gesetzt." in text_of(door_.mails[-1])
    assert "Art. 12" not in text_of(door_.mails[-1])


def test_a_letter_of_the_authority_on_paper_is_acknowledged_to_nobody(door_: Door) -> None:
    sent = {"right": "complaint", "person": "customer=8", "words": "x", "answer_by": "2026-06-20", "reference": "45.1-7/26"}
    opened_, extended, refused = _office(
        door_, ("POST", "/office/cases", sent), ("POST", "/office/cases/C-0001/steps", {"step": "extend", "words": "x", "answer_by": "2026-07-20"}),
        ("POST", "/office/cases", {"right": "access", "answer_by": "2026-06-20"}), role="decider",
    )  # fmt: skip
    assert (opened_.json()["answer_by"], extended.json()["answer_by"], refused.status_code) == ("2026-06-20", "2026-07-20", 409)
    assert door_.tend() == Tended()


def test_a_question_who_asks_says_that_the_clock_rests_only_where_it_does(door_: Door) -> None:
    _of(door_, "customer=8")
    _of(door_, "customer=7")
    for case, days in (("C-0001", 1), ("C-0002", 20)):  # only what is asked within a week stops it
        door_.after = timedelta(days=days)
        with door_.product() as product:
            step(product, case, "ask-identity", "clerk-1")
            said = " ".join(letter(product, case, "de"))
            product.state.close()
        assert ("ruht" in said) == (case == "C-0001")
        assert "Ausweiskopie brauchen wir nicht" in said


def test_an_answer_is_a_letter_and_what_was_refused_keeps_its_reasons(door_: Door) -> None:
    _of(door_, "customer=8")
    _of(door_, "customer=7")
    with door_.product() as product:
        for case, decided in (("C-0001", "grant"), ("C-0002", "refuse")):
            for name in ("identify", decided, *(["done"] if decided == "grant" else []), "answer"):
                step(product, case, name, "clerk-1", words=f"Wort-{name}", how="login", way="post")  # type: ignore[arg-type]
        granted, refused = (" ".join(letter(product, case, "de")) for case in ("C-0001", "C-0002"))
        product.state.close()
    assert ("Unsere Antwort: Wort-answer." in granted, "Art. 77" in granted) == (True, False)
    assert ("Wort-refuse" in refused, "Wort-answer" in refused, "Art. 77" in refused) == (True, False, True)


def test_no_refusal_repeats_what_was_sent_nor_takes_another_verb(door_: Door) -> None:
    cases, sent = "/office/cases", {"right": "access", "words": "Marker" * 20_000}
    wrong = ({"right": "Marker"}, sent, {"right": "access", "person": "Marker=1"}, {"right": "access", "received": "Marker"})
    steps = ({"step": "grant", "by": "Marker"}, {"step": "person", "person": "Marker"}, {"step": "answer", "words": "Marker"})
    numbers = ("C-0", "C--1", f"C-{'9' * 30}", "C-1e3", "c-0001")
    _of(door_, "customer=8")
    found = _office(
        door_, *(("POST", cases, one) for one in wrong), *(("POST", f"{cases}/C-0001/steps", one) for one in steps),
        *(("GET", f"{cases}/{one}", {}) for one in numbers), *((way, f"{cases}/C-0001", {}) for way in ("PUT", "DELETE", "PATCH")),
        role="decider",
    )  # fmt: skip
    assert [one.status_code for one in found] == [422, 422, 409, 422, 422, 409, 409, *[404] * 5, *[405] * 3]
    assert not [one.text for one in found if "Marker" in one.text]
