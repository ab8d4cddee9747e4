"""The same call at the same moment, to two processes that serve one state, is done once; and what is not this case's own is refused unsealed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests.integration.servers import Postgres
from zusage.testing.ports import free_port

from .asking_world import Asking
from .office import Office, serving

AT_ONCE = 6


@pytest.fixture(scope="module", params=["embedded", "postgresql"])
def offices(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Office]]:
    folder: Path = tmp_path_factory.mktemp("at-once")
    Asking.make(folder)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgresql":
            server: Postgres = request.getfixturevalue("postgres_server")
            patch.setenv("ZUSAGE_STATE_URL", server.database("at_once"))
        with serving(folder) as first:
            second = Office(folder, f"http://127.0.0.1:{free_port()}", first.tokens)
            second.start()
            try:
                yield first, second
            finally:
                second.server[-1].terminate()
                second.server[-1].wait()


def _at_once(offices: tuple[Office, Office], method: str, path: str, role: str, **more: Any) -> list[httpx.Response]:
    together = Barrier(AT_ONCE)

    def call(n: int) -> httpx.Response:
        together.wait()
        return offices[n % 2].call(role, method, path, **more)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(call, range(AT_ONCE)))


def test_a_hold_a_statement_and_a_case_are_made_once(offices: tuple[Office, Office]) -> None:
    office, case = offices[0], offices[0].decided("rectification", "customer=3")
    orders: tuple[dict[str, Any], ...] = (
        {"operation": "hold", "reason": "claim 9", "review_on": "2099-01-01", "key": "k-hold"},
        {"operation": "complete", "table": "shop.purchase", "row": "id = 6", "statement": "It was a gift.", "key": "k-statement"},
    )
    for order in orders:
        sent = _at_once(offices, "POST", f"/cases/{case}/operations", "decider", json=order)
        assert [one.status_code for one in sent] == [200] * AT_ONCE, [one.text for one in sent]
        assert len({one.json()["outcome"] for one in sent}) == 1, order
    done = office.call("auditor", "GET", f"/cases/{case}/operations").json()
    assert [one["operation"] for one in done] == ["hold", "complete"]
    assert [one["cases"] for one in office.call("auditor", "GET", "/holds").json()].count([case]) == 1
    later = office.order(case, "hold", reason="claim 9", review_on="2099-01-01")  # ordered anew, and not at once, it is another
    assert later.json()["outcome"] != done[0]["outcome"]
    before = len(office.call("auditor", "GET", "/cases").json())
    request = {"right": "access", "person": "customer=5", "key": "ticket-17"}
    opened = _at_once(offices, "POST", "/cases", "intake", json=request)
    assert ({one.status_code for one in opened}, len({one.json()["case"] for one in opened})) == ({201}, 1)
    assert len(office.call("auditor", "GET", "/cases").json()) == before + 1


def test_an_agreement_that_is_given_twice_at_once_carries_out_once(offices: tuple[Office, Office]) -> None:
    office = offices[0]
    case = office.decided("rectification", "customer=2")
    number = office.order(case, "rectify", table="shop.customer", column="name", value="Right Otter").json()["number"]
    sent = _at_once(offices, "POST", f"/cases/{case}/operations/{number}/agreement", "second")
    assert {200} <= {one.status_code for one in sent} <= {200, 409}, [one.text for one in sent]  # 409: it began when all was done
    assert len({one.json()["outcome"] for one in sent if one.status_code == 200}) == 1
    kinds = [one["kind"] for one in office.call("auditor", "GET", f"/cases/{case}").json()["events"]]
    assert (kinds.count("agreed"), kinds.count("effected")) == (1, 1)


def test_a_key_is_one_orders(offices: tuple[Office, Office]) -> None:
    office = offices[0]
    case = office.decided("restriction", "customer=6")
    one = {"reason": "claim 1", "review_on": "2099-01-01", "key": "k-1"}
    first = office.order(case, "hold", **one).json()["outcome"]
    assert office.order(case, "hold", **one).json()["outcome"] == first  # also when the answer did not come
    assert office.order(case, "hold", **(one | {"reason": "claim 2"})).status_code == 409
    assert office.order(case, "hold", **(one | {"key": "k-2"})).json()["outcome"] != first


def test_what_is_not_of_this_case_or_cannot_be_is_refused_before_anything_is_sealed(offices: tuple[Office, Office]) -> None:
    office = offices[0]
    mine, other = office.decided("restriction", "customer=1"), office.decided("objection", "customer=5")
    number = office.order(mine, "restrict", ground="a").json()["outcome"]
    waiting = office.order(mine, "use", restriction=number, purpose="consent", reasons="x").json()["number"]
    use = office.agree(mine, waiting).json()["outcome"]
    hold = office.order(mine, "hold", reason="claim 3", review_on="2099-01-01").json()["outcome"]
    before = office.call("auditor", "GET", f"/cases/{other}").json()["events"]
    refused = {
        "close-use": {"use": use}, "lift": {"restriction": number}, "tell-lifting": {"restriction": number, "how": "x"},
        "use": {"restriction": number, "purpose": "consent", "reasons": "x"}, "lift-hold": {"hold": hold, "reason": "x"},
        "review-hold": {"hold": hold, "reason": "x", "review_on": "2099-01-01"}, "object": {"activity": "nothing"},
    }  # fmt: skip
    for operation, more in refused.items():
        assert office.order(other, operation, **more).status_code == 409, operation
    for operation in ("decide-objection", "end-objection"):
        more = {"objection": "O-0001", "reasons": "x"} | ({"finding": "upheld"} if operation == "decide-objection" else {})
        assert office.order(other, operation, **more).status_code == 404, operation
    assert office.call("auditor", "GET", f"/cases/{other}").json()["events"] == before
    assert office.call("auditor", "GET", "/uses").json()[-1]["closed_at"] is None
    for operation in ("close-use", "lift-hold"):  # it is their own case that may
        assert office.order(mine, operation, **refused[operation]).status_code == 200
