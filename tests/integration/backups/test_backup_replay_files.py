"""Files that a restore brings back: those of restricted people go out of reach again, and nobody else's do."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.rights.erasing_shop import NOW
from tests.integration.rights.test_restriction_of_files import _files, _lift, _place, _write
from zusage.bootstrap import opened
from zusage.bootstrap.backups.replaying import replay
from zusage.bootstrap.rights.restricted import show

from .backed_world import Backed

_PLACES = {"classes: {one: [name, since]}": "people/{id}", "structure: [open]": "orders/{number}.pdf"}


@pytest.fixture
def shop(tmp_path: Path) -> Backed:
    """A shop of which files are backed up as well."""
    one = Backed(tmp_path)
    path = tmp_path / "zusage.yaml"
    text = path.read_text()
    for old, files in _PLACES.items():
        assert old in text
        text = text.replace(old, f'{old}, files: ["{tmp_path}/{files}"]')
    path.write_text(text)
    for n in range(1, 11):
        _write(tmp_path / f"people/{n}/letters/one.txt", f"letter of {n}")
        for p in (2 * n, 2 * n + 1):
            _write(tmp_path / f"orders/N{p}.pdf", f"order {p}")
    night = (NOW - timedelta(hours=10)).timestamp()
    for name in ("people", "orders"):
        for file in (tmp_path / name).rglob("*.*"):
            os.utime(file, (night, night))
        shutil.copytree(tmp_path / name, tmp_path / "copies" / name)
    return one


def _restore_files(shop: Backed) -> None:
    shutil.copytree(shop.folder / "copies", shop.folder, dirs_exist_ok=True)


def _put_back(shop: Backed, *names: str) -> None:
    """Files of the copy alone."""
    for name in names:
        (shop.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(shop.folder / "copies" / name, shop.folder / name)


def _reached(shop: Backed) -> int:
    with shop.opened() as product:
        return sum(one.readable or 0 for one in show(product, "R-0001").reached if one.table.startswith("files of "))


def test_files_of_restricted_and_of_erased_people_go_again_and_come_back_as_they_were(shop: Backed) -> None:
    shop.erase("4")
    before = _files(shop)
    assert _place(shop).shown
    hidden = _files(shop)
    shop.restore()
    _restore_files(shop)
    assert _reached(shop) == 3
    done = shop.replay()
    assert done.complete, done.again
    assert _files(shop) == hidden
    assert _reached(shop) == 0
    _lift(shop)
    assert _files(shop) == before


def test_files_that_were_restored_alone_go_again_and_a_newer_one_is_left_and_said(shop: Backed) -> None:
    _place(shop)
    hidden = _files(shop)
    _put_back(shop, "people/3/letters/one.txt", "orders/N6.pdf", "orders/N7.pdf")
    newer = shop.folder / "orders/N7.pdf"
    newer.write_text("written since by somebody")
    os.utime(newer, ns=(4 * 10**18, 4 * 10**18))
    done = shop.replay()
    assert not done.complete
    assert "rows or files of this person" in "".join(trouble for one in done.again for trouble in one.troubles)
    assert set(_files(shop)) - set(hidden) == {"orders/N7.pdf"}
    assert newer.read_text() == "written since by somebody"
    newer.unlink()
    assert shop.replay().complete
    assert _files(shop) == hidden


def test_a_file_that_somebody_elses_row_names_by_now_is_left_to_it(shop: Backed) -> None:
    _place(shop)
    shop.sql("INSERT INTO purchase VALUES (90, 'N6', 5, '2026-06-01 08:00:00', FALSE)")
    theirs = shop.folder / "orders/N6.pdf"
    shutil.copy2(shop.folder / "copies" / "orders/N6.pdf", theirs)
    assert not shop.replay().complete
    assert theirs.exists()


def test_files_of_erased_people_that_were_restored_without_their_rows_go_again_and_no_others_do(shop: Backed) -> None:
    shop.erase("4")
    gone = _files(shop)
    assert "people/4/letters/one.txt" not in gone
    assert "orders/N8.pdf" not in gone
    _put_back(shop, "people/4/letters/one.txt", "orders/N8.pdf", "orders/N9.pdf", "people/5/letters/one.txt")
    shop.sql("INSERT INTO purchase VALUES (90, 'N9', 5, '2026-06-01 08:00:00', FALSE)")  # the number is somebody else's by now
    back = _files(shop)
    done = shop.replay()
    assert done.complete, done.again
    assert {one.what: one.done for one in done.again}["files"] == 2
    assert _files(shop) == {name: file for name, file in back.items() if name in gone or name == "orders/N9.pdf"}
    assert {one.done for one in shop.replay().again} == {0}


def test_a_newer_file_and_one_of_nobody_are_left_and_said_without_a_name(shop: Backed) -> None:
    shop.erase("4")
    _put_back(shop, "orders/N8.pdf")
    late = (NOW + timedelta(hours=1)).timestamp()
    os.utime(shop.folder / "orders/N8.pdf", (late, late))
    _write(shop.folder / "orders/Nobody.pdf", "of a row that nobody erased")
    back = _files(shop)
    done = shop.replay()
    (said,) = next(one.troubles for one in done.again if one.what == "files")
    assert not done.complete
    assert "1 lie where one lay that was erased with its row, and are newer" in said
    assert "1 belong to no row" in said
    assert "Nobody" not in said
    assert "N8" not in said
    assert _files(shop) == back
    _put_back(shop, "orders/N8.pdf")
    (shop.folder / "orders/Nobody.pdf").unlink()
    assert shop.replay().complete
    assert "orders/N8.pdf" not in _files(shop)


def test_with_a_lost_state_restored_files_are_nobodys_to_take_and_are_said(shop: Backed) -> None:
    shop.erase("4")
    gone = _files(shop)
    shutil.copytree(shop.folder / "copies", shop.folder, dirs_exist_ok=True)
    back = _files(shop)
    with opened(shop.folder / "zusage.yaml", shop.folder / "new", clock=lambda: NOW) as product:
        done = replay(product, ["shop"])
        seen = {one.promise.id: one.judgement.verdict.value for one in product.verify() if "files" in one.promise.id}
    assert not done.complete
    assert "1 belong to no row, and nothing on the register says whose they were" in "".join(
        trouble for one in done.again for trouble in one.troubles
    )
    assert set(seen.values()) >= {"broken"}
    assert _files(shop) == back
    assert shop.replay().complete  # with what was restored of the state
    assert _files(shop) == gone
