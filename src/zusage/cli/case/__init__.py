"""zusage case: a request from receipt to answer, its commands by what they are about."""

from __future__ import annotations

import click

from ..grouping import Group
from .agree import agree
from .answer import answer
from .nothing_held import nothing_held
from .office import serve, token
from .opening import open_case
from .person import person
from .reading import letter, listed, show, sweep
from .returned import returned
from .steps import STEPS
from .transfer import no_transfer, transfer


@click.group("case", cls=Group)
def command() -> None:
    """Requests of people (Art. 12 to 22 GDPR), from receipt to answer, with the clock of the law.

    \b
      zusage case open --right erasure --by clerk-1 --from-mail request.eml
      zusage case identify C-0001 --how login --by clerk-1
      zusage case grant C-0001 --by clerk-1
      zusage case approve C-0001 --by clerk-2
      zusage case done C-0001 --by clerk-1 --plan erasure.json
      zusage case answer C-0001 --by clerk-1 --way mailed-link --words "…"
      zusage case close C-0001 --by clerk-1
    """


for one in (
    open_case,
    *STEPS,
    agree,
    transfer,
    no_transfer,
    answer,
    nothing_held,
    person,
    letter,
    listed,
    show,
    sweep,
    returned,
    serve,
    token,
):
    command.add_command(one)
#: as a case goes
command.first = (
    *("open", "list", "show", "acknowledge", "ask-identity", "mail-link", "identify", "person", "include", "leave-out"),
    *(
        "extend",
        "grant",
        "refuse",
        "lapse",
        "approve",
        "agree",
        "transfer",
        "no-transfer",
        "done",
        "nothing-held",
        "answer",
        "undelivered",
        "letter",
    ),
    *("withdraw", "close"),
    *("sweep", "returned", "serve", "token"),
)
