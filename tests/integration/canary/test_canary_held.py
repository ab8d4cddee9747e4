"""A canary among rows that are held: a suspension wins, is named, and nothing is left when it is lifted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zusage.bootstrap import opened
from zusage.bootstrap.canary.desk import AskedInVain
from zusage.bootstrap.product import Product
from zusage.sealing import SigningKey

from .canary_service import Book
from .test_canary_flight import all_kept, asking, flown, place

__all__ = ["place"]
NOBODY: dict[str, list[object]] = {"member": [], "entry": [], "liked": []}


@pytest.fixture
def asked(place: tuple[Book, Path], tmp_path: Path) -> tuple[Book, Path, str, SigningKey]:
    """The service whose controller erases on demand."""
    book, folder = place
    key = SigningKey.generate(tmp_path / "second.key", "second")
    text = asking(folder, key)
    (folder / "other.yaml").write_text(text)
    return book, folder, text, key


def hold(folder: Path, table: str, where: str) -> str:
    with opened(folder / "other.yaml", folder / "own") as product:
        return product.state.suspensions.place([(table, where)], "claim 7", date(2099, 1, 1), "legal").id


def lift(folder: Path, id: str) -> None:
    with opened(folder / "other.yaml", folder / "own") as product:
        product.state.suspensions.lift(id, "legal", "settled")


def test_where_a_whole_table_of_theirs_is_held_no_canary_is_put_in(asked: tuple[Book, Path, str, SigningKey]) -> None:
    book, folder, text, key = asked
    id = hold(folder, "book.entry", "TRUE")
    with pytest.raises(AskedInVain, match=f"{id} holds every row of book.entry"):
        flown(folder, text, key=key)
    assert book.rows() == NOBODY
    assert all_kept(flown(folder))  # the form of the service takes them out, and a suspension stops no application
    lift(folder, id)
    assert all_kept(flown(folder, text, key=key))


@pytest.mark.parametrize("late", [False, True])
def test_a_canary_whose_rows_a_suspension_holds_stays_on_file_and_goes_when_it_is_lifted(
    asked: tuple[Book, Path, str, SigningKey], monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    book, folder, text, key = asked
    approve, ids = Product.approve_plan, list[str]()

    def held(product: Product, path: Path, signing: SigningKey) -> object:
        if not ids:
            ids.append(product.state.suspensions.place([("book.entry", "id > 0")], "claim 7", date(2099, 1, 1), "legal").id)
        return approve(product, path, signing)

    if late:
        monkeypatch.setattr(Product, "approve_plan", held)
    else:
        ids.append(hold(folder, "book.entry", "id > 0"))
    for _ in range(2):  # the next one clears up first, and meets the same suspension
        with pytest.raises(AskedInVain, match=f"{ids[0] if ids else 'S-'}.* holds rows of book.entry that are its own"):
            flown(folder, text, key=key)
        assert [len(rows) for rows in book.rows().values()] == [1, 1, 0 if late else 1]
        assert len(list((folder / "own" / "canaries").iterdir())) == 1
    lift(folder, ids[0])
    assert all_kept(flown(folder, text, key=key))
    assert book.rows() == NOBODY
