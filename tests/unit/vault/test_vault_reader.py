from __future__ import annotations

import json
import os
import sqlite3
import zlib
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from zusage.vault import Document, VaultReader, VaultWriter
from zusage.vault.errors import NoVault, VaultDamaged
from zusage.vault.looking import looks_sealed, unevenness, unsealed

Make = Callable[..., Document]
RULE = "orders/contract"
PLAIN = json.dumps({"name": "Erika Musterfrau", "street": "Heidestraße 17", "city": "51147 Köln", "plate": "K-EM 17"}).encode()


def test_no_vault_is_not_an_empty_vault(folder: Path, writer: VaultWriter, make: Make) -> None:
    with pytest.raises(NoVault):
        VaultReader(folder)
    writer.remove(writer.seal([make()]))
    with VaultReader(folder) as reader:
        assert reader.counts(RULE, date(2025, 1, 1)) == (0, 0)
        assert reader.census(RULE) == {}
        assert reader.tables() == ()
        assert reader.sample_is_sealed(RULE, 10) is None


def test_a_census_counts_entries_of_one_rule_by_the_year_they_began(folder: Path, writer: VaultWriter, make: Make) -> None:
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31)]
    writer.seal([make(n, started_on=day) for n, day in enumerate(days)] + [make(9, rule="other")])
    assert VaultReader(folder).census(RULE) == {2019: 1, 2020: 2}


def test_an_entry_is_overdue_from_its_first_day_on(folder: Path, writer: VaultWriter, make: Make) -> None:
    writer.seal([make(1, delete_from=date(2024, 5, 2)), make(2, delete_from=date(2024, 5, 3)), make(3, rule="other")])
    reader = VaultReader(folder)
    assert [reader.counts(RULE, date(2024, 5, day)) for day in (1, 2, 3)] == [(2, 0), (2, 1), (2, 2)]


def test_overdue_entries_of_held_people_are_counted_apart(folder: Path, writer: VaultWriter, make: Make) -> None:
    people = [writer.person_digest(str(n)) for n in range(3)]
    writer.seal([make(n, person_digest=person) for n, person in enumerate(people)] + [make(7)])
    reader = VaultReader(folder)
    assert reader.held(RULE, date(2025, 1, 1), frozenset(people[:2])) == 2
    assert reader.held(RULE, date(2024, 5, 1), frozenset(people[:2])) == 0
    assert reader.held(RULE, date(2025, 1, 1), frozenset()) == 0


def test_what_is_blocked_of_a_table_that_is_held_whole_is_not_due_and_does_not_go(
    folder: Path, writer: VaultWriter, make: Make
) -> None:
    person = writer.person_digest("1")
    writer.seal([make(1, person_digest=person), make(2, table="invoice", person_digest=person), make(3, table="invoice")])
    held, late = frozenset({"shop.invoice"}), date(2025, 1, 1)
    reader = VaultReader(folder)
    assert (reader.due("shop", late, frozenset()), reader.due("shop", late, held)) == ((3, 3), (1, 3))
    assert reader.held(RULE, late, held) == 2
    assert [rows for _, rows, _ in reader.until(person)] == [2]
    assert [rows for _, rows, _ in reader.until(person, held)] == [1]
    assert len(writer.ids_under("shop", RULE, frozenset({person}))) == 2
    assert len(writer.ids_under("shop", RULE, frozenset({person}), held)) == 1
    assert sum(writer.delete_due(late, "shop", held, 9, 9)) == 1
    assert reader.tables() == (("shop", "invoice"), ("shop", "line"))


def test_a_hold_on_a_whole_table_holds_what_was_blocked_with_rows_of_it_within(
    folder: Path, writer: VaultWriter, make: Make
) -> None:
    person = writer.person_digest("1")
    writer.seal([make(1, person_digest=person), make(2, person_digest=person, parts=(("line", ()),)), make(3, parts=())])
    held, late = frozenset({"shop.line"}), date(2025, 1, 1)
    reader = VaultReader(folder)
    assert (reader.due("shop", late, frozenset({"crm.line"})), reader.due("shop", late, held)) == ((3, 3), (2, 3))
    assert reader.held(RULE, late, held) == 1
    assert [rows for _, rows, _ in reader.until(person, held)] == [1]
    assert len(writer.ids_under("shop", RULE, frozenset({person}), held)) == 1
    assert sum(writer.delete_due(late, "shop", held, 9, 9)) == 2
    assert reader.due("shop", late, frozenset()) == (1, 1)


def test_the_tables_of_the_vault_are_named(folder: Path, writer: VaultWriter, make: Make) -> None:
    writer.seal([make(1), make(2), make(1, table="invoice", parts=()), make(1, system="crm")])
    found = (("crm", "line"), ("crm", "order"), ("shop", "invoice"), ("shop", "line"), ("shop", "order"))
    assert VaultReader(folder).tables() == found


