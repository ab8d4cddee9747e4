"""Restricting one person's data on the real systems (Art. 18 GDPR), looking whether they are out of reach, and bringing them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from zusage.connectors.opening import open_restrictor, open_returner, policy_statements
from zusage.connectors.port import Application
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.holding import Hold, HoldUnfit, Person, of_person
from zusage.planning.plan import Selection, Step
from zusage.planning.restriction import restricting
from zusage.promises.condition import ALWAYS, Condition, Not, Surely, any_of, to_text
from zusage.rights.notification import Kind, Occasion
from zusage.rights.restriction import Ground, Instead, Reached, Restriction, Shown, replaceable

from ..days import today
from ..looking.looks import Looks
from ..people import code_of
from ..recipients.notifying import write_down
from . import hiding

if TYPE_CHECKING:
    from zusage.connectors.port import Restrictor, Writer
    from zusage.documents import Language
    from zusage.evidence.observation import Hidden
    from zusage.vault import Document, VaultWriter

    from ..product import Product

_SAMPLE = 25
#: a restriction ends when somebody lifts it; until then it is looked at each quarter
_REVIEW = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose data are to be restricted, on which letter of Art. 18(1) GDPR, and who does it."""

    person: Person
    ground: Ground
    by: str
    #: only what is in these tables, as system.table; without it everything
    tables: frozenset[str] | None = None
    #: it stands in the place of an erasure (§ 35 BDSG)
    instead: Instead | None = None


class OthersRefer(SystemTrouble):
    """Rows of others refer to rows that would have to move."""

    def __init__(self, system: str, table: str, column: str, of: str, rows: int) -> None:
        super().__init__(
            f"{rows} rows of {table} ({column}) in system {system!r} refer to rows of {of} that are to be restricted, and are not this "
            f"person's by the manifest. Rows can leave {of} only if nothing points there, and rows of others must not move. Nothing was changed. "
            f"If they are the person's, declare {table} as part_of {of}, or with of; if they are not, restrict without {of} "
            "(--table for each of the other tables) and hide the rest in the application. On PostgreSQL rows stay where they are, so that this does not stop it."
        )


def restrict(product: Product, wish: Wish) -> Shown:
    """Take a person's rows out of the application's reach; on the same ground again, take up what was left.

    Rows stay where they are where a database has row policies, and wait in the vault elsewhere; their files wait sealed. Raises HoldUnfit, SystemTrouble,
    ForeignKeyCycle or a StateError; what could be foreseen is raised before anything is changed.
    """
    if wish.instead:
        replaceable(wish.instead, wish.by, german=product.loaded.manifest.controller.country == "DE")
    found = of_person(product.loaded.manifest, wish.person, product.inventories)
    holds = tuple(hold for hold in found if wish.tables is None or hold.table in wish.tables)
    code = code_of(product, wish.person)
    with product.changing() as writers:
        steps = _steps(product, wish.person, holds)
        _refuse(product, steps, holds)
        restriction = product.state.restrictions.of(code)
        if restriction is None or restriction.ground != wish.ground:
            restriction = _noted(product, wish, code, holds)
        hiding.hide(product, restriction.id, holds)  # which they are is known by the rows alone
        for step in steps:
            _move(step, writers, product.loaded.manifest.guard.batch)
        for hold in holds:
            if by_policy(product, hold.system):
                with closing(_restrictor(product, hold.system)) as restrictor:
                    restrictor.restrict(Selection(system=hold.system, table=hold.bare, where=hold.where), restriction.id)
    return show(product, restriction.id)


def prepare(product: Product) -> tuple[str, ...]:
    """What an administrator runs once on PostgreSQL, so that rows of people can be restricted. Raises SystemTrouble."""
    manifest = product.loaded.manifest
    found = [hold for name in manifest.people for hold in of_person(manifest, Person(people=name, key="0"), product.inventories)]
    systems = dict.fromkeys(hold.system for hold in found)
    made = (
        policy_statements(name, manifest.databases[name], list(dict.fromkeys(h.bare for h in found if h.system == name)))
        for name in systems
    )
    return tuple(statement for statements in made for statement in statements)


def show(product: Product, id: str) -> Shown:
    """Look through the application's eyes whether a restriction holds. Raises UnknownRestriction or SystemTrouble."""
    restriction = product.state.restrictions.get(id)
    holds = tuple(holds_of_restriction(product, restriction))
    hidden = len(_vault(product).ids_of_person(restriction.code) - restriction.earlier)
    hidden += sum(_count(product, h) for h in holds if by_policy(product, h.system))
    files = hiding.in_reach(product, id, holds)
    return Shown(
        restriction=restriction,
        hidden=hidden,
        files=len(hiding.hidden(product, id)),
        reached=(
            *(_reached(product, hold) for hold in holds),
            *(Reached(table=f"files of {table}", readable=n, changeable=n) for table, n in files.items()),
        ),
    )


