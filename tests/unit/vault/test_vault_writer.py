from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from zusage.vault import Document, VaultReader, VaultWriter
from zusage.vault.errors import (
    EntryTampered,
    EntryUnknown,
    KeyLost,
    NoVault,
    TooOpen,
    VaultDamaged,
    VaultInterrupted,
    VaultUnusable,
    WrongKey,
)

Make = Callable[..., Document]
NOBODY: frozenset[str] = frozenset()


def tamper(folder: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as database:
        assert database.execute(sql, values).rowcount == 1
        database.commit()


def test_what_was_sealed_comes_back_as_it_was(writer: VaultWriter, make: Make) -> None:
    row = {"id": 1, "blob": b"\0\xff", "at": datetime(2020, 1, 1, tzinfo=UTC), "day": date(2020, 1, 1), "price": Decimal("9.90")}
    document = make(row=row, person_digest=writer.person_digest("shop.customer:7"))
    (id,) = writer.seal([document])
    assert writer.unseal(id) == document
    assert writer.ids_of("shop", "order") == {id} == {writer.id_of("shop", "order", (1,))}


def test_sealing_twice_leaves_one_entry_with_the_newest_content(writer: VaultWriter, make: Make) -> None:
    (first,) = writer.seal([make()])
    (second,) = writer.seal([make(row={"id": 1, "name": "changed"})])
    assert first == second
    assert len(writer.ids_of("shop", "order")) == 1
    assert writer.unseal(first).row["name"] == "changed"


def test_a_document_that_cannot_be_sealed_leaves_the_others_unsealed_too(writer: VaultWriter, make: Make) -> None:
    writer.seal([make(1)])
    with pytest.raises(Exception, match="complex"):
        writer.seal([make(2), make(3, row={"x": 1j})])
    assert len(writer.ids_of("shop", "order")) == 1


def test_the_same_key_in_another_table_or_system_is_another_entry(writer: VaultWriter, make: Make) -> None:
    writer.seal([make(), make(table="invoice"), make(system="crm")])
    assert [len(writer.ids_of(*where)) for where in (("shop", "order"), ("shop", "invoice"), ("crm", "order"))] == [1, 1, 1]


def test_removed_entries_are_gone_and_removing_again_does_no_harm(writer: VaultWriter, make: Make) -> None:
    ids = writer.seal([make(1), make(2)])
    assert writer.remove(ids[:1]) == 1
    assert writer.remove(ids[:1]) == 0
    assert writer.ids_of("shop", "order") == {ids[1]}
    with pytest.raises(EntryUnknown):
        writer.unseal(ids[0])


def test_an_entry_goes_on_its_first_day_and_not_before(writer: VaultWriter, make: Make) -> None:
    writer.seal([make()])
    assert list(writer.delete_due(date(2024, 5, 1), "shop", NOBODY, 10, 10)) == []
    assert list(writer.delete_due(date(2024, 5, 2), "shop", NOBODY, 10, 10)) == [1]


def test_due_entries_go_in_batches_oldest_first_and_never_beyond_the_limit(writer: VaultWriter, make: Make) -> None:
    writer.seal([make(n, delete_from=date(2024, 1, n)) for n in range(1, 10)] + [make(20, system="crm")])
    assert list(writer.delete_due(date(2024, 12, 31), "shop", NOBODY, 5, 2)) == [2, 2, 1]
    assert writer.ids_of("shop", "order") == {writer.id_of("shop", "order", (n,)) for n in range(6, 10)}
    assert list(writer.delete_due(date(2024, 12, 31), "shop", NOBODY, 99, 3)) == [3, 1]
    assert len(writer.ids_of("crm", "order")) == 1


def test_what_is_due_is_told_in_portions_and_which_of_some_are_there(writer: VaultWriter, make: Make) -> None:
    held = writer.person_digest("shop.customer:1")
    writer.seal([make(n) for n in range(1, 6)] + [make(9, person_digest=held), make(20, system="crm")])
    due = list(writer.ids_due(date(2025, 1, 1), "shop", frozenset({held}), most=2))
    assert [len(some) for some in due] == [2, 2, 1]
    ids = {writer.id_of("shop", "order", (n,)) for n in range(1, 6)}
    assert {id for some in due for id in some} == ids
    assert list(writer.ids_due(date(2024, 1, 1), "shop", NOBODY)) == []
    assert writer.among([*ids, writer.id_of("shop", "order", (77,))]) == ids


def test_each_batch_is_committed_before_the_next_is_asked_for(writer: VaultWriter, make: Make) -> None:
    writer.seal([make(n) for n in range(6)])
    batches = writer.delete_due(date(2025, 1, 1), "shop", NOBODY, 6, 2)
    assert next(batches) == 2
    assert len(writer.ids_of("shop", "order")) == 4


def test_what_belongs_to_a_held_person_stays(writer: VaultWriter, make: Make) -> None:
    held, other = writer.person_digest("shop.customer:1"), writer.person_digest("shop.customer:2")
    writer.seal([make(1, person_digest=held), make(2, person_digest=other), make(3)])
    assert list(writer.delete_due(date(2025, 1, 1), "shop", frozenset({held}), 10, 10)) == [2]
    assert writer.ids_of("shop", "order") == {writer.id_of("shop", "order", (1,))}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("delete_from", "2099-01-01"),
        ("started_on", "2021-05-01"),
        ("rule", "other/rule"),
        ("system", "crm"),
        ('"table"', "invoice"),
        ("person_digest", "ab"),
        ("parts", "{}"),
        ("sealed_at", "2020-01-01T00:00:00+00:00"),
        ("payload", b"\x01" + bytes(80)),
        ("payload", b""),
    ],
)
def test_a_changed_column_is_found_on_unsealing(
    writer: VaultWriter, make: Make, folder: Path, column: str, value: object
) -> None:
    (id,) = writer.seal([make()])
    writer.unseal(id)
    tamper(folder, f"UPDATE entry SET {column} = ?", value)
    with pytest.raises(EntryTampered):
        writer.unseal(id)


