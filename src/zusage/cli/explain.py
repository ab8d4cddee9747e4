"""zusage explain"""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .failing import KEPT
from .output import as_json as print_json
from .output import heading, on_terminal

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.explaining import Point


@click.command("explain")
@options.manifest_then("promise", "ID")
@click.option(
    "--language", "language", type=click.Choice(["de", "en"]), default="en", show_default=True, help="Language of the words."
)
@options.folder
@options.json_output
def command(manifest: Path, promise: str, language: Language, folder: Path | None, as_json: bool) -> int:
    """Explain one promise: its sentence in the notice, its rule in plain words, what would go now, and what was seen last.

    ID is as `zusage verify` and `zusage status` print it, such as orders/claims/at-most; for one that does not exist the
    nearest are named. Looks at the systems with connections that cannot write; where one cannot be reached, it says so.

    Exit code: 0, or 3 for a promise that the manifest does not make.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.asking import explain

    with opened(manifest, folder) as product:
        points = explain(product, promise, language)
    if as_json:
        print_json({"promise": promise, "language": language, **_data(points)})
    else:
        heading(promise)
        _show(points)
    return KEPT


def _data(points: tuple[Point, ...]) -> dict[str, object]:
    said: dict[str, object] = {}
    for point in points:
        if point.key == "now":
            said["now"] = [other.text for other in points if other.key == "now"]
        else:
            said[point.key] = point.text
    return said


def _show(points: tuple[Point, ...]) -> None:
    """Wrapped on a terminal; in a pipe one line a point."""
    width = max(len(point.label) for point in points)
    columns = min(shutil.get_terminal_size().columns, 130) if on_terminal() else 10**6
    before = ""
    for point in points:
        label = "" if point.label == before else point.label
        before = point.label
        first, rest = f"  {label.ljust(width)}  ", " " * (width + 4)
        click.echo(textwrap.fill(point.text, columns, initial_indent=first, subsequent_indent=rest))
