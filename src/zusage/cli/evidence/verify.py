"""zusage evidence verify"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zusage.promises.finding import printable

from .. import options
from ..failing import BROKEN, CODES, KEPT
from ..output import as_json as print_json
from ..output import count, say

if TYPE_CHECKING:
    from zusage.evidence.audit import Audit
    from zusage.evidence.seal import Finding, WitnessKey
    from zusage.sealing import VerifierKey

KEYS = "log.vkey"


@click.command("verify")
@click.argument("evidence", metavar="FOLDER_OR_ARCHIVE", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="VKEY", help="The log's public key, or a file with it, from elsewhere.")
@click.option("--since", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A checkpoint that you kept earlier.")
@click.option(
    "--witness", "witnesses", multiple=True, metavar="VKEY", help="A witness that must have cosigned the newest checkpoint."
)
@options.json_output
def verify(evidence: Path, keys: tuple[str, ...], since: Path | None, witnesses: tuple[str, ...], as_json: bool) -> int:
    """Check evidence offline: no manifest, no database, no network. This is for whoever does not want to trust us.

    Checks that the entries are, in this order, what the holder of the log's key sealed (integrity), and judges every sealed
    observation again: each sealed verdict must follow from what was seen, and no promise may be left out of a look
    (judgement). It cannot show that what was observed was true.

    Take the public key from another source than the evidence, such as the controller's web site; without --key the one
    beside the evidence is used, which proves less. With --since, a checkpoint from before, it shows that nothing sealed until
    then was rewritten; with --witness that somebody outside saw the log grow.

    Exit code: 0 in order, 1 refused, 3 usage. That a log is unanchored is said, and refuses nothing by itself.
    """
    from zusage.evidence.audit import audit, logs_in
    from zusage.evidence.seal import WitnessKey, read_bundle
    from zusage.evidence.seal.errors import BundleUnreadable

    required = [WitnessKey.parse(witness) for witness in witnesses]
    try:
        files = read_bundle(evidence)
        known, beside = _keys(keys, evidence, files.get(KEYS))
        found = audit(logs_in(files, evidence.stem), known, since.read_bytes() if since else None, required)
    except BundleUnreadable as error:
        say(f"refused: {printable(str(error))}", "red")
        return BROKEN
    if as_json:
        print_json(_data(found, beside))
    else:
        _show(found, required, beside=beside, since=since is not None)
    return KEPT if found.ok else BROKEN


def _keys(given: Sequence[str], evidence: Path, inside: bytes | None) -> tuple[tuple[VerifierKey, ...], bool]:
    """The keys to trust, and whether they only lay beside the evidence."""
    from zusage.evidence.audit import read_keys

    if given:
        texts = (_text(Path(key)) if Path(key).is_file() else key for key in given)
        return tuple(key for text in texts for key in read_keys(text)), False
    if inside is not None:
        return read_keys(inside.decode("utf-8", errors="replace")), True
    for folder in (evidence, *evidence.absolute().parents[:2]):
        if (folder / KEYS).is_file():
            return read_keys(_text(folder / KEYS)), True
    raise click.UsageError(
        f"no --key was given and there is no {KEYS} beside the evidence; ask the controller for the public key"
    )


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _data(found: Audit, beside: bool) -> dict[str, object]:
    return {
        "ok": found.ok,
        "anchored": found.anchored,
        "key_from_beside_the_evidence": beside,
        "logs": [
            {
                "log": name,
                "origin": one.origin,
                "entries": one.size,
                "root": one.root.hex() if one.root else None,
                "ok": one.ok,
                "anchored_entries": one.anchored_size,
            }
            for name, one in found.logs
        ],
        "findings": [
            {"log": log, "step": f.step, "refuses": f.fatal, "where": f.where, "what": f.what, "why": f.why, "do": f.what_to_do}
            for log, f in _findings(found)
        ],
        "observations_judged_again": found.observations,
        "steps_of_cases": found.steps,
        "looks": [
            {"as_of": look.as_of.isoformat(), "verdicts": {promise: word.value for promise, word in look.verdicts.items()}}
            for look in found.looks
        ],
    }


def _findings(found: Audit) -> list[tuple[str, Finding]]:
    sealed = [(name, finding) for name, one in found.logs for finding in one.findings]
    return [*sealed, *(("", finding) for finding in found.findings)]


def _show(found: Audit, witnesses: Sequence[WitnessKey], *, beside: bool, since: bool) -> None:
    for number, (name, one) in enumerate(found.logs, 1):
        state = "as it was sealed" if one.ok else "REFUSED"
        size = count(one.size, "entry", "entries") if one.size is not None else "no trusted checkpoint"
        say(printable(f"{name}  {one.origin or 'unknown'}  {size}  {state}"), "green" if one.ok else "red")
        for finding in one.findings:
            if finding.fatal or not _said_elsewhere(finding, last=number == len(found.logs)):
                say(f"  {printable(str(finding))}", "red" if finding.fatal else "yellow")
    for finding in found.findings:
        say(printable(str(finding)), "red" if finding.fatal else "yellow")
    if not found.logs:
        say("refused: there is no log here. Give the folder of a log, the folder of several, or an archive of them.", "red")
        return
    _judged(found)
    _proves(found, witnesses, beside=beside, since=since)


def _said_elsewhere(finding: Finding, *, last: bool) -> bool:
    """That nothing is anchored is said at the end; that a log goes on, by the next one."""
    return finding.step == 7 or (finding.step == 8 and finding.where != "entry 0" and not last)


def _judged(found: Audit) -> None:
    if not found.looks:
        say("no complete look is sealed, so no verdict was judged", "red")
        return
    last = found.looks[-1]
    period = f"{found.looks[0].as_of:%Y-%m-%d %H:%M} to {last.as_of:%Y-%m-%d %H:%M} UTC"
    looks = count(len(found.looks), "complete look")
    say(f"judged again: {count(found.observations, 'observation')} of {looks}, {period}")
    counted = Counter(word.value for word in last.verdicts.values())
    if found.steps:
        say(f"{count(found.steps, 'step')} of cases, numbered without a gap")
    say("at the last look: " + ", ".join(f"{counted[word]} {word}" for word in CODES))


def _proves(found: Audit, witnesses: Sequence[WitnessKey], *, beside: bool, since: bool) -> None:
    if not found.ok:
        say("REFUSED: this is not, or not only, what was sealed, or a verdict does not follow from what was seen", "red")
        return
    say("in order: these entries, in this order, were sealed with the key, and every verdict follows from what was seen", "green")
    say("not shown: that what was observed was true. That depends on the program, the role and the system that each entry names.")
    if beside:
        say(
            "the key came from the same place as the evidence: whoever could replace one could replace both. Give --key.",
            "yellow",
        )
    if found.anchored:
        say(f"anchored: {', '.join(witness.name for witness in witnesses)} cosigned the newest checkpoint", "green")
    else:
        say("unanchored: no --witness was required, so the holder of the key could have written all of this anew", "yellow")
    if since:
        say("nothing that the checkpoint given with --since covers was changed or taken back", "green")
