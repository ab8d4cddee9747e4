"""Killed at any call, what was asked at the door is whole, and nobody is mailed what is worth nothing."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from tests.integration.forked import killed
from tests.integration.killing_calls import die_at
from zusage.bootstrap.cases import door, tending
from zusage.bootstrap.cases.requests import receive

from .door_world import Door, door_, empty_state

__all__ = ["door_", "empty_state"]


@pytest.mark.parametrize("place", range(1, 9))
def test_killed_at_any_call_a_request_is_whole_and_its_last_link_is_good(door_: Door, place: int) -> None:
    door_.ask("otter@example.org")
    assert killed(lambda: _tend_and_die(door_, place))
    until = time.monotonic() + 10
    door_.tend()
    while not door_.mails and time.monotonic() < until:
        time.sleep(0.05)
    assert len(door_.mails) == (2 if place in (6, 7, 8) else 1)  # handed over, and not noted
    assert [kind for kind, _, _ in door_.events()] == ["received", "identity asked"]
    assert door_.calls(("POST", door_.link(), {}))[0].status_code == 200
    if place in (2, 8):  # within the transaction of the case, and of the question
        assert door_.world.verdicts()["requests/steps-sealed"] == "kept"


@pytest.mark.parametrize("place", range(1, 7))
def test_killed_at_any_call_a_reminder_is_noted_once_and_known_again_by_its_number(door_: Door, place: int) -> None:
    with door_.product() as product:
        receive(product, "access", "clerk-1", {"words": "please"})
        product.state.close()
    door_.after = timedelta(days=23)
    assert killed(lambda: _tend_and_die(door_, place, reminding=True))
    assert door_.tend().reminded == 1
    assert door_.tend().reminded == 0
    assert [kind for kind, _, _ in door_.events()] == ["received", "reminded"]
    assert len(door_.mails) == (2 if place in (4, 5, 6) else 1)
    assert len({mail["Message-ID"] for mail in door_.mails}) == 1


def _tend_and_die(door_: Door, at: int, *, reminding: bool = False) -> None:
    with door_.product() as product:
        mails, links = product.state.case_mails, product.state.case_links
        reminder = ((mails, "begin"), (tending, "hand_over"), (mails, "sent"))
        link = ((links, "admitted"), (links, "make"), (door, "hand_over"), (links, "mailed"))
        die_at(at, (*reminder, *link) if reminding else link)
        tending.tend(product)
