"""zusage logs: one file for each of its commands."""

from __future__ import annotations

import click

from ..grouping import Group
from .configure import configure
from .filter import filter_


@click.group("logs", cls=Group)
def command() -> None:
    """Keep out of the logs of web servers what the manifest promises never to store.

    At the source where the server can: `configure` writes its configuration. Where it cannot, in between: `filter` reads lines
    and writes them masked, at once. What is stored all the same, `zusage verify` finds, and `zusage plan` takes out.
    """


for one in (configure, filter_):
    command.add_command(one)
