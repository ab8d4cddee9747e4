"""Counting groups of rows with what belongs to them in other tables: every database counts what counting one by one finds."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from zusage.connectors.port import Grouping
from zusage.connectors.trouble import CannotHandle
from zusage.evidence.verdict import Verdict
from zusage.planning.suspension import Suspension
from zusage.promises.condition import ALWAYS, NEVER, Linked, Rare, parse
from zusage.promises.inventory import ColumnKind, ForeignKey, Inventory

from ..bench import Bed, Bench
from ..checks import refused, same, true
from ..memory import MemoryReader, MemorySystem
from ..memory_groups import in_groups
from .shop import chosen, inventory, table
from .way import NEW, OLD, Way, manifest

Rows = dict[str, list[dict[str, Any]]]
_PERSON: dict[str, ColumnKind] = {
    "id": "integer", "part": "text", "person": "text", "region": "text", "born": "integer", "day": "date",
}  # fmt: skip
_SKILL: dict[str, ColumnKind] = {"id": "integer", "of": "integer", "of_part": "text", "name": "text", "level": "integer"}
_PROOF: dict[str, ColumnKind] = {"id": "integer", "skill": "integer", "kind": "text"}
_PROOFS = Linked("proof", ("kind",), ("skill",), ("id",))
_SKILLS = Linked("skill", ("name", "level"), ("of", "of_part"), ("id", "part"), (_PROOFS,))
_TONGUES = Linked("tongue", ("name",), ("of",), ("id",))
_ASKED = Grouping(table="person", where=ALWAYS, columns=("region",), goes=(), at_least=3, counts=None, held=NEVER)
_GROUPS = "talk/gone/smallest-group"
_LINK = ForeignKey(("of", "of_part"), "person", ("id", "part"))


def _tables() -> Inventory:
    return inventory(
        table("person", _PERSON, key=("id", "part")),
        table("skill", _SKILL, links=[_LINK]),
        table("proof", _PROOF, links=[ForeignKey(("skill",), "skill", ("id",))]),
        table("tongue", {"id": "integer", "of": "integer", "name": "text"}),
    )


def _people(number: int) -> Rows:
    """People of whom many are alike also in what belongs to them: nothing, the same twice, in another order, with nothing in it."""
    random = Random(number)  # noqa: S311 - the same rows every time, no secret
    given: Rows = {"person": [], "skill": [], "proof": [], "tongue": []}
    sets: tuple[list[str | None], ...] = ([], ["a"], ["a", "a"], ["a", "b"], ["b", "a"], ["A"], [None], ["a", None], ["a;", "b"])
    for n in range(1, number + 1):
        part = random.choice(("x", "X"))
        given["person"].append(
            {"id": n, "part": part, "person": "somebody", "region": random.choice(("north", None)), "born": 1980, "day": OLD}
        )
        for name in random.choice(sets):
            skill = {
                "id": len(given["skill"]) + 1,
                "of": n,
                "of_part": part,
                "name": name,
                "level": random.choice((None, 1, 1, 1)),
            }
            given["skill"].append(skill)
            given["proof"] += [
                {"id": len(given["proof"]) + more, "skill": skill["id"], "kind": "paper"}
                for more in range(1, random.choice((1, 1, 3)))
            ]
        given["tongue"] += [
            {"id": len(given["tongue"]) + more, "of": n, "name": "de"} for more in range(1, random.choice((1, 2)))
        ]
    random.shuffle(given["skill"])
    given["skill"].append({"id": len(given["skill"]) + 1, "of": None, "of_part": "x", "name": "a", "level": 1})
    return given


def _told_by(given: Rows) -> Any:
    """What belongs to a row, counted by hand."""

    def told(one: Linked, row: Mapping[str, object]) -> object:
        belonging = [
            r for r in given[one.table] if all(r[by] == row[str(to)] for by, to in zip(one.by, one.referred, strict=True))
        ]
        said = [(*(r[name] for name in one.columns), *(told(further, r) for further in one.within)) for r in belonging]
        return frozenset(Counter(said).items())

    return told


def _judged(joined: Sequence[Any], at_least: int = 3) -> Any:
    aggregate = {"columns": ["region"], "at_least": at_least, "joined": list(joined)}
    data = {"shop.person": {"classes": {"text": ["person", "region"]}}}
    return manifest(data, {"then": {"anonymise": {"person": {}}, "aggregate": aggregate}})


_BOTH = (
    {"rows": "shop.tongue via of", "columns": ["name"]},
    {
        "rows": "shop.skill(id, part) via (of, of_part)",
        "columns": ["name", "level"],
        "joined": [{"rows": "shop.proof via skill", "columns": ["kind"]}],
    },
)
_NAMES = ({"rows": "shop.skill(id, part) via (of, of_part)", "columns": ["name"]},)


def _person(number: int, *skills: str | None, **more: Any) -> Rows:
    person = {"id": number, "part": "x", "person": "somebody", "region": "north", "born": 1980, "day": OLD, **more}
    skill = [
        {"id": number * 10 + place, "of": number, "of_part": "x", "name": name, "level": None}
        for place, name in enumerate(skills)
    ]
    return {"person": [person], "skill": skill}


def _all(*people: Rows) -> Rows:
    found: Rows = {"person": [], "skill": [], "proof": [], "tongue": []}
    for one in people:
        for name, rows in one.items():
            found[name] += rows
    return found


def _left(bed: Bed) -> dict[object, list[object]]:
    """The names that still belong to each person."""
    found: dict[object, list[object]] = {row["id"]: [] for row in bed.rows("person")}
    for row in bed.rows("skill"):
        if row["of"] is not None:
            found[row["of"]].append(row["name"])
    return {of: sorted(names, key=str) for of, names in found.items()}


class JoinedGroupTests:
    """``Reader.groups`` over several tables, and what a plan parts of groups that are too small."""

    def test_groups_over_joined_rows_are_as_large_as_counting_one_by_one_finds(self, bench: Bench) -> None:
        seen = set()
        for given in (_people(120), _people(20), _all()):
            reader = bench.build(_tables(), given).reader()
            for links in ((_SKILLS,), (_TONGUES,), (_TONGUES, _SKILLS), (replace(_SKILLS, where=parse("level = 1")),)):
                for least in (2, 6):
                    asked = replace(_ASKED, linked=links, at_least=least, held=parse("id < 5"))
                    found = reader.groups(asked)
                    rows = {**given, "skill": [row for row in given["skill"] if links[-1].where == ALWAYS or row["level"] == 1]}
                    wanted = in_groups(asked, [(row, row["id"] < 5) for row in given["person"]], _told_by(rows))
                    same(replace(found, statement=""), replace(wanted, statement=""), f"{len(given['person'])} people, {asked}")
                    seen.add((bool(found.small), bool(found.remainders), found.groups > 5))
            reader.close()
        for number, what in enumerate(("small groups", "remainders that are too small", "many groups")):
            same({one[number] for one in seen}, {True, False}, f"{what} are found in some and not in others")

    def test_what_parts_from_small_groups_is_what_going_through_them_one_by_one_finds(self, bench: Bench) -> None:
        given = _people(20)
        bed = bench.build(_tables(), given)
        reader, plain = bed.reader(), MemoryReader(MemorySystem(_tables(), given))
        for links in ((_SKILLS,), (_TONGUES, _SKILLS)):
            for least in (2, 4):
                rare = Rare("person", parse("id > 2"), ("region",), (), least, linked=links)
                wanted = plain.count(chosen(rare, "person"))
                same(reader.count(chosen(rare, "person")), wanted, str(rare))
                true(wanted > 0, "somebody is of a small group")
        reader.close()

    def test_two_who_differ_in_the_last_of_many_joined_rows_are_not_alike(self, bench: Bench) -> None:
        many = [f"{number:04}" for number in range(500)]
        given = _all(_person(1, *many, "a"), _person(2, *many, "a"), _person(3, *many, "b"))
        reader = bench.build(_tables(), {**given, "skill": [{**row, "id": n} for n, row in enumerate(given["skill"])]}).reader()
        found = reader.groups(replace(_ASKED, linked=(replace(_SKILLS, within=()),), at_least=2))
        same((found.groups, found.small, found.people, found.untold), (2, 1, 3, 0), "groups, small ones, people, untold")
        reader.close()

    def test_a_table_or_column_of_joined_rows_that_does_not_exist_is_refused(self, bench: Bench) -> None:
        reader = bench.build(_tables(), _all()).reader()
        for link in (
            replace(_TONGUES, table="nowhere"),
            replace(_TONGUES, columns=("nothing",)),
            replace(_TONGUES, by=("nothing",)),
            replace(_TONGUES, referred=("nothing",)),
            replace(_SKILLS, within=(replace(_PROOFS, columns=("nothing",)),)),
        ):
            with refused(CannotHandle, str(link)):
                reader.groups(replace(_ASKED, linked=(link,)))
        reader.close()

    def test_a_rare_combination_of_joined_rows_alone_breaks_the_promise(self, bench: Bench) -> None:
        alike = [_person(n, "a", "b") for n in range(1, 5)] + [_person(n) for n in range(5, 8)]
        given = _all(*alike)
        way = Way(bench.build(_tables(), given), _judged(_NAMES))
        way.apply()
        same(_left(way.bed)[1], ["a", "b"], "what belongs to large groups stays")
        judged = way.judge(_GROUPS)[_GROUPS]
        same(judged.verdict, Verdict.KEPT, str(judged))
        for change in ({"name": "A"}, {"name": None}, {"name": "b"}, {"of": None}, {"of": 2}):
            before = next(row for row in way.bed.rows("skill") if row["id"] == 10)
            way.bed.alter("skill", {"id": 10}, change)
            judged = way.judge(_GROUPS)[_GROUPS]
            same(judged.verdict, Verdict.BROKEN, f"one of four has {change}: {judged}")
            way.bed.alter("skill", {"id": 10}, {"name": before["name"], "of": before["of"]})
            same(way.verdict(_GROUPS), Verdict.KEPT, "as it was before")
        same(way.verdict("talk/gone/at-most"), Verdict.KEPT, "every other promise")

    def test_no_verdict_names_more_small_groups_than_groups(self, bench: Bench) -> None:
        given = _all(*(_person(n, str(n), region=f"place {n}", person=None) for n in range(1, 8)))
        way = Way(bench.build(_tables(), given), _judged(_NAMES))
        reason = way.judge()[_GROUPS].reason
        true(reason.startswith("14 of 14 groups are of fewer than 3 people"), reason)

    def test_nothing_joined_makes_a_small_group_after_a_plan_and_a_second_plan_is_empty(self, bench: Bench) -> None:
        for joined in (_NAMES, _BOTH):
            given = _people(30)
            for row in given["person"]:
                row["day"] = NEW if row["id"] % 7 == 0 else OLD
            way = Way(bench.build(_tables(), given), _judged(joined))
            steps = [step for step in way.plan().steps if step.promise == _GROUPS]
            planned: dict[str, int] = {}
            for step in steps:
                planned[step.table] = planned.get(step.table, 0) + step.rows
            way.goes()
            judged = way.judge(_GROUPS)[_GROUPS]
            same(judged.verdict, Verdict.KEPT, str(judged))
            parted = sum(1 for row in way.bed.rows("skill") if row["of"] is None) - 1
            same(parted, planned["skill"], "rows that belong to nobody's row any more, as planned")
            young = {row["id"] for row in given["person"] if row["day"] == NEW}
            before = {id: sorted((r["name"] for r in given["skill"] if r["of"] == id), key=str) for id in young}
            same(
                {id: names for id, names in _left(way.bed).items() if id in young},
                before,
                "what belongs to rows that are not due",
            )

    def test_rows_that_a_plan_deletes_before_belong_to_nobody(self, bench: Bench) -> None:
        people = [_person(n, "a", *(["old"] if n == 1 else [])) for n in range(1, 5)]
        people += [_person(5, "b"), _person(6, "c"), _person(7)]
        then = {"anonymise": {"person": {}}, "aggregate": {"columns": ["region"], "at_least": 3, "joined": list(_NAMES)}}
        data = {"shop.person": {"classes": {"text": ["person", "region"]}}, "shop.skill": {"classes": {"text": ["name"]}}}
        rules = (
            {"data": "shop.person", "then": then},
            {"name": "old", "data": "shop.skill", "only": "name = 'old'", "from": "day"},
        )
        skills = table("skill", {**_SKILL, "day": "date"}, links=[_LINK])
        given = _all(*people)
        given["skill"] = [{**row, "day": OLD} for row in given["skill"]]
        way = Way(
            bench.build(
                inventory(table("person", _PERSON, key=("id", "part")), skills), {n: given[n] for n in ("person", "skill")}
            ),
            manifest(data, *rules),
        )
        way.goes()
        same(_left(way.bed), {1: ["a"], 2: ["a"], 3: ["a"], 4: ["a"], 5: [], 6: [], 7: []}, "what belongs to whom")

    def test_a_hold_on_a_row_or_on_what_belongs_to_it_keeps_them_together(self, bench: Bench) -> None:
        given = _all(*(_person(n, "a") for n in range(1, 5)), _person(5, "b"), _person(6, "c"), _person(7, "d", "e"))
        for number, (name, where) in enumerate((("shop.person", "id = 5"), ("shop.skill", "name = 'b'"))):
            way = Way(bench.build(_tables(), given), _judged(_NAMES))
            way.bed.alter("person", {"id": 5}, {"person": None})
            way.suspensions.place(Suspension(id=f"S-{number}", reason="a case", review_on=NEW, holds=((name, parse(where)),)))
            way.apply()
            left = _left(way.bed)
            same((left[5], left[6], left[7]), (["b"], [], []), f"what belongs to whom with a hold on {name}")
            judged = way.judge(_GROUPS)[_GROUPS]
            same(judged.verdict, Verdict.KEPT, str(judged))
