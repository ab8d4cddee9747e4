"""Killed at any line, ``apply`` taken up again ends in the same databases.

ZUSAGE_KILLS is how often it is killed at random moments; without it fewer times, and at one line in three, so that the tests stay quick.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration import killing

KILLS = int(os.environ.get("ZUSAGE_KILLS", "40"))
#: of the states at the lines of the journal one in so many is taken up again
STEP = 1 if KILLS >= 200 else 3
Contents = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    """A folder in memory where there is one: a killed process loses nothing that the system has taken."""
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="zusage-kill-", dir=shared if shared.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def base(room: Path) -> Path:
    place = room / "place"
    place.mkdir()
    killing.prepare(place, customers=40)
    killing.preload(place)
    place.rename(room / "base")
    return room / "base"


@pytest.fixture(scope="module")
def undisturbed(room: Path, base: Path) -> tuple[Contents, int, float]:
    """The end without a kill, how many journal lines it took, and how long."""
    folder = killing.copy(base, room / "place")
    began = time.monotonic()
    assert killing.apply(folder) == 0
    took = time.monotonic() - began
    return killing.contents(folder), int((folder / "lines").read_text()), took


def test_the_plan_really_changes_something(base: Path, undisturbed: tuple[Contents, int, float]) -> None:
    before, (after, lines, _) = killing.contents(base), undisturbed
    assert len(before["shop.shop_order"]) > len(after["shop.shop_order"]) > 0
    assert not before["vault"]
    assert after["vault"]
    assert lines > 30


def test_killed_at_journal_lines_it_ends_in_the_same_databases(
    room: Path, base: Path, undisturbed: tuple[Contents, int, float]
) -> None:
    """Before and after lines, each of them in `make thorough`; where nothing was written in between, both are the same."""
    wanted, lines, _ = undisturbed
    folder = killing.copy(base, room / "place")
    passed, states = 0, [""]
    for _ in killing.moments(folder):
        passed += 1
        if (state := killing.on_disk(folder)) == states[-1]:
            continue
        states.append(state)
        if len(states) % STEP:
            continue
        with killing.instead(folder):
            assert killing.apply(folder) == 0, f"line {passed / 2}"
            assert killing.contents(folder) == wanted, f"line {passed / 2}"
    assert passed == 2 * lines
    assert len(states) > lines
    assert killing.contents(folder) == wanted


@pytest.mark.parametrize("after", [False, True], ids=["before the line", "after the line"])
def test_really_killed_at_some_lines_it_ends_in_the_same_databases(
    room: Path, base: Path, undisturbed: tuple[Contents, int, float], after: bool
) -> None:
    wanted, lines, _ = undisturbed
    for line in range(1, lines + 1, 13):
        folder = killing.copy(base, room / "place")
        assert killing.apply(folder, line, after=after) == -9
        assert killing.apply(folder) == 0, f"line {line}"
        assert killing.contents(folder) == wanted, f"line {line}"


def test_killed_at_random_moments_it_ends_in_the_same_databases(
    room: Path, base: Path, undisturbed: tuple[Contents, int, float]
) -> None:
    wanted, _, took = undisturbed
    chance = random.Random(0)
    killed, folder = 0, killing.copy(base, room / "place")
    while killed < KILLS:
        child = killing.start(folder)
        if killing.kill(child, chance.uniform(0.0, took * 0.7)) == -9:
            killed += 1
        else:
            assert killing.apply(folder) == 0
            assert killing.contents(folder) == wanted, f"after {killed} kills"
            folder = killing.copy(base, room / "place")
    assert killing.apply(folder) == 0
    assert killing.contents(folder) == wanted