def test_a_single_changed_bit_is_found_on_unsealing(writer: VaultWriter, make: Make, folder: Path) -> None:
    (id,) = writer.seal([make()])
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as database:
        (payload,) = database.execute("SELECT payload FROM entry").fetchone()
    for place in (0, 1, 13, len(payload) - 1):
        flipped = bytearray(payload)
        flipped[place] ^= 1
        tamper(folder, "UPDATE entry SET payload = ?", bytes(flipped))
        with pytest.raises(EntryTampered):
            writer.unseal(id)
    tamper(folder, "UPDATE entry SET payload = ?", payload)
    assert writer.unseal(id)


def test_payloads_cannot_be_swapped(writer: VaultWriter, make: Make, folder: Path) -> None:
    first, second = writer.seal([make(1), make(2)])
    tamper(folder, "UPDATE entry SET payload = (SELECT payload FROM entry WHERE id = ?) WHERE id = ?", second, first)
    with pytest.raises(EntryTampered):
        writer.unseal(first)


def test_another_key_opens_nothing_and_seals_nothing(writer: VaultWriter, make: Make, folder: Path) -> None:
    (id,) = writer.seal([make()])
    (folder / "vault.key").write_bytes(os.urandom(32))
    other = VaultWriter(folder)
    for attempt in (lambda: other.unseal(id), lambda: other.seal([make(2)]), lambda: other.remove([id])):
        with pytest.raises(WrongKey):
            attempt()
    assert VaultReader(folder).counts("orders/contract", date(2020, 1, 1)).total == 1


@pytest.mark.parametrize("content", [None, b"", b"short", bytes(33)])
def test_a_lost_key_is_never_replaced(writer: VaultWriter, make: Make, folder: Path, content: bytes | None) -> None:
    (id,) = writer.seal([make()])
    key = folder / "vault.key"
    if content is None:
        key.unlink()
    else:
        key.write_bytes(content)
    with pytest.raises(KeyLost):
        VaultWriter(folder).unseal(id)
    assert key.exists() == (content is not None)


def test_only_the_owner_may_read_vault_and_key(writer: VaultWriter, make: Make, folder: Path) -> None:
    before = os.umask(0)
    try:
        writer.seal([make()])
    finally:
        os.umask(before)
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "vault.key": 0o600,
        "vault.sqlite3": 0o600,
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["vault.key", "vault.sqlite3"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_vault_open_to_others_is_refused(writer: VaultWriter, make: Make, folder: Path, name: str, mode: int) -> None:
    writer.seal([make()])
    (folder / name).chmod(mode)
    with pytest.raises(TooOpen, match=name):
        VaultWriter(folder).seal([make()])


def test_nothing_is_made_before_something_is_sealed(writer: VaultWriter, folder: Path) -> None:
    assert writer.ids_of("shop", "order") == frozenset()
    assert list(writer.delete_due(date(2025, 1, 1), "shop", NOBODY, 1, 1)) == []
    assert (writer.remove(["x"]), writer.seal([])) == (0, ())
    assert not folder.exists()
    with pytest.raises(NoVault):
        writer.unseal("x")


def test_a_person_can_be_named_before_anything_is_sealed_and_is_named_the_same_afterwards(folder: Path, make: Make) -> None:
    early = VaultWriter(folder).person_digest("shop.customer:1")
    VaultWriter(folder).seal([make()])
    assert VaultWriter(folder).person_digest("shop.customer:1") == early
    assert VaultWriter(folder).person_digest("shop.customer:2") != early


def test_digests_of_two_vaults_do_not_match(tmp_path: Path) -> None:
    one, two = VaultWriter(tmp_path / "1"), VaultWriter(tmp_path / "2")
    assert one.person_digest("p") != two.person_digest("p")
    assert one.id_of("s", "t", (1,)) != two.id_of("s", "t", (1,))


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_something_else_in_place_of_the_vault_is_reported(writer: VaultWriter, folder: Path, make: Make, content: bytes) -> None:
    writer.person_digest("x")
    (folder / "vault.sqlite3").write_bytes(content)
    (folder / "vault.sqlite3").chmod(0o600)
    with pytest.raises(VaultDamaged):
        writer.seal([make()])
    with pytest.raises(VaultDamaged):
        VaultReader(folder)


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path, make: Make) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VaultUnusable):
        VaultWriter(tmp_path / "file" / "vault").seal([make()])


