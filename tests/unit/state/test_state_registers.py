from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from zusage.state.errors import TimeWithoutZone

if TYPE_CHECKING:
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


def test_a_look_reads_back_as_it_was_recorded(state: State) -> None:
    assert state.looks.latest("p") is None
    assert state.looks.since("p") is None
    look = state.looks.record("p", "kept", AT, log_index=7, census={2021: 3, 2019: 40})
    assert state.looks.latest("p") == look
    assert (look.verdict, look.at, look.log_index, look.census) == ("kept", AT, 7, {2019: 40, 2021: 3})


def test_since_when_a_verdict_stands_is_counted_from_the_last_change(state: State) -> None:
    for days, verdict in enumerate(["kept", "broken", "kept", "kept", "kept"]):
        state.looks.record("p", verdict, AT + days * DAY)  # type: ignore[arg-type]
    state.looks.record("q", "broken", AT + 9 * DAY)
    assert state.looks.since("p") == AT + 2 * DAY
    assert state.looks.since("q") == AT + 9 * DAY


def test_a_change_within_the_same_instant_follows_the_order_of_recording(state: State) -> None:
    state.looks.record("p", "broken", AT)
    state.looks.record("p", "kept", AT)
    found = state.looks.latest("p")
    assert found is not None
    assert found.verdict == "kept"
    assert state.looks.since("p") == AT


def test_the_newest_of_all_promises_comes_at_once(state: State) -> None:
    state.looks.record("p", "broken", AT + DAY)
    state.looks.record("p", "kept", AT)
    state.looks.record("q", "undecided", AT)
    assert {name: look.verdict for name, look in state.looks.latest_of_all().items()} == {"p": "broken", "q": "undecided"}


def test_times_without_zone_are_refused(state: State) -> None:
    naive = AT.replace(tzinfo=None)
    with pytest.raises(TimeWithoutZone):
        state.looks.record("p", "kept", naive)
    with pytest.raises(TimeWithoutZone):
        state.attestations.attest("p", "r", "b", naive)
