"""Looking at a database for which there is no manifest yet."""

from __future__ import annotations

from zusage.connectors.port import SystemTrouble, Unreachable
from zusage.promises.inventory import Inventory
from zusage.promises.manifest import System


class CannotBeSurveyed(SystemTrouble):
    """The database cannot be looked at. Nothing was written; check the address, and that its variable is set."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the database cannot be looked at: {reason}. Nothing was written. "
            "Write an address such as sqlite:///shop.sqlite3, or '${NAME}' for one that stands in the environment."
        )


def survey_of(name: str, address: str) -> Inventory:
    """What the database at an address holds, under a name. Raises SystemTrouble."""
    from zusage.connectors.opening import open_reader

    try:
        reader = open_reader(name, System(url=address))
        try:
            return reader.survey()
        finally:
            reader.close()
    except Unreachable as trouble:
        raise CannotBeSurveyed(trouble.reason) from None