def test_marker_values_stand_nowhere_in_the_files_of_the_vault(
    writer: VaultWriter, make: Make, folder: Path, tmp_path: Path
) -> None:
    markers = [b"Marker-Name-7Q", b"Marker-Part-8R", b"4711081500"]
    row = {"id": 4711081500, "name": "Marker-Name-7Q", "blob": b"Marker-Name-7Q"}
    document = make(4711081500, row=row, parts=(("line", ({"note": "Marker-Part-8R"},)),))
    source = tmp_path / "source.sqlite3"
    with closing(sqlite3.connect(source)) as database:
        database.execute("CREATE TABLE t AS SELECT ? AS a, ? AS b, ? AS c", ("4711081500", "Marker-Name-7Q", "Marker-Part-8R"))
        database.commit()
    assert all(marker in source.read_bytes() for marker in markers)

    digest = writer.person_digest("shop.customer:4711081500")
    (id,) = writer.seal([replace(document, person_digest=digest)])
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert b"orders/contract" in files["vault.sqlite3"]
    for name, content in files.items():
        assert not [marker for marker in markers if marker in content], name
    assert writer.unseal(id).row["name"] == "Marker-Name-7Q"


def test_a_deleted_entry_leaves_no_trace_in_the_file(writer: VaultWriter, make: Make, folder: Path) -> None:
    writer.seal([make(n) for n in range(50)])
    (gone, *_) = ids = writer.seal([make(n, row={"x": "y" * 9000}) for n in range(100, 110)])
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as database:
        payloads = [database.execute("SELECT payload FROM entry WHERE id = ?", (id,)).fetchone()[0] for id in ids]
    assert payloads[0][:64] in (folder / "vault.sqlite3").read_bytes()
    writer.remove(ids)
    left = b"".join(path.read_bytes() for path in folder.iterdir())
    assert gone.encode() not in left
    assert not [payload for payload in payloads if payload[:64] in left or payload[-64:] in left]


SEAL = """
import os, signal, sys
from datetime import date
from pathlib import Path
from zusage.vault import Document, VaultWriter
def documents(batch):
    day = date(2020, 1, 1)
    return [Document(system="shop", table="order", key=(batch, n), rule="r", started_on=day, delete_from=day,
                     row={"text": "z" * 3000}) for n in range(100)]
writer = VaultWriter(Path(sys.argv[1]))
"""
RUN = """
for batch in range(10_000):
    writer.seal(documents(batch))
    print("sealed", flush=True)
"""
HALFWAY = """
import sqlite3
import zusage.vault.writer as module
real = module.transaction
from contextlib import contextmanager
@contextmanager
def killing(database):
    database.execute("PRAGMA cache_size=5")
    with real(database):
        yield
        os.kill(os.getpid(), signal.SIGKILL)
writer.seal(documents(0))
module.transaction = killing
writer.seal(documents(1))
"""


@pytest.mark.parametrize("after", [0, 1, 5])
def test_a_kill_while_sealing_loses_nothing_acknowledged_and_leaves_no_half_batch(folder: Path, after: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", SEAL + RUN, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    acknowledged = sum(1 for _ in zip(range(after), process.stdout, strict=False))
    process.kill()
    acknowledged += process.communicate()[0].count("sealed")
    writer = VaultWriter(folder)
    ids = writer.ids_of("shop", "order")
    assert len(ids) in (100 * acknowledged, 100 * acknowledged + 100)
    assert all(writer.unseal(id).row["text"] == "z" * 3000 for id in ids)


def test_a_half_written_batch_is_undone_by_the_next_writer_and_not_shown_to_readers(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SEAL + HALFWAY, str(folder)], check=False)
    assert done.returncode < 0
    assert (folder / "vault.sqlite3-journal").exists()
    with pytest.raises(VaultInterrupted, match="Run apply again"):
        VaultReader(folder)
    assert len(VaultWriter(folder).ids_of("shop", "order")) == 100
    assert VaultReader(folder).counts("r", date(2020, 1, 1)) == (100, 100)


def test_two_processes_that_seal_first_at_once_share_one_key_and_one_vault(folder: Path) -> None:
    code = SEAL + "writer.seal(documents(int(sys.argv[2])))"
    both = [subprocess.Popen([sys.executable, "-c", code, str(folder), str(n)]) for n in range(3)]
    assert [process.wait(60) for process in both] == [0, 0, 0]
    writer = VaultWriter(folder)
    ids = writer.ids_of("shop", "order")
    assert len(ids) == 300
    assert all(writer.unseal(id) for id in ids)
    assert sorted(path.name for path in folder.iterdir()) == ["vault.key", "vault.sqlite3"]
