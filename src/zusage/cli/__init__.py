"""The command line: one file per command, loaded when it is called."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import click

from zusage import __version__

from .grouping import Sections

#: what a newcomer meets first stands first
SECTIONS = {
    "Keep and show promises": {
        "init": "Draft a manifest from the tables of a database.",
        "check": "Say what is wrong, missing or doubtful in a manifest.",
        "verify": "Look at the living systems and judge every promise.",
        "plan": "Say what would go, from where and why. Changes nothing.",
        "approve": "Sign a plan that needs a second person.",
        "apply": "Carry out a plan and no other.",
        "status": "Say how the promises stood at the last look.",
        "explain": "Explain one promise, and what was seen of it last.",
    },
    "Tell and prove": {
        "publish": "Write the privacy notice, in German and English.",
        "coverage": "Say which published promises the manifest binds.",
        "evidence": "Read, check, anchor and hand on what was sealed.",
        "website": "Report what browsers saw of web sites.",
        "attest": "State that what no machine can look at is kept.",
    },
    "Requests of people (GDPR)": {
        "case": "Lead a request from receipt to answer (Art. 12 to 22).",
        "person": "Find a person, and answer them (Art. 15, 20).",
        "rectify": "Correct one value of a person (Art. 16).",
        "erasure": "Erase what is held of people (Art. 17).",
        "restriction": "Take a person's data out of reach for a while (Art. 18).",
        "objection": "End the use for a purpose (Art. 21).",
        "withdrawal": "End a consent and what rests on it (Art. 7(3)).",
        "disclosures": "Record and list who received what of a person (Art. 15).",
        "notices": "Tell recipients what was done (Art. 19).",
    },
    "Run a service": {
        "consent": "Ask for consent, and keep and prove what was chosen.",
        "logs": "Keep out of logs what is never to be stored.",
        "warnings": "Warn people by mail before they lose what they have.",
        "suspend": "Hold rows that nothing may delete or change.",
        "backup": "Practise restoring, and let what was erased stay erased.",
        "canary": "Send a synthetic person through, and look what is left.",
    },
    "Tools": {
        "key": "Make and show signing keys.",
        "schema": "Print the JSON Schema of the manifest, for editors.",
    },
}


@click.group(
    cls=Sections,
    sections=SECTIONS,
    package=__name__,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="zusage")
def cli() -> None:
    """Make an organisation's IT keep what its privacy notice promises, and show it.

    \b
    A first verdict on a database of yours:
      zusage init sqlite:///shop.sqlite3 > zusage.yaml    draft a manifest
      zusage check zusage.yaml                            what is wrong or missing in it
      zusage verify zusage.yaml                           which promises hold today
      zusage plan zusage.yaml -o plan.json                what would be deleted, and why
      zusage apply zusage.yaml plan.json                  carry out that plan and no other

    Exit codes: 0 kept, 1 broken, 2 undecided or stopped, 3 usage or manifest error.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every failure is a message and an exit code, never a traceback."""
    from .failing import reported

    gc.set_threshold(50_000)  # what a command imports and reads stays to its end: looking there for rubbish took a seventh of it
    sys.exit(reported(cli, arguments))
