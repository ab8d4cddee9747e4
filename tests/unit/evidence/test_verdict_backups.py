"""What follows from what was seen of backups: broken by what is too old, missing or back, kept only by what was shown."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from zusage.evidence.backups.observation import Copies, Drill, Stay
from zusage.evidence.verdict import Verdict, judge

KEPT, BROKEN, UNDECIDED = Verdict.KEPT, Verdict.BROKEN, Verdict.UNDECIDED
DAY = date(2026, 6, 1)
NIGHT = DAY - timedelta(days=1)
MADE = Copies(count=3, oldest=NIGHT, newest=NIGHT, limit=DAY, today=DAY, aspect="made")
HELD = Copies(count=3, oldest=NIGHT, newest=NIGHT, limit=DAY, today=DAY, aspect="kept")
DRILL = Drill(held_on=NIGHT, counts_until=DAY, today=DAY, backup=NIGHT, readable=True, rows=9, back=2)
STAY = Stay(entries=4, compared=9, back=0, doubtful=0, tables=2, unmarked=(), visible=True, how_visible="whole")

CASES: list[tuple[Any, dict[str, Any], Verdict]] = [
    (MADE, {}, KEPT),
    (MADE, {"limit": NIGHT}, BROKEN),
    (MADE, {"count": 0, "oldest": None, "newest": None, "limit": None}, BROKEN),
    (MADE, {"newest": DAY + timedelta(days=3)}, UNDECIDED),
    (MADE, {"count": -1}, UNDECIDED),
    (HELD, {}, KEPT),
    (HELD, {"limit": NIGHT}, BROKEN),
    (HELD, {"count": 0, "oldest": None, "newest": None, "limit": None}, UNDECIDED),
    (DRILL, {}, KEPT),
    (DRILL, {"readable": False, "why": "damaged"}, BROKEN),
    (DRILL, {"missing": ("shop.order",)}, BROKEN),
    (DRILL, {"short": ("shop.order",)}, BROKEN),
    (DRILL, {"left": 1}, BROKEN),
    (DRILL, {"back": 0, "planted": 1, "planted_left": 1}, BROKEN),
    (DRILL, {"back": 0, "planted": 1}, KEPT),
    (DRILL, {"back": 0}, UNDECIDED),
    (DRILL, {"rows": 0}, UNDECIDED),
    (DRILL, {"doubtful": 1}, UNDECIDED),
    (DRILL, {"counts_until": NIGHT}, BROKEN),
    (DRILL, {"held_on": DAY + timedelta(days=1)}, UNDECIDED),
    (DRILL, {"rows": -1}, UNDECIDED),
    (STAY, {}, KEPT),
    (STAY, {"back": 1}, BROKEN),
    (STAY, {"entries": 0}, UNDECIDED),
    (STAY, {"doubtful": 1}, UNDECIDED),
    (STAY, {"unmarked": ("shop.log",)}, UNDECIDED),
    (STAY, {"visible": False}, UNDECIDED),
    (STAY, {"unlike": ("shop",)}, UNDECIDED),
    (STAY, {"behind": ("shop", "witness.example")}, UNDECIDED),
    (STAY, {"compared": -1}, UNDECIDED),
]


@pytest.mark.parametrize(("sound", "change", "verdict"), CASES)
def test_the_verdict_follows_from_what_was_seen(sound: Any, change: dict[str, Any], verdict: Verdict) -> None:
    assert judge(replace(sound, **change)).verdict is verdict


def test_nothing_that_is_broken_is_healed_by_something_else_that_nobody_could_see() -> None:
    for sound, change, verdict in CASES:
        for _, other, unseen in (case for case in CASES if type(case[0]) is type(sound) and case[2] is UNDECIDED):
            if verdict is BROKEN and unseen is UNDECIDED and not change.keys() & other.keys() and "count" not in other:
                assert judge(replace(sound, **{**other, **change})).verdict is not KEPT
