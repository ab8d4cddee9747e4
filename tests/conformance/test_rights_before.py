"""A plan whose writer lacks a right is refused before its first step, for each right that `zusage init --grant --for` prints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.servers import MariaDB, Postgres

from zusage.bootstrap.granting import needs
from zusage.connectors.opening import role_statements
from zusage.enforcement.refusal import LacksRights
from zusage.testing.bench import Bed
from zusage.testing.conformance.shop import SYSTEM, inventory, link, table
from zusage.testing.conformance.way import NEW, OLD, Way, manifest
from zusage.testing.mariadb_bench import MariaDbBed, MariaDbBench
from zusage.testing.postgres_bench import PostgresBed, PostgresBench

_SECRET = "before"
_TABLES = inventory(
    table("author", {"id": "integer", "name": "text", "day": "date"}),
    table("card", {"id": "integer", "author_id": "integer", "words": "text"}, links=[link("author_id", "author")]),
    table("review", {"id": "integer", "author_id": "integer", "by_name": "text", "day": "date"}, links=[link("author_id", "author")]),
    table("visit", {"id": "integer", "who": "text", "place": "text", "day": "date"}),
)  # fmt: skip
_ROWS = {
    "author": [{"id": 1, "name": "Ada", "day": OLD}, {"id": 2, "name": "Bob", "day": NEW}],
    "card": [{"id": 1, "author_id": 1, "words": "x"}, {"id": 2, "author_id": 2, "words": "y"}],
    "review": [{"id": 1, "author_id": 1, "by_name": "Ada", "day": NEW}],
    "visit": [{"id": 1, "who": "Ada", "place": "here", "day": OLD}, {"id": 2, "who": "Bob", "place": "there", "day": NEW}],
}
_MANIFEST = manifest(
    {
        "shop.author": {"classes": {"text": ["name"]}},
        "shop.card": {"part_of": "shop.author via author_id", "classes": {"text": ["words"]}},
        "shop.visit": {"classes": {"text": ["who"]}},
    },
    {"data": "shop.author", "elsewhere": [{"rows": "shop.review via author_id", "become": {"author_id": {}, "by_name": {}}}]},
    {"name": "faded", "data": "shop.visit", "then": {"anonymise": {"who": {"first": 1}, "place": {}}}},
)


def _way(bed: MariaDbBed | PostgresBed, reader: str, writer: str) -> tuple[Way, list[str]]:
    """A way whose writer has just the rights that its manifest asks for, and the statements that gave them."""
    address = bed.administered() if isinstance(bed, MariaDbBed) else bed.address()
    found = role_statements(SYSTEM, address, lambda there: needs(_MANIFEST, SYSTEM, there), reader, writer)
    statements = [statement.replace("…", _SECRET) for statement in found]
    bed.by(*statements)
    if isinstance(bed, PostgresBed):
        bed.by(f"ALTER ROLE {writer} PASSWORD '{_SECRET}'")
    bed.write_as(writer, _SECRET)
    return Way(bed, _MANIFEST), statements


def _lacking(way: Way) -> tuple[str, ...]:
    """What the plan is refused for; it is refused before anything of it was done, or not at all."""
    before = _everything(way.bed)
    with pytest.raises(LacksRights) as caught:
        way.apply()
    assert _everything(way.bed) == before
    assert "--grant --for" in str(caught.value)
    return caught.value.missing


def _everything(bed: Bed) -> list[object]:
    return [bed.rows(name) for name in _ROWS]


def _goes(way: Way) -> None:
    assert len(_everything(way.bed)[0]) == 2  # type: ignore[arg-type]
    assert [result.stopped for result in way.apply()] == ["", ""]
    assert [row["name"] for row in way.bed.rows("author")] == ["Bob"]
    assert [(row["who"], row["place"]) for row in way.bed.rows("visit")] == [("A", None), ("Bob", "there")]


@pytest.fixture(scope="module")
def postgres_bench(postgres_server: Postgres) -> Iterator[PostgresBench]:
    bench = PostgresBench(postgres_server.url())
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def mariadb_bench(mariadb_server: MariaDB) -> Iterator[MariaDbBench]:
    bench = MariaDbBench(mariadb_server.url())
    yield bench
    bench.close()


def test_each_right_on_postgresql_is_asked_for_before_the_first_step(postgres_bench: PostgresBench) -> None:
    bed = postgres_bench.build(_TABLES, _ROWS)
    way, statements = _way(bed, "before_reader", "before_writer")
    found = {}
    held = 'GRANT UPDATE ("id") ON "public"."card"'  # which a plan whose rows of it go with others does not need
    for given in (one for one in statements if one.startswith("GRANT") and '"public"."' in one and not one.startswith(held)):
        bed.by(given.replace("GRANT", "REVOKE", 1).partition(" TO ")[0] + ' FROM "before_writer"')
        found[given.partition(" TO ")[0].removeprefix("GRANT ").replace('"public".', "").replace('"', "")] = _lacking(way)
        bed.by(given.partition(" TO ")[0] + ' TO "before_writer"')
    assert found == {
        "SELECT ON author": ("SELECT (id, day) on author",),
        "SELECT ON card": ("SELECT (author_id) on card",),
        "SELECT ON review": ("SELECT (author_id) on review",),
        "SELECT ON visit": ("SELECT (who, place, day) on visit",),
        "DELETE ON author": ("DELETE on author",),
        "UPDATE (id) ON author": ("UPDATE (id) on author",),
        "DELETE ON card": ("DELETE on card",),
        "UPDATE (author_id, by_name) ON review": ("UPDATE (author_id, by_name) on review",),
        "UPDATE (who, place) ON visit": ("UPDATE (who, place) on visit",),
    }
    bed.by("REVOKE UPDATE (place) ON visit FROM before_writer")
    assert _lacking(way) == ("UPDATE (place) on visit",)
    bed.by("CREATE ROLE before_hands", "GRANT UPDATE (place) ON visit TO before_hands", "GRANT before_hands TO before_writer")
    assert _lacking(way) == ("UPDATE (place) on visit",), (
        "a role that does not inherit has rights of others only once it takes them on"
    )
    bed.by("ALTER ROLE before_writer INHERIT", "REVOKE before_hands FROM before_writer", "GRANT before_hands TO before_writer")
    _goes(way)


def test_each_right_on_mariadb_is_asked_for_before_the_first_step(mariadb_bench: MariaDbBench, mariadb_server: MariaDB) -> None:
    bed = mariadb_bench.build(_TABLES, _ROWS)
    way, statements = _way(bed, "before_reader", "before_writer")
    writer = "'before_writer'@'%'"
    found = {}
    try:
        for given in (one for one in statements if one.startswith("GRANT") and one.endswith(f"TO {writer}")):
            bed.by(given.replace("GRANT", "REVOKE", 1).replace(" TO ", " FROM "))
            found[given.partition(" TO ")[0].removeprefix("GRANT ").replace(f"`{bed.name}`.", "").replace("`", "")] = _lacking(
                way
            )
            bed.by(given)
        assert {right: one for right, one in found.items() if "TEMPORARY" not in right} == {
            "DELETE ON author": ("DELETE on author",),
            "DELETE ON card": ("DELETE on card",),
            "UPDATE (author_id, by_name) ON review": ("UPDATE (author_id, by_name) on review",),
            "UPDATE (who, place) ON visit": ("UPDATE (who, place) on visit",),
        }
        assert [one for right, one in found.items() if "TEMPORARY" in right] == [("CREATE TEMPORARY TABLES on the database",)]
        _by_roles(way, bed, mariadb_server)
        _goes(way)
    finally:
        mariadb_server.run("DROP USER before_reader@'%', before_writer@'%'")
        mariadb_server.run("DROP ROLE IF EXISTS before_hands, before_fingers")


def _by_roles(way: Way, bed: MariaDbBed, server: MariaDB) -> None:
    """What a role gives counts while it is taken on, also through a role in it; a pattern gives what fits it."""
    writer, near = "before_writer@'%'", bed.name.replace("_", "\\_")
    bed.by(
        f"REVOKE UPDATE (place) ON visit FROM {writer}",
        f"REVOKE DELETE ON card FROM {writer}",
        "CREATE ROLE before_hands",
        "CREATE ROLE before_fingers",
        "GRANT before_fingers TO before_hands",
        "GRANT UPDATE (place) ON visit TO before_fingers",
        f"GRANT DELETE ON `{near[:-1]}%`.* TO before_fingers",
        f"GRANT before_hands TO {writer}",
    )
    assert _lacking(way) == ("DELETE on card", "UPDATE (place) on visit"), "a role that is not taken on gives nothing"
    server.run(f"SET DEFAULT ROLE before_hands FOR {writer}")
    server.run(f"REVOKE DELETE ON `{near[:-1]}%`.* FROM before_fingers", f"GRANT DELETE ON `x\\_{near}`.* TO before_fingers")
    assert _lacking(way) == ("DELETE on card",), "a pattern for another database gives nothing here"
    server.run(f"GRANT DELETE ON `{near[:-1]}_`.* TO before_fingers")