def test_a_reader_needs_no_key_and_changes_no_file(folder: Path, writer: VaultWriter, make: Make) -> None:
    writer.seal([make()])
    (folder / "vault.key").unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with VaultReader(folder) as reader:
        assert reader.counts(RULE, date(2025, 1, 1)) == (1, 1)
        assert reader.sample_is_sealed(RULE, 5) == 0
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM entry",
        "UPDATE entry SET rule = 'x'",
        "INSERT INTO vault VALUES ('x')",
        "DROP TABLE entry",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "ATTACH ':memory:' AS other",
        "PRAGMA query_only=OFF",
        "VACUUM",
        "SELECT * FROM vault",
        "SELECT load_extension('x')",
    ],
)
def test_a_reader_is_refused_everything_but_reading_entries(folder: Path, writer: VaultWriter, make: Make, sql: str) -> None:
    writer.seal([make()])
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as free:
        assert free.execute("SELECT count(*) FROM entry").fetchone() == (1,)
    with VaultReader(folder) as reader:
        with pytest.raises(sqlite3.DatabaseError):
            reader._database.execute(sql)
        assert reader.counts(RULE, date(2025, 1, 1)).total == 1


def test_even_without_the_authorizer_the_file_is_read_only(folder: Path, writer: VaultWriter, make: Make) -> None:
    writer.seal([make()])
    with VaultReader(folder) as reader:
        reader._database.set_authorizer(None)
        reader._database.execute("PRAGMA query_only=OFF")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader._database.execute("DELETE FROM entry")


def test_a_table_added_beside_the_entries_is_found(folder: Path, writer: VaultWriter, make: Make) -> None:
    writer.seal([make()])
    VaultReader(folder).close()
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as database:
        database.execute("CREATE TABLE plain AS SELECT 'Erika' AS name")
        database.commit()
    with pytest.raises(VaultDamaged, match="tables"):
        VaultReader(folder)


def test_true_payloads_of_all_sizes_look_sealed(folder: Path, writer: VaultWriter, make: Make) -> None:
    writer.seal([make(n, row={"x": "a" * (n * 20)}, parts=()) for n in range(300)])
    assert VaultReader(folder).sample_is_sealed(RULE, 1000) == 0


def test_a_sample_is_no_larger_than_asked_for(folder: Path, writer: VaultWriter, make: Make) -> None:
    writer.seal([make(n) for n in range(20)])
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as database:
        database.execute("UPDATE entry SET payload = ?", (PLAIN,))
        database.commit()
    assert VaultReader(folder).sample_is_sealed(RULE, 5) == 5


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(PLAIN, id="plain"),
        pytest.param(b"\x01" + PLAIN, id="plain behind the version"),
        pytest.param(b"\x01" + os.urandom(12) + PLAIN + os.urandom(16), id="plain between nonce and tag"),
        pytest.param(b"\x01" + os.urandom(5000) + PLAIN + os.urandom(5000), id="plain among much randomness"),
        pytest.param(b"\x01" + os.urandom(12) + bytes(b ^ 0x5A for b in PLAIN * 3), id="under one repeated byte"),
        pytest.param(b"\x01" + b64encode(os.urandom(120)), id="base64"),
        pytest.param(b"\x01" + "Žluťoučký kůň úpěl ďábelské ódy".encode("utf-16") * 2, id="utf-16"),
        pytest.param(zlib.compress(PLAIN), id="compressed"),
        pytest.param(b"\x01" + os.urandom(12 + 16 + 20), id="too short"),
        pytest.param(b"\x01" + bytes(200), id="zeros"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\x02" + os.urandom(200), id="another version"),
    ],
)
def test_what_is_not_sealed_does_not_look_sealed(folder: Path, writer: VaultWriter, make: Make, payload: bytes) -> None:
    assert looks_sealed(b"\x01" + os.urandom(max(70, len(payload))))
    assert not looks_sealed(payload)
    ids = writer.seal([make(n) for n in range(4)])
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as database:
        database.execute("UPDATE entry SET payload = ? WHERE id = ?", (payload, ids[0]))
        database.commit()
    assert VaultReader(folder).sample_is_sealed(RULE, 10) == 1


def test_a_repeated_nonce_is_found() -> None:
    nonce = os.urandom(12)
    fresh = b"\x01" + os.urandom(100)
    assert unsealed([fresh, b"\x01" + nonce + os.urandom(90), b"\x01" + nonce + os.urandom(90)]) == 2
    assert unsealed([fresh]) == 0


def test_the_unevenness_of_random_bytes_lies_near_its_mean() -> None:
    found = [unevenness(os.urandom(300)) for _ in range(400)]
    assert 245 < sum(found) / len(found) < 265


def test_a_row_without_anything_in_it_still_looks_sealed(folder: Path, writer: VaultWriter, make: Make) -> None:
    writer.seal([make(key=(), row={}, parts=())])
    assert VaultReader(folder).sample_is_sealed(RULE, 1) == 0
