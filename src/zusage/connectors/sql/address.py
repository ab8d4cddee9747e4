"""Addresses of databases, with what the environment fills in."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ..trouble import Unreachable

if TYPE_CHECKING:
    import sqlalchemy as sa


def fill(system: str, address: str) -> str:
    """Fill ``${NAME}`` from the environment; raises Unreachable, naming the variable but never its value."""
    missing = [name for name in re.findall(r"\$\{(\w+)\}", address) if not os.environ.get(name)]
    if missing:
        raise Unreachable(system, f"the environment variable {missing[0]} is not set")
    return re.sub(r"\$\{(\w+)\}", lambda found: os.environ[found[1]], address)


def resolve(system: str, address: str) -> sa.URL:
    """The address of a database; raises Unreachable."""
    import sqlalchemy as sa  # what only fills in an address starts without it
    from sqlalchemy.exc import ArgumentError

    try:
        return sa.make_url(fill(system, address))
    except ArgumentError:
        raise Unreachable(system, "its url is not a database address; write one such as sqlite:///shop.sqlite3") from None
