"""What a database keeps of a text so that its words are found: it goes with the text, whoever keeps it up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from mariadb_made import Made, bench
from tests.integration.servers import Postgres

from zusage.evidence.verdict import Verdict
from zusage.promises.manifest import Manifest
from zusage.testing.conformance.shop import inventory, table
from zusage.testing.conformance.way import NEW, OLD, Way, manifest
from zusage.testing.postgres_bench import PostgresBed, PostgresBench
from zusage.testing.sqlite_bench import SqliteBench

__all__ = ["bench"]
_PERSON = table("person", {"id": "integer", "day": "date", "name": "text", "city": "text"})
_ROWS = {
    "person": [
        {"id": 1, "day": OLD, "name": "Ada Lovelace", "city": "Köln"},
        {"id": 2, "day": NEW, "name": "Grace Lovelace", "city": "Köln"},
    ]
}
_BY_ITSELF = "keeps the words of a name in the index over them, and nothing else"


def _promise(*, deleted: bool = False, triggers: tuple[str, ...] = (), **more: object) -> Manifest:
    then = {} if deleted else {"then": {"anonymise": {"name": {}, **more}}}
    system = {"triggers": dict.fromkeys(triggers, _BY_ITSELF)} if triggers else None
    columns = ["name", *more]
    return manifest({"shop.person": {"classes": {"text": columns}, "structure": ["city"]}}, then, system=system)


@pytest.fixture
def on_postgresql(postgres_server: Postgres) -> Iterator[PostgresBed]:
    with closing(PostgresBench(postgres_server.url())) as made:
        yield made.build(inventory(_PERSON), _ROWS)


def _found(bed: PostgresBed, word: str) -> list[object]:
    with bed.connected() as connection:
        asked = connection.execute("SELECT id FROM person WHERE words @@ to_tsquery('simple', $1) ORDER BY id", [word])
        return [id for (id,) in asked]


@pytest.mark.parametrize("kept", ["computed", "by a trigger"])
def test_a_vector_of_postgresql_forgets_the_words(on_postgresql: PostgresBed, kept: str) -> None:
    """One that is computed follows by itself; one of a trigger is declared and becomes what the trigger makes of no name."""
    computed = "to_tsvector('simple', coalesce(name, '')) || to_tsvector('simple', city)"
    if kept == "computed":
        on_postgresql.by(f"ALTER TABLE person ADD words tsvector GENERATED ALWAYS AS ({computed}) STORED")
        promised = _promise()
    else:
        on_postgresql.by(
            "ALTER TABLE person ADD words tsvector",
            "CREATE TRIGGER words BEFORE INSERT OR UPDATE ON person FOR EACH ROW "
            "EXECUTE FUNCTION tsvector_update_trigger(words, 'pg_catalog.simple', name)",
            "UPDATE person SET name = name",
        )
        promised = _promise(triggers=("words",), words={"constant": ""})
    on_postgresql.by("CREATE INDEX by_words ON person USING gin (words)")
    assert (_found(on_postgresql, "ada"), _found(on_postgresql, "lovelace")) == ([1], [1, 2])
    Way(on_postgresql, promised).goes()
    assert (_found(on_postgresql, "ada"), _found(on_postgresql, "lovelace")) == ([], [2])
    assert _found(on_postgresql, "köln") == ([1, 2] if kept == "computed" else [])


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
@pytest.mark.parametrize("deleted", [True, False])
def test_a_full_text_index_of_mariadb_forgets_the_words(made: Made, engine: str, deleted: bool) -> None:
    bed = made.by(
        f"CREATE TABLE person (id INT PRIMARY KEY, day DATE, name TEXT, city TEXT, FULLTEXT KEY words (name)) ENGINE={engine}",
        f"INSERT INTO person VALUES (1, '{OLD}', 'Ada Lovelace', 'Köln'), (2, '{NEW}', 'Grace Lovelace', 'Köln')",
    )

    def found(word: str) -> list[object]:
        with bed.connected() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM person WHERE MATCH (name) AGAINST (%s IN BOOLEAN MODE) ORDER BY id", [f"{word}*"])
            return [id for (id,) in cursor.fetchall()]

    assert (found("Love"), found("Grace")) == ([1, 2], [2])
    Way(bed, _promise(deleted=deleted)).goes()
    assert (found("Love"), found("Grace")) == ([2], [2])
    assert len(bed.rows("person")) == (1 if deleted else 2)


@pytest.fixture
def made(bench: object) -> Iterator[Made]:
    one = Made(bench)  # type: ignore[arg-type]
    yield one
    one.bed.close()


def test_an_index_of_sqlite_that_triggers_keep_forgets_the_words(tmp_path: Path) -> None:
    """The triggers stop the step until the manifest says why they may fire."""
    with closing(SqliteBench(tmp_path)) as made:
        bed = made.build(inventory(_PERSON), _ROWS)
        forget = "INSERT INTO words (words, rowid, name) VALUES ('delete', OLD.id, OLD.name);"
        with bed.connected() as connection:
            connection.executescript(
                "CREATE VIRTUAL TABLE words USING fts5(name, content = 'person', content_rowid = 'id');"
                "INSERT INTO words (words) VALUES ('rebuild');"
                f"CREATE TRIGGER words_away AFTER DELETE ON person BEGIN {forget} END;"
                f"CREATE TRIGGER words_anew AFTER UPDATE ON person BEGIN {forget} "
                "INSERT INTO words (rowid, name) VALUES (NEW.id, NEW.name); END;"
            )

        def found(word: str) -> list[object]:
            with bed.connected() as connection:
                return [id for (id,) in connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY 1", [word])]

        bed.inventory = bed.reader().survey()
        assert (found("ada"), found("lovelace")) == ([1], [1, 2])
        way = Way(bed, _promise())
        way.apply()
        assert (way.verdict(), found("ada")) == (Verdict.BROKEN, [1])
        way.manifest = _promise(triggers=("words_away", "words_anew"))
        way.goes()
        assert (found("ada"), found("lovelace")) == ([], [2])