def seen(product: Product) -> Hidden:
    """What restrictions in force hide, and what the application reaches of it all the same; counts alone. Raises SystemTrouble."""
    from zusage.evidence.observation import Hidden

    from .using import left_open

    every = product.state.restrictions.all()
    found = [show(product, one.id) for one in every if one.lifted_at is None]
    reached = [one for shown in found for one in shown.reached]
    return Hidden(
        restrictions=len(found),
        hiding=sum(1 for shown in found if shown.hidden),
        rows=sum(shown.hidden for shown in found),
        readable=sum(one.readable or 0 for one in reached),
        changeable=sum(one.changeable or 0 for one in reached),
        unseen=sum(1 for one in reached if one.readable is None or one.changeable is None),
        left_open=left_open(product),
        untold=sum(1 for one in every if one.lifted_at and (one.told_at is None or one.told_at > one.lifted_at)),
    )


def letter(product: Product, id: str, language: Language) -> tuple[str, ...]:
    """What the person is told whose data are restricted, also in the place of an erasure. Raises UnknownRestriction."""
    from zusage.documents.restricted import restricted

    found = product.state.restrictions.get(id)
    paragraph, reasons = (found.instead.paragraph, found.instead.reasons) if found.instead else ("", "")
    return restricted(product.loaded.manifest, language, found.ground, paragraph, reasons)


def lift(product: Product, id: str, by: str) -> Restriction:
    """Bring everything back as it was, and let deletions go on. May be repeated. Raises NotTold, UnknownRestriction, SystemTrouble."""
    from zusage.state.errors import NotTold

    restriction = product.state.restrictions.get(id)
    if restriction.told_at is None:
        raise NotTold(id=id)
    with product.changing():
        _bring_back(product, restriction)
        for hold in holds_of_restriction(product, restriction):
            if by_policy(product, hold.system):
                with closing(_restrictor(product, hold.system)) as restrictor:
                    restrictor.lift(hold.bare, restriction.id)
        hiding.bring_back(product, id)  # after the rows: what has no row is anybody's to sweep away
        if not product.state.suspensions.get([restriction.suspension])[0].lifted:
            product.state.suspensions.lift(restriction.suspension, by, f"restriction {id} was lifted")
        with product.state.together():
            if restriction.lifted_at is None:
                _tell(product, "lifted", f"{id} lifted", restriction.code, tuple(holds_of_restriction(product, restriction)))
            return product.state.restrictions.lift(id, by, product.clock())


def _noted(product: Product, wish: Wish, code: str, holds: Sequence[Hold]) -> Restriction:
    """On record, and every deletion held, before the first row moves."""
    if there := product.state.restrictions.of(code):
        from zusage.state.errors import RestrictedOtherwise

        raise RestrictedOtherwise(id=there.id)
    if not any(_count(product, hold) for hold in holds):
        raise HoldUnfit("no row of this person is within the application's reach", "Compare their key with the living table.")
    pairs = [(hold.table, to_text(hold.where)) for hold in holds]
    review = today(product) + _REVIEW
    reason = f"restriction under Art. 18(1)({wish.ground}) GDPR"
    earlier = _vault(product).ids_of_person(code)
    with product.state.together():
        suspension = product.state.suspensions.place(pairs, reason, review, wish.by, code)
        placed = product.state.restrictions.place(
            code, wish.ground, wish.by, product.clock(), suspension.id, earlier, wish.instead
        )
        _tell(product, "restricted", f"{placed.id} placed", code, holds)
    return placed


def _tell(product: Product, kind: Kind, about: str, code: str, holds: Sequence[Hold]) -> None:
    """Whoever received the data is told (Art. 19 GDPR): queued with the register's entry, or not at all."""
    now = product.clock()
    write_down(product, Occasion(kind=kind, about=about, code=code, at=now), holds)
    product.state.notices.settle(about, now)


def _steps(product: Product, person: Person, holds: Iterable[Hold]) -> tuple[Step, ...]:
    moved = [hold for hold in holds if not by_policy(product, hold.system)]
    return restricting(product.world(), Looks(product), person, moved)


