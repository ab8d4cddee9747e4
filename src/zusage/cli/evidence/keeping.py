"""zusage evidence export, anchor and rotate"""

from __future__ import annotations

from pathlib import Path

import click

from .. import options
from ..failing import KEPT
from ..output import as_json as print_json
from ..output import count, say


@click.command("export")
@options.manifest
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The archive, such as bundle.zip."
)
@options.folder
@options.json_output
def export(manifest: Path, out: Path, folder: Path | None, as_json: bool) -> int:
    """Write all logs and their public keys into one .zip to hand on, for example to an authority.

    The same logs give the same bytes. It holds no secret and no value of any row. Whoever receives it runs
    `zusage evidence verify bundle.zip --key VKEY`, with the key from another source than the bundle.

    Exit code: 0 written, 3 there is nothing to write.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        number = product.evidence.export(out)
        keys = product.evidence.public_keys().decode().split()
    if as_json:
        print_json({"file": str(out), "logs": number, "keys": keys})
        return KEPT
    say(f"wrote {count(number, 'log')} to {out}")
    say(f"check it with: zusage evidence verify {out} --key {keys[-1]}")
    return KEPT


@click.command("anchor")
@options.manifest
@click.option("--witness", "url", metavar="URL", help="Only this witness.  [default: every one that the manifest declares]")
@options.folder
@options.json_output
def anchor(manifest: Path, url: str | None, folder: Path | None, as_json: bool) -> int:
    """Have witnesses outside your control cosign the newest checkpoint, so that the past cannot be rewritten unseen.

    A witness (C2SP tlog-witness) remembers what it cosigned and refuses a log that does not continue it. Declare it in the
    manifest, with the key that its operator publishes:

    \b
      witnesses:
        https://witness.example: "witness.example+0a1b2c3d+BA…"

    `zusage verify` anchors by itself wherever a witness is declared; this is for doing it again.

    Exit code: 0 anchored, 3 no such witness, or it could not be reached or refused.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        wanted = [url] if url else list(product.loaded.manifest.witnesses)
        if not wanted:
            raise click.UsageError("the manifest declares no witness (witnesses:), so there is nobody to ask")
        for one in wanted:
            product.evidence.anchor(one)
        words = product.evidence.anchoring()
    if as_json:
        print_json({"witnesses": wanted, "anchoring": words})
    else:
        say(words)
    return KEPT


@click.command("rotate")
@options.manifest
@options.folder
@options.json_output
def rotate(manifest: Path, folder: Path | None, as_json: bool) -> int:
    """Close the newest log and continue in a new one, so that an old one can be put away or deleted as a whole.

    Each log names the other, with size and root, so that none can be exchanged. The new log has a public key text of its
    own, which you publish like the first. An interrupted rotation is completed by whatever comes next.

    Exit code: 0 continued in a new log, 3 nothing could be done.
    """
    from zusage.bootstrap import opened

    with opened(manifest, folder) as product:
        old, new = product.evidence.rotate()
        key = product.evidence.public_keys().decode().split()[-1]
    closed, size = old.folder.name, old.checkpoint().size
    if as_json:
        print_json({"closed": closed, "entries": size, "continues_in": new.folder.name, "key": key})
        return KEPT
    say(f"closed {closed} at {count(size, 'entry', 'entries')}; the evidence continues in {new.folder.name}")
    say(f"publish its public key: {key}")
    return KEPT
