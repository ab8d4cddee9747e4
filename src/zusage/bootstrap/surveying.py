"""Looking at a database for which there is no manifest yet."""

from __future__ import annotations

from zusage.connectors.trouble import SystemTrouble, Unreachable
from zusage.promises.inventory import Inventory


class CannotBeSurveyed(SystemTrouble):
    """The database cannot be looked at. Nothing was written; check the address, and that its variable is set."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the database cannot be looked at: {reason}. Nothing was written. "
            "Write an address such as sqlite:///shop.sqlite3, or '${NAME}' for one that stands in the environment."
        )


def survey_of(name: str, address: str) -> Inventory:
    """What the database at an address holds, under a name; with whatever role, for nothing is proved by it. Raises SystemTrouble."""
    from zusage.connectors.opening import tables_at

    try:
        return tables_at(name, address)
    except Unreachable as trouble:
        raise CannotBeSurveyed(trouble.reason) from None
