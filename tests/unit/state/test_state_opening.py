from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from zusage.state import State, open_state
from zusage.state.errors import StateDamaged, StateGone, StateNewer, StateUnusable, StateUrlRefused
from zusage.state.migrating import pending

pytestmark = pytest.mark.usefixtures("states_are_made")


def placed(folder: Path) -> Path:
    """A state with many suspensions, closed so that everything is in its file."""
    state = open_state(None, folder)
    for number in range(60):
        state.suspensions.place([("shop.order", f"id = {number}")], "x" * 200, date(2026, 1, 1), "m")
    state.close()
    assert len(open_state(None, folder).suspensions.all()) == 60
    state.close()
    return folder / "state.sqlite3"


def test_importing_the_room_neither_imports_nor_configures_django() -> None:
    code = "import sys, zusage.state; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert subprocess.run([sys.executable, "-c", code.replace("zusage.state", "django")], check=False).returncode == 1


def test_opening_twice_gives_the_same_state(tmp_path: Path) -> None:
    first = open_state(None, tmp_path)
    first.suspensions.place([("a.b", "id = 1")], "r", date(2026, 1, 1), "m")
    assert open_state(None, tmp_path).suspensions.all() == first.suspensions.all()


def test_two_folders_are_two_states(tmp_path: Path) -> None:
    one, two = open_state(None, tmp_path / "one"), open_state(None, tmp_path / "two")
    one.suspensions.place([("a.b", "id = 1")], "r", date(2026, 1, 1), "m")
    assert (len(one.suspensions.all()), len(two.suspensions.all())) == (1, 0)


def test_an_empty_state_is_brought_up_to_date_and_models_have_no_missing_migrations(state: State) -> None:
    assert not pending(state.alias)
    call_command("makemigrations", "zusage", check=True, dry_run=True, verbosity=0)


def test_every_commit_reaches_the_disk(state: State) -> None:
    state.suspensions.all()
    with connections[state.alias].cursor() as cursor:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 30_000), ("foreign_keys", 1)):
            assert cursor.execute(f"PRAGMA {pragma}").fetchone() == (value,), pragma


def test_nobody_else_may_read_the_state(state: State) -> None:
    state.suspensions.place([("a.b", "id = 1")], "r", date(2026, 1, 1), "m")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in state.folder.iterdir()}
    assert modes["state.sqlite3-wal"] == 0o600
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(state.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_a_truncated_file_is_reported_as_damage(tmp_path: Path, share: float) -> None:
    file = placed(tmp_path)
    os.truncate(file, int(file.stat().st_size * share))
    with pytest.raises(StateDamaged, match="restore it from a backup"):
        open_state(None, tmp_path)


def test_overwritten_pages_are_reported_as_damage(tmp_path: Path) -> None:
    file = placed(tmp_path)
    content = bytearray(file.read_bytes())
    content[8192 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 8192)
    file.write_bytes(content)
    with pytest.raises(StateDamaged):
        open_state(None, tmp_path)


def test_a_file_of_another_program_is_not_taken_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as database:
        database.execute("CREATE TABLE precious (id)")
    with pytest.raises(StateDamaged, match="another program"):
        open_state(None, tmp_path)


def test_text_in_place_of_the_file_is_reported_as_damage(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3").write_text("this is no database\n" * 100)
    with pytest.raises(StateDamaged):
        open_state(None, tmp_path)


def test_a_lost_state_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    file = placed(tmp_path)
    file.rename(tmp_path / "elsewhere")
    with pytest.raises(StateGone, match=r"state\.created"):
        open_state(None, tmp_path)
    (tmp_path / "elsewhere").rename(file)
    assert len(open_state(None, tmp_path).suspensions.all()) == 60


def test_what_a_killed_creation_left_behind_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3.new").write_bytes(b"half")
    assert open_state(None, tmp_path).suspensions.all() == ()


def test_a_state_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    open_state(None, tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as database:
        row = ("zusage", "0999_from_the_future", "2030-01-01")
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", row)
        database.commit()
    with pytest.raises(StateNewer, match="0999_from_the_future"):
        open_state(None, tmp_path)


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateUnusable):
        open_state(None, tmp_path / "file" / "state")


@pytest.mark.parametrize(
    "url",
    ["mysql://u:s3cret@h/db", "postgresql://u:s3cret@h", "postgresql://u:s3cret@h:x/db", "s3cret", "postgresql://[s3cret/db"],
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(StateUrlRefused) as refused:
        open_state(url, tmp_path)
    assert "s3cret" not in str(refused.value)
