"""zusage publish"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import click

from . import options
from .failing import KEPT, USAGE
from .findings import show
from .output import as_json as print_json
from .output import count, say, table


@click.command("publish")
@options.manifest
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), default="notice", show_default=True, help="Where to write."
)
@click.option("--language", type=click.Choice(["de", "en", "all"]), default="all", show_default=True, help="Which language.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Write the notice as it is on this day.  [default: today]")
@options.json_output
def command(manifest: Path, out: Path, language: Literal["de", "en", "all"], on: datetime | None, as_json: bool) -> int:
    """Write the privacy notice from the manifest, in German and English, as HTML and Markdown.

    The sentences are made from the same promises that `zusage verify` judges, and each has an anchor to link to. The same
    manifest and day give the same bytes. A manifest with errors is not published.

    Exit code: 0 written, 3 the manifest has errors.
    """
    from zusage.documents import publish
    from zusage.promises.checking import check
    from zusage.promises.finding import Severity
    from zusage.promises.loading import load

    from .files import write_whole

    loaded = load(manifest)
    day = on.date() if on else datetime.now(ZoneInfo(loaded.manifest.time_zone)).date()
    errors = [finding for finding in check(loaded, day) if finding.severity is Severity.ERROR]
    if errors:
        show(errors)
        say(f"nothing was written: {count(len(errors), 'error')} would be published")
        return USAGE
    files = publish(loaded, day) if language == "all" else publish(loaded, day, (language,))
    write_whole({out / name: content for name, content in sorted(files.items())})
    written = {name: hashlib.sha256(content.encode()).hexdigest() for name, content in sorted(files.items())}
    if as_json:
        print_json({"folder": str(out), "on": day.isoformat(), "manifest": loaded.digest, "files": written})
    else:
        table(("written", "SHA-256"), [(str(out / name), digest) for name, digest in written.items()])
    return KEPT
