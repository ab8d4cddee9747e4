"""Restricting one person's data on the real systems (Art. 18 GDPR), and bringing them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from zusage.connectors.opening import open_restrictor, open_returner, policy_statements
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.holding import Hold, HoldUnfit, Person, of_person, places_of
from zusage.planning.plan import Step
from zusage.planning.restriction import restricting
from zusage.promises.condition import ALWAYS, to_text
from zusage.promises.inside import items_in
from zusage.rights.notification import Kind, Occasion
from zusage.rights.restriction import Ground, Instead, Restriction, Shown, replaceable

from ..days import day_of, today
from ..looking.looks import Looks
from ..people import code_of, letters_count, spelt
from ..recipients.notifying import write_down
from ..spelling import refuse_other_spelling
from ..vaults import vault_of
from . import hiding
from .allowed import refuse_restricting, refuse_returning, refuse_showing
from .restricted import by_policy, count, documents_of, holds_of_restriction, show

if TYPE_CHECKING:
    from zusage.connectors.port import Restrictor, Writer
    from zusage.documents import Language
    from zusage.documents.restricted import Restricted

    from ..product import Product

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
            "by naming each of the other tables and hide the rest in the application. On PostgreSQL rows stay where they are, so that this does not stop it."
        )


class OthersAnswer(OthersRefer):
    """Rows of the person would have to move, and rows of others refer to these."""

    def __init__(self, system: str, table: str, column: str, of: str, rows: int) -> None:
        SystemTrouble.__init__(
            self,
            f"{rows} rows of {table} in system {system!r} that are this person's cannot leave it, because rows of others refer to them, such as "
            f"an answer to what the person wrote; and they refer ({column}) to rows of {of} that are to be restricted. Rows can leave only if "
            f"nothing points there, and rows of others must not move. Nothing was changed. Restrict without {of} and {table} by naming each "
            "of the other tables, and hide the rest in the application. On PostgreSQL rows stay where they are, so that this does not stop it.",
        )


def restrict(product: Product, wish: Wish) -> Shown:
    """Take a person's rows out of the application's reach; on the same ground again, take up what was left, and say so.

    Rows stay where they are where a database has row policies, and wait in the vault elsewhere; their files wait sealed. Raises HoldUnfit,
    SystemTrouble, ForeignKeyCycle or a StateError; what could be foreseen is raised before anything is changed.
    """
    if wish.instead:
        replaceable(wish.instead, wish.by, german=product.loaded.manifest.controller.country == "DE")
    wish = replace(wish, person=spelt(product, wish.person))
    refuse_other_spelling(product, wish.person.people, [wish.person.key])
    found = of_person(product.loaded.manifest, wish.person, product.inventories)
    holds = tuple(hold for hold in found if wish.tables is None or hold.table in wish.tables)
    _refuse_lists(product, wish.person, holds)
    code = code_of(product, wish.person)
    with product.changing() as writers:
        product.settle_batches()
        steps = _steps(product, wish.person, holds)
        _refuse(product, steps, holds)
        refuse_restricting(product, writers, steps, holds)
        restriction = product.state.restrictions.of(code)
        taken_up = restriction is not None and restriction.ground == wish.ground
        if restriction is None or not taken_up:
            restriction = _noted(product, wish, code, holds)
        elif wish.instead:
            product.state.restrictions.stand_instead(restriction.id, wish.instead)
        hiding.hide(product, restriction.id, holds)  # which they are is known by the rows alone
        for step in steps:
            _move(step, writers, product.loaded.manifest.guard.batch)
        for hold in holds:
            if by_policy(product, hold.system):
                with closing(_restrictor(product, hold.system)) as restrictor:
                    restrictor.restrict(hold.selection, restriction.id)
    return replace(show(product, restriction.id), taken_up=taken_up)


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


def letter(product: Product, id: str, language: Language, *, before_lifting: bool = False) -> tuple[str, ...]:
    """What the person is told whose data are restricted, also in the place of an erasure, or before that ends. Raises UnknownRestriction."""
    from zusage.documents.restricted import lifting, restricted

    found = product.state.restrictions.get(id)
    if before_lifting:
        since = day_of(product, found.since)
        return lifting(product.loaded.manifest, language, found.ground, since, instead=found.instead is not None)
    return restricted(product.loaded.manifest, language, told_of(product, found))


def told_of(product: Product, found: Restriction, *, left: bool = False) -> Restricted:
    """A restriction as letters speak of it; ``left``: the application reaches something of it."""
    from zusage.documents.restricted import Restricted

    return Restricted(
        ground=found.ground,
        since=day_of(product, found.since),
        tables=[hold.table for hold in holds_of_restriction(product, found)],
        paragraph=found.instead.paragraph if found.instead else "",
        reasons=found.instead.reasons if found.instead else "",
        left=left,
        told=day_of(product, found.told_at) if found.told_at else None,
        lifted=day_of(product, found.lifted_at) if found.lifted_at else None,
    )


def lift(product: Product, id: str, by: str) -> Restriction:
    """Bring everything back as it was, and let deletions go on. May be repeated. Raises NotTold, UnknownRestriction, SystemTrouble."""
    from zusage.state.errors import NotTold

    restriction = product.state.restrictions.get(id)
    if restriction.told_at is None:
        raise NotTold(id=id)
    with product.changing():
        _refuse_lifting(product, restriction)
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
    if not any(count(product, hold) for hold in holds):
        letters = letters_count(product, wish.person)
        counts = f" {letters} holds texts, in which capitals, braces and hyphens count." if letters else ""
        raise HoldUnfit(
            "no row of this person is within the application's reach", f"Compare their key with the living table.{counts}"
        )
    pairs = [(hold.table, to_text(hold.where)) for hold in holds]
    review = today(product) + _REVIEW
    reason = f"restriction under Art. 18(1)({wish.ground}) GDPR"
    earlier = vault_of(product).ids_of_person(code)
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
            theirs = any((hold.system, hold.bare) == (step.system, found.table) for hold in holds)
            why = OthersAnswer if theirs else OthersRefer
            raise why(step.system, found.table, ", ".join(found.columns), found.of, found.rows)
    for system in dict.fromkeys(hold.system for hold in holds if by_policy(product, hold.system)):
        with closing(_restrictor(product, system)) as restrictor:
            restrictor.refuse_unprepared([hold.bare for hold in holds if hold.system == system])
    for hold in holds:
        if not by_policy(product, hold.system) and not product.inventories[hold.system].tables[hold.bare].primary_key:
            raise HoldUnfit(f"{hold.table} has no primary key, so that a row of it could not be brought back", "Give it one.")


def _refuse_lists(product: Product, person: Person, holds: Sequence[Hold]) -> None:
    """A row with items of several people can be taken out of reach for one of them only together with the others' items."""
    found = places_of(product.loaded.manifest, person.people)
    lists = {place.table for place in found if items_in(place.column)}
    if here := sorted({hold.table for hold in holds if hold.table in lists and count(product, hold)}):
        raise HoldUnfit(
            f"a row of {', '.join(here)} has items of several people, and would go out of reach with the items of the others",
            "Restrict the other tables by name, and let the application leave out their items meanwhile.",
        )


