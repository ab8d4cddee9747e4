"""A rotation at the very moment at which a closed file is exchanged: after the last look at its name, before the exchange."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from log_world import LogWorld, line
from test_logs_killed import DROP, carry_out, numbers
from tests.integration import forked
from tests.integration.killing_calls import die_at

from zusage.connectors.access_log import exchanging, files

Put = Callable[..., bool]


@pytest.fixture
def world(tmp_path: Path) -> LogWorld:
    made = LogWorld.make(tmp_path)
    made.write("access.log", [line(n, 0) for n in range(100, 110)])
    made.write("access.log.1", [line(n, 30 if n % 2 else 1) for n in range(20)])
    return made


def rotate(world: LogWorld) -> None:
    """What logrotate does: the oldest name first."""
    folder = world.log.parent
    (folder / "access.log.1").rename(folder / "access.log.2")
    world.log.rename(folder / "access.log.1")
    world.write("access.log", [line(200, 0)])


def left(world: LogWorld) -> list[str]:
    return [path.name for path in world.log.parent.iterdir() if path.name.startswith(".")]


KEPT = sorted([*range(0, 20, 2), *range(100, 110), 200])


@pytest.mark.parametrize("by_hand", [False, True], ids=["exchanged", "by hand"])
@pytest.mark.parametrize("all_over", [False, True], ids=["some over", "all over"])
def test_a_rotation_right_before_the_exchange_loses_no_line(
    world: LogWorld, monkeypatch: pytest.MonkeyPatch, by_hand: bool, all_over: bool
) -> None:
    if all_over:
        world.write("access.log.1", [line(n, 30) for n in range(20)])
    put, rotated = exchanging.put, []

    def late(*given: object, **more: object) -> bool:
        if not rotated:
            rotated.append(rotate(world))
        return put(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(exchanging, "put", late)
    if by_hand:
        monkeypatch.setattr(exchanging, "_exchange", exchanging._by_hand)
    live = world.log.stat().st_ino
    assert carry_out(world, DROP) == (20 if all_over else 10)
    assert rotated
    assert numbers(world) == (KEPT[10:] if all_over else KEPT)
    assert (world.log.parent / "access.log.1").stat().st_ino == live
    assert left(world) == []


def killed(world: LogWorld, moment: str, rotates: bool) -> None:
    """Kill it around the exchange; before that the log may have been rotated."""
    put = exchanging.put

    def late(*given: object, **more: object) -> bool:
        rotate(world)
        return put(*given, **more)  # type: ignore[arg-type]

    def work() -> None:
        if rotates:
            exchanging.put = late
        die_at(2 if moment == "_exchange" else 1, [(exchanging, moment)])
        carry_out(world, DROP)

    assert forked.killed(work)


@pytest.mark.parametrize("rotates", [False, True], ids=["quiet", "rotated"])
@pytest.mark.parametrize("moment", ["_exchange", "_settle"])
def test_a_run_that_was_killed_around_the_exchange_is_ended_by_the_next(world: LogWorld, moment: str, rotates: bool) -> None:
    killed(world, moment, rotates)
    assert left(world) != []
    carry_out(world, DROP)
    assert numbers(world) == (KEPT if rotates else KEPT[:-1])
    assert left(world) == []


def test_a_file_that_went_whole_comes_back_if_the_run_was_killed_before_it_was_known_to_be_the_right_one(world: LogWorld) -> None:
    world.write("access.log.1", [line(n, 30) for n in range(20)])
    killed(world, "_settle", rotates=True)
    carry_out(world, DROP)
    assert numbers(world) == KEPT[10:]
    assert left(world) == []


def test_what_cannot_go_back_under_its_name_stays_beside_it(world: LogWorld) -> None:
    closed = world.log.with_name("access.log.3.gz")
    closed.write_bytes(gzip.compress(line(300, 1).encode()))
    out = closed.with_name(f".access.log.1.1{files.OUT}")
    closed.rename(out)
    carry_out(world, DROP)
    assert left(world) == []
    beside = [name for name in world.files() if name.startswith("access.log.1.")]
    assert len(beside) == 1
    assert gzip.decompress((world.log.parent / beside[0]).read_bytes()) == line(300, 1).encode()
