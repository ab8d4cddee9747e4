"""The process that serves is killed at each moment of a call: what was answered is there, and asked again it ends as if nobody had killed it.

By default one moment of each call, in the middle of what it does; all of them with ZUSAGE_MOMENTS=all.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db.transaction import Atomic
from sqlalchemy.engine import default as engines

from tests.integration.forked import in_child, killed
from tests.integration.killing_calls import die_at
from zusage.bootstrap import opened
from zusage.bootstrap.cases.door import admit
from zusage.bootstrap.cases.recording import seal_steps

from .asking_world import Asking
from .office_calls import asked

#: whatever is durable is so by one of these
Moments = tuple[tuple[Any, str], ...]
MOMENTS: Moments = ((Atomic, "__exit__"), (os, "replace"), (engines.DefaultDialect, "do_commit"))
Call = Callable[..., Any]
RIGHT = {"operation": "rectify", "key": "one", "table": "shop.customer", "column": "name", "value": "Right Otter"}
USE = {"operation": "use", "restriction": "R-0001", "purpose": "consent", "reasons": "asked for"}
DOOR = 'door: {at: "https://shop.example/rights"}, mail: {server: "smtp://127.0.0.1:1", sender: a@example.org}'


def _steps(call: Call, case: str, *steps: tuple[str, str]) -> None:
    for role, step in steps:
        how = {"how": "login"} if step == "identify" else {}
        assert call("POST", f"/office/cases/{case}/steps", role, json={"step": step} | how).status_code == 200, step


def _order(call: Call, case: str, **order: object) -> Any:
    return call("POST", f"/office/cases/{case}/operations", "decider", json=order)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cases to be decided, to be restricted, to be corrected, with restricted data and a use that waits for agreement, and to be answered."""
    folder = tmp_path_factory.mktemp("killed") / "world"
    folder.mkdir()
    world = Asking.make(folder)
    world.rewrite("requests: {kept: P1Y,", f"requests: {{kept: P1Y, {DOOR},")
    text = (folder / "zusage.yaml").read_text()
    (folder / "zusage.yaml").write_text(text.replace(str(folder), "${WORLD}"))

    def prepare() -> None:
        os.environ["WORLD"] = str(folder)
        with opened(folder / "zusage.yaml") as product, asked(product) as call:
            rights = ("access", 1), ("restriction", 2), ("rectification", 3), ("restriction", 4), ("access", 5), ("erasure", 6)
            for number, (right, n) in enumerate(rights, 1):
                sent = {"right": right, "person": f"customer={n}"}
                assert call("POST", "/office/cases", "intake", json=sent).status_code == 201
                _steps(call, f"C-000{number}", ("intake", "identify"))
            for number in (2, 3, 4, 5, 6):
                _steps(call, f"C-000{number}", ("decider", "grant"))
            _steps(call, "C-0005", ("decider", "done"))
            assert _order(call, "C-0003", **RIGHT).json()["waits_for_second"]
            assert _order(call, "C-0004", operation="restrict", ground="a").json()["outcome"] == "R-0001"
            assert _order(call, "C-0004", **USE).json()["number"] == 6
            product.state.close()

    in_child(prepare)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORLD", str(tmp_path / "copy"))
    shutil.copytree(prepared, tmp_path / "copy")
    return tmp_path / "copy"


def _calling(folder: Path, work: Callable[[Call], Any], place: int = 0, moments: Moments = MOMENTS) -> None:
    with opened(folder / "zusage.yaml") as product, asked(product) as call:
        if place:
            die_at(place, moments)
        work(call)


def _grant(call: Call) -> None:
    if call("GET", "/office/cases/C-0001", "decider").json()["state"] != "granted":
        _steps(call, "C-0001", ("decider", "grant"))


def _restrict(call: Call) -> None:
    assert _order(call, "C-0002", operation="restrict", ground="b", key="one").json()["outcome"] == "R-0002"


def _rectify(call: Call) -> None:
    number = _order(call, "C-0003", **RIGHT).json()["number"]
    answer = call("POST", f"/office/cases/C-0003/operations/{number}/agreement", "second")
    done = call("GET", "/office/cases/C-0003/operations", "second").json()[-1]["outcome"]
    assert (answer.status_code in (200, 409), done[:3]) == (True, "RC-"), (
        answer.text
    )  # a number that was given up is not given again


def _agree(call: Call) -> None:
    answer = call("POST", "/office/cases/C-0004/operations/6/agreement", "second")
    done = call("GET", "/office/cases/C-0004/operations", "second").json()[-1]["outcome"]
    assert (answer.status_code in (200, 409), done[:2]) == (True, "U-"), answer.text


def _open(call: Call) -> None:
    sent = {"right": "access", "person": "customer=6", "words": "Kennwort-77", "key": "one"}
    assert call("POST", "/office/cases", "intake", json=sent).json()["case"] == "C-0007"


