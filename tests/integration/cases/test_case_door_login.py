"""Whoever is logged in with the service needs no link: its word is good once, and only as it was signed."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from tests.integration.small_world import NOW
from zusage.bootstrap.cases.tending import Tended

from .door_world import Door, door_, empty_state, word

__all__ = ["door_", "empty_state"]


def test_whoever_is_logged_in_needs_no_link_and_the_word_of_the_service_is_good_once(door_: Door) -> None:
    asked = ("POST", "", {"right": "erasure", "login": word(), "words": "please", "language": "en"})
    first, second = door_.calls(asked, asked)
    assert (first.status_code, "C-0001" in first.text) == (200, True)
    assert (second.status_code, "log in again" in second.text) == (403, True)
    assert door_.events() == [("received", "zusage", "program"), ("identity shown", "zusage", "program")]
    with door_.product() as product:
        assert product.state.cases.content("C-0001") == {"person": "customer=8", "words": "please"}
        assert len(product.state.cases.all()) == 1
    assert door_.tend() == Tended(acknowledged=1)
    assert door_.mails[-1]["To"] == "badger@example.org"  # the address on their record
    assert door_.world.verdicts()["requests/steps-sealed"] == "kept"


WRONG: tuple[dict[str, Any], ...] = (
    {"key": "x" * 32}, {"algorithm": "HS512"}, {"aud": "https://other.example"}, {"jti": None}, {"sub": None}, {"sub": ""}, {"aud": None},
    {"exp": int(NOW.timestamp())}, {"exp": int(NOW.timestamp()) + 601}, {"exp": None}, {"iat": int(NOW.timestamp()) + 60}, {"iat": None},
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:The HMAC key")
def test_a_word_that_does_not_fit_or_is_not_signed_opens_nothing(door_: Door) -> None:
    unsigned = jwt.encode(jwt.decode(word(), options={"verify_signature": False}), "", algorithm="none")
    given = [*(word(**changed) for changed in WRONG), unsigned, f"{word()}x", "nonsense", ""]
    found = door_.calls(*(("POST", "", {"right": "erasure", "login": one}) for one in given))
    assert [one.status_code for one in found] == [403] * len(given)
    with door_.product() as product:
        assert product.state.cases.empty
