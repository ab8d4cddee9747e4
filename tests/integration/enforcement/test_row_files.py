"""Files that live and die with rows: they go with them, with nothing else, and with no kill is one left that nobody knows of."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.integration.forked import die, killed
from tests.integration.rights.erasing_shop import Shop
from zusage.bootstrap.changing import removing
from zusage.bootstrap.changing.removing import FileRemover
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.connectors.sql.target import Target
from zusage.connectors.sql.writer import SqlWriter
from zusage.planning.holding import Person
from zusage.planning.plan import Plan

GONE = ("3", "4")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    one = Shop(tmp_path)
    path = tmp_path / "zusage.yaml"
    text = path.read_text()
    for old, files in {
        "classes: {one: [name, since]}": "people/{id}",
        "structure: [open]": "orders/{number}.pdf",
        "classes: {one: [words]}": "thumbs/{id}-*.png",
    }.items():
        text = text.replace(old, f'{old}, files: ["{tmp_path}/{files}"]')
    path.write_text(text)
    for n in range(1, 11):
        _write(tmp_path / f"people/{n}/letters/one.txt", n)
    for n in range(2, 22):
        _write(tmp_path / f"orders/N{n}.pdf", n)
    for (n,) in one.sql("SELECT id FROM line"):
        _write(tmp_path / f"thumbs/{n}-small.png", n)
        _write(tmp_path / f"thumbs/{n}-large.png", n)
    return one


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(content))


def _files(shop: Shop) -> set[str]:
    places = ("people", "orders", "thumbs")
    return {str(path.relative_to(shop.folder)) for name in places for path in (shop.folder / name).rglob("*") if path.is_file()}


def _theirs(shop: Shop) -> set[str]:
    lines = [
        n for (n,) in shop.sql("SELECT line.id FROM line JOIN purchase ON purchase.id = purchase_id WHERE customer_id IN (3, 4)")
    ]
    return (
        {f"people/{n}/letters/one.txt" for n in GONE}
        | {f"orders/N{n}.pdf" for n in range(6, 10)}
        | {f"thumbs/{n}-{size}.png" for n in lines for size in ("small", "large")}
    )


def _plan(shop: Shop) -> Plan:
    file = shop.folder / "erasure.json"
    with shop.opened() as product:
        people = [Person(people="customer", key=key) for key in GONE]
        made = plan(product, Wish(people=people, ground="b", by="clerk", needed={})).plan
        product.save_plan(made, file)
        product.approve_plan(file, shop.key)
    return made


def _notes(shop: Shop) -> list[Path]:
    return list(FileRemover(shop.folder / ".zusage").notes())


def _killed(shop: Shop, where: Callable[[Callable[..., object]], None]) -> bool:
    """Apply in a child that is killed at some place."""

    def work() -> None:
        where(die)
        shop.apply()

    return killed(work)


def test_files_go_with_their_rows_and_all_others_stay(shop: Shop) -> None:
    before, theirs = _files(shop), _theirs(shop)
    assert len(theirs) == 2 + 4 + 8
    assert theirs < before
    made = _plan(shop)
    assert {path.rpartition("/")[2] for step in made.steps for _, path in step.files} == {"{id}", "{number}.pdf", "{id}-*.png"}
    assert not any(result.stopped for result in shop.apply())
    assert _files(shop) == before - theirs
    assert not (shop.folder / "people/3").exists()
    assert not _notes(shop)


def test_killed_after_the_rows_went_the_next_run_removes_their_files(shop: Shop) -> None:
    before, theirs = _files(shop), _theirs(shop)
    _plan(shop)
    assert _killed(shop, lambda kill: setattr(removing, "remove", kill))
    assert shop.sql("SELECT count(*) FROM purchase WHERE customer_id IN (3, 4)") == [(0,)]
    assert _files(shop) == before
    (note,) = _notes(shop)
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    shop.apply()
    assert _files(shop) == before - theirs
    assert not _notes(shop)


def test_killed_before_the_rows_went_their_files_are_left_to_them(shop: Shop) -> None:
    before = _files(shop)
    _plan(shop)
    deleting = SqlWriter._delete

    def where(kill: Callable[..., object]) -> None:
        def delete(writer: SqlWriter, target: Target, room: dict[str, int]) -> int:
            if target.step.table == "purchase":
                kill()
            return deleting(writer, target, room)

        SqlWriter._delete = delete  # type: ignore[method-assign]

    assert _killed(shop, where)
    assert len(_notes(shop)) == 1
    with shop.opened() as product:
        hold = Hold(rows=[("shop.purchase", "customer_id = 3")], reason="claim", review_on=date(2027, 1, 1), by="legal")
        place(product, hold)
    shop.apply()
    assert not _notes(shop)
    left = _files(shop)
    assert {"people/3/letters/one.txt", "orders/N6.pdf", "orders/N7.pdf"} < left
    assert not {"orders/N8.pdf", "orders/N9.pdf"} & left
    assert left < before


def test_no_value_of_a_row_leads_to_a_file_of_another(shop: Shop) -> None:
    _write(shop.folder / "secret.pdf", "somebody else's")
    shop.sql("UPDATE purchase SET number = '../secret' WHERE id = 6")
    shop.sql("UPDATE purchase SET number = 'N*' WHERE id = 7")
    _write(shop.folder / "orders/N*.pdf", "theirs")
    _plan(shop)
    shop.apply()
    assert shop.sql("SELECT count(*) FROM purchase WHERE customer_id IN (3, 4)") == [(0,)]
    left = _files(shop)
    assert (shop.folder / "secret.pdf").exists()
    assert "orders/N*.pdf" not in left
    assert {f"orders/N{n}.pdf" for n in (10, 11, 20, 21)} < left


def test_a_file_that_another_row_names_too_stays_with_that_row(shop: Shop) -> None:
    text = (shop.folder / "zusage.yaml").read_text().replace("thumbs/{id}-*.png", "orders/{words}.pdf")
    (shop.folder / "zusage.yaml").write_text(text)
    _write(shop.folder / "orders/words.pdf", "everybody's")
    _plan(shop)
    shop.apply()
    assert shop.sql("SELECT count(*) FROM line") == [(16,)]
    assert (shop.folder / "orders/words.pdf").exists()


def test_a_folder_that_is_not_mounted_stops_the_step_before_any_row_goes(shop: Shop) -> None:
    _plan(shop)
    (shop.folder / "orders").rename(shop.folder / "elsewhere")
    stopped = [result.stopped for result in shop.apply() if result.stopped]
    assert any("orders/{number}.pdf" in why for why in stopped)
    assert shop.sql("SELECT count(*) FROM purchase WHERE customer_id IN (3, 4)") == [(4,)]


def test_what_a_duty_keeps_is_not_blocked_without_its_files(shop: Shop) -> None:
    path = shop.folder / "zusage.yaml"
    path.write_text(
        path.read_text().replace("issued_on]}}}", f'issued_on]}}, files: ["{shop.folder}/orders/{{number}}.pdf"]}}}}')
    )
    made = _plan(shop)
    (blocked,) = (step for step in made.steps if step.table == "invoice")
    assert "have files" in blocked.refused[0]
