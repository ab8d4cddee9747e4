"""Two of the staff at once, and somebody who reads while another writes: on PostgreSQL, where each has a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

from zusage.rights.case import Case, Event
from zusage.rights.objection import Objection, ObjectionRefused, decidable
from zusage.state import State

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def _both(state: State, *acts: Callable[[], object]) -> list[object]:
    """What each came to, begun together, each with a connection of its own."""
    ready = threading.Barrier(len(acts))

    def act(one: Callable[[], object]) -> object:
        try:
            ready.wait(10)
            return one()
        except ObjectionRefused as refused:
            return refused
        finally:
            state.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_of_two_who_decide_an_objection_at_once_one_is_refused(state: State) -> None:
    state.objections.place("letter", ["c1"], "clerk", AT, marketing=False)
    looked = threading.Barrier(2)

    def decide(by: str) -> object:
        def check(seen: Objection) -> None:
            with suppress(threading.BrokenBarrierError):
                looked.wait(0.3)  # both would come as far as here, did not one wait for the other
            decidable(seen, "upheld", by, "", "so")

        return state.objections.decide("O-0001", "upheld", by, "", "so", AT, check)

    came = _both(state, lambda: decide("first"), lambda: decide("other"))
    assert sum(isinstance(one, ObjectionRefused) for one in came) == 1
    kept = next(one for one in came if isinstance(one, Objection))
    assert state.objections.get("O-0001") == kept


def test_who_reads_a_case_while_steps_are_taken_never_finds_it_torn(state: State) -> None:
    case = state.cases.open("access", Event(kind="received", at=AT, by="clerk"), {})
    done = threading.Event()
    seen: list[object] = []

    def write() -> None:
        try:
            for _ in range(60):
                state.cases.add(case.id, Event(kind="reminded", at=AT, by="clerk"), "", lambda one: one)
        finally:
            done.set()

    def read() -> None:
        while not done.is_set():
            seen.append(state.cases.get(case.id))
            seen.extend(one.case for one in state.cases.filed())
            seen.extend(one.events == len(one.steps) for one in state.case_steps.chains())

    _both(state, write, read)
    assert len([one for one in seen if isinstance(one, Case)]) > 10
    assert None not in seen
    assert False not in seen
