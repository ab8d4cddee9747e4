"""What is restricted, and whether it is out of reach: looked at as the application, and by what the vault holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from zusage.connectors.port import Application
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.holding import Hold
from zusage.planning.plan import Selection
from zusage.promises.condition import Condition, Not, Surely, any_of
from zusage.rights.restriction import Reached, Restriction, Shown

from ..looking.looks import Looks
from ..vaults import vault_of
from . import hiding

if TYPE_CHECKING:
    from zusage.evidence.observation import Hidden
    from zusage.vault import Document

    from ..product import Product

#: rows of which it is tried whether the application can change them
_SAMPLE = 25


def show(product: Product, id: str) -> Shown:
    """Look through the application's eyes whether a restriction holds. Raises UnknownRestriction or SystemTrouble."""
    restriction = product.state.restrictions.get(id)
    holds = tuple(holds_of_restriction(product, restriction))
    hidden = len(vault_of(product).ids_of_person(restriction.code) - restriction.earlier)
    hidden += sum(count(product, h) for h in holds if by_policy(product, h.system))
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


def _reached(product: Product, hold: Hold) -> Reached:
    """Where rows only hide, the whole table is counted as well: a row that hangs on a hidden one is not found by its condition."""
    if not by_policy(product, hold.system):
        rows = count(product, hold)
        return Reached(table=hold.table, readable=rows, changeable=rows)
    if not product.loaded.manifest.databases[hold.system].application:
        why = f"system {hold.system} declares no role of its application, so that nobody can look through its eyes"
        return Reached(table=hold.table, readable=None, changeable=None, why=why)
    application = product.application(hold.system)
    if isinstance(application, SystemTrouble):
        return Reached(table=hold.table, readable=None, changeable=None, why=str(application))
    return replace(_looked(product, hold, application), table=hold.table)


def _looked(product: Product, hold: Hold, application: Application) -> Reached:
    whole = Selection(system=hold.system, table=hold.bare)
    allowed = count(product, replace(hold, where=Not(Surely(_of_anybody(product, hold.table)))))
    readable = max(application.reachable(hold.selection), application.reachable(whole) - allowed)
    reached = Reached(table=hold.table, readable=readable, changeable=application.changeable(hold.selection, _SAMPLE))
    if reached.readable or reached.changeable or not (ways := application.around(hold.bare)):
        return reached
    why = f"the application may come to rows of {hold.table} all the same, and nobody can tell to which: {'; '.join(ways)}"
    return replace(reached, readable=None, why=why)


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
    vault = vault_of(product)
    return tuple((id, vault.unseal(id)) for id in sorted(vault.ids_of_person(restriction.code) - restriction.earlier))


def by_policy(product: Product, system: str) -> bool:
    """Whether rows of a system are hidden where they are, rather than moved to the vault."""
    return product.inventories[system].dialect == "postgresql"


def count(product: Product, hold: Hold) -> int:
    """Rows that are in their table. Raises SystemTrouble."""
    return Looks(product).count(hold.selection)
