"""Trouble at the door and with the mails delays one request and no other, says nothing of anybody, and is found by the proof."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from zusage.bootstrap import door as doors
from zusage.bootstrap.door import want_link
from zusage.bootstrap.recording import StepsBusy
from zusage.bootstrap.requests import happen, receive
from zusage.bootstrap.stepping import step

from .small_world import NOW
from .test_case_door import Door, door_, empty_state

__all__ = ["door_", "empty_state"]


def _of(door: Door, person: str) -> None:
    with door.product() as product:
        receive(product, "access", "clerk-1", {"person": person})
        product.state.close()


def _by_hand(door: Door, statement: str) -> None:
    (state,) = (door.world.folder / ".zusage").glob("state*.sqlite3")
    with closing(sqlite3.connect(state)) as database, database:
        assert database.execute(statement).rowcount == 1


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
    from zusage.bootstrap import tending

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
        assert door_.calls(("POST", secret, {}))[0].status_code == 500
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
