"""What the roles of writers are not allowed, said before anything is to be changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble

if TYPE_CHECKING:
    from zusage.connectors.sql.databases.port import Needs
    from zusage.planning.plan import Plan
    from zusage.promises.inventory import Inventory

    from ..product import Product


class WriterLacks(SystemTrouble):
    """The writer's role is not allowed what somebody's right asks for."""

    def __init__(self, system: str, missing: Sequence[str], printed: str = "") -> None:
        self.missing = tuple(missing)
        super().__init__(
            f"the role of the writer of system {system!r} lacks rights that this needs: {'; '.join(missing)}. No row of it was changed. Let an "
            f"administrator grant them (`zusage init ADDRESS --grant --for MANIFEST` prints all that the manifest needs{printed}), and do it again."
        )


def refuse_lacking(product: Product, system: str, wanted: Needs, printed: str = "") -> None:
    """Raise WriterLacks where the writer's role is known not to have what is wanted; ``printed`` is when `init` prints it, for people."""
    from zusage.connectors import opening

    there = product.inventories[system]
    if missing := opening.lacking(system, product.loaded.manifest.databases[system], wanted, there):
        raise WriterLacks(system, missing, printed)


def lacking_for_plan(product: Product, plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """By system, what its writer's role lacks of what the plan's steps need."""
    from zusage.connectors.sql.needing import needs_of

    steps = [step for step in plan.steps if not step.stopped]
    return _lacking(product, lambda name, there: needs_of((step for step in steps if step.system == name), there))


def lacking_for_manifest(product: Product) -> Mapping[str, tuple[str, ...]]:
    """By system, what its writer's role lacks of what any plan for the manifest may need."""
    from ..granting import needs

    return _lacking(product, lambda name, there: needs(product.loaded.manifest, name, there))


def _lacking(product: Product, wanted: Callable[[str, Inventory], Needs]) -> dict[str, tuple[str, ...]]:
    """Of a writer that cannot be reached from here, or is none of its own, nothing is said."""
    from zusage.connectors import opening

    found: dict[str, tuple[str, ...]] = {}
    for name, system in product.loaded.manifest.databases.items():
        if system.writer is None:
            continue
        try:
            there = product.reader(name).survey()
            missing = opening.lacking(name, system, wanted(name, there), there)
        except SystemTrouble:
            continue
        found |= {name: missing} if missing else {}
    return found


def said(system: str, missing: tuple[str, ...]) -> str:
    """For people."""
    return (
        f"the role of the writer of system {system!r} lacks rights: {'; '.join(missing)}. `zusage apply` refuses what needs them; let an "
        "administrator grant them (`zusage init ADDRESS --grant --for MANIFEST` prints all that the manifest needs)."
    )
