"""Erasure on demand: the person's key waits in a file of our own folder, and plans hold only its code."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.planning.erasure import Demand, codes, filled, make_erasure
from zusage.planning.holding import HoldUnfit, Person, beyond, of_person
from zusage.planning.plan import BlockRows, ChangeColumns, Plan, Selection, Step
from zusage.rights.erasure import Answer, Done, Ground, How, Kept

from .filing import replace
from .plans import read_plan
from .product import PROGRAM
from .seen import Looks

if TYPE_CHECKING:
    from zusage.documents import Language

    from .product import Product

_FOLDER = "erasures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person demands, and who takes it up."""

    person: Person
    #: the letter of Art. 17(1) GDPR
    ground: Ground
    by: str
    #: activities that are needed still, with the reason (Art. 17(3) GDPR)
    needed: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan for one person, and what it cannot see."""

    plan: Plan
    #: declared tables of which the manifest does not say whose their rows are
    beyond: tuple[str, ...]


class DemandUnknown(Exception):
    """A plan is of a person whose demand is not, or no longer, on file."""

    def __init__(self) -> None:
        super().__init__(
            "the demand of erasure that this plan is for is not on file: it was closed, or the plan was made in another folder. "
            "Nothing was changed. Make a new plan with `zusage erasure plan`."
        )


def plan(product: Product, wish: Wish) -> Planned:
    """Plan the erasure and keep the demand on file. Raises HoldUnfit, SystemTrouble or ForeignKeyCycle; then nothing is kept."""
    unknown = [name for name in wish.needed if name not in product.loaded.manifest.activities]
    if unknown:
        raise HoldUnfit(f"{', '.join(unknown)} is no activity of the manifest", "Name activities as the manifest does.")
    product.trust_clock()
    demand = Demand(person=wish.person, code=code_of(product, wish.person), needed=frozenset(wish.needed))
    made = make_erasure(product.world(), Looks(product), demand, manifest_digest=product.loaded.digest, program=PROGRAM)
    _keep(product, demand.code, wish)
    found = of_person(product.loaded.manifest, wish.person, product.inventories)
    return Planned(plan=made, beyond=beyond(product.loaded.manifest, found))


def code_of(product: Product, person: Person) -> str:
    """The keyed code by which the vault, suspensions and plans know a person."""
    from zusage.vault import VaultWriter

    product.folder.mkdir(parents=True, exist_ok=True)
    return VaultWriter(product.folder).person_digest(person.name)


def filler(product: Product, made: Plan) -> Callable[[Step], Step]:
    """Puts the keys of the people that a plan is for into its steps. Raises DemandUnknown."""
    people = {code: _person(product, code) for code in codes(made)}
    return lambda step: filled(step, people)


def answer(product: Product, path: Path, known: Person | None = None) -> Answer:
    """What became of the demand that a plan is for. Raises DemandUnknown, PlanChanged or SystemTrouble.

    ``known`` is whose plan it is, where that is on record elsewhere and the demand may have been closed.
    """
    made, _ = read_plan(path)
    journal = product.state.journal.progress(made.digest)
    done = []
    for step in made.steps:
        record = journal.get(step.id)
        rows = record.rows if record else 0
        stopped = "" if record and record.outcome == "done" else "not carried out" if record is None else "stopped"
        done.append(_done(step, rows, stopped))
    found = codes(made)
    people = [known] if known else [_person(product, code) for code in sorted(found)]
    return Answer(
        done=tuple(done),
        kept=tuple(
            Kept(rule=rule, rows=rows, until=until) for code in found for rule, rows, until in product.blocked().until(code)
        ),
        left=tuple(row for person in people for row in _left(product, person)),
    )


def codes_of(path: Path) -> frozenset[str]:
    """The codes of the people that a saved plan is for. Raises PlanChanged."""
    return codes(read_plan(path)[0])


def letter(product: Product, found: Answer, language: Language) -> tuple[str, ...]:
    """What the person is told of it, as paragraphs."""
    from zusage.documents.erased import Outcome, Remainder, erased
    from zusage.planning.restriction import NO_RULE

    went = [
        Outcome(activity=one.promise.split("/", 1)[0], how=one.how, rows=one.rows + sum(rows for _, rows in one.with_them))
        for one in found.done
        if one.how != "blocked" and one.rows
    ]
    stays = [
        Remainder(activity=kept.rule.split("/", 1)[0], rule=kept.rule.split("/", 1)[-1], rows=kept.rows, until=kept.until)
        for kept in found.kept
        if kept.rule != NO_RULE
    ]
    return erased(product.loaded.manifest, language, went, stays, sum(rows for _, rows in found.left))


def close(product: Product, path: Path) -> int:
    """Forget the keys of a demand that was answered; returns how many were forgotten."""
    gone = 0
    for code in codes(read_plan(path)[0]):
        file = _file(product, code)
        if file.exists():
            file.unlink()
            gone += 1
    return gone


def _done(step: Step, rows: int, stopped: str) -> Done:
    how: How = "blocked" if isinstance(step.action, BlockRows) else "erased"
    if isinstance(step.action, ChangeColumns):
        how = "anonymised"
    parts = tuple((f"{step.system}.{table}", count) for table, count in step.part_rows if count) if not stopped else ()
    return Done(table=f"{step.system}.{step.table}", promise=step.promise, how=how, rows=rows, with_them=parts, stopped=stopped)


def _left(product: Product, person: Person) -> Sequence[tuple[str, int]]:
    found = []
    for hold in of_person(product.loaded.manifest, person, product.inventories):
        rows = Looks(product).count(Selection(system=hold.system, table=hold.bare, where=hold.where))
        if rows:
            found.append((hold.table, rows))
    return found


def _file(product: Product, code: str) -> Path:
    return product.folder / _FOLDER / f"{code}.json"


def _keep(product: Product, code: str, wish: Wish) -> None:
    """Durable and for our eyes alone before a plan can be carried out with it."""
    content = {
        "people": wish.person.people,
        "key": wish.person.key,
        "ground": f"art-17-1-{wish.ground}",
        "by": wish.by,
        "needed": dict(wish.needed),
        "received_at": product.clock().isoformat(),
    }
    replace(_file(product, code), json.dumps(content).encode(), private=True)


def _person(product: Product, code: str) -> Person:
    """The person of a demand; a file that was exchanged does not give the code that the plan names."""
    try:
        content = json.loads(_file(product, code).read_text(encoding="utf-8"))
        person = Person(people=content["people"], key=content["key"])
    except (OSError, ValueError, KeyError, TypeError):
        raise DemandUnknown from None
    if code_of(product, person) != code:
        raise DemandUnknown
    return person
