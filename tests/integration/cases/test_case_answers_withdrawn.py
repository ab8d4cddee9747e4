"""A request that is withdrawn is not answered any more, whether or not its case is held; a hold keeps only what lies sealed."""

from __future__ import annotations

import re
from datetime import date

import pytest

from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.holding import Wish, place

from .answers_world import answered
from .door_world import Door, door_, empty_state, word

__all__ = ["door_", "empty_state"]


def lying_ready(door: Door, jti: str) -> str:
    """What somebody finds who is logged in."""
    one = word(aud="https://shop.example/rights/answers", sub="7", jti=jti)
    return door.calls(("POST", "answers", {"login": one, "language": "en"}))[0].text


@pytest.mark.parametrize("held", [False, True])
def test_the_answer_of_a_request_that_is_withdrawn_goes_to_nobody(
    door_: Door, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    with door_.product() as product:
        receive(product, "access", "clerk-1", {"person": "customer=7"})
        for name in ("identify", "acknowledge", "refuse"):
            step(product, "C-0001", name, "clerk-1", how="login", words="It was asked for yesterday.")
        product.state.close()
    with monkeypatch.context() as patch:
        patch.setenv("CASE_SMTP", "smtp://127.0.0.1:9")
        assert answered(door_, "login") == "refused"  # nobody could be told of it yet
    mails, folder = len(door_.mails), door_.world.folder / ".zusage" / "answers"
    page = lying_ready(door_, "a")
    assert "C-0001" in page
    (link,) = re.findall(r'action="(answer/[^"]+)"', page)
    assert door_.calls(("GET", link, {}))[0].status_code == 200
    with door_.product() as product:
        if held:
            place(product, Wish(case="C-0001", reason="claim", review_on=date(2030, 1, 1), by="legal"))
        step(product, "C-0001", "withdraw", "clerk-1")
        product.state.close()
    assert "C-0001" not in lying_ready(door_, "b")
    assert [one.status_code for one in door_.calls(("GET", link, {}), ("POST", link, {}))] == [404, 404]
    door_.tend()
    assert len(door_.mails) == mails
    assert [kind for kind, _, _ in door_.events()][-1] == "withdrawn"
    assert len(list(folder.iterdir())) == held
    if held:
        with door_.product() as product:
            product.state.suspensions.lift("S-0001", "legal", "settled")
            product.state.close()
        door_.tend()
        assert not list(folder.iterdir())
