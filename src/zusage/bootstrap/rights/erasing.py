"""Erasure on demand (Art. 17 GDPR): planned, with the demand kept on file, and told what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from zusage import PROGRAM
from zusage.planning.erasure import Demand, address_codes, codes, filled, make_erasure
from zusage.planning.holding import HoldUnfit, Person, beyond, holds_of, places_of
from zusage.planning.overdue import first_day_without
from zusage.planning.places import literals
from zusage.planning.plan import BlockRows, ChangeColumns, Plan, Step
from zusage.promises.derive import rules_of
from zusage.rights.erasure import Answer, Done, Ground, How, Kept
from zusage.rights.objection import succeeded

from ..looking.looks import Looks
from ..people import code_of_all, code_of_each, spelt
from ..plans import read_plan
from ..spelling import refuse_other_spelling
from .demands import content_of, people_asked, people_of, write
from .each_erased import counts
from .same_person import RECORDS, noted_with, records_of, refuse_others

if TYPE_CHECKING:
    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What people demand, each for themselves, and who takes it up."""

    #: of one kind
    people: Sequence[Person]
    #: the letter of Art. 17(1) GDPR
    ground: Ground
    by: str
    #: activities that are needed still, with the reason (Art. 17(3) GDPR)
    needed: Mapping[str, str]
    #: the activities whose consent was withdrawn, where only what rests on it is to go; empty: everything
    only: frozenset[str] = frozenset()
    #: what only has the address of the one person, as system.table.column, and the case in which a human has included it
    include: frozenset[str] = frozenset()
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, and what it cannot see."""

    plan: Plan
    #: declared tables of which the manifest does not say whose their rows are
    beyond: tuple[str, ...]
    #: there is a row of theirs in reach, whether or not anything of it can go
    known: bool = True
    #: by table, rows of theirs of which the plan does nothing
    stays: Mapping[str, int] = field(default_factory=dict)


#: why nothing goes on the letter (c)
_NOT_OBJECTED = (
    "no objection of theirs was upheld, and none is against direct marketing (Art. 17(1)(c) GDPR)",
    "Take it in and decide it, or name the letter on which they demand their erasure.",
)


def plan(product: Product, wish: Wish) -> Planned:
    """Plan the erasure and keep the demand on file; of people of whom nothing can be erased nothing is kept.

    Raises HoldUnfit, NotDemanded, NotIncluded, SystemTrouble or ForeignKeyCycle; then nothing is kept either.
    """
    from .demanding import refuse_ended
    from .including import refuse_not_included, refuse_several

    unknown = [name for name in wish.needed if name not in product.loaded.manifest.activities]
    if unknown:
        raise HoldUnfit(f"{', '.join(unknown)} is no activity of the manifest", "Name activities as the manifest does.")
    product.trust_clock()
    wish = replace(wish, people=tuple(dict.fromkeys(spelt(product, person) for person in wish.people)))
    if not wish.only:
        refuse_ended(product, wish.people)
    for kind in {person.people for person in wish.people}:
        refuse_other_spelling(product, kind, [person.key for person in wish.people if person.people == kind])
    if wish.include:
        refuse_several(wish)
        refuse_not_included(product, wish.case, wish.people[0], wish.include)
    demand = _demand(product, wish)
    if wish.ground == "c" and not demand.objected:
        raise HoldUnfit(*_NOT_OBJECTED)
    made = make_erasure(product.world(), Looks(product), demand, meaning=product.loaded.meaning, program=PROGRAM)
    if made.steps:
        _keep(product, demand, wish, made)
    found = holds_of((*places_of(product.loaded.manifest, demand.kind), *demand.included), lambda _: ())
    left = left_of(product, wish.people)
    return Planned(
        plan=made, beyond=beyond(product.loaded.manifest, found), known=bool(made.steps or left), stays=_stays(made, left)
    )


def _stays(made: Plan, left: Mapping[str, int]) -> dict[str, int]:
    planned = Counter[str]()
    for step in made.steps:
        planned.update({f"{step.system}.{step.table}": step.rows})
        planned.update({f"{step.system}.{name}": rows for name, rows in step.part_rows})
    return {table: rows - planned[table] for table, rows in left.items() if rows > planned[table]}


def _demand(product: Product, wish: Wish) -> Demand:
    from .including import address_code, addresses_of, candidates

    each, needed = code_of_each(product, wish.people), frozenset(wish.needed)
    objected = succeeded(product.state.objections.all(), each) if wish.ground == "c" else frozenset[str]()
    demand = Demand(
        people=wish.people, code=code_of_all(product, wish.people), needed=needed, only=wish.only or objected, objected=objected,
        codes=each,
    )  # fmt: skip
    if not wish.include:
        return demand
    found, addresses = candidates(product, demand.kind, wish.include), addresses_of(product, wish.people[0])
    return replace(demand, included=found, addresses=addresses, address_code=address_code(product, addresses))


def draft_again(product: Product, path: Path, person: Person) -> Plan:
    """What a plan for one person would do now, with what was needed still when a saved one was made. It is kept nowhere."""
    from .including import address_code, candidates

    contents = [content_of(product, code) or {} for code in codes(read_plan(path)[0])]
    needed = {name: why for content in contents for name, why in content.get("needed", {}).items()}
    ground: Ground = "c" if any(str(content.get("ground")).endswith("-c") for content in contents) else "a"
    demand = _demand(product, Wish(people=[person], ground=ground, by="", needed=needed))
    for content in contents:
        if content.get("include"):
            found, addresses = candidates(product, demand.kind, content["include"]), tuple(content["addresses"])
            demand = replace(demand, included=found, addresses=addresses, address_code=address_code(product, addresses))
    return make_erasure(product.world(), Looks(product), demand, meaning=product.loaded.meaning, program=PROGRAM)


def filler(product: Product, made: Plan) -> Callable[[Step], Step]:
    """Puts the keys of the people that a plan is for into its steps. Raises DemandUnknown."""
    from .including import addresses_for

    people = {code: people_of(product, code) for code in codes(made)}
    addresses = {code: addresses_for(product, whose, code) for code, whose in address_codes(made).items()}
    return lambda step: filled(step, people, addresses)


def answer(product: Product, path: Path, known: Person | None = None, *, left: Mapping[str, int] | None = None) -> Answer:
    """What became of the demand that a plan is for. Raises DemandUnknown, PlanChanged, SystemTrouble or, where something is left of which
    nobody can tell whether it is theirs, SomebodyElse.

    ``known`` is whose plan it is, where that is on record elsewhere and the demand may have been closed; of several what is kept and left
    is theirs alone. ``left`` is what is left of theirs, where that was counted already.
    """
    from .demanding import withdrawn_in
    from .including import left_included

    made, _ = read_plan(path)
    journal = product.state.journal.progress(made.digest)
    done = []
    for step in made.steps:
        record = journal.get(step.id)
        rows = record.rows if record else 0
        if record and record.lost and record.outcome == "done":
            rows = step.rows  # a batch went of which no line tells; nothing that the plan counted is met any more
        stopped = "" if record and record.outcome == "done" else "not carried out" if record is None else "stopped"
        done.append(_done(step, rows, stopped))
    done = list(_counted_once(done, product))
    people = [known] if known else people_asked(product, path)
    found = left_of(product, people) | left_included(product, path) if left is None else left
    if found and known is None:
        refuse_given_again(product, path)
    withdrawn = withdrawn_in(product, people) if found else ""
    return Answer(done=tuple(done), kept=tuple(_kept(product, people)), left=tuple(found.items()), withdrawn=withdrawn)


def refuse_given_again(product: Product, path: Path) -> None:
    """Raises SomebodyElse where a key that a saved plan names may be another person's by now, DemandUnknown, PlanChanged or SystemTrouble."""
    made, _ = read_plan(path)
    for code in codes(made):
        refuse_others(product, people_of(product, code), made, noted_with(product, code, made))


