"""zusage logs filter"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import options
from ..failing import KEPT, UNDECIDED

if TYPE_CHECKING:
    from zusage.connectors.access_log.filtering import Target

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("filter")
@options.manifest
@click.option("--system", metavar="NAME", help="Which log of the manifest.  [default: the only one]")
@click.option("--to", type=_FILE, help="Append to this file, and make it anew at SIGHUP or when it was moved away.")
@click.option("--from", "source", type=_FILE, help="Read from this file or pipe.  [default: standard input]")
@click.option("--key-file", type=_FILE, help="Where the key of codes for addresses lies.  [default: in memory]")
def filter_(manifest: Path, system: str | None, to: Path | None, source: Path | None, key_file: Path | None) -> int:
    """Mask lines as they come in, and write them at once: between a server and its log.

    Fails closed: a line that cannot be masked is left out, with a note in its place; a full disk stops the reading until there
    is room, and loses nothing. A named pipe is held open, so that the server may come and go.

    Exit code: 0 at the end of the input, 2 lines were left out or could not be written, 3 usage or manifest error.
    """
    from zusage.connectors.access_log.declared import log_of, masker_of
    from zusage.connectors.access_log.filtering import Filter
    from zusage.connectors.access_log.loop import fastest
    from zusage.promises.loading import load

    loaded = load(manifest).manifest
    masker = masker_of(loaded, log_of(loaded, system)[0], key_file)
    work = Filter(lines=fastest(masker), source=_source(source), target=_target(to), tell=_tell)
    try:
        work.run()
    except OSError as error:
        _tell(f"cannot write: {error.strerror}; {work.lost} bytes were not written")
        return UNDECIDED
    return UNDECIDED if work.failed or masker.failed else KEPT


def _source(path: Path | None) -> int:
    """A named pipe is opened for both ways, so that it does not end when the server closes it."""
    if path is None:
        return 0
    return os.open(path, os.O_RDWR if path.is_fifo() else os.O_RDONLY)


def _target(path: Path | None) -> Target:
    from zusage.connectors.access_log.filtering import LogFile, Stream

    return Stream(1) if path is None else LogFile(path)


def _tell(message: str) -> None:
    click.echo(f"zusage logs filter: {message}", err=True)