def _answer(call: Call) -> None:
    answer = {"step": "answer", "words": "Here it is.", "way": "post"}
    sent = call("POST", "/office/cases/C-0005/steps", "decider", json=answer)
    state = call("GET", "/office/cases/C-0005", "decider").json()["state"]
    assert (sent.status_code in (200, 409), state) == (True, "answered"), sent.text


def _hold(call: Call) -> None:
    sent = _order(call, "C-0002", operation="hold", reason="claim 7", review_on="2099-01-01", key="two")
    assert sent.json()["outcome"] == "S-0002", sent.text


def _state(call: Call) -> None:
    sent = _order(
        call, "C-0003", operation="complete", table="shop.purchase", row="id = 6", statement="It was a gift.", key="two"
    )
    assert sent.json()["outcome"] == "ST-0001", sent.text


def _plan(call: Call) -> None:
    assert _order(call, "C-0006", operation="plan-erasure", ground="b", key="one").json()["outcome"].startswith("plan ")


def _knock(call: Call) -> None:
    sent = {"right": "access", "address": "otter@mail.example", "words": "Kennwort-77"}
    assert call("POST", "/rights/", data=sent).status_code == 202


def _left(folder: Path, case: str) -> dict[str, object]:
    """All that a call may leave behind, without times and keys."""
    rows = {}
    for system in ("shop", "post"):
        with closing(sqlite3.connect(folder / f"{system}.sqlite3")) as database:
            tables = [str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows |= {name: sorted(map(str, database.execute(f"SELECT * FROM {name}"))) for name in tables}
    with opened(folder / "zusage.yaml") as product:
        state = product.state
        seal_steps(product)  # as the next step does, and whoever looks
        files = sorted(path.name for path in (folder / ".zusage" / "restricted").glob("*"))
        used = [one.id for one in state.restricted_uses.all() if one.closed_at is None]
        found = {
            "rows": rows,
            "kinds": [one.kind for one in state.cases.get(case).events],
            "restrictions": [(one.id, one.ground, one.lifted_at) for one in state.restrictions.all()],
            "suspensions": len(list(state.suspensions.current())),
            "notices": [(one.recipient, one.occasion.kind, one.settled) for one in state.notices.all()],
            "corrections": len(list((folder / ".zusage" / "rectifications").glob("*"))),
            "uses": (len(used), [name.removesuffix(".json") for name in files] == used),
            "statements": sorted(path.name for path in (folder / ".zusage" / "statements").glob("*")),
            "plans": sorted(path.name for path in (folder / ".zusage" / "plans").glob("*")),
            "chains": [found.case is not None for found in state.cases.filed()],
        }
        state.close()
    return found


#: of a step the seal alone can be interrupted behind what is noted; what is ordered has more moments
CALLS = {
    "grant": ("C-0001", _grant), "restrict": ("C-0002", _restrict), "rectify": ("C-0003", _rectify), "use": ("C-0004", _agree),
    "open": ("C-0007", _open), "answer": ("C-0005", _answer), "hold": ("C-0002", _hold), "complete": ("C-0003", _state), "plan": ("C-0006", _plan),
}  # fmt: skip
PLACES = range(1, 200) if os.environ.get("ZUSAGE_MOMENTS") == "all" else (11,)
#: of what is short
EARLIER = (4,)


@pytest.mark.parametrize("name", CALLS)
def test_killed_at_any_moment_a_call_that_is_sent_again_ends_as_if_nobody_had_killed_it(folder: Path, name: str) -> None:
    (case, work), saved = CALLS[name], folder.with_name("saved")
    shutil.copytree(folder, saved)
    in_child(lambda: _calling(folder, work))
    wanted, died = _left(folder, case), 0
    for place in EARLIER if PLACES == (11,) and name in ("open", "answer", "hold", "complete", "plan") else PLACES:
        shutil.rmtree(folder)
        shutil.copytree(saved, folder)
        if not killed(lambda place=place: _calling(folder, work, place)):  # type: ignore[misc]
            break
        died += 1
        in_child(lambda: _calling(folder, work))
        assert _left(folder, case) == wanted, (name, place)
    assert died


@pytest.mark.parametrize("place", [1, 2])
def test_a_request_at_the_door_is_there_when_it_was_answered_and_whole_or_not_there_when_it_was_not(
    folder: Path, place: int
) -> None:
    from zusage.state.case_mails import CaseLinks  # not before a state is open

    assert killed(lambda: _calling(folder, _knock, place, ((CaseLinks, "ask"),)))
    with opened(folder / "zusage.yaml") as product:
        kept = [one.content for one in product.state.case_links.asked()]
        product.state.close()
    assert len(kept) == place - 1  # before it was stored nobody was told anything
    assert all(one and one["words"] == "Kennwort-77" for one in kept)

    def answered_and_killed(call: Call) -> None:
        _knock(call)
        os.kill(os.getpid(), 9)

    assert killed(lambda: _calling(folder, answered_and_killed))
    with opened(folder / "zusage.yaml") as product:
        assert admit(product) == place
        assert product.state.cases.get("C-0007").right == "access"
        product.state.close()
