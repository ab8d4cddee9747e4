"""zusage schema"""

from __future__ import annotations

import click

from .failing import KEPT
from .output import as_json


@click.command("schema")
@click.option("--part", is_flag=True, help="The schema of a file that others import, which need not say everything.")
def command(part: bool) -> int:
    """Print the JSON Schema of the manifest, so that editors complete its keys and explain them.

    \b
    zusage schema > zusage.schema.json
    and in the first line of the manifest:
    # yaml-language-server: $schema=zusage.schema.json
    """
    from zusage.promises.schema import json_schema

    as_json(json_schema(part=part))
    return KEPT
