"""A link, an acknowledgement or a reminder that came back is seen in the case and by whoever tends, until a human has seen to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from tests.integration.small_world import NOW
from zusage.bootstrap.cases.requests import receive, standing
from zusage.bootstrap.cases.stepping import step, told
from zusage.cli import cli

from .answers_world import reported
from .door_world import Door, door_, empty_state, text_of

__all__ = ["door_", "empty_state"]


def _case(door: Door, right: Any = "access", **content: object) -> None:
    with door.product() as product:
        receive(product, right, "clerk-1", {"person": "customer=7", **content})
        product.state.close()


def _newest(door: Door, words: str) -> str:
    """The Message-ID of the newest mail that says this."""
    return next(str(mail["Message-ID"]) for mail in reversed(door.mails) if words in text_of(mail) + str(mail["Subject"]))


def _listed(door: Door) -> str:
    return CliRunner().invoke(cli, ["case", "list", str(door.world.folder / "zusage.yaml")]).output


def _now(door: Door) -> tuple[Any, Any]:
    """What came back and nobody has seen to, and by when the answer is due."""
    with door.product() as product:
        found = standing(product, product.state.cases.get("C-0001"))
        product.state.close()
        return told(found)["came_back"], found.due


def test_a_link_that_came_back_asked_nobody_and_the_clock_runs(door_: Door) -> None:
    _case(door_)
    due = _now(door_)[1]
    with door_.product() as product:
        step(product, "C-0001", "mail-link", "clerk-1")
        product.state.close()
    assert _now(door_) == (None, None)  # the clock waits for the person
    number = _newest(door_, "/rights/link/")
    assert reported(door_, "<00000000-0000-0000-0000-000000000000@example.org>") == 3
    assert reported(door_, number, "delayed") == 3
    assert (reported(door_, number), _now(door_)) == (0, ("link returned", due))
    assert reported(door_, number) == 3  # it was noted
    assert "the link did not reach the person" in _listed(door_)
    assert door_.tend().came_back == 1
    assert (
        door_.world.verdicts(NOW + timedelta(days=40))["requests/answered-in-time"] == "broken"
    )  # and not undecided, or waiting
    with door_.product() as product:
        step(product, "C-0001", "ask-identity", "clerk-1", words="by post")
        product.state.close()
    assert _now(door_) == (None, None)
    assert door_.tend().came_back == 0


def test_a_link_that_was_used_has_arrived_whatever_a_report_says(door_: Door) -> None:
    _case(door_)
    with door_.product() as product:
        step(product, "C-0001", "mail-link", "clerk-1")
        product.state.close()
    path = (
        next(text_of(one) for one in reversed(door_.mails) if "/rights/link/" in text_of(one)).partition("/rights/")[2].split()[0]
    )
    assert door_.calls(("POST", path, {}))[0].status_code == 200
    assert (reported(door_, _newest(door_, "/rights/link/")), _now(door_)[0]) == (3, None)


def test_an_acknowledgement_that_came_back_is_seen_until_a_human_has_acknowledged(door_: Door) -> None:
    _case(door_)
    assert door_.tend().acknowledged == 1
    number = str(door_.mails[-1]["Message-ID"])
    assert (reported(door_, number), _now(door_)[0], reported(door_, number)) == (0, "mail returned", 3)
    assert "a mail about it came back (acknowledged)" in _listed(door_)
    assert (door_.tend().acknowledged, door_.tend().came_back) == (0, 1)  # no second one to the same address
    swept = CliRunner().invoke(cli, ["case", "sweep", str(door_.world.folder / "zusage.yaml")])
    assert "of 1 open case a mail came back" in swept.output
    with door_.product() as product:
        step(product, "C-0001", "acknowledge", "clerk-1", words="by telephone")
        product.state.close()
    assert (_now(door_)[0], door_.tend().came_back) == (None, 0)


def test_a_reminder_that_came_back_says_that_the_office_is_not_reached(door_: Door) -> None:
    _case(door_)
    door_.tend()
    door_.after = timedelta(days=26)
    assert door_.tend().reminded == 1
    assert reported(door_, str(door_.mails[-1]["Message-ID"])) == 0
    assert door_.tend().came_back == 1
    assert "a mail about it came back (P" in _listed(door_)


@pytest.mark.parametrize("ending", ["withdraw"])
def test_of_a_case_that_has_ended_nothing_is_to_be_seen_to(door_: Door, ending: Any) -> None:
    _case(door_)
    door_.tend()
    number = str(door_.mails[-1]["Message-ID"])
    with door_.product() as product:
        step(product, "C-0001", ending, "clerk-1")
        product.state.close()
    assert (reported(door_, number), _now(door_)[0]) == (3, None)
