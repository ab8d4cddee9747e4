"""What is mailed about cases beside the link of whoever asks: to the staff, later, and around a mail server that refuses."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.integration.receivers import mail_server
from tests.integration.small_world import NOW
from zusage.bootstrap.cases.requests import happen, receive
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.cases.tending import Tended
from zusage.cli import cli
from zusage.cli.failing import reported

from .door_world import Door, door_, empty_state, text_of

__all__ = ["door_", "empty_state"]


def test_the_staff_has_a_link_mailed_to_the_address_on_record(door_: Door) -> None:
    with door_.product() as product:
        case = receive(product, "access", "clerk-1", {"person": "customer=8", "address": "somebody@example.com"}).case.id
        assert step(product, case, "mail-link", "clerk-1").case.state == "received"
        product.state.close()
    link, acknowledged = door_.mails
    assert (link["To"], acknowledged["To"]) == ("badger@example.org", "badger@example.org")
    assert [kind for kind, _, _ in door_.events()] == ["received", "identity asked", "acknowledged"]
    assert re.search(r"Art\. 15 DSGVO.*Art\. 15 GDPR", text_of(link), re.DOTALL)  # nobody knows their language


def test_a_request_whose_service_was_down_counts_from_when_it_was_made(door_: Door) -> None:
    door_.ask("otter@example.org")
    door_.after = timedelta(days=3)  # the service was down
    door_.tend()
    door_.calls(("POST", door_.link(), {}))
    with door_.product() as product:
        case = product.state.cases.get("C-0001")
        assert (case.received, case.events[0].at) == (NOW, NOW + timedelta(days=3))
    assert door_.world.verdicts(NOW + timedelta(days=3))["requests/steps-sealed"] == "kept"


def test_the_staff_is_reminded_once_before_an_answer_is_due_and_once_when_it_is_overdue(door_: Door) -> None:
    with door_.product() as product:
        receive(product, "access", "clerk-1", {"words": "please"})  # due on 1 July
    told = []
    for day in (22, 23, 24, 27, 28, 29, 30, 31, 32):
        door_.after = timedelta(days=day)
        told.append(door_.tend().reminded)
    assert told == [0, 1, 0, 1, 0, 0, 0, 1, 0]  # 24 June, 28 June, 2 July
    assert {mail["To"] for mail in door_.mails} == {"office@example.org"}
    assert "überfällig" in decoded(door_.mails[-1]["Subject"])
    assert [kind for kind, _, _ in door_.events()] == ["received", "reminded", "reminded", "reminded"]
    assert not [mail for mail in door_.mails if "please" in text_of(mail)]


def decoded(text: str) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(text)))


def test_a_sweep_that_was_down_for_long_reminds_once_and_an_ended_case_not_at_all(door_: Door) -> None:
    with door_.product() as product:
        for _ in range(2):
            receive(product, "access", "clerk-1", {"words": "please"})
        happen(product, "C-0002", "withdrawn", "clerk-1")
    door_.after = timedelta(days=29)
    assert door_.tend().reminded == 1


def test_a_mail_server_that_is_down_is_told_and_the_next_sweep_goes_on(door_: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door_.ask("otter@example.org")
    up = os.environ["CASE_SMTP"]
    monkeypatch.setenv("CASE_SMTP", "smtp://127.0.0.1:9")
    sweep = ["case", "sweep", str(door_.world.folder / "zusage.yaml")]
    assert reported(cli, sweep) == 2
    monkeypatch.setenv("CASE_SMTP", up)
    done = CliRunner().invoke(cli, sweep)
    assert (done.exit_code, "1 link mailed" in done.output) == (0, True), done.output


def test_an_address_that_no_mail_server_takes_delays_nobody_else(door_: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door_.ask("ötter@example.org")
    door_.ask("otter@example.org")
    with mail_server(enable_SMTPUTF8=False) as (address, mails):
        monkeypatch.setenv("CASE_SMTP", address)
        assert door_.tend() == Tended(admitted=2, links=1, refused=1)
        assert [mail["To"] for mail in mails] == ["otter@example.org"]
        assert door_.tend() == Tended()
