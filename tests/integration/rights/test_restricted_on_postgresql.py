"""Restricted rows are out of the application's reach where they are, and come back to the last byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.integration.servers import Postgres
from zusage.connectors.opening import open_restrictor
from zusage.connectors.sql.databases.postgresql_policies import PostgresRestrictor, around, statements
from zusage.connectors.trouble import CannotHandle
from zusage.evidence.objections import out_of_reach
from zusage.planning.suspension import Suspension
from zusage.promises.condition import ALWAYS, NEVER, parse
from zusage.promises.manifest import System
from zusage.promises.promise import Listed
from zusage.testing.conformance.shop import chosen, fill
from zusage.testing.postgres_bench import APPLICATION, PASSWORD, READER, WRITER, PostgresBed, PostgresBench


@pytest.fixture
def bench(postgres_server: Postgres) -> Iterator[PostgresBench]:
    bench = PostgresBench(postgres_server.url())
    yield bench
    bench.close()
    for role in (READER, WRITER):  # roles are the server's, and other tests want to be bound by policies
        postgres_server.run(f"ALTER ROLE {role} NOBYPASSRLS")


def _prepare(bed: PostgresBed, name: str = "customer") -> None:
    engine = bed.engine()
    with engine.connect() as connection:
        table = bed.reader().survey().tables[name]
        for statement in statements(connection, table, APPLICATION, READER, WRITER):
            connection.exec_driver_sql(statement)
    engine.dispose()


def _ways_around(bed: PostgresBed, name: str = "customer", role: str = APPLICATION) -> tuple[str, ...]:
    engine = bed.engine()
    with engine.connect() as connection:
        found = around(connection, bed.reader().survey().tables[name], role)
    engine.dispose()
    return found


def _opened(bed: PostgresBed) -> PostgresRestrictor:
    restrictor = open_restrictor("shop", System(url=bed.address(WRITER, PASSWORD)))
    assert isinstance(restrictor, PostgresRestrictor)
    return restrictor


def _bytes(bed: PostgresBed) -> list[tuple[object, ...]]:
    """Every row with the place where it lies and the transaction that wrote it: unchanged to the last byte."""
    with bed.connected() as connection:
        return connection.execute("SELECT ctid, xmin, c.* FROM customer c ORDER BY ctid").fetchall()


@pytest.fixture
def bed(bench: PostgresBench) -> PostgresBed:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    _prepare(bed)
    return bed


def test_before_anything_is_restricted_the_application_sees_and_changes_all(bed: PostgresBed) -> None:
    application = bed.application()
    assert (application.reachable(chosen()), application.changeable(chosen(), 25)) == (7, 7)
    assert _ways_around(bed) == ()


def test_restricted_rows_are_neither_read_nor_changed_by_the_application_and_come_back_identical(bed: PostgresBed) -> None:
    before, ours = _bytes(bed), parse("id IN (1, 6)")
    restrictor, application = _opened(bed), bed.application()
    assert (restrictor.restrict(chosen(ours), "case 1"), restrictor.restricted("customer")) == (2, 2)
    assert (application.reachable(chosen(ours)), application.changeable(chosen(ours), 25)) == (0, 0)
    assert (application.reachable(chosen()), application.changeable(chosen(), 25)) == (5, 5)
    reader = bed.reader()
    assert reader.count(chosen()) == 7
    assert reader.visibility("customer").shown
    assert restrictor.restrict(chosen(ours), "case 1") == 0
    assert restrictor.lift("customer", "case 1") == 2
    assert restrictor.lift("customer", "case 1") == 0
    assert application.reachable(chosen(ours)) == 2
    assert _bytes(bed) == before
    restrictor.close()


def test_what_is_held_and_hidden_from_the_application_no_purpose_uses(bed: PostgresBed) -> None:
    held = Suspension(id="S-0001", reason="a case", review_on=date(2099, 1, 1), holds=(("shop.customer", parse("id = 1")),))
    listed = Listed(system="shop", table="customer", only=None, address=None, person=None)
    restrictor, reader, application = _opened(bed), bed.reader(), bed.application()
    assert out_of_reach(listed, reader, application, [held]) == NEVER
    restrictor.restrict(chosen(parse("id IN (1, 2)")), "case 1")
    assert list(reader.rows(chosen(out_of_reach(listed, reader, application, [held])), ("id",))) == [(1,)]
    assert out_of_reach(listed, reader, application, []) == NEVER  # hidden, but nobody holds it
    restrictor.close()


def test_a_row_that_two_cases_restrict_stays_restricted_until_both_are_lifted(bed: PostgresBed) -> None:
    restrictor, application = _opened(bed), bed.application()
    restrictor.restrict(chosen(parse("id = 1")), "case 1")
    restrictor.restrict(chosen(parse("id IN (1, 2)")), "case 2")
    restrictor.lift("customer", "case 2")
    assert application.reachable(chosen()) == 6
    restrictor.lift("customer", "case 1")
    assert application.reachable(chosen()) == 7
    restrictor.close()


def test_the_application_can_neither_lift_a_restriction_nor_put_a_row_in_its_place(bed: PostgresBed) -> None:
    restrictor = _opened(bed)
    restrictor.restrict(chosen(parse("id = 1")), "case 1")
    for attempt in (
        "DELETE FROM zusage.restricted",
        "UPDATE zusage.restricted SET key = '[2]'",
        "UPDATE customer SET id = 1 WHERE id = 2",
        "INSERT INTO customer (id) VALUES (1)",
        "INSERT INTO zusage.restricted VALUES ('customer', '[2]', 'mine')",
        "ALTER TABLE customer DISABLE ROW LEVEL SECURITY",
        "DROP POLICY zusage_restricted ON customer",
        "SET row_security = off; SELECT count(*) FROM customer",
        "SET SESSION AUTHORIZATION postgres",
    ):
        with pytest.raises(Exception, match=r"permission|policy|owner|row-level security"):
            bed.as_role(APPLICATION, attempt)
    bed.as_role(APPLICATION, "DELETE FROM customer WHERE id = 1")
    assert bed.reader().count(chosen(parse("id = 1"))) == 1
    restrictor.close()


def test_ways_around_the_policy_are_named(bed: PostgresBed) -> None:
    bed.by("CREATE VIEW names AS SELECT name FROM customer", f"GRANT SELECT ON names TO {APPLICATION}")
    assert [("names" in way) for way in _ways_around(bed)] == [True]
    bed.by("DROP VIEW names", "ALTER TABLE customer DISABLE ROW LEVEL SECURITY")
    assert ["not in force" in way for way in _ways_around(bed)] == [True]
    assert any("bypasses" in way for way in _ways_around(bed, role="postgres"))


def test_an_application_that_no_policy_binds_is_refused(bed: PostgresBed) -> None:
    engine = bed.engine()
    table = bed.reader().survey().tables["customer"]
    with engine.connect() as connection, pytest.raises(CannotHandle, match="superuser"):
        statements(connection, table, "postgres", READER, WRITER)
    engine.dispose()


def test_an_application_that_owns_its_tables_is_bound_too(bench: PostgresBench) -> None:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    bed.by(f"ALTER TABLE customer OWNER TO {APPLICATION}")
    _prepare(bed)
    restrictor = _opened(bed)
    restrictor.restrict(chosen(parse("id = 1")), "case 1")
    assert bed.application().reachable(chosen()) == 6
    assert _ways_around(bed) == ()
    restrictor.close()


def test_keys_of_several_columns_and_of_any_type_are_told_apart(bench: PostgresBench) -> None:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    bed.by(
        "CREATE TABLE pair (a uuid, b text, x int, PRIMARY KEY (b, a))",
        "INSERT INTO pair SELECT md5(n::text)::uuid, b, n FROM generate_series(1, 3) n, (VALUES ('x'), ('\", ')) AS v(b)",
    )
    _prepare(bed, "pair")
    restrictor, application = _opened(bed), bed.application()
    assert restrictor.restrict(chosen(parse("x = 2 AND b <> 'x'"), "pair"), "case 1") == 1
    assert application.reachable(chosen(ALWAYS, "pair")) == 5
    assert application.reachable(chosen(parse("x = 2"), "pair")) == 1
    restrictor.close()


def test_a_table_without_a_key_is_refused(bench: PostgresBench) -> None:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    bed.by("CREATE TABLE bare (x int)")
    with pytest.raises(CannotHandle, match="no primary key"):
        _prepare(bed, "bare")


def test_policies_that_were_there_before_stay_in_force(bench: PostgresBench) -> None:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    bed.by("ALTER TABLE customer ENABLE ROW LEVEL SECURITY", "CREATE POLICY vips ON customer USING (vip)")
    assert not bed.reader().visibility("customer").shown
    _prepare(bed)
    assert bed.application().reachable(chosen()) == 3
    restrictor = _opened(bed)
    restrictor.restrict(chosen(parse("id = 1")), "case 1")
    assert bed.application().reachable(chosen()) == 2
    restrictor.close()


def test_a_key_with_a_time_is_the_same_key_in_every_zone(bench: PostgresBench) -> None:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    bed.by(
        "CREATE TABLE visit (n int, at timestamptz, code bytea, PRIMARY KEY (n, at, code))",
        r"INSERT INTO visit SELECT n, '2026-03-29 00:30+00', '\x00ff' FROM generate_series(1, 3) n",
        f"GRANT SELECT ON visit TO {APPLICATION}",
    )
    _prepare(bed, "visit")
    restrictor = _opened(bed)
    assert restrictor.restrict(chosen(parse("n = 2"), "visit"), "case 1") == 1
    for settings in (
        "SET TimeZone = 'UTC'",
        "SET TimeZone = 'Europe/Berlin'",
        "SET bytea_output = 'escape'",
        "SET DateStyle = 'German'",
    ):
        bed.as_role(APPLICATION, f"{settings}; SELECT 1 / (count(*) = 2)::int FROM visit")
    assert _ways_around(bed, "visit") == ()
    restrictor.close()


def test_a_policy_that_told_keys_by_the_zone_is_named_and_made_anew(bench: PostgresBench) -> None:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    bed.by("CREATE TABLE visit (at timestamptz PRIMARY KEY)", "INSERT INTO visit VALUES ('2026-03-29 00:30+00')")
    _prepare(bed, "visit")
    bed.by(
        "ALTER POLICY zusage_restricted ON visit USING (jsonb_build_array(at)::text "
        "NOT IN (SELECT r.key FROM zusage.restricted r WHERE r.relation = 'visit'))"
    )
    assert [("settings" in way) for way in _ways_around(bed, "visit")] == [True]
    _prepare(bed, "visit")
    assert _ways_around(bed, "visit") == ()


def test_a_partition_that_is_read_by_its_own_name_hides_the_row_too(bench: PostgresBench) -> None:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    bed.by(
        "CREATE TABLE visit (n int, day date, PRIMARY KEY (n, day)) PARTITION BY RANGE (day)",
        "CREATE TABLE visit_25 PARTITION OF visit FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        "INSERT INTO visit SELECT n, '2025-05-05' FROM generate_series(1, 3) n",
        f"GRANT SELECT ON visit, visit_25 TO {APPLICATION}",
    )
    _prepare(bed, "visit")
    restrictor = _opened(bed)
    assert restrictor.restrict(chosen(parse("n = 2"), "visit"), "case 1") == 1
    for name in ("visit", "visit_25"):
        bed.as_role(APPLICATION, f"SELECT 1 / (count(*) = 2)::int FROM {name}")
    assert _ways_around(bed, "visit") == ()
    bed.by(
        "CREATE TABLE visit_26 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        f"GRANT SELECT ON visit_26 TO {APPLICATION}",
    )
    assert [("visit_26" in way and "visit_25" not in way) for way in _ways_around(bed, "visit")] == [True]
    _prepare(bed, "visit")
    assert _ways_around(bed, "visit") == ()
    restrictor.close()


def test_views_upon_views_and_stored_ones_are_ways_around(bed: PostgresBed) -> None:
    bed.by(
        "CREATE VIEW inner_names AS SELECT name FROM customer",
        "CREATE VIEW outer_names AS SELECT name FROM inner_names",
        f"GRANT SELECT ON outer_names TO {APPLICATION}",
        f"REVOKE ALL ON inner_names FROM {APPLICATION}",
    )
    assert [("outer_names" in way and "inner_names" not in way) for way in _ways_around(bed)] == [True]
    bed.by(
        "DROP VIEW inner_names CASCADE",
        "CREATE MATERIALIZED VIEW kept AS SELECT name FROM customer",
        f"REVOKE ALL ON kept FROM {APPLICATION}",
    )
    assert _ways_around(bed) == ()
    bed.by(f"GRANT SELECT ON kept TO {APPLICATION}")
    assert [("kept" in way) for way in _ways_around(bed)] == [True]


def test_a_number_that_the_database_always_gives_is_no_hindrance_to_the_probe(bench: PostgresBench) -> None:
    bed = fill(bench)
    assert isinstance(bed, PostgresBed)
    bed.by(
        "CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text)",
        "INSERT INTO numbered (words) VALUES ('one'), ('two')",
    )
    _prepare(bed, "numbered")
    assert bed.application().changeable(chosen(ALWAYS, "numbered"), 25) == 2
    restrictor = _opened(bed)
    assert restrictor.restrict(chosen(parse("words = 'one'"), "numbered"), "case 1") == 1
    assert bed.application().changeable(chosen(ALWAYS, "numbered"), 25) == 1
    restrictor.close()


def test_a_stored_view_is_refused_before_anything_is_hidden(bed: PostgresBed) -> None:
    bed.by("CREATE MATERIALIZED VIEW kept AS SELECT name FROM customer")
    restrictor = _opened(bed)
    restrictor.refuse_unprepared(["customer"])
    with pytest.raises(CannotHandle, match="kept is a view"):
        restrictor.refuse_unprepared(["customer", "kept"])
    restrictor.close()
