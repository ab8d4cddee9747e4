"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Wrapped = Callable[..., Any]


def manifest(command: Wrapped) -> Wrapped:
    """MANIFEST, a file or a folder."""
    kind = click.Path(exists=True, path_type=Path)
    return click.argument("manifest", type=kind, default="zusage.yaml")(command)


def folder(command: Wrapped) -> Wrapped:
    """--folder, where our own state, keys and evidence are."""
    kind = click.Path(file_okay=False, path_type=Path)
    text = "Our own state, keys and evidence.  [default: .zusage beside the manifest]"
    return click.option("--folder", type=kind, envvar="ZUSAGE_FOLDER", help=text)(command)


def json_output(command: Wrapped) -> Wrapped:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(command)
