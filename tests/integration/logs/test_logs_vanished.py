"""Files that go or move at the worst moment: before they are opened, while they are read, while they are written anew.

What Python tells its audit hooks right before it opens a file makes these moments exact; the files are real, and so is their going.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from log_world import LogWorld, line
from test_logs_killed import DECLARED, DROP, OLD, carry_out

from zusage.connectors.access_log.reader import LogReader
from zusage.connectors.port import Partition
from zusage.connectors.trouble import Unreachable
from zusage.promises.condition import ALWAYS

Act = Callable[[], object]
#: name of a file → what happens right before it is opened, once
_pending: dict[str, Act] = {}


def _heard(event: str, told: tuple[Any, ...]) -> None:
    if _pending and event == "open" and (act := _pending.pop(str(told[0]).rpartition("/")[2], None)):
        act()


sys.addaudithook(_heard)


@contextmanager
def happens(name: str, act: Act) -> Iterator[None]:
    """While the file is being opened for the first time; that it was is shown."""
    _pending[name] = act
    try:
        yield
        assert name not in _pending, f"{name} was never opened"
    finally:
        _pending.clear()


@pytest.fixture
def world(tmp_path: Path) -> LogWorld:
    """Of each file one line in two is over."""
    made = LogWorld.make(tmp_path)
    for number, name in enumerate(("access.log", "access.log.1", "access.log.2.gz")):
        made.write(name, [line(100 * number + n, 30 if n % 2 else 1) for n in range(40)])
    return made


def reader(world: LogWorld) -> LogReader:
    return LogReader("weblogs", DECLARED, str(world.folder / "log" / "access.log*"))


def look(world: LogWorld) -> Partition:
    return reader(world).partition("line", [("old", OLD), ("young", ALWAYS)])


def file(world: LogWorld, name: str) -> Path:
    return world.folder / "log" / name


def test_a_file_that_goes_before_it_is_opened_is_not_counted_and_the_others_are_whole(world: LogWorld) -> None:
    with happens("access.log.1", file(world, "access.log.1").unlink):
        seen = look(world)
    assert (seen.total, seen.counts) == (80, {"old": 40, "young": 40})
    assert "access.log.1 " not in seen.statement


def test_a_file_that_gets_another_name_before_it_is_opened_is_neither_missed_nor_doubled(world: LogWorld) -> None:
    with happens("access.log.1", lambda: file(world, "access.log.1").rename(file(world, "access.log.3"))):
        seen = look(world)
    assert (seen.total, seen.counts) == (120, {"old": 60, "young": 60})


def test_where_files_go_at_every_try_nobody_could_look(world: LogWorld) -> None:
    turn = iter(range(100))

    def goes() -> None:
        """Under another name each time, and again at the next opening."""
        here = next(path for path in sorted(file(world, "").iterdir()) if path.name.startswith("access.log.1"))
        there = here.rename(here.with_name(f"access.log.1{next(turn):02d}"))
        _pending[there.name] = goes

    _pending["access.log.1"] = goes
    try:
        with pytest.raises(Unreachable, match="come and go while they are being opened"):
            look(world)
    finally:
        _pending.clear()
    assert next(turn) >= 5


def test_a_file_that_goes_while_it_is_read_is_read_to_its_end(world: LogWorld) -> None:
    looking = reader(world)
    with looking.snapshot():
        for name in ("access.log", "access.log.1", "access.log.2.gz"):
            file(world, name).unlink()
        seen = looking.partition("line", [("old", OLD), ("young", ALWAYS)])
    assert (seen.total, seen.counts) == (120, {"old": 60, "young": 60})
    assert not look(world).total


def test_a_file_that_is_emptied_while_it_is_read_leaves_it_open_what_was_in_it(world: LogWorld) -> None:
    looking = reader(world)
    with looking.snapshot():
        file(world, "access.log").write_bytes(b"")
        with pytest.raises(Unreachable, match=r"access\.log cannot be read to its end \(it became shorter while it was read"):
            looking.partition("line", [("old", OLD), ("young", ALWAYS)])
    assert look(world).total == 80


def test_a_look_during_which_a_file_goes_judges_by_the_others(world: LogWorld) -> None:
    for name in ("access.log", "access.log.2.gz"):
        file(world, name).unlink()
    world.write("access.log", [line(n, 1) for n in range(5)])
    assert world.verify()["log/lines/at-most"] == "broken"
    with happens("access.log.1", file(world, "access.log.1").unlink):
        assert world.verify() == dict.fromkeys(("log/truncated-ip-address", "log/lines/at-most", "accounted/weblogs"), "kept")


@pytest.mark.parametrize("name", ["access.log", "access.log.1", "access.log.2.gz"])
def test_a_file_that_goes_before_it_is_changed_does_not_come_back_and_the_others_are_done(world: LogWorld, name: str) -> None:
    with happens(name, file(world, name).unlink):
        assert carry_out(world, DROP) == 40
    assert world.files() == sorted({"access.log", "access.log.1", "access.log.2.gz"} - {name})
    assert all(not int(text.split("GET /")[1].split()[0]) % 2 for left in world.files() for text in world.read(left))


@pytest.mark.parametrize("name", ["access.log.1", "access.log.2.gz"])
def test_a_file_that_goes_while_it_is_written_anew_does_not_come_back(world: LogWorld, name: str) -> None:
    with happens(f".{name}.zusage-new", file(world, name).unlink):
        assert carry_out(world, DROP) == 40
    assert world.files() == sorted({"access.log", "access.log.1", "access.log.2.gz"} - {name})


@pytest.mark.parametrize("name", ["access.log.1", "access.log.2.gz"])
def test_a_file_that_is_rotated_while_it_is_written_anew_is_done_under_its_new_name(world: LogWorld, name: str) -> None:
    there = name.replace("log.", "log.7")
    with happens(f".{name}.zusage-new", lambda: file(world, name).rename(file(world, there))):
        assert carry_out(world, DROP) == 60
    assert world.files() == sorted({"access.log", "access.log.1", "access.log.2.gz", there} - {name})
    assert [len(world.read(left)) for left in world.files()] == [20, 20, 20]


def test_the_file_that_is_being_written_may_go_while_it_is_laid_over(world: LogWorld) -> None:
    with happens(".access.log.zusage-new", file(world, "access.log").unlink):
        carry_out(world, DROP)
    assert world.files() == ["access.log.1", "access.log.2.gz"]
    assert [len(world.read(left)) for left in world.files()] == [20, 20]


def test_a_file_that_is_emptied_while_it_is_laid_over_keeps_what_is_written_afterwards(world: LogWorld) -> None:
    after = "".join(line(n, 1) for n in range(900, 903))
    with happens(".access.log.zusage-new", lambda: file(world, "access.log").write_text(after)):
        carry_out(world, DROP)
    assert file(world, "access.log").read_text() == after


def test_a_folder_that_goes_leaves_everything_open(world: LogWorld) -> None:
    folder = file(world, "")
    with happens("access.log", lambda: folder.rename(folder.with_name("moved"))), pytest.raises(Unreachable):
        look(world)
