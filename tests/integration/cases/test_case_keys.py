"""A key that goes with a request is taken for a day: the request that is sent again is one case, another one is refused, and the day ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from zusage.bootstrap import opened
from zusage.bootstrap.cases.tending import tend

from .asking_world import Asking
from .office_calls import asked

ASKED = {"right": "access", "person": "customer=1", "words": "Kennwort-77", "key": "ticket-17"}
NOW = [datetime(2026, 6, 1, 9, tzinfo=UTC)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    folder: Path = tmp_path_factory.mktemp("keys")
    Asking.make(folder)
    with opened(folder / "zusage.yaml", clock=lambda: NOW[0]) as product, asked(product) as call:
        yield product, call
        product.state.close()


def _sent(call: Any, status: int = 201, **changed: str) -> str:
    answer = call("POST", "/office/cases", "intake", json=ASKED | changed)
    assert answer.status_code == status, answer.text
    return str(answer.json().get("case", answer.json().get("detail")))


def _kept(product: Any) -> int:
    from zusage.state.models import CaseLinkRow  # not before a state is open

    return CaseLinkRow.objects.using(product.state.alias).count()


def test_a_key_is_taken_for_a_day_and_may_be_used_anew_afterwards(served: tuple[Any, Any]) -> None:
    product, call = served
    first = _sent(call)
    NOW[0] += timedelta(hours=23, minutes=59)
    assert (_sent(call), _kept(product)) == (first, 1)
    NOW[0] += timedelta(minutes=1)
    second = _sent(call)
    assert (second != first, _kept(product)) == (True, 1)  # the old note went when the new one was made
    assert _sent(call) == second
    NOW[0] += timedelta(hours=23, minutes=59)
    tend(product)
    assert _kept(product) == 1
    NOW[0] += timedelta(minutes=1)
    tend(product)
    assert _kept(product) == 0  # also where nobody sends another one


def test_another_request_with_a_key_that_is_taken_is_refused_and_not_taken_for_the_first(served: tuple[Any, Any]) -> None:
    product, call = served
    first, before = _sent(call, key="k"), len(product.state.cases.all())
    for changed in ({"right": "erasure"}, {"person": "customer=2"}, {"words": "something else"}):
        said = _sent(call, 409, key="k", **changed)
        assert ("this key" in said, "customer" in said, "something" in said) == (True, False, False)
    assert len(product.state.cases.all()) == before
    assert _sent(call, key="k") == first
    assert _sent(call, key="other", right="erasure") != first
