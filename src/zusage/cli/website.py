"""zusage website"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import click

from . import options
from .failing import KEPT, UNDECIDED
from .grouping import Group
from .output import as_json as print_json
from .output import say, table


@click.group("website", cls=Group)
def command() -> None:
    """Web sites as a browser sees them. `zusage verify` looks at them; here what it saw becomes readable."""


@command.command("report")
@options.manifest
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), default="website", show_default=True, help="Where to write."
)
@click.option("--language", type=click.Choice(["de", "en", "all"]), default="all", show_default=True, help="Which language.")
@click.option("--pdf", is_flag=True, help="Also as PDF, with the screenshots in it, for whoever files it.")
@options.folder
@options.json_output
def report(manifest: Path, out: Path, language: Literal["de", "en", "all"], pdf: bool, folder: Path | None, as_json: bool) -> int:
    """Write what the last look saw of the web sites: a table of each situation with its legal grounds, and screenshots.

    The report is made from the sealed evidence; no site is called. It names what was kept in the browser and who was called, by
    section 25 TDDDG and Art. 6 GDPR, and never what an entry holds.

    Exit code: 0 written, 2 no web site was looked at yet, 3 no PDF can be made here; then nothing was written.
    """
    from zusage.bootstrap import opened
    from zusage.bootstrap.proving.site_reports import site_report

    from .files import write_whole

    with opened(manifest, folder) as product:
        if not product.loaded.manifest.websites:
            raise click.UsageError("the manifest names no web site; add one under systems with kind: website")
        files = site_report(product, ("de", "en") if language == "all" else (language,), paper=pdf)
        looked = bool(product.evidence.folders())
    if not looked:
        say("nobody has looked yet; `zusage verify` does", "yellow")
        return UNDECIDED
    write_whole({out / name: content for name, content in sorted(files.items())})
    written = {
        name: hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()
        for name, content in files.items()
    }
    if as_json:
        print_json({"folder": str(out), "files": written})
    else:
        table(("written", "SHA-256"), [(str(out / name), digest) for name, digest in sorted(written.items())])
    return KEPT
