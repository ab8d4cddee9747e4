"""Names that a careless statement would trip over."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from zusage.planning.plan import ChangeColumns, Obstacle
from zusage.promises.condition import Column, Compare, Exists, Literal, Not
from zusage.promises.inventory import ForeignKey
from zusage.promises.promise import Change, Part
from zusage.promises.starting_point import StartingPoint

from ..bench import Bench
from ..checks import same
from .agreeing import agree
from .shop import carry_out, chosen, ids, inventory, step, table

NAMES = ("Order", "SELECT", "straße", "two words", "it's", 'say "so"', "semi;colon", "a.b", "per%cent", "x:y", "日本")


class NameTests:
    """Tables and columns of any name are read and changed like others."""

    def test_tables_and_columns_of_any_name_are_read_and_changed(self, bench: Bench) -> None:
        for name, column in zip(NAMES, reversed(NAMES), strict=True):
            one = table(name, {"id": "integer", column: "text", "Group": "date"})
            part = table("part of", {"id": "integer", column: "integer"}, links=[ForeignKey((column,), name, ("id",), "CASCADE")])
            rows = [{"id": n, column: value} for n, value in enumerate(("a", "b", None), 1)]
            bed = bench.build(inventory(one, part), {name: rows, "part of": [{"id": 9, column: 2}]})
            reader = bed.reader()
            same(dict(reader.survey().tables), {name: one, "part of": part}, f"the survey of {name}")
            where = Compare("=", Column(column), Literal("b"))
            same(agree(bed, reader, name, where), {1: False, 2: True, 3: None}, f"{column} of {name}")
            linked = Exists("part of", Compare("=", Column(column, "part of"), Column("id", name)))
            same(agree(bed, reader, name, linked), {1: False, 2: True, 3: False}, f"what belongs to {name}")
            same(reader.census(name, StartingPoint(("Group",)), Not(where)), {}, f"the census of {name}")
            same(bed.application().changeable(chosen(where, name), 5), 1, f"the application on {name}")
            change = ChangeColumns((Change(column=column, how="pseudonymise"),))
            same(carry_out(bed.writer(), step(Not(where), of=name, parts=(), action=change)), [1], f"changes in {name}")
            belongs = Part(table="part of", columns=(column,), of=name, referred=("id",))
            obstacle = Obstacle(table="part of", columns=("id",), of=name, referred=("id",), on_delete="CASCADE")
            same(carry_out(bed.writer(), step(where, of=name, parts=(belongs,), referrers=(obstacle,))), [1], f"rows of {name}")
            same((ids(bed, name), ids(bed, "part of")), ([1, 3], []), f"rows left of {name}")
