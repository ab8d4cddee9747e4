"""Looking: what is there, how much of it, and that a reader can do nothing else."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from dataclasses import replace

from zusage.connectors.trouble import CannotHandle
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS, Not, Surely, parse
from zusage.promises.inventory import ColumnKind
from zusage.promises.starting_point import StartingPoint

from ..bench import Attempt, Bed, Bench
from ..checks import refused, same, true
from .shop import OLD, SYSTEM, chosen, everything, fill, inventory, shop, table


class ReadingTests:
    """The Reader's contract, and the Application's."""

    def test_a_survey_reports_every_table_with_columns_kinds_nullability_keys_and_links(self, bench: Bench) -> None:
        wanted = shop("CASCADE")
        found = bench.build(wanted, {}).reader().survey()
        same(found.system, wanted.system, "the survey is of another system")
        same(dict(found.tables), dict(wanted.tables), "the survey differs from what was built")

    def test_a_fingerprint_changes_with_any_column(self, bench: Bench) -> None:
        one = bench.build(inventory(table("a", {"id": "integer", "x": "text"})), {}).reader().survey()
        again = bench.build(inventory(table("a", {"id": "integer", "x": "text"})), {}).reader().survey()
        other = bench.build(inventory(table("a", {"id": "integer", "x": "date"})), {}).reader().survey()
        same(one.fingerprint(), replace(again, place=one.place).fingerprint(), "the same tables have two fingerprints")
        changed = replace(other, place=one.place).fingerprint()
        true(one.fingerprint() != changed, "a changed column leaves the fingerprint as it was")

    def test_counts_are_of_the_rows_that_match(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        same(reader.count(chosen()), 7, "all customers")
        same(reader.count(chosen(OLD)), 3, "customers of before 2020")
        same(reader.count(chosen(parse("id = 99"))), 0, "customers that do not exist")

    def test_rows_are_those_that_match_with_the_columns_that_are_asked_for(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        wanted = chosen(parse("id IN (2, 3, 99)"))
        same(sorted(reader.rows(wanted, ("id",)), key=str), [(2,), (3,)], "two customers by a set of keys")
        same(reader.count(wanted), 2, "as many as are counted")
        again = reader.rows(chosen(parse("id IN (4)")), ("id",))
        same(list(again), [(4,)], "the same question about another key")
        same(list(reader.rows(chosen(parse("id = 99")), ("id",))), [], "a customer that does not exist")
        with refused(CannotHandle, "a column that does not exist"):
            list(reader.rows(wanted, ("nothing",)))

    def test_keys_come_in_portions_each_once_and_none_that_has_an_empty_column(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        wanted = chosen(parse("id < 6"))
        for most, portions in ((2, [2, 2, 1]), (5, [5]), (9, [5])):
            found = list(reader.portions(wanted, ("id",), most))
            same([len(some) for some in found], portions, f"portions of {most}")
            same(sorted(tuple(row) for some in found for row in some), [(n,) for n in range(1, 6)], f"keys by {most}")
        for some in reader.portions(wanted, ("id",), 2):
            true(reader.count(chosen(parse(f"id = {some[0][0]}"))) == 1, "another question between two portions")
        same(list(reader.portions(chosen(parse("id = 99")), ("id",), 2)), [], "no row")
        keys = [("B", 2, "x"), ("a", 10, "x"), ("a", 9, None), ("ä", 1, "x"), ("a b", 1, "x")]
        pairs = table("pair", {"word": "text", "number": "integer", "other": "text"}, key=("word", "number"))
        rows = [{"word": word, "number": number, "other": other} for word, number, other in keys]
        reader = bench.build(inventory(pairs), {"pair": rows}).reader()
        pair = Selection(system=SYSTEM, table="pair")
        by_two = [tuple(row) for some in reader.portions(pair, ("word", "number"), 1) for row in some]
        same(sorted(by_two), sorted((word, number) for word, number, _ in keys), "keys of two columns")
        filled = [tuple(row) for some in reader.portions(pair, ("other", "word", "number"), 3) for row in some]
        same(sorted(filled), sorted((other, word, number) for word, number, other in keys if other), "none with an empty column")

    def test_the_key_to_which_a_row_leads_over_other_tables_stands_behind_its_columns(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        lines = Selection(system=SYSTEM, table="line")
        found = reader.led(lines, ("text", "order_id"), (("order", "id", "customer_id"), ("customer", "id", "name")))
        wanted = [
            ("frame", 20, "ada"),
            ("of no order", None, None),
            *[("plate", n, "Ada") for n in (10, 11)],
            ("plate", 70, "straße"),
        ]
        same(sorted(found, key=str), sorted([*wanted, ("screws", 10, "Ada")], key=str), "lines with the name of the customer")
        there = sorted(reader.led(lines, ("order_id",), ()), key=str)
        same(there, [(10, 10), (10, 10), (11, 11), (20, 20), (70, 70), (None, None)], "the column itself where there is no way")
        same(reader.count(lines), 6, "the reader can be asked again")
        with refused(CannotHandle, "a way over a table that does not exist"):
            list(reader.led(lines, ("order_id",), (("nowhere", "id", "id"),)))

    def test_a_partition_adds_up_and_each_row_falls_into_the_first_case(self, bench: Bench) -> None:
        cases = [("old", OLD), ("known", Surely(parse("joined IS NOT NULL"))), ("never", Not(ALWAYS))]
        seen = fill(bench).reader().partition("customer", cases)
        same({name: rows for name, rows in seen.counts.items() if rows}, {"old": 3, "known": 3, "rest": 1}, "the parts")
        same((sum(seen.counts.values()), seen.total), (7, 7), "the parts do not add up to the whole")
        true(bool(seen.statement), "a partition names the statement that was run")

    def test_a_partition_of_an_empty_table_has_no_rows(self, bench: Bench) -> None:
        seen = bench.build(shop(), {}).reader().partition("customer", [("old", OLD)])
        same((sum(seen.counts.values()), seen.total), (0, 0), "an empty table has parts")

    def test_a_census_counts_by_the_year_of_the_starting_point(self, bench: Bench) -> None:
        found = fill(bench).reader().census("customer", StartingPoint(("joined",)), parse("joined IS NOT NULL AND id <> 7"))
        same(dict(found), {2015: 1, 2016: 1, 2019: 1, 2020: 1, 2021: 1}, "the census")

    def test_a_real_table_is_shown_to_be_visible_and_a_missing_one_is_not(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        true(reader.visibility("customer").shown, "a table read whole is not shown to be visible")
        true(not reader.visibility("nowhere").shown, "a table that does not exist is shown to be visible")

    def test_all_looks_in_a_snapshot_see_one_state(self, bench: Bench) -> None:
        bed = fill(bench)
        reader = bed.reader()
        with reader.snapshot():
            before = reader.count(chosen())
            let_in = bed.put("customer", {"id": 50, "name": "late"})
            same(reader.count(chosen()), before, "a row that came during a snapshot was seen in it")
            with reader.snapshot():
                same(reader.partition("customer", [("old", OLD)]).total, before, "a snapshot inside a snapshot saw another state")
        same(reader.count(chosen()), before + let_in, "after the snapshot the new row is not seen")

    def test_a_table_or_column_that_does_not_exist_is_refused_by_name(self, bench: Bench) -> None:
        reader = fill(bench).reader()
        for about, where, of in [("table", ALWAYS, "nowhere"), ("column", parse("nothing = 1"), "customer")]:
            with refused(CannotHandle, f"a {about} that does not exist"):
                reader.count(chosen(where, of))
        with refused(CannotHandle, "a table that does not exist, in EXISTS"):
            reader.count(chosen(parse("EXISTS (SELECT 1 FROM nowhere)")))

    def test_an_application_is_refused_a_table_or_column_that_does_not_exist(self, bench: Bench) -> None:
        application = fill(bench).application()
        for selection in (chosen(ALWAYS, "nowhere"), chosen(parse("nothing = 1"))):
            with refused(CannotHandle, "asked what there is not"):
                application.reachable(selection)
            with refused(CannotHandle, "asked to change what there is not"):
                application.changeable(selection, 5)

    def test_a_reader_is_refused_everything_that_could_change_anything(self, bench: Bench) -> None:
        names = [attempt.name for attempt in fill(bench).attempts()]
        for name in names:
            bed = fill(bench)
            attempt = next(one for one in bed.attempts() if one.name == name)
            _refused(bed, attempt)
            if attempt.obeyed:
                bed.attempt_freely(attempt)  # the same statement is obeyed where there is no restraint

    def test_the_application_reaches_and_can_change_what_is_there_and_changes_nothing(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        application = bed.application()
        same(application.reachable(chosen(OLD)), 3, "rows that the application can read")
        same(application.changeable(chosen(OLD), 25), 3, "rows that the application can change")
        same(application.changeable(chosen(), 2), 2, "no more than the sample is tried")
        same(application.reachable(chosen(parse("id = 99"))), 0, "rows that are not there")
        same(everything(bed), before, "the probe changed something")

    def test_the_application_tries_no_row_but_those_that_are_meant(self, bench: Bench) -> None:
        columns: dict[str, ColumnKind] = {"of": "integer", "number": "integer", "words": "text"}
        tables = inventory(table("place", columns, key=("of", "number")), table("loose", columns, key=()))
        rows = [{"of": of, "number": number, "words": words} for of, number, words in _ALIKE]
        unknown = {"of": None, "number": 3, "words": "mine"}
        application = bench.build(tables, {"place": rows, "loose": [*rows, unknown]}).application()
        mine = parse("words = 'mine'")
        same(application.reachable(chosen(mine, "place")), 2, "rows that the application can read")
        same(application.changeable(chosen(mine, "place"), 25), 2, "another row has a part of the key")
        same(application.changeable(chosen(mine, "loose"), 25), 3, "another row has the first column, or it is not known")
        same(application.changeable(chosen(mine, "loose"), 1), 1, "no more than the sample is tried")


#: rows that have a part of a key in common
_ALIKE = ((1, 1, "mine"), (1, 2, "another's"), (2, 1, "mine"), (2, 2, "another's"))


def _refused(bed: Bed, attempt: Attempt) -> None:
    before = everything(bed)
    reader = bed.reader()
    with refused(Exception, f"the reader was not refused: {attempt.name}"):
        bed.attempt(reader, attempt)
    reader.close()
    same(everything(bed), before, f"the reader was refused and did it all the same: {attempt.name}")
