"""Addresses of databases, with what the environment fills in."""

from __future__ import annotations

import os
import re

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from ..port import Unreachable


def resolve(system: str, address: str) -> sa.URL:
    """Fill ``${NAME}`` from the environment and parse; raises Unreachable, naming the variable but never its value."""
    missing = [name for name in re.findall(r"\$\{(\w+)\}", address) if not os.environ.get(name)]
    if missing:
        raise Unreachable(system, f"the environment variable {missing[0]} is not set")
    filled = re.sub(r"\$\{(\w+)\}", lambda found: os.environ[found[1]], address)
    try:
        return sa.make_url(filled)
    except ArgumentError:
        raise Unreachable(system, "its url is not a database address; write one such as sqlite:///shop.sqlite3") from None
