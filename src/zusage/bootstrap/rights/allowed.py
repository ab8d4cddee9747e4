"""What the roles of writers are not allowed of what a right asks for: said before the first row is changed, as `apply` says it of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from zusage.connectors import opening
from zusage.planning.holding import Hold
from zusage.planning.plan import Step
from zusage.promises.condition import columns_of

from ..changing.lacking import WriterLacks, refuse_lacking
from .restricted import by_policy

if TYPE_CHECKING:
    from zusage.connectors.port import Writer

    from ..product import Product


def refuse_steps(writers: Mapping[str, Writer], steps: Sequence[Step]) -> None:
    """What steps that are carried out at once surely need. Raises WriterLacks."""
    for system in dict.fromkeys(step.system for step in steps):
        if missing := writers[system].lacking([step for step in steps if step.system == system]):
            raise WriterLacks(system, missing)


def refuse_restricting(product: Product, writers: Mapping[str, Writer], steps: Sequence[Step], holds: Sequence[Hold]) -> None:
    """Rows go out of reach only where they can also come back. Raises WriterLacks or CannotHandle."""
    refuse_steps(writers, steps)
    for system in dict.fromkeys(step.system for step in steps):
        mine = [step for step in steps if step.system == system]
        refuse_returning(
            product, system, {table for step in mine for table in (step.table, *(part.table for part in step.parts))}
        )
    for system in dict.fromkeys(hold.system for hold in holds if by_policy(product, hold.system)):
        _refuse_hiding(product, system, [hold for hold in holds if hold.system == system])


def refuse_returning(product: Product, system: str, tables: Iterable[str]) -> None:
    """What bringing rows back into some tables needs. Raises WriterLacks."""
    from zusage.connectors.sql.databases.port import Needs

    returns = frozenset(tables)
    refuse_lacking(product, system, Needs(returns, returns=returns), _WHEN_RESTRICTED)


def refuse_showing(product: Product, system: str) -> None:
    """What lifting a restriction needs where rows are hidden by a policy. Raises CannotHandle."""
    with closing(opening.open_restrictor(system, product.loaded.manifest.databases[system])) as restrictor:
        restrictor.refuse_lacking()


def refuse_correcting(product: Product, hold: Hold, column: str, waiting: Iterable[str]) -> None:
    """What correcting a column needs, and trying the value where the row is ``waiting`` out of reach. Raises WriterLacks."""
    from zusage.connectors.sql.databases.port import Needs

    back = frozenset(waiting)
    changed = {hold.bare: frozenset({product.inventories[hold.system].tables[hold.bare].around(column)})}
    refuse_lacking(product, hold.system, Needs(frozenset({hold.bare}) | back, changes=changed, returns=back), _WHEN_ASKED)


def _refuse_hiding(product: Product, system: str, holds: Sequence[Hold]) -> None:
    """Of the rows themselves their keys are read, and whatever says which they are."""
    from zusage.connectors.sql.databases.port import Needs

    tables, read = product.inventories[system].tables, dict[str, set[str]]()
    for hold in holds:
        key = ((hold.bare, name) for name in tables[hold.bare].primary_key)
        for table, column in (*key, *columns_of(hold.where, hold.bare)):
            read.setdefault(table, set()).add(tables[table].around(column))
    columns = {table: frozenset(names) for table, names in read.items()}
    refuse_lacking(product, system, Needs(frozenset(columns), columns=columns))


_WHEN_RESTRICTED = ", for restrictions too where it says requests: {restricted: true}"
_WHEN_ASKED = ", for corrections too where it says requests"
