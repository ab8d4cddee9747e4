from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from zusage.rights.case import Event
from zusage.state import errors, open_state
from zusage.state.errors import TimeWithoutZone

if TYPE_CHECKING:
    from pathlib import Path

    from zusage.state import State

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_newest_attestation_counts_even_when_noted_earlier(state: State) -> None:
    assert state.attestations.latest("p") is None
    newest = state.attestations.attest("p", "it-lead", "K. Kern", AT, note_digest="ff")
    state.attestations.attest("p", "it-lead", "old", AT - DAY)
    state.attestations.attest("q", "it-lead", "other", AT + DAY)
    assert state.attestations.latest("p") == newest
    assert (newest.role, newest.by, newest.at, newest.note_digest) == ("it-lead", "K. Kern", AT, "ff")


def test_times_without_zone_are_refused(state: State) -> None:
    naive = AT.replace(tzinfo=None)
    with pytest.raises(TimeWithoutZone):
        state.attestations.attest("p", "r", "b", naive)


def test_what_is_no_number_of_a_row_is_unknown_in_every_register(state: State) -> None:
    state.cases.open("access", Event(kind="received", at=AT, by="clerk"), {})
    assert state.cases.get("C-0001").right == "access"
    for get, letters, unknown in (
        (state.cases.get, "C", errors.UnknownCase),
        (state.notices.get, "N", errors.UnknownNotice),
        (state.objections.get, "O", errors.UnknownObjection),
        (state.restrictions.get, "R", errors.UnknownRestriction),
        (lambda id: state.suspensions.get([id]), "S", errors.UnknownSuspension),
        (lambda id: state.restricted_uses.close(id, AT), "U", errors.UnknownUse),
    ):
        for number in ("", "0001", f"{letters}-", f"{letters}-١", f"{letters}-{'9' * 30}", "X-0001"):
            with pytest.raises(unknown):
                get(number)


def test_a_case_whose_person_is_named_while_it_is_read_is_whole(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_state(None, tmp_path / "state")) as other:
        other.cases.open("access", Event(kind="received", at=AT, by="clerk"), {"words": "please"})
        real, name = state.cases._events, Event(kind="person named", at=AT, by="clerk")

        def between(*given: int) -> object:
            monkeypatch.undo()
            other.cases.add("C-0001", name, "member=7", lambda case: case)
            return real(*given)

        monkeypatch.setattr(state.cases, "_events", between)
        assert state.cases.content("C-0001") == {"words": "please", "person": "member=7"}
        assert state.cases._events == real  # somebody did name them meanwhile


def test_what_an_older_program_remembered_of_an_interrupted_plan_is_known_to_this_one(state: State) -> None:
    from django.core.management import call_command

    digest, at = "3fa9" * 16, datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    call_command("migrate", "zusage", "0028_silences", database=state.alias, verbosity=0, interactive=False)
    for about in (f"rule {digest} early", f"rule {digest}/1"):
        state.rule_notices.prepare(about, at, {f"code {n}": f"{about} {n}".encode() for n in range(600)})
    call_command("migrate", database=state.alias, verbosity=0, interactive=False)
    assert state.remembered.whole(digest)
    assert list(state.remembered.plans()) == [(digest, at)]
    codes = [f"code {n}" for n in range(601)]
    assert state.remembered.of(digest, codes) == {f"code {n}": f"rule {digest} early {n}".encode() for n in range(600)}
    assert [(one.about, len(one.sealed)) for one in state.rule_notices.waiting()] == [(f"rule {digest}/1", 600)]


def test_what_is_remembered_by_halves_is_not_relied_upon_and_is_gone_where_it_is_begun_anew(state: State) -> None:
    digest, at = "3fa9" * 16, datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    state.remembered.begin(digest, at)
    state.remembered.add(digest, {"one": b"1"})
    assert not state.remembered.whole(digest)
    state.remembered.begin(digest, at)
    state.remembered.add(digest, {"two": b"2"})
    state.remembered.end(digest)
    assert state.remembered.whole(digest)
    assert state.remembered.of(digest, ["one", "two"]) == {"two": b"2"}
    state.remembered.drop(digest)
    assert not state.remembered.whole(digest)
    assert state.remembered.of(digest, ["two"]) == {}