def _refuse(product: Product, steps: Sequence[Step], holds: Sequence[Hold]) -> None:
    """Everything that would stop in the middle is found before the first row moves."""
    for step in steps:
        if step.refused:
            raise HoldUnfit(f"restricting rows of {step.system}.{step.table} is stopped: {step.refused[0]}", "")
        for found in step.obstacles:
            raise OthersRefer(step.system, found.table, ", ".join(found.columns), found.of, found.rows)
    for hold in holds:
        if not by_policy(product, hold.system) and not product.inventories[hold.system].tables[hold.bare].primary_key:
            raise HoldUnfit(f"{hold.table} has no primary key, so that a row of it could not be brought back", "Give it one.")


def _move(step: Step, writers: Mapping[str, Writer], batch: int) -> None:
    for _ in writers[step.system].carry_out(step, ALWAYS, step.rows, batch):
        pass


def _bring_back(product: Product, restriction: Restriction) -> None:
    """First into their system, then out of the vault: an interruption leaves a row twice rather than nowhere."""
    vault, documents = _vault(product), documents_of(product, restriction)
    with ExitStack() as stack:
        for system in sorted({document.system for _, document in documents}):
            mine = [(id, document) for id, document in documents if document.system == system]
            returner = stack.enter_context(closing(open_returner(system, product.loaded.manifest.databases[system])))
            rows = [(document.table, document.row) for _, document in mine]
            rows += [(table, row) for _, document in mine for table, part in document.parts for row in part]
            returner.put_back(rows)
            vault.remove([id for id, _ in mine])


def _reached(product: Product, hold: Hold) -> Reached:
    """Where rows only hide, the whole table is counted as well: a row that hangs on a hidden one is not found by its condition."""
    if not by_policy(product, hold.system):
        count = _count(product, hold)
        return Reached(table=hold.table, readable=count, changeable=count)
    if not product.loaded.manifest.databases[hold.system].application:
        why = f"system {hold.system} declares no role of its application, so that nobody can look through its eyes"
        return Reached(table=hold.table, readable=None, changeable=None, why=why)
    application = product.application(hold.system)
    if isinstance(application, SystemTrouble):
        return Reached(table=hold.table, readable=None, changeable=None, why=str(application))
    return replace(_looked(product, hold, application), table=hold.table)


def _looked(product: Product, hold: Hold, application: Application) -> Reached:
    theirs = Selection(system=hold.system, table=hold.bare, where=hold.where)
    whole = Selection(system=hold.system, table=hold.bare)
    allowed = _count(product, replace(hold, where=Not(Surely(_of_anybody(product, hold.table)))))
    readable = max(application.reachable(theirs), application.reachable(whole) - allowed)
    return Reached(table=hold.table, readable=readable, changeable=application.changeable(theirs, _SAMPLE))


def _of_anybody(product: Product, table: str) -> Condition:
    """Rows of a table that any restriction in force is about, as the suspensions say and not as the one who hid them says."""
    current = [one.suspension for one in product.state.restrictions.all() if one.lifted_at is None]
    held = (hold for suspension in product.state.suspensions.get(current) for hold in suspension.holds)
    return any_of(*(where for name, where in held if name == table))


def holds_of_restriction(product: Product, restriction: Restriction) -> Iterator[Hold]:
    """The rows that a restriction is about, as its suspension says."""
    for suspension in product.state.suspensions.get([restriction.suspension]):
        yield from (Hold(table=table, where=where) for table, where in suspension.holds)


def waiting(product: Product, code: str) -> tuple[tuple[str, Document], ...]:
    """What the vault holds of a person because of a restriction in force, each with its id; nothing where there is none. Raises a VaultError."""
    restriction = product.state.restrictions.of(code)
    return documents_of(product, restriction) if restriction else ()


def documents_of(product: Product, restriction: Restriction) -> tuple[tuple[str, Document], ...]:
    """What the vault holds because of a restriction, each with its id. Raises a VaultError."""
    vault = _vault(product)
    return tuple((id, vault.unseal(id)) for id in sorted(vault.ids_of_person(restriction.code) - restriction.earlier))


def by_policy(product: Product, system: str) -> bool:
    """Whether rows of a system are hidden where they are, rather than moved to the vault."""
    return product.inventories[system].dialect == "postgresql"


def _restrictor(product: Product, system: str) -> Restrictor:
    return open_restrictor(system, product.loaded.manifest.databases[system])


def _count(product: Product, hold: Hold) -> int:
    return Looks(product).count(Selection(system=hold.system, table=hold.bare, where=hold.where))


def _vault(product: Product) -> VaultWriter:
    from zusage.vault import VaultWriter

    product.folder.mkdir(parents=True, exist_ok=True)
    return VaultWriter(product.folder)
