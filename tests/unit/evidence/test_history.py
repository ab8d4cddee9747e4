"""What a log says about the past."""

from __future__ import annotations

import json

import pytest

from zusage.evidence.prove import EvidenceUnreadable, history


def entry(year: int, rows: int, when: str, **more: object) -> bytes:
    seen = {
        "kind": "census",
        "now": {str(year): rows},
        "before": None,
        "protected": [year],
        "partly": [],
        "visible": True,
        "how_visible": "a table",
    }
    content = {
        "zusage": 1,
        "look": "1",
        "promise": "p",
        "verdict": "undecided",
        "reason": "",
        "as-of": when,
        "manifest": "m",
        "program": "zusage 0",
        "observation": {**seen, **more},
    }
    return json.dumps(content).encode()


def test_the_highest_census_is_remembered_so_that_a_loss_stays_a_loss() -> None:
    entries = [entry(2020, 5, "2026-01-01T00:00:00+00:00"), entry(2020, 3, "2026-01-02T00:00:00+00:00")]
    assert history(entries).censuses == {"p": {2020: 5}}


def test_a_census_that_cannot_be_read_stops_rather_than_being_forgotten() -> None:
    readable, unreadable = entry(2020, 5, "2026-01-01T00:00:00+00:00"), entry(2020, 5, "2026-01-01T00:00:00+00:00", surplus=1)
    assert history([readable]).censuses
    with pytest.raises(EvidenceUnreadable, match="entry 1 "):
        history([readable, unreadable])


def test_entries_of_others_are_passed_over() -> None:
    assert history([b"not json", b"[]", b'{"zusage": 2, "look": "x"}']).standings == {}