def _move(step: Step, writers: Mapping[str, Writer], batch: int) -> None:
    for _ in writers[step.system].carry_out(step, ALWAYS, step.rows, batch):
        pass


def _refuse_lifting(product: Product, restriction: Restriction) -> None:
    """No system gives rows back before every one can. Raises WriterLacks or CannotHandle."""
    documents = [document for _, document in documents_of(product, restriction)]
    for system in dict.fromkeys(one.system for one in documents):
        refuse_returning(
            product,
            system,
            (table for one in documents if one.system == system for table in (one.table, *(name for name, _ in one.parts))),
        )
    for system in dict.fromkeys(hold.system for hold in holds_of_restriction(product, restriction)):
        if by_policy(product, system):
            refuse_showing(product, system)


def _bring_back(product: Product, restriction: Restriction) -> None:
    """First into their system, then out of the vault: an interruption leaves a row twice rather than nowhere."""
    vault, documents = vault_of(product), documents_of(product, restriction)
    with ExitStack() as stack:
        for system in sorted({document.system for _, document in documents}):
            mine = [(id, document) for id, document in documents if document.system == system]
            returner = stack.enter_context(closing(open_returner(system, product.loaded.manifest.databases[system])))
            rows = [(document.table, document.row) for _, document in mine]
            rows += [(table, row) for _, document in mine for table, part in document.parts for row in part]
            returner.put_back(rows)
            vault.remove([id for id, _ in mine])


def _restrictor(product: Product, system: str) -> Restrictor:
    return open_restrictor(system, product.loaded.manifest.databases[system])
