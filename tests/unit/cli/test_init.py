"""zusage init: from the tables of a foreign database to a first verdict."""

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest
from cli_world import MARKER, OTHER, Ended, World


@pytest.fixture(name="club")
def a_foreign_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A German club: a member who left long ago, one who has just left, one who is still there."""
    monkeypatch.chdir(tmp_path)
    world = World(tmp_path)
    world.database = tmp_path / "verein.db"
    with contextlib.closing(sqlite3.connect(world.database)) as database, database:
        database.executescript(
            """
            CREATE TABLE mitglieder (
              mitglied_nr INTEGER PRIMARY KEY, vorname TEXT NOT NULL, email TEXT, eingetreten_am DATE NOT NULL, ausgetreten_am DATE
            );
            CREATE TABLE nachrichten (
              id INTEGER PRIMARY KEY, mitglied_nr INTEGER NOT NULL REFERENCES mitglieder (mitglied_nr), nachricht TEXT,
              gesendet_am TIMESTAMP NOT NULL
            );
            CREATE TABLE sportarten (id INTEGER PRIMARY KEY, bezeichnung TEXT);
            """
        )
        database.executemany(
            "INSERT INTO mitglieder VALUES (?, ?, ?, ?, ?)",
            [(1, MARKER, "a@b.example", "1999-01-01", "2015-05-01"), (2, OTHER, None, "1999-01-01", None)],
        )
        database.execute("INSERT INTO nachrichten VALUES (1, 2, ?, '2020-01-01 10:00:00')", (MARKER,))
    return world


def answered(world: World) -> None:
    """The draft with every question answered."""
    text = world.manifest.read_text(encoding="utf-8")
    text = text.replace('name: "?"', "name: Verein").replace('{de: "?", en: "?"}', "{de: Vereinszweck, en: purpose of the club}")
    world.manifest.write_text(text, encoding="utf-8")


def test_a_newcomer_has_a_first_true_verdict_after_two_commands(club: World) -> None:
    club.ok("init", "verein.db", "-o", "zusage.yaml")
    ended = club.run("verify", "--json")
    verdicts = {one["promise"]: (one["verdict"], one["reason"]) for one in ended.json}
    assert verdicts == {
        "mitglieder/closed/at-most": ("broken", "1 of 2 rows must not be there (any more)"),
        "nachrichten/limit/at-most": ("broken", "1 of 1 rows must not be there (any more)"),
        "accounted/verein": ("kept", "3 tables looked at"),
    }
    assert ended.code == 1


def test_the_verdict_turns_when_the_rows_are_gone(club: World) -> None:
    club.ok("init", "verein.db", "-o", "zusage.yaml")
    club.sql("DELETE FROM nachrichten")
    club.sql("DELETE FROM mitglieder WHERE ausgetreten_am IS NOT NULL")
    assert club.verdicts()["mitglieder/closed/at-most"] == "kept"


def test_the_answered_draft_checks_plans_and_publishes(club: World) -> None:
    club.ok("init", "verein.db", "-o", "zusage.yaml")
    assert club.run("check").code == 3
    assert club.run("plan").code == 3
    answered(club)
    checked = club.run("check", "--live", "--json")
    assert checked.code == 0, checked.out
    assert club.ok("plan", "--json").json["steps"]
    club.ok("publish")


def test_what_only_the_user_knows_stops_check_with_advice(club: World) -> None:
    club.ok("init", "verein.db", "-o", "zusage.yaml")
    errors = [one for one in club.run("check", "--live", "--json").json["findings"] if one["severity"] == "error"]
    assert {one["code"] for one in errors} == {"unanswered"}
    assert [one["path"] for one in errors] == [
        "controller.name",
        "activities.mitglieder.purpose",
        "activities.nachrichten.purpose",
    ]
    assert all(one["do"] for one in errors)


def test_every_guess_and_question_is_a_comment_and_no_value_of_a_row_is_in_it(club: World) -> None:
    text = club.ok("init", "verein.db").out
    assert "vorname  # guessed because the name says 'vorname'" in text
    assert "# which period did you promise? guessed because" in text
    assert "# Question: rows of mitglieder whose ausgetreten_am is empty have no rule: when should they go?" in text
    assert "sportarten: " in text
    assert MARKER not in text
    assert OTHER not in text
    assert "TODO" not in text


def test_the_same_database_gives_the_same_text(club: World) -> None:
    assert club.ok("init", "verein.db").out == club.ok("init", "verein.db").out


def test_looking_leaves_the_database_as_it_was(club: World) -> None:
    before = club.database.read_bytes()
    club.ok("init", "verein.db", "-o", "zusage.yaml")
    assert club.database.read_bytes() == before
    assert sorted(path.name for path in club.folder.iterdir()) == ["verein.db", "zusage.yaml"]


def test_an_existing_file_is_never_overwritten(club: World) -> None:
    club.manifest.write_text("mine", encoding="utf-8")
    ended = club.run("init", "verein.db", "-o", "zusage.yaml")
    assert ended.code == 3
    assert "exists already and was left as it is" in ended.err
    assert club.manifest.read_text(encoding="utf-8") == "mine"


def test_json_holds_the_proposals_with_their_reasons(club: World) -> None:
    content = club.ok("init", "verein.db", "--json").json
    members = next(one for one in content["activities"] if one["name"] == "mitglieder")
    assert members["data"][0]["table"] == "mitglieder"
    column = next(one for one in members["data"][0]["columns"] if one["name"] == "vorname")
    assert (column["role"], column["class"], column["because"]) == ("personal", "contact", "the name says 'vorname'")
    assert members["waits_for"][0]["link"] == "verein.nachrichten via mitglied_nr"
    assert "sportarten" in content["not_personal"]


def test_an_address_from_the_environment_stays_there(club: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEREIN_DATABASE_URL", f"sqlite:///{club.database}")
    club.ok("init", "${VEREIN_DATABASE_URL}", "-o", "zusage.yaml")
    text = club.manifest.read_text(encoding="utf-8")
    assert 'url: "${VEREIN_DATABASE_URL}"' in text
    assert "export VEREIN_DATABASE_URL=" in text
    assert str(club.database) not in text
    assert re.search(r"^  verein:$", text, re.M)
    assert club.run("verify").code == 1


@pytest.mark.parametrize(
    ("address", "said", "code"),
    [
        ("sqlite:///not-there.db", "there is no such database file", 2),
        ("not-there.db", "its url is not a database address", 2),
        ("sqlite:///", "there is no such database file", 2),
        ("notes.txt", "the file is not an SQLite database", 2),
        ("oracle://chef:Geheim@127.0.0.1:1/x", "does not speak", 2),
        ("postgresql://chef:Geheim@127.0.0.1:1/x", "nobody listens", 2),
        ("quux://chef:Geheim@h/x", "does not speak", 2),
        ("://", "its url is not a database address", 2),
        ("${NOT_SET_ANYWHERE}", "the environment variable NOT_SET_ANYWHERE is not set", 2),
        ("empty.db", "the database has no tables", 3),
        ("torn.db", "cannot be looked at", 2),
        ("sqlite:///.", "there is no such database file", 2),
    ],
)
def test_a_database_that_cannot_be_looked_at_is_said_and_nothing_is_written(
    club: World, address: str, said: str, code: int
) -> None:
    (club.folder / "notes.txt").write_text("These are only notes, and not a database.", encoding="utf-8")
    (club.folder / "empty.db").touch()
    content = bytearray(club.database.read_bytes())
    content[100:2000] = b"\xff" * 1900
    (club.folder / "torn.db").write_bytes(content)
    ended: Ended = club.run("init", address, "-o", "zusage.yaml")
    assert ended.code == code, ended.said
    assert said in ended.err
    assert "unexpected" not in ended.said
    assert "Geheim" not in ended.said
    assert not club.manifest.exists()


def test_odd_names_of_files_and_tables_give_a_manifest_that_loads(club: World) -> None:
    odd = World(club.folder)
    odd.database = club.folder / "2020 Größe: x#.db"
    odd.sql(
        'CREATE TABLE "select" (id INTEGER PRIMARY KEY, "e-mail" TEXT, "ist: was #" TEXT, "created at" TEXT, created_at TEXT)'
    )
    odd.sql('CREATE TABLE "old.stuff here" (id INTEGER PRIMARY KEY, email TEXT)')
    odd.ok("init", odd.database.name, "-o", "zusage.yaml")
    ended = odd.run("check", "--live", "--json")
    assert {one["code"] for one in ended.json["findings"] if one["severity"] == "error"} == {"unanswered", "unaccounted-table"}
    assert odd.run("verify").code in {0, 1, 2}
    assert {path.name for path in club.folder.glob("2020*")} == {odd.database.name}


def test_rows_wait_for_what_refers_to_them_through_any_key(club: World) -> None:
    shop = World(club.folder)
    shop.database = club.folder / "shop.db"
    shop.sql("CREATE TABLE orders (order_no TEXT PRIMARY KEY, email TEXT, placed_at TIMESTAMP NOT NULL)")
    shop.sql(
        "CREATE TABLE invoices (id INTEGER PRIMARY KEY, order_no TEXT NOT NULL REFERENCES orders (order_no), issued_on DATE NOT NULL)"
    )
    for number in ("A", "B"):
        shop.sql("INSERT INTO orders VALUES (?, 'x@y.example', '2012-01-01 00:00:00')", number)
    shop.sql("INSERT INTO invoices VALUES (1, 'A', ?)", "2999-01-01")
    shop.sql("UPDATE invoices SET issued_on = date('now')")
    shop.ok("init", "shop.db", "-o", "zusage.yaml")
    assert "- shop.invoices(order_no) via order_no" in shop.manifest.read_text(encoding="utf-8")
    verdicts = {one["promise"]: one["reason"] for one in shop.run("verify", "--json").json}
    assert verdicts["orders/limit/at-most"].startswith("1 of 2 rows must not be there")
    answered(shop)
    assert shop.run("check", "--live").code == 0
    assert [(step["table"], step["rows"]) for step in shop.ok("plan", "--json").json["steps"]] == [("shop.orders", 1)]
