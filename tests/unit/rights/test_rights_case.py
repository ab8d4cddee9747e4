"""What may happen to a case, and in which order; the rules are numbered where they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from zusage.rights.case import UNIDENTIFIED, Case, CaseRefused, Event, Kind, Right, after, told
from zusage.rights.clock import due

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
never = lambda _: False  # noqa: E731


def case(*kinds: Kind, right: Right = "access") -> Case:
    found = told("C-0001", right, [Event(kind="received", at=START, by="one")])
    for number, kind in enumerate(kinds, 1):
        found = step(found, kind, by="two" if kind == "approved" else "one", days=number)
    return found


def step(found: Case, kind: Kind, *, by: str = "one", days: int = 1) -> Case:
    detail = "login" if kind == "identity shown" else ""
    return after(found, Event(kind=kind, at=START + timedelta(days=days), by=by, detail=detail), "Europe/Berlin", never)


def test_a_request_goes_its_way() -> None:
    way: tuple[Kind, ...] = ("acknowledged", "identity asked", "identity shown", "granted", "carried out", "answered", "closed")
    found = case(*way)
    assert found.ended
    assert found.state == "closed"


@pytest.mark.parametrize(
    ("so_far", "then", "rule"),
    [
        ((), "granted", "rule 2"),
        ((), "refused", "rule 2"),
        (("identity shown", "granted"), "refused", "rule 4"),
        (("identity shown",), "carried out", "rule 6"),
        (("identity shown", "refused"), "carried out", "rule 6"),
        (("identity shown", "granted"), "answered", "rule 6"),
        (("identity shown", "granted", "carried out"), "withdrawn", "rule 7"),
        (("identity shown",), "approved", "rule 5"),
        (("identity shown",), "closed", "rule 1"),
        (("extended",), "extended", "rule 3"),
        ((), "received", "received before"),
        (("withdrawn", "closed"), "answered", "has ended"),
    ],
)
def test_what_is_out_of_order_is_refused_with_its_rule(so_far: tuple[Kind, ...], then: Kind, rule: str) -> None:
    with pytest.raises(CaseRefused, match=rule):
        step(case(*so_far), then)


def test_an_erasure_needs_somebody_else_than_who_decided() -> None:
    granted = case("identity shown", "granted", right="erasure")
    with pytest.raises(CaseRefused, match="rule 5"):
        step(granted, "carried out")
    with pytest.raises(CaseRefused, match="same person"):
        step(granted, "approved", by="one")
    assert step(step(granted, "approved", by="two"), "carried out").last("carried out")


def test_whoever_does_not_show_who_they_are_can_be_refused_after_they_were_asked() -> None:
    assert case("identity asked", "refused", "answered").ended


def test_it_cannot_be_extended_after_the_first_month() -> None:
    assert step(case(), "extended", days=30).last("extended")
    with pytest.raises(CaseRefused, match="rule 3"):
        step(case(), "extended", days=31)


def test_identity_is_shown_in_a_named_way_and_a_passport_is_none() -> None:
    with pytest.raises(CaseRefused, match="how"):
        after(case(), Event(kind="identity shown", at=START, by="one", detail="passport"), "Europe/Berlin", never)


def test_a_request_is_refused_for_want_of_an_answer_only_when_the_question_has_lapsed() -> None:
    found = case("identity asked")

    def refuse(days: int) -> Case:
        event = Event(kind="refused", at=START + timedelta(days=days), by="one", detail=UNIDENTIFIED)
        return after(found, event, "Europe/Berlin", never)

    with pytest.raises(CaseRefused, match="rule 8"):
        refuse(31)  # asked on 2 September: open until 2 October
    assert refuse(32).state == "refused"
    shown = step(found, "identity shown", days=2)
    with pytest.raises(CaseRefused, match="rule 8"):
        after(shown, Event(kind="refused", at=START + timedelta(days=90), by="one", detail=UNIDENTIFIED), "Europe/Berlin", never)


def test_asking_once_more_who_somebody_is_takes_no_day_from_the_clock_and_gives_none() -> None:
    def due_on(*steps: tuple[Kind, int]) -> date | None:
        found = case()
        for kind, days in steps:
            found = step(found, kind, days=days)
        return due(found.times("Europe/Berlin", (START + timedelta(days=200)).date()), never)

    once: tuple[tuple[Kind, int], ...] = (("identity asked", 2), ("identity shown", 20))
    assert due_on(*once) == date(2026, 10, 19)
    assert due_on(*once, ("identity asked", 25)) == date(2026, 10, 19)
    assert due_on(("identity asked", 2), ("identity asked", 10), ("identity shown", 20)) == date(2026, 10, 19)
    assert due_on(("identity asked", 2), ("identity asked", 30)) == due_on(("identity asked", 2))


def test_whoever_showed_who_they_are_after_the_question_had_lapsed_is_not_refused_for_it() -> None:
    found = step(step(case(), "identity asked", days=1), "identity shown", days=60)
    with pytest.raises(CaseRefused, match="rule 8"):
        after(found, Event(kind="refused", at=START + timedelta(days=61), by="one", detail=UNIDENTIFIED), "Europe/Berlin", never)


def test_what_is_included_after_a_second_person_approved_needs_them_again() -> None:
    approved = case("identity shown", "granted", "approved", right="erasure")
    assert step(approved, "carried out")
    changed = step(approved, "included")
    with pytest.raises(CaseRefused, match="rule 9"):
        step(changed, "carried out")
    assert step(step(changed, "approved", by="two"), "carried out").state == "carried out"


def test_what_was_left_out_again_is_included_no_more() -> None:
    found = step(case("identity shown"), "included")
    assert (found.included, found.state) == ({""}, "identity shown")
    assert step(found, "left out").included == frozenset()
    with pytest.raises(CaseRefused, match="nobody has included"):
        step(case("identity shown"), "left out")


@pytest.mark.parametrize(
    ("right", "so_far"),
    [
        ("restriction", ()),
        ("erasure", ("identity shown", "granted", "approved", "carried out")),
        ("access", ("identity shown", "refused")),
    ],
)
def test_nothing_is_included_where_nothing_can_take_it_any_more(right: Right, so_far: tuple[Kind, ...]) -> None:
    with pytest.raises(CaseRefused, match="included"):
        step(case(*so_far, right=right), "included")
