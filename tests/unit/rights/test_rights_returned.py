"""Reports of mail servers: the mail is known by its number, in each form in which it is sent back; anything else is refused."""

from __future__ import annotations

import pytest

from zusage.rights.letter import LONGEST, MailRefused
from zusage.rights.returned import returned_mail

NUMBER = "0f8fad5b-d9cb-469f-a165-70867728950e"
STATUS = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; otter@example.org\nAction: {action}\nStatus: 5.1.1\n"
PART = "--b\nContent-Type: {kind}\n\n{text}\n"


def report_of(
    kind: str = "text/rfc822-headers",
    number: str = f"<{NUMBER}@example.org>",
    action: str = "failed",
    report: str = "delivery-status",
) -> bytes:
    sent = f"From: rights@example.org\nMessage-ID: {number}\n\n" + ("Kennwort\n" if kind == "message/rfc822" else "")
    parts = [("text/plain", "Sorry."), ("message/delivery-status", STATUS.format(action=action)), (kind, sent)]
    body = "".join(PART.format(kind=one, text=text) for one, text in parts)
    head = f'From: MAILER-DAEMON@mx.example\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type={report}; boundary="b"\n\n'
    return (head + body + "--b--\n").encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_the_mail_that_failed_is_known_by_its_number(kind: str) -> None:
    assert returned_mail(report_of(kind)) == NUMBER
    assert returned_mail(report_of(kind, action="Failed").replace(b"\n", b"\r\n")) == NUMBER


@pytest.mark.parametrize(
    "raw",
    [
        report_of(action="delayed"),
        report_of(action="relayed"),
        report_of(report="disposition-notification"),
        report_of(number="<somebody@example.org>"),
        report_of(number=""),
        report_of() * 2000 + b"x" * LONGEST,
        b"From: a@b.example\n\nMessage-ID: <0f8fad5b-d9cb-469f-a165-70867728950e@example.org>",
        b"",
        bytes(range(256)),
    ],
    ids=["delayed", "relayed", "read", "not ours", "no number", "long", "a letter", "nothing", "noise"],
)
def test_what_says_nothing_of_a_mail_that_failed_is_refused_without_a_word_of_it(raw: bytes) -> None:
    with pytest.raises(MailRefused) as refused:
        returned_mail(raw)
    assert not [word for word in ("otter", "Kennwort", NUMBER) if word in str(refused.value)]
