"""zusage logs configure"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from .. import options
from ..failing import KEPT


@click.command("configure")
@options.manifest
@click.option("--server", type=click.Choice(["nginx", "apache"]), required=True, help="For which server.")
@click.option("--system", metavar="NAME", help="Which log of the manifest.  [default: the only one]")
@click.option("--pipe", type=click.Path(path_type=Path), help="nginx: write into this named pipe, which the filter reads.")
@click.option("--log", type=click.Path(path_type=Path), help="The file to write.  [default: from the manifest's path]")
def configure(manifest: Path, server: str, system: str | None, pipe: Path | None, log: Path | None) -> int:
    """Print a server's configuration that keeps the manifest's promises before a line is stored.

    nginx: maps and a log_format for the http context, or, with --pipe and for error logs, a named pipe and the filter that reads
    it. Apache: piped logs. What nginx cannot cut out of a text, it leaves out.

    Exit code: 0 printed, 3 the server cannot do what the manifest says, usage or manifest error.
    """
    from zusage.connectors.access_log.declared import NotProtected, log_of, masker_of
    from zusage.connectors.access_log.formats import TEXTS
    from zusage.connectors.access_log.nginx import Nginx
    from zusage.promises.loading import load

    loaded = load(manifest).manifest
    name, declared = log_of(loaded, system)
    masker = masker_of(loaded, name)
    file = log or _current(declared.path)
    command = (str(Path(sys.argv[0]).absolute()), "logs", "filter", str(manifest.absolute()), "--system", name, "--to", str(file))
    click.echo(f"# The log {name}: what the manifest says is not stored does not reach it. Made by: zusage logs configure")
    if server == "apache":
        from zusage.connectors.access_log.apache import apache

        click.echo(apache(name, declared.format, command), nl=False)
    elif pipe or declared.format in TEXTS:
        if pipe is None:
            raise NotProtected(
                f"nginx cannot shorten the addresses in its error log {name}: name a pipe for the filter with --pipe"
            )
        click.echo(_piped(declared.format, pipe, command), nl=False)
    else:
        click.echo(Nginx(name, declared.format, masker.hiding, masker.left_out).text(str(file)), nl=False)
    return KEPT


def _current(path: str) -> Path:
    """The file that is being written, from the path that names rotated ones as well."""
    return Path(re.sub(r"\*.*$", "", path))


def _piped(form: str, pipe: Path, command: tuple[str, ...]) -> str:
    import shlex

    from zusage.connectors.access_log.formats import TEXTS, nginx_format

    first = f"# before the server starts: mkfifo -m 600 {pipe}; {shlex.join((*command, '--from', str(pipe)))}\n"
    if form in TEXTS:
        return f"{first}error_log {pipe};\n"
    words = nginx_format(form).replace("'", "\\'")
    return f"{first}log_format zusage_piped '{words}';\naccess_log {pipe} zusage_piped;\n"
