"""A case that waits for its answer, and one that was answered."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from click.testing import CliRunner

from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.cases.stepping import step
from zusage.cli import cli
from zusage.rights.letter import MailRefused

from .door_world import Door, text_of

REPORT = """From: MAILER-DAEMON@mail.example
To: rights@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Mon, 1 Jun 2026 09:00:00 +0000 (UTC)

Final-Recipient: rfc822; otter@example.org
Original-Recipient: rfc822;otter@example.org
Action: ACTION
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b1
Content-Type: text/rfc822-headers

Subject: The answer to your request
From: rights@example.org
To: otter@example.org
Message-ID: NUMBER

--b1--
"""


def granted(door: Door, right: Any = "access", **content: object) -> None:
    """A case that waits for its answer, and everybody who was acknowledged."""
    with door.product() as product:
        receive(product, right, "clerk-1", {"person": "customer=7", **content})
        for name in ("identify", "acknowledge", "grant", *(["approve"] if right == "erasure" else [])):
            step(product, "C-0001", name, "clerk-2" if name == "approve" else "clerk-1", how="login")
        if right != "erasure":
            step(product, "C-0001", "done", "clerk-1", words="Compared.")
        product.state.close()


def answered(door: Door, way: str = "mailed-link", words: str = "Wort-77", **more: Any) -> str:
    """The state of the case when a member of staff has answered it."""
    if way in ("mailed-link", "login"):
        more.setdefault("beside", {"one.txt": b"Seite-1"})  # printing a PDF takes long
    with door.product() as product:
        found = step(product, "C-0001", "answer", "clerk-1", words=words, way=way, **more)  # type: ignore[arg-type]
        product.state.close()
        return str(found.case.state)


def mailed_link(door: Door, mail: int = -1) -> str:
    """The path that a mail names."""
    (found,) = set(re.findall(r"https://shop\.example/rights/(answer/\S+)", text_of(door.mails[mail])))
    return str(found)


def kinds(door: Door) -> list[str]:
    """What happened in the case since it was granted, in its order."""
    return [kind for kind, _, _ in door.events()][4:]


def reported(door: Door, number: str, action: str = "failed") -> int:
    """How `zusage case returned` ends with a mail server's report about the mail of this number."""
    file = door.world.folder / "report.eml"
    file.write_text(REPORT.replace("NUMBER", number).replace("ACTION", action))
    words = ["case", "returned", str(door.world.folder / "zusage.yaml"), "--from-mail", str(file)]
    with suppress(MailRefused):
        return int(CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False).return_value)
    return 3
