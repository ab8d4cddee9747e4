"""What belongs to rows is counted, guarded and limited like the rows themselves."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zusage.bootstrap import opened
from zusage.sealing import SigningKey

from .small_world import SmallWorld

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems:
  shop: {url: "sqlite:///FOLDER/shop.sqlite3"}
classes: {note: {de: Notizen, en: notes}}
guard: {share: SHARE, approvers: [KEY]}
activities:
  notes:
    title: {de: Notizen, en: Notes}
    purpose: {de: Notizen, en: notes}
    legal_basis: art-6-1-b
    data:
      shop.note: {classes: {note: [text, at]}}
      shop.line: {part_of: shop.note via note_id, classes: {note: [words]}}
    keep: [{name: year, data: shop.note, at_most: P1Y, from: at, then: THEN}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "shop.sqlite3") as database:
        database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT, at DATETIME)")
        database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, note_id INTEGER REFERENCES note (id), words TEXT)")
        rows = [(n, "text", "2024-01-01 10:00:00" if n <= 10 else "2026-05-01 10:00:00") for n in range(1, 101)]
        database.executemany("INSERT INTO note VALUES (?, ?, ?)", rows)
        database.executemany(
            "INSERT INTO line (note_id, words) VALUES (?, 'words')", [(n,) for n in range(1, 13) for _ in range(3)]
        )
    return tmp_path


def written(folder: Path, share: str, then: str = "delete") -> Path:
    key = SigningKey.generate(folder / "second.key", "second-person")
    text = MANIFEST.replace("FOLDER", str(folder)).replace("KEY", f'"{key.verifier.encode()}"')
    (folder / "zusage.yaml").write_text(text.replace("SHARE", share).replace("THEN", then))
    return folder / "zusage.yaml"


def counts(folder: Path) -> tuple[int, int]:
    with sqlite3.connect(folder / "shop.sqlite3") as database:
        notes, lines = (database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("note", "line"))
    return notes, lines


def test_parts_that_were_added_since_the_plan_stop_the_step(shop: Path) -> None:
    with opened(written(shop, "1"), clock=lambda: NOW) as product:
        product.save_plan(product.make_plan(), shop / "plan.json")
        with sqlite3.connect(shop / "shop.sqlite3") as database:
            database.executemany("INSERT INTO line (note_id, words) VALUES (?, 'new')", [(5,)] * 50)
        results = product.apply_plan(shop / "plan.json", lambda _: None)
    assert "more than" in results[0].stopped
    assert counts(shop) == (100, 36 + 50)


def test_parts_that_were_counted_go_with_their_rows(shop: Path) -> None:
    with opened(written(shop, "1"), clock=lambda: NOW) as product:
        product.save_plan(product.make_plan(), shop / "plan.json")
        product.apply_plan(shop / "plan.json", lambda _: None)
    assert counts(shop) == (90, 6)


def test_the_guard_counts_the_tables_of_parts(shop: Path) -> None:
    with opened(written(shop, "0.2"), clock=lambda: NOW) as product:
        assert product.make_plan().needs_approval == ("shop.line",)


def test_the_guard_counts_what_is_changed_for_good(shop: Path) -> None:
    with opened(written(shop, "0.05", "{anonymise: {text: {}}}"), clock=lambda: NOW) as product:
        assert product.make_plan().needs_approval == ("shop.note",)


def test_what_is_waited_for_goes_first_and_what_goes_as_its_part_stands_in_no_later_ones_way(tmp_path: Path) -> None:
    world = SmallWorld.make(
        tmp_path,
        """
        CREATE TABLE course (id INTEGER PRIMARY KEY, title TEXT, at DATE);
        CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, at DATE);
        CREATE TABLE entry (id INTEGER PRIMARY KEY, course_id INTEGER REFERENCES course (id), words TEXT);
        CREATE TABLE line (id INTEGER PRIMARY KEY, entry_id INTEGER REFERENCES entry (id), person_id INTEGER REFERENCES person (id));
        INSERT INTO course VALUES (1, 'x', '2020-01-01'), (2, 'x', '2026-05-01');
        INSERT INTO person VALUES (1, 'x', '2020-01-01'), (2, 'x', '2020-01-01'), (3, 'x', '2020-01-01');
        INSERT INTO entry VALUES (1, 1, 'x'), (2, 2, 'x');
        INSERT INTO line VALUES (1, 1, 1), (2, 2, 2);
        """,
        {
            "people": "    data: {shop.person: {classes: {one: [name, at]}}}\n"
            "    keep: [{at_most: P1Y, from: at, then: delete, waits_for: [shop.line via person_id]}]\n",
            "courses": "    data:\n      shop.course: {classes: {one: [title, at]}}\n"
            "      shop.entry: {part_of: shop.course via course_id, classes: {one: [words]}}\n"
            "      shop.line: {part_of: shop.entry via entry_id, structure: [person_id]}\n"
            "    keep: [{at_most: P1Y, data: shop.course, from: at, then: delete}]\n",
        },
    )
    plan = world.plan()
    assert [(step.table, step.rows, step.stopped) for step in plan.steps] == [("course", 1, False), ("person", 2, False)]
    assert not any(result.stopped for result in world.apply())
    assert world.sql("SELECT id FROM person") == [(2,)]


def test_what_waits_without_a_key_goes_with_the_same_plan_and_what_waits_for_each_other_stays(tmp_path: Path) -> None:
    rule = "    data: {shop.NAME: {classes: {one: [other, at]}}}\n    keep: [{at_most: P1Y, from: at, then: delete, waits_for: [shop.OTHER via other]}]\n"
    waiting = {"a-deal": ("deal", "bill"), "bill": ("bill", "note"), "one": ("one", "two"), "two": ("two", "one")}
    tables = ("deal", "bill", "note", "one", "two")
    world = SmallWorld.make(
        tmp_path,
        "".join(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, other INTEGER, at DATE); INSERT INTO {name} VALUES (1, 1, '2020-01-01');" for name in tables)
        + "DELETE FROM note;",
        {name: rule.replace("NAME", table).replace("OTHER", other) for name, (table, other) in waiting.items()},
    )  # fmt: skip
    assert [(step.table, step.rows, step.stopped) for step in world.plan().steps if step.table in ("deal", "bill")] == [
        ("bill", 1, False), ("deal", 1, False),
    ]  # fmt: skip
    assert not any(result.stopped for result in world.apply())
    assert [len(world.sql(f"SELECT id FROM {name}")) for name in tables] == [0, 0, 0, 1, 1]
