"""What belongs to rows is counted, guarded and limited like the rows themselves."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.small_world import SmallWorld
from zusage.bootstrap import opened
from zusage.cli.plan import show_steps
from zusage.enforcement.apply import Progress
from zusage.sealing import SigningKey

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


class _Killed(BaseException):
    """Stands for the end of the process between two batches."""


def test_parts_that_were_added_between_two_tries_stop_the_step_like_those_of_one_try(shop: Path) -> None:
    """What went before the kill is counted: ten notes with thirty lines are planned, and there are never more."""

    def kill(progress: Progress) -> None:
        if progress.done == 4:
            raise _Killed

    manifest = written(shop, "1, batch: 2")
    with opened(manifest, clock=lambda: NOW) as product:
        product.save_plan(product.make_plan(), shop / "plan.json")
        with pytest.raises(_Killed):
            product.apply_plan(shop / "plan.json", kill)
    assert counts(shop) == (96, 24)
    with sqlite3.connect(shop / "shop.sqlite3") as database:
        database.executemany("INSERT INTO line (note_id, words) VALUES (?, 'new')", [(10,)] * 2)
    with opened(manifest, clock=lambda: NOW) as product:
        (result, *_) = product.apply_plan(shop / "plan.json", lambda _: None)
    assert "more than" in result.stopped
    assert counts(shop) == (92, 6 + 8)  # the notes to which nothing was added went, and no line more than planned


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


_TALK = """
    data:
      shop.post: {structure: [day]}
      shop.comment: {part_of: shop.post via post_id, structure: [answers]}
    keep: [{at_most: P1Y, from: day, then: delete}]
"""


def _posts(folder: Path, posts: int, held_together: int, batch: int) -> SmallWorld:
    """Posts with two comments each; of so many posts each has one that answers one of the post before."""
    tables = f"""
        CREATE TABLE post (id INTEGER PRIMARY KEY, day DATE);
        CREATE TABLE comment (id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES post (id), answers INTEGER REFERENCES comment (id));
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {posts}) INSERT INTO post SELECT i, '2020-01-01' FROM n;
        INSERT INTO comment SELECT id, id, NULL FROM post UNION ALL SELECT id + 1000, id, NULL FROM post;
        UPDATE comment SET answers = id - 1 WHERE id BETWEEN 2 AND {held_together};
    """
    return SmallWorld.make(folder, tables, {"talk": _TALK}, batch)


def test_what_holds_several_rows_together_widens_a_batch_and_never_to_all_that_is_left(tmp_path: Path) -> None:
    world, sizes, before = _posts(tmp_path, 100, 5, 2), list[int](), 0
    world.plan()
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        (result,) = product.apply_plan(tmp_path / "plan.json", lambda progress: sizes.append(progress.done))
    assert (result.stopped, world.sql("SELECT COUNT(*) FROM post"), world.sql("SELECT COUNT(*) FROM comment")) == (
        "",
        [(0,)],
        [(0,)],
    )
    steps = [after - done for done, after in zip([before, *sizes], sizes, strict=False)]
    assert (sum(steps), max(steps)) == (100, 8)


def test_more_rows_that_hold_together_than_a_transaction_may_have_are_left_with_a_word(tmp_path: Path) -> None:
    world = _posts(tmp_path, 100, 50, 2)
    (result,) = world.do()
    assert "32 of its rows in one transaction do not hold them together" in result.stopped
    assert "set guard.batch so that 100 rows fit" in result.stopped
    assert (world.sql("SELECT COUNT(*) FROM post"), world.sql("SELECT COUNT(*) FROM comment")) == ([(100,)], [(200,)])
    world.rewrite("batch: 2", "batch: 50")
    assert [result.stopped for result in world.do()] == [""]
    assert world.sql("SELECT COUNT(*) FROM comment") == [(0,)]


def test_a_plan_with_a_step_that_something_stands_in_the_way_of_can_be_applied_again(tmp_path: Path) -> None:
    tables = """
        CREATE TABLE post (id INTEGER PRIMARY KEY, day DATE);
        CREATE TABLE mark (id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES post (id));
        INSERT INTO post VALUES (1, '2020-01-01');
        INSERT INTO mark VALUES (1, 1);
    """
    keep = "    keep: [{at_most: P1Y, from: day, then: delete}]\n"
    world = SmallWorld.make(tmp_path, tables, {"talk": "    data: {shop.post: {structure: [day]}}\n" + keep})
    world.plan()
    for _ in range(2):
        (result,) = world.apply()
        assert "mark" in result.stopped
    assert world.sql("SELECT id FROM post") == [(1,)]


_ANSWERED = """
        CREATE TABLE comment (id INTEGER PRIMARY KEY, kind TEXT, day DATE, words TEXT, answers INTEGER REFERENCES comment (id));
        INSERT INTO comment VALUES (1, 'talk', '2020-01-01', 'a', NULL), (2, 'news', '2020-01-01', 'b', 1), (3, 'talk', '2020-01-01', 'c', 2);
"""


def test_what_waits_for_a_reference_that_the_plan_empties_goes_with_it(tmp_path: Path) -> None:
    data = "    data: {shop.comment: {classes: {one: [words]}, structure: [kind, day, answers]}}\n"
    talk = "    keep: [{only: \"kind = 'talk'\", at_most: P1Y, from: day, then: delete}]\n"
    news = "    keep: [{only: \"kind = 'news'\", at_most: P1Y, from: day, then: {anonymise: {words: {}, answers: {}}}}]\n"
    world = SmallWorld.make(tmp_path, _ANSWERED, {"talk": data + talk, "news": data + news})
    assert [result.rows for result in world.do()] == [1, 1, 1]
    assert world.sql("SELECT id, words, answers FROM comment") == [(2, None, None)]
    assert world.verdicts()["talk/rule-1/at-most"] == "kept"


def test_what_waits_and_cannot_be_counted_beforehand_is_named_and_goes_with_the_next_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = "    data: {shop.comment: {classes: {one: [words]}, structure: [kind, day, answers]}}\n"
    talk = "    keep: [{only: \"kind = 'talk' AND answers IS NULL\", at_most: P1Y, from: day, then: delete}]\n"
    news = "    keep: [{only: \"kind = 'news'\", at_most: P1Y, from: day, then: {anonymise: {words: {}, answers: {}}}}]\n"
    alone = "INSERT INTO comment VALUES (4, 'talk', '2020-01-01', 'd', NULL);"
    world = SmallWorld.make(tmp_path, _ANSWERED + alone, {"talk": data + talk, "news": data + news})
    show_steps(world.plan())
    said = " ".join(capsys.readouterr().out.split())
    assert "note: 01-talk/rule-1/at-most: rows of comment that wait for references which 02-news/rule-1/at-most empties" in said
    world.apply()
    assert world.sql("SELECT id, words, answers FROM comment") == [(1, "a", None), (2, None, None), (3, "c", 2)]
    assert world.verdicts()["talk/rule-1/at-most"] == "broken"  # nothing holds it any more
    show_steps(world.plan())
    assert "another plan" not in capsys.readouterr().out
    world.apply()
    assert (world.sql("SELECT id FROM comment"), world.verdicts()["talk/rule-1/at-most"]) == ([(2,), (3,)], "kept")
