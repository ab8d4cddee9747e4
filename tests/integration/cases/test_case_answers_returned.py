"""An answer whose mail waits, is refused, or comes back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from tests.integration.receivers import mail_server
from tests.integration.small_world import NOW
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.cases.tending import Tended
from zusage.cli import cli
from zusage.rights.case import CaseRefused

from .answers_world import answered, granted, kinds, mailed_link, reported
from .door_world import Door, door_, empty_state

__all__ = ["door_", "empty_state"]


def test_an_answer_waits_for_a_mail_server_that_is_down_and_is_late_if_that_takes_too_long(
    door_: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(door_)
    up = os.environ["CASE_SMTP"]
    monkeypatch.setenv("CASE_SMTP", "smtp://127.0.0.1:9")
    assert answered(door_) == "carried out"
    listed = CliRunner().invoke(cli, ["case", "list", str(door_.world.folder / "zusage.yaml")])
    assert "the answer waits for the mail server" in listed.output
    door_.after = timedelta(days=1)
    assert door_.tend().down
    assert door_.world.verdicts(NOW + timedelta(days=40))["requests/answered-in-time"] == "broken"
    monkeypatch.setenv("CASE_SMTP", up)
    assert door_.tend().answered == 1
    assert door_.calls(("POST", mailed_link(door_), {}))[0].status_code == 200
    assert door_.world.verdicts(NOW + timedelta(days=40))["requests/answered-in-time"] == "kept"


def test_an_address_that_no_mail_server_takes_is_told_and_another_way_is_taken(
    door_: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(door_.world.folder / "shop.sqlite3")) as shop, shop:
        shop.execute("UPDATE customer SET email = 'ötter@example.org' WHERE id = 7")
    granted(door_)
    with mail_server(enable_SMTPUTF8=False) as (address, _):
        monkeypatch.setenv("CASE_SMTP", address)
        assert answered(door_) == "carried out"
        assert door_.tend() == Tended(came_back=1)
    assert kinds(door_)[1:] == ["answer ready", "not delivered"]
    listed = CliRunner().invoke(cli, ["case", "list", str(door_.world.folder / "zusage.yaml")])
    assert "the answer did not reach the person" in listed.output
    assert answered(door_, "post") == "answered"
    with door_.product() as product:
        assert product.state.cases.get("C-0001").events[-1].detail == "post"


def test_an_answer_that_came_back_was_none_and_the_clock_runs_on(door_: Door) -> None:
    granted(door_)
    answered(door_)
    assert door_.world.verdicts(NOW + timedelta(days=40))["requests/answered-in-time"] == "kept"
    with door_.product() as product:
        found = step(product, "C-0001", "undelivered", "clerk-1", words="Unknown at this address.")
        assert (found.case.state, found.case.ended) == ("carried out", False)
        product.state.close()
    assert door_.calls(("POST", mailed_link(door_), {}))[0].status_code == 404
    assert door_.world.verdicts(NOW + timedelta(days=40))["requests/answered-in-time"] == "broken"
    assert answered(door_) == "answered"
    with door_.product() as product:
        step(product, "C-0001", "close", "clerk-1")
        with pytest.raises(CaseRefused, match="ended"):
            step(product, "C-0001", "undelivered", "clerk-1")
        product.state.close()
    assert door_.calls(("POST", mailed_link(door_), {}))[0].status_code == 200  # closing takes no answer away


def test_by_the_report_of_a_mail_server_an_answer_that_came_back_was_none_and_what_is_no_such_report_changes_nothing(
    door_: Door,
) -> None:
    granted(door_)
    answered(door_)
    number = str(door_.mails[-1]["Message-ID"])
    other = "<00000000-0000-0000-0000-000000000000@example.org>"
    assert [reported(door_, number, "delayed"), reported(door_, other), reported(door_, "<x@y>")] == [3, 3, 3]
    assert kinds(door_)[-1] == "answered"
    assert (reported(door_, number), kinds(door_)[-1]) == (0, "not delivered")
    assert door_.events()[-1][1] == "zusage"
    assert reported(door_, number) == 3  # it was noted
    assert answered(door_, "post") == "answered"  # another way
    assert "otter" not in "".join(event.detail for event in _whole(door_))


def _whole(door: Door) -> Any:
    with door.product() as product:
        found = product.state.cases.get("C-0001").events
        product.state.close()
        return found
