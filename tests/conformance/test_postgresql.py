"""PostgreSQL does what every connector must, and what is PostgreSQL's alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.servers import Postgres

from zusage.bootstrap.granting import needs
from zusage.connectors.opening import role_statements
from zusage.connectors.trouble import CanWrite
from zusage.evidence.verdict import Verdict
from zusage.testing.bench import Bench
from zusage.testing.conformance import Conformance
from zusage.testing.conformance.shop import inventory, table
from zusage.testing.conformance.way import NEW, OLD, Way, left, manifest
from zusage.testing.postgres_bench import READER, WRITER, PostgresBed, PostgresBench


@pytest.fixture
def made(postgres_server: Postgres) -> Iterator[PostgresBench]:
    bench = PostgresBench(postgres_server.url())
    yield bench
    bench.close()


class TestPostgresql(Conformance):
    @pytest.fixture
    def bench(self, made: PostgresBench) -> Bench:
        return made


def _bookings(made: PostgresBench) -> Way:
    """Bookings, and a view of them whose rows are stored."""
    bed = made.build(inventory(table("booking", {"id": "integer", "day": "date", "name": "text"})), {
        "booking": [{"id": 1, "day": OLD, "name": "Ada"}, {"id": 2, "day": NEW, "name": "Bob"}],
    })  # fmt: skip
    bed.by(
        "CREATE MATERIALIZED VIEW seen AS SELECT id, day, name FROM booking",
        f"ALTER MATERIALIZED VIEW seen OWNER TO {WRITER}",
        f"GRANT SELECT ON seen TO {READER}",
    )
    text = {"de": "x", "en": "x"}
    rule = {"name": "gone", "at_most": "P1Y", "from": "day"}
    view = {"title": text, "purpose": text, "legal_basis": "art-6-1-b", "data": {"shop.seen": {"classes": {"text": ["name"]}}}}
    return Way(bed, manifest({"shop.booking": {"classes": {"text": ["name"]}}}, view={**view, "keep": [rule]}))


def test_a_view_whose_rows_are_stored_is_made_anew_after_what_is_behind_it(made: PostgresBench) -> None:
    way = _bookings(made)
    assert [(step.table, type(step.action).__name__, step.rows) for step in way.plan().steps] == [
        ("booking", "DeleteRows", 1),
        ("seen", "RefreshView", 1),
    ]
    way.goes("view/gone/at-most")
    assert (left(way.bed, "booking"), left(way.bed, "seen")) == ([2], [2])


def test_a_promise_about_a_stored_view_is_broken_while_it_still_shows_what_is_gone(made: PostgresBench) -> None:
    way = _bookings(made)
    with made._beds[-1].connected() as connection:
        connection.execute(b"DELETE FROM booking WHERE id = 1")
    assert (way.verdict(), way.verdict("view/gone/at-most")) == (Verdict.KEPT, Verdict.BROKEN)


def test_a_stored_view_that_shows_the_rows_again_stops_the_step(made: PostgresBench) -> None:
    way = _bookings(made)
    view = way.manifest.activities["view"]
    way.manifest = way.manifest.model_copy(update={"activities": {"view": view}})
    (result,) = way.apply()
    assert "still shows 1 rows" in result.stopped
    assert way.verdict("view/gone/at-most") is Verdict.BROKEN


@pytest.mark.parametrize("to", ["letter", "parcel"])
@pytest.mark.parametrize("kind", ["CASCADE", "SET NULL", "NO ACTION"])
def test_rows_of_tables_that_inherit_stop_what_they_refer_to_and_neither_vanish_nor_change(
    made: PostgresBench, kind: str, to: str
) -> None:
    """The rule is about the table above, in which rows of both are seen; foreign keys are each child's own."""
    bed = made.build(inventory(table("item", {"id": "integer", "day": "date"})), {"item": [{"id": 1, "day": OLD}]})
    bed.by(
        "CREATE TABLE parcel (PRIMARY KEY (id)) INHERITS (item)",
        "CREATE TABLE letter (PRIMARY KEY (id), answers int) INHERITS (item)",
        f"ALTER TABLE letter ADD FOREIGN KEY (answers) REFERENCES {to} (id) ON DELETE {kind}",
        f"INSERT INTO {to} VALUES (2, '{OLD}')", f"INSERT INTO letter VALUES (3, '{NEW}', 2), (4, '{OLD}', NULL)",
    )  # fmt: skip
    way = Way(bed, manifest({"shop.item": {"structure": ["day"]}}))
    (step,) = way.plan().steps
    assert [(one.table, one.of, one.rows) for one in step.obstacles] == [("letter", "item", 1)]
    way.apply()
    assert (left(bed, "item"), left(bed, "letter", "answers")) == (
        [1, 2, 3, 4],
        sorted([2, None, *([None] * (to == "letter"))], key=str),
    )
    bed.by("UPDATE letter SET answers = NULL")
    way.goes()
    assert left(bed, "item") == [3]


def test_no_right_to_delete_is_asked_for_on_a_view_and_from_17_on_that_to_make_it_anew(made: PostgresBench) -> None:
    way = _bookings(made)
    bed = made._beds[-1]
    said = role_statements(
        "shop", bed.address(), lambda there: needs(way.manifest, "shop", there), "zusage_reader", "zusage_writer"
    )
    assert 'GRANT DELETE ON "public"."booking" TO "zusage_writer"' in said
    views = [statement for statement in said if '"seen"' in statement and "SELECT" not in statement]
    if _version(bed) < 170000:
        assert views == []
        return
    assert views == ['GRANT MAINTAIN ON "public"."seen" TO "zusage_writer"']
    bed.by("ALTER MATERIALIZED VIEW seen OWNER TO CURRENT_USER", f"GRANT SELECT, MAINTAIN ON seen TO {WRITER}")
    way.goes("view/gone/at-most")
    with pytest.raises(CanWrite, match=r"make public\.seen anew"):
        bed.by(f"GRANT MAINTAIN ON seen TO {READER}")


def test_what_a_trigger_does_with_the_rights_of_the_writer_is_said(made: PostgresBench) -> None:
    way = _bookings(made)
    bed = made._beds[-1]
    making = (
        "CREATE FUNCTION {} RETURNS trigger LANGUAGE plpgsql {} AS $$BEGIN INSERT INTO tally VALUES (OLD.id); RETURN OLD; END$$"
    )
    bed.by(
        "CREATE TABLE tally (id integer)",
        making.format("counting()", ""),
        making.format("owning()", "SECURITY DEFINER"),
        "CREATE TRIGGER counted BEFORE DELETE ON booking FOR EACH ROW EXECUTE FUNCTION counting()",
        "CREATE TRIGGER owned BEFORE DELETE ON booking FOR EACH ROW EXECUTE FUNCTION owning()",
        "CREATE TRIGGER other BEFORE INSERT ON booking FOR EACH ROW EXECUTE FUNCTION counting()",
    )
    said = role_statements("shop", bed.address(), lambda there: needs(way.manifest, "shop", there), "one", "other")
    words = [statement for statement in said if statement.startswith("--")]
    assert len(words) == 1
    assert 'The trigger counted on "booking" acts with the rights of other: by its text it needs INSERT on tally.' in words[0]


def _version(bed: PostgresBed) -> int:
    with bed.connected() as connection:
        return connection.info.server_version
