"""The process that serves is killed at each moment of a call: what was answered is there, and asked again it ends as if nobody had killed it.

By default one moment of each call, in the middle of what it does; all of them with ZUSAGE_MOMENTS=all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.forked import in_child, killed
from zusage.bootstrap import opened
from zusage.bootstrap.cases.door import admit
from zusage.rights.operation import OPERATIONS

from .killed_world import HOLD, RIGHT, USE, Call, agree, calling, folder, left, order, prepared, steps
from .transfer_world import listening

__all__ = ["folder", "prepared"]

NEW = "C-0015"


def _ordered(case: str, operation: str, outcome: str, **more: object) -> Callable[[Call], None]:
    """An order that somebody gives with a key, and gives again."""

    def work(call: Call) -> None:
        answer = order(call, case, operation=operation, key="one", **more)
        assert str(answer.json().get("outcome")).startswith(outcome), answer.text

    return work


def _agreed(case: str, operation: str, outcome: str, **more: object) -> Callable[[Call], None]:
    """An order that somebody else agrees to; given and agreed to again, it may have been done."""

    def work(call: Call) -> None:
        answer = agree(call, case, order(call, case, **({"operation": operation, "key": "one"} | more)).json()["number"])
        done = call("GET", f"/office/cases/{case}/operations", "second").json()[-1]["outcome"]
        assert (answer.status_code in (200, 409), done.startswith(outcome)) == (True, True), answer.text

    return work


def _grant(call: Call) -> None:
    if call("GET", "/office/cases/C-0001", "decider").json()["state"] != "granted":
        steps(call, "C-0001", ("decider", "grant"))


def _open(call: Call) -> None:
    sent = {"right": "access", "person": "customer=6", "words": "Kennwort-77", "key": "one"}
    assert call("POST", "/office/cases", "intake", json=sent).json()["case"] == NEW


def _answered(case: str, way: str) -> Callable[[Call], None]:
    """A step has no key: whoever got no reply looks first, for an answer that is given again takes the place of the one before."""

    def work(call: Call) -> None:
        if call("GET", f"/office/cases/{case}", "decider").json()["events"][-1]["kind"] == "answer ready":
            return
        answer = {"step": "answer", "words": "Here it is.", "way": way}
        sent = call("POST", f"/office/cases/{case}/steps", "decider", json=answer)
        kinds = [one["kind"] for one in call("GET", f"/office/cases/{case}", "decider").json()["events"]]
        assert (sent.status_code in (200, 409), kinds[-1][:6]) == (True, "answer"), sent.text

    return work


def _knock(call: Call) -> None:
    sent = {"right": "access", "address": "otter@mail.example", "words": "Kennwort-77"}
    assert call("POST", "/rights/", data=sent).status_code == 202


#: each order, in a case in which it can be given
ORDERS: Mapping[str, tuple[str, Callable[[Call], None]]] = {
    "restrict": ("C-0002", _ordered("C-0002", "restrict", "R-0003", ground="b")),
    "restrict-instead": ("C-0011", _agreed("C-0011", "restrict-instead", "R-0003", paragraph="3", demanded="a", reasons="statutes")),
    "tell-lifting": ("C-0004", _ordered("C-0004", "tell-lifting", "R-0001", restriction="R-0001", how="letter")),
    "lift": ("C-0007", _ordered("C-0007", "lift", "R-0002", restriction="R-0002")),
    "use": ("C-0004", _agreed("C-0004", "use", "U-", restriction="R-0001", **USE)),
    "close-use": ("C-0007", _ordered("C-0007", "close-use", "U-0001", use="U-0001")),
    "rectify": ("C-0003", _agreed("C-0003", "rectify", "RC-", **RIGHT)),
    "complete": ("C-0003", _ordered("C-0003", "complete", "ST-0001", table="shop.purchase", row="id = 6", statement="It was a gift.")),
    "object": ("C-0008", _ordered("C-0008", "object", "O-0002", activity="adverts")),
    "decide-objection": (
        "C-0009", _agreed("C-0009", "decide-objection", "O-0001", objection="O-0001", finding="compelling-grounds", reasons="x"),
    ),
    "end-objection": ("C-0009", _ordered("C-0009", "end-objection", "O-0001", objection="O-0001", reasons="consent")),
    "withdraw-consent": ("C-0010", _ordered("C-0010", "withdraw-consent", "W-0001", activity="news")),
    "plan-erasure": ("C-0006", _ordered("C-0006", "plan-erasure", "plan ", ground="b")),
    "transfer": ("C-0014", _ordered("C-0014", "transfer", "pool sha256:", to="pool")),
    "refuse-transfer": ("C-0014", _ordered("C-0014", "refuse-transfer", "not feasible", controller="X", reasons="x")),
    "hold": ("C-0002", _ordered("C-0002", "hold", "S-0004", **HOLD)),
    "review-hold": ("C-0007", _ordered("C-0007", "review-hold", "S-0003", hold="S-0003", reason="still", review_on="2099-02-02")),
    "lift-hold": ("C-0007", _ordered("C-0007", "lift-hold", "S-0003", hold="S-0003", reason="settled")),
}  # fmt: skip
CALLS = ORDERS | {
    "grant": ("C-0001", _grant), "open": (NEW, _open), "answer by post": ("C-0005", _answered("C-0005", "post")),
    "answer by a link": ("C-0012", _answered("C-0012", "mailed-link")),
}  # fmt: skip
EVERY = os.environ.get("ZUSAGE_MOMENTS") == "all"


#: by default the moment after which most is half done; of what is short, and of what is not here, an early one
MIDDLE = dict.fromkeys(("grant", "restrict", "rectify", "use", "lift"), 11) | {
    "object": 48,
    "review-hold": 24,
    "withdraw-consent": 24,
}


def _places(of: str) -> Iterable[int]:
    """Before and after each moment, or one of them."""
    return range(1, 250) if EVERY else (MIDDLE.get(of, 4),)


def test_each_order_is_killed() -> None:
    assert ORDERS.keys() == set(OPERATIONS)


@pytest.fixture(autouse=True, scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, listening(tmp_path_factory.mktemp("other"), patch):
        yield


@pytest.mark.parametrize("name", CALLS)
def test_killed_at_any_moment_a_call_that_is_sent_again_ends_as_if_nobody_had_killed_it(folder: Path, name: str) -> None:
    (case, work), saved = CALLS[name], folder.with_name("saved")
    shutil.copytree(folder, saved)
    in_child(lambda: calling(folder, work))
    wanted, died = left(folder, case), 0
    wrong = []
    for place in _places(name):
        shutil.rmtree(folder)
        shutil.copytree(saved, folder)
        if not killed(lambda place=place: calling(folder, work, place)):  # type: ignore[misc]
            break
        died += 1
        in_child(lambda: calling(folder, work))
        found = left(folder, case)
        wrong += [(place, part, found[part], wanted[part]) for part in wanted if found[part] != wanted[part]]
    assert not wrong, "\n".join(map(str, wrong))
    assert died


@pytest.mark.parametrize("place", [1, 2])
def test_a_request_at_the_door_is_there_when_it_was_answered_and_whole_or_not_there_when_it_was_not(
    folder: Path, place: int
) -> None:
    from zusage.state.case_mails import CaseLinks  # not before a state is open

    assert killed(lambda: calling(folder, _knock, place, ((CaseLinks, "ask"),)))
    with opened(folder / "zusage.yaml") as product:
        kept = [one.content for one in product.state.case_links.asked()]
        product.state.close()
    assert len(kept) == place - 1  # before it was stored nobody was told anything
    assert all(one and one["words"] == "Kennwort-77" for one in kept)

    def answered_and_killed(call: Call) -> None:
        _knock(call)
        os.kill(os.getpid(), 9)

    assert killed(lambda: calling(folder, answered_and_killed))
    with opened(folder / "zusage.yaml") as product:
        assert admit(product) == place
        assert product.state.cases.get(NEW).right == "access"
        product.state.close()