def _counted_once(done: Sequence[Done], product: Product) -> Iterator[Done]:
    """A plan counts what goes with a record as if nothing went before: what earlier steps took went once."""
    records = {declared.record for declared in product.loaded.manifest.people.values()}
    gone = Counter[str]()
    for one in done:
        parts = one.with_them
        if one.table in records:
            parts = tuple((table, rows - gone[table]) for table, rows in parts if rows > gone[table])
        if one.how != "anonymised":
            gone.update({one.table: one.rows} if one.rows else {})
            gone.update(dict(parts))
        yield replace(one, with_them=parts)


def _done(step: Step, rows: int, stopped: str) -> Done:
    how: How = "blocked" if isinstance(step.action, BlockRows) else "erased"
    if isinstance(step.action, ChangeColumns):
        how = "anonymised"
    parts = tuple((f"{step.system}.{table}", count) for table, count in step.part_rows if count) if rows and not stopped else ()
    return Done(table=f"{step.system}.{step.table}", promise=step.promise, how=how, rows=rows, with_them=parts, stopped=stopped)


def _kept(product: Product, people: Sequence[Person]) -> Iterator[Kept]:
    """Blocked rows of all of them, by rule, and the day on which they go by today's manifest, or by the one under which they were blocked."""
    found: dict[str, tuple[int, date]] = {}
    blocked, rules = product.blocked(), rules_of(product.loaded.manifest)
    for code in code_of_each(product, people):
        theirs = blocked.until(code)
        began = blocked.began(code) if theirs else {}
        for rule, rows, noted in theirs:
            until = first_day_without(rules, rule, began[rule]) or noted
            before, last = found.get(rule, (0, until))
            found[rule] = before + rows, max(last, until)
    yield from (Kept(rule=rule, rows=rows, until=until) for rule, (rows, until) in found.items())


def left_of(product: Product, people: Sequence[Person]) -> dict[str, int]:
    """By table, rows of these people that are in reach, where there are any."""
    return {table: rows for table, rows in rows_of(product, people).items() if rows}


def rows_of(product: Product, people: Sequence[Person]) -> dict[str, int]:
    """By table in which such people have rows, those of these people that are in reach: one statement a table, however many they are."""
    inventories, keys = product.inventories, [person.key for person in people]
    holds = [
        hold
        for kind in dict.fromkeys(person.people for person in people)
        for hold in holds_of(
            places_of(product.loaded.manifest, kind),
            lambda root: literals(root, keys, inventories),
        )
    ]
    return {hold.table: Looks(product).count(hold.selection) for hold in holds}


def _keep(product: Product, demand: Demand, wish: Wish, made: Plan) -> None:
    on_file = content_of(product, demand.code) or {}
    earlier, before, records = on_file.get("consent_alone", []), on_file.get("before"), on_file.get(RECORDS, {})
    content = {
        "people": wish.people[0].people,
        "keys": [person.key for person in wish.people],
        "ground": f"art-17-1-{wish.ground}",
        "by": wish.by,
        "needed": dict(wish.needed),
        "received_at": product.clock().isoformat(),
        "consent_alone": [*earlier, made.digest] if wish.only else earlier,
        RECORDS: records | {made.digest: records_of(product, wish.people, made)},
        "before": (before if isinstance(before, dict) else {}) | {made.digest: counts(product, wish.people)}
        if len(wish.people) > 1
        else {},
    }
    if wish.include:
        content |= {"include": sorted(wish.include), "case": wish.case, "addresses": list(demand.addresses)}
    write(product, demand.code, content)
