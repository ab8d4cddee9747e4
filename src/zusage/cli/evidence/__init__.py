"""zusage evidence: one file for each of its commands."""

from __future__ import annotations

import click

from ..grouping import Group
from .keeping import anchor, export, rotate
from .show import show
from .verify import verify


@click.group("evidence", cls=Group)
def command() -> None:
    """The sealed evidence: read it, hand it on, have it anchored outside, and check it offline.

    Every `zusage verify` seals what was seen and the verdicts in an append-only log in the C2SP tlog formats. It holds
    counts and names of tables, no value of any row.
    """


for one in (verify, show, export, anchor, rotate):
    command.add_command(one)
