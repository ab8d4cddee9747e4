"""Files of restricted rows: out of the application's reach with them, in the person's copy, and back to the last byte."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.integration.forked import killed
from tests.integration.killing_calls import die_at
from zusage.bootstrap.rights import hiding, restricting
from zusage.bootstrap.rights.answering import Asked, access
from zusage.bootstrap.rights.restricted import show
from zusage.bootstrap.rights.restricting import Wish, lift, restrict
from zusage.bootstrap.rights.using import open_rows
from zusage.connectors.row_files import FileTrouble
from zusage.planning.holding import Person
from zusage.rights.restriction import Shown

from .erasing_shop import NOW, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    one = Shop(tmp_path)
    path = tmp_path / "zusage.yaml"
    text = path.read_text()
    for old, files in {"classes: {one: [name, since]}": "people/{id}", "structure: [open]": "orders/{number}.pdf"}.items():
        assert old in text
        text = text.replace(old, f'{old}, files: ["{tmp_path}/{files}"]')
    path.write_text(text)
    for n in range(1, 11):
        _write(tmp_path / f"people/{n}/letters/one.txt", f"letter of {n}")
        for p in (2 * n, 2 * n + 1):
            _write(tmp_path / f"orders/N{p}.pdf", f"order {p}")
    (tmp_path / "orders/N6.pdf").write_bytes(bytes(range(256)))
    os.chmod(tmp_path / "orders/N6.pdf", 0o640)
    os.utime(tmp_path / "orders/N6.pdf", ns=(10**18, 10**18 + 7))
    return one


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def _files(shop: Shop) -> dict[str, tuple[bytes, int, int]]:
    paths = (path for name in ("people", "orders") for path in (shop.folder / name).rglob("*") if path.is_file())
    return {str(p.relative_to(shop.folder)): (p.read_bytes(), p.stat().st_mode, p.stat().st_mtime_ns) for p in paths}


THEIRS = {"people/3/letters/one.txt", "orders/N6.pdf", "orders/N7.pdf"}


def _place(shop: Shop) -> Shown:
    with shop.opened() as product:
        return restrict(product, Wish(person=Person(people="customer", key="3"), ground="c", by="clerk"))


def _lift(shop: Shop) -> None:
    with shop.opened() as product:
        product.state.restrictions.told("R-0001", "clerk", "letter", NOW)
        lift(product, "R-0001", "clerk")


def test_files_of_restricted_rows_are_out_of_reach_and_come_back_to_the_last_byte(shop: Shop) -> None:
    before, rows = _files(shop), shop.rows()
    assert set(before) > THEIRS
    found = _place(shop)
    assert (found.files, found.shown) == (3, True)
    assert _files(shop) == {name: one for name, one in before.items() if name not in THEIRS}
    ours = [path for path in (shop.folder / ".zusage").rglob("*") if path.is_file()]
    assert not [path for path in ours if b"letter of 3" in path.read_bytes() or "N6" in path.name]
    _lift(shop)
    assert (_files(shop), shop.rows()) == (before, rows)
    assert not list((shop.folder / ".zusage" / "restricted-files").iterdir())


def test_a_file_that_is_back_in_its_place_is_in_reach_until_it_is_restricted_again(shop: Shop) -> None:
    _place(shop)
    _write(shop.folder / "orders/N6.pdf", "an older one, from a restored copy")
    os.utime(shop.folder / "orders/N6.pdf", ns=(1, 1))
    with shop.opened() as product:
        found = show(product, "R-0001")
    assert {one.table: one.readable for one in found.reached if one.readable} == {"files of shop.purchase": 1}
    assert found.broken
    with pytest.raises(FileTrouble, match="another lies in its place"):
        _lift(shop)
    os.unlink(shop.folder / "orders/N6.pdf")
    _lift(shop)
    assert (shop.folder / "orders/N6.pdf").read_bytes() == bytes(range(256))


def test_restricted_files_are_in_the_persons_copy_and_in_what_a_permitted_use_opens(shop: Shop) -> None:
    asked = Asked(people="customer", given="3")
    with shop.opened() as product:
        before = access(product, asked, "en", paper=False).files
    _place(shop)
    with shop.opened() as product:
        after = access(product, asked, "en", paper=False).files
        _, path = open_rows(
            product, "R-0001", "legal-claims", by="a", second="b", reasons="claim", time=NOW - NOW.replace(hour=0)
        )
    content = lambda files: sorted(one for name, one in files.items() if name.startswith("files/"))  # noqa: E731
    assert len(content(before)) == 3
    assert content(after) == content(before)
    assert sorted(one["name"] for one in json.loads(path.read_text())["files"]) == ["N6.pdf", "N7.pdf", "one.txt"]


@pytest.mark.parametrize("where", ["remove", "_move", "_put_back"])
def test_killed_between_any_two_files_no_byte_is_lost(shop: Shop, where: str) -> None:
    before, rows = _files(shop), shop.rows()

    def work() -> None:
        die_at(3, [(restricting if where == "_move" else hiding, where)])  # before the second
        _place(shop)
        _lift(shop)

    assert killed(work)
    if where != "_put_back":
        assert _place(shop).shown
        assert set(_files(shop)) == set(before) - THEIRS
    _lift(shop)
    assert (_files(shop), shop.rows()) == (before, rows)
