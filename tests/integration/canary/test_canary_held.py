"""A canary among rows that are held: a suspension wins, is named, and nothing is left when it is lifted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.bootstrap import opened
from zusage.bootstrap.canary.desk import AskedInVain
from zusage.bootstrap.product import Product
from zusage.promises.inventory import Inventory
from zusage.sealing import SigningKey
from zusage.testing.mariadb_bench import MariaDbBench

from .canary_service import Book, served
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


def undecided(folder: Path, id: str) -> bool:
    """Whether every promise that a canary shows is undecided by a look, for the suspension of this number."""
    with opened(folder / "other.yaml", folder / "own") as product:
        found = [one.judgement for one in product.verify() if one.promise.id.startswith("canary/")]
    assert found
    return {(one.verdict.value, id in one.reason) for one in found} == {("undecided", True)}


def test_where_a_whole_table_of_theirs_is_held_no_canary_is_put_in(asked: tuple[Book, Path, str, SigningKey]) -> None:
    book, folder, text, key = asked
    id = hold(folder, "book.entry", "TRUE")
    with pytest.raises(AskedInVain, match=f"{id} holds every row of book.entry"):
        flown(folder, text, key=key)
    assert undecided(folder, id)
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
        assert undecided(folder, ids[0])
    lift(folder, ids[0])
    assert all_kept(flown(folder, text, key=key))
    assert book.rows() == NOBODY


@pytest.fixture
def on_postgresql(postgres_server: Postgres) -> tuple[str, str]:
    """An address with every right, and one with a role that only looks."""
    url = postgres_server.database("held_book")
    postgres_server.run("DROP ROLE IF EXISTS held_looks")
    postgres_server.role("held_looks")
    postgres_server.run("REVOKE TEMPORARY ON DATABASE held_book FROM PUBLIC", "held_book")
    postgres_server.run("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO held_looks", "held_book")
    return url, postgres_server.url("held_book", "held_looks")


@pytest.fixture
def on_mariadb(mariadb_server: MariaDB) -> Iterator[tuple[str, str]]:
    """An address with every right, and one with an account that only looks."""
    bench = MariaDbBench(mariadb_server.url())
    bed = bench.build(Inventory("book", "mariadb", {}), {})
    yield mariadb_server.url(bed.name), bed.address("reader")
    bench.close()


@pytest.mark.parametrize("server", ["on_postgresql", "on_mariadb"])
def test_on_a_server_a_suspension_wins_over_a_canary_too(
    server: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, looks = request.getfixturevalue(server)
    key = SigningKey.generate(tmp_path / "second.key", "second")
    with served(tmp_path, url, looks) as (book, environment):
        for name, value in {**environment, "BOOK_WRITER": url}.items():
            monkeypatch.setenv(name, value)
        text = asking(tmp_path, key).replace('{url: "${BOOK_URL}"}', '{url: "${BOOK_URL}", writer: "${BOOK_WRITER}"}')
        (tmp_path / "other.yaml").write_text(text)
        whole, some = hold(tmp_path, "book.entry", "TRUE"), hold(tmp_path, "book.entry", "id > 0")
        for id, rows in ((whole, 0), (some, 1)):
            with pytest.raises(AskedInVain, match=id):
                flown(tmp_path, text, key=key)
            assert [len(found) for found in book.rows().values()] == [rows, rows, rows]
            assert undecided(tmp_path, id)
            lift(tmp_path, id)
        assert all_kept(flown(tmp_path, text, key=key))
        assert book.rows() == NOBODY
