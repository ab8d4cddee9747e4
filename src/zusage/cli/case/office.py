"""zusage case serve, zusage case token"""

from __future__ import annotations

from pathlib import Path

import click

from zusage.rights.roles import ROLES, Holder, Role

from .. import options
from ..failing import KEPT, USAGE
from ..grouping import Group
from ..output import as_json as print_json
from ..output import say, table, warn
from ..written import WHO


@click.command("serve")
@options.manifest
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8641, show_default=True, help="Port to listen on.")
@click.option(
    "--per-minute",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Requests of one address at the public page in a minute; 0: no limit.",
)
@click.option("--behind-proxy", is_flag=True, help="Believe X-Forwarded-For of the proxy in front.")
@options.folder
def serve(manifest: Path, host: str, port: int, per_minute: int, behind_proxy: bool, folder: Path | None) -> int:
    """Serve the interface of cases for the staff's programs until it is told to stop. It describes itself at /office/openapi.json.

    Every call needs a token (`zusage case token issue`). Where the manifest declares a door (`requests: door`) the public page of requests
    is at /rights/, for everybody; what is due by mail goes out once a minute. It speaks plain HTTP: let a web server in front encrypt the
    line, and show the public no more than /rights/.

    Exit code: 0 stopped, 3 the state cannot be opened.
    """
    from zusage.bootstrap import opened
    from zusage.office.cases.serving import service
    from zusage.office.door.tending import tending
    from zusage.office.serving import serve as serve_app

    with opened(manifest, folder) as product, tending(product) as tender:
        application = service(product, tender.wake, lambda: tender.delayed, per_minute=per_minute, behind_proxy=behind_proxy)
        serve_app(application, host, port, lambda: say(f"listening on http://{host}:{port}/office/"))
    return KEPT


@click.group("token", cls=Group)
def token() -> None:
    """Tokens of the staff. Each step of a case over the interface is noted with whoever holds the token.

    \b
      intake   takes requests in and notes who somebody is
      decider  does that too, decides, carries out and answers
      second   approves what cannot be taken back
      auditor  sees what happened, and nothing of any person
    """


@token.command("issue")
@options.manifest
@click.option("--holder", type=WHO, required=True, help="Who, as the office calls them.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the token is for.")
@options.folder
def issue(manifest: Path, holder: str, role: Role, folder: Path | None) -> int:
    """Print a new token, this once. An older one of the same holder is worth nothing from now on.

    Exit code: 0 issued.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        click.echo(product.state.holders.issue(Holder(name=holder, role=role), product.clock()))
    return KEPT


@token.command("revoke")
@options.manifest
@click.option("--holder", required=True, help="Whose token is worth nothing from now on.")
@options.folder
def revoke(manifest: Path, holder: str, folder: Path | None) -> int:
    """Make a token worth nothing.

    Exit code: 0 revoked, 3 nobody of this name has one.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        if not product.state.holders.revoke(holder):
            warn("nobody of this name has a token; see `zusage case token list`")
            return USAGE
    say("revoked")
    return KEPT


@token.command("list")
@options.manifest
@options.folder
@options.json_output
def list_(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Who has a token, for what and since when.

    Exit code: 0.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        found = product.state.holders.all()
    if as_json:
        print_json([{"holder": one.name, "role": one.role, "issued_at": at.isoformat()} for one, at in found])
    else:
        table(("holder", "role", "since"), [(one.name, one.role, f"{at:%Y-%m-%d}") for one, at in found])
    return KEPT
