"""Two stores compared in memory: what is found, what is left alone, and when nothing is shown."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import quote

import pytest

from zusage.evidence.apart import Store, compare
from zusage.evidence.observation import Apart, Held
from zusage.evidence.verdict import Verdict, judge
from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo
from zusage.testing.liars import BlindReader, SquintingReader
from zusage.testing.memory import MemoryReader, MemorySystem

PEOPLE = [
    {"id": 1001, "name": "Moosdachs", "email": "moos@example.org", "language": "de", "note": None, "team": "stadt"},
    {"id": 1002, "name": "Farnmilan", "email": "farn@example.org", "language": "de", "note": None, "team": "stadt"},
    {"id": 1003, "name": "Uferhecht", "email": "ufer@example.org", "language": "en", "note": "sonnig", "team": "wald"},
]
NUMBERS = [
    {"page": "/stadt", "views": 1001, "kind": "phone"},
    {"page": "/stadt", "views": 7, "kind": "phone"},
    {"page": "/wald", "views": 1003, "kind": "laptop"},
]


def system(name: str, table: str, rows: list[dict[str, object]]) -> MemorySystem:
    kinds = {key: "integer" if isinstance(value, int) else "text" for key, value in rows[0].items()}
    columns = tuple(ColumnInfo(key, kind, nullable=True) for key, kind in kinds.items())  # type: ignore[arg-type]
    info = TableInfo(table, columns)
    return MemorySystem(Inventory(name, "memory", {table: info}), {table: rows})


def look(numbers: list[dict[str, object]], people: list[dict[str, object]] = PEOPLE) -> Apart:
    one = Store(MemoryReader(system("people", "account", people)))
    other = Store(MemoryReader(system("usage", "page", numbers)), counts={("page", "views")})
    return compare(one, other)


def seen(page: str) -> list[dict[str, object]]:
    return [*NUMBERS, {"page": page, "views": 1, "kind": "phone"}]


def test_stores_with_nothing_in_common_are_apart_and_all_planted_values_are_found() -> None:
    found = look(NUMBERS)
    assert found.joins == {}
    assert found.planted == found.found >= 5 * 3
    assert judge(found).verdict is Verdict.KEPT


@pytest.mark.parametrize(
    "page",
    [
        "Moosdachs",
        "/search?by=moosdachs",
        "/x?mail=moos%40example.org&y=2",
        f"/x/{hashlib.sha256(b'moos@example.org').hexdigest()}",
        hashlib.md5(b"moos@example.org").hexdigest().upper(),
        "v=" + base64.b64encode(hashlib.sha1(b"Moosdachs").digest()).decode(),
        quote(base64.b64encode(hashlib.sha512(b"moosdachs").digest()).decode(), safe=""),
        hashlib.sha256(b"1001").hexdigest(),
        '{"who": "moos@example.org"}',
    ],
)
def test_a_value_of_a_person_is_found_in_any_clothes(page: str) -> None:
    found = look(seen(page))
    assert list(found.joins) == [name for name in found.joins if name.endswith("= usage.page.page")] != []
    assert judge(found).verdict is Verdict.BROKEN


@pytest.mark.parametrize("page", ["/1001", "de", "/moos", "stadt", "2026-01-01", "Moosdachs2"])
def test_what_is_nobodys_key_is_left_alone(page: str) -> None:
    assert look(seen(page)).joins == {}


def test_a_number_that_is_not_declared_as_a_count_is_a_key() -> None:
    rows: list[dict[str, object]] = [{**row, "member": 1002} for row in NUMBERS]
    assert look(rows).joins == {"people.account.id = usage.page.member": 1}


def test_a_declared_count_may_equal_a_key_by_chance() -> None:
    assert any(row["views"] == PEOPLE[0]["id"] for row in NUMBERS)
    assert look(NUMBERS).joins == {}


@pytest.mark.parametrize("note", ["agent/77 on linux", f"ref {hashlib.sha256(b'agent/77 on linux').hexdigest()}"])
def test_what_tells_a_visit_apart_is_looked_for_among_people(note: str) -> None:
    visits: list[dict[str, object]] = [{"page": "/", "views": n, "kind": f"agent/{n} on linux"} for n in range(75, 80)]
    people: list[dict[str, object]] = [{**row, "note": note if row["id"] == 1002 else "x"} for row in PEOPLE]
    assert look(visits).joins == {}
    assert set(look(visits, people).joins) == {"usage.page.kind = people.account.note"}


def test_no_value_stands_in_the_observation() -> None:
    text = repr(look(seen("Moosdachs")))
    assert not [row for row in PEOPLE if str(row["name"]) in text or str(row["email"]) in text]


def test_a_reader_that_sees_nothing_shows_nothing() -> None:
    honest = MemoryReader(system("people", "account", PEOPLE))
    numbers = Store(MemoryReader(system("usage", "page", seen("Moosdachs"))), counts={("page", "views")})
    assert judge(compare(Store(BlindReader(honest)), numbers)).verdict is Verdict.UNDECIDED
    other = Store(BlindReader(numbers.reader))
    assert judge(compare(Store(honest), other)).verdict is Verdict.UNDECIDED
    from zusage.promises.condition import NEVER

    assert judge(compare(Store(SquintingReader(honest, NEVER)), numbers)).verdict is Verdict.BROKEN


def apart(**more: object) -> Apart:
    fine: dict[str, object] = {"joins": {}, "pairs": 3, "people_values": 5, "other_values": 5, "planted": 6, "found": 6}
    return Apart(**{**fine, "visible": True, "how_visible": "", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more",
    [
        {"found": 5},
        {"planted": 0, "found": 0},
        {"pairs": 0},
        {"people_values": 0},
        {"other_values": 0},
        {"visible": False},
        {"found": -1, "planted": -1},
        {"joins": {"a = b": -1}},
    ],
)
def test_a_comparison_that_shows_nothing_is_undecided(more: dict[str, object]) -> None:
    assert judge(apart()).verdict is Verdict.KEPT
    assert judge(apart(**more)).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("held", "pending", "left", "unreadable", "expected"),
    [
        (1, 0, 0, 0, Verdict.KEPT),
        (3, 1, 0, 0, Verdict.KEPT),
        (1, 0, 1, 0, Verdict.BROKEN),
        (0, 0, 1, 0, Verdict.BROKEN),
        (0, 0, 0, 0, Verdict.UNDECIDED),
        (0, 1, 0, 0, Verdict.UNDECIDED),
        (1, 0, 0, 1, Verdict.UNDECIDED),
        (1, -1, 0, 0, Verdict.UNDECIDED),
    ],
)
def test_what_outlives_its_process_is_broken_and_an_empty_folder_shows_nothing(
    held: int, pending: int, left: int, unreadable: int, expected: Verdict
) -> None:
    assert judge(Held(held=held, pending=pending, left=left, unreadable=unreadable)).verdict is expected
