"""A request that came by mail, read from its bytes. A mail is anybody's, so whatever does not read cleanly is refused as a whole.

1.  It has an end: nobody asks for their data with more than some megabytes.
2.  It has one sender with one address. That is a hint whom to ask, never a proof who asks.
3.  It has a text that can be read, and the text says something.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import getaddresses

#: bytes of a mail at most, what hangs on it included
LONGEST = 10 * 1024 * 1024
#: characters of its text at most
WORDS = 100_000


class MailRefused(Exception):
    """A mail is not taken in: why and what to do. No message holds anything of the mail."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this is not taken in as a request by mail: {why}. Read it, and give --words instead.")


def read_mail(raw: bytes) -> Mapping[str, object]:
    """Who wrote and what, to be kept with a case. Raises MailRefused."""
    if len(raw) > LONGEST:  # 1
        raise MailRefused(f"it has more than {LONGEST // 1024 // 1024} MB")
    try:
        message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
        return {"address": _sender(message), "subject": str(message["Subject"] or ""), "words": _text(message)}
    except (LookupError, RecursionError, ValueError):
        raise MailRefused("its form cannot be read") from None


def _sender(message: EmailMessage) -> str:
    named = [str(value) for value in message.get_all("From", [])]
    found = getaddresses(named)
    if len(named) != 1 or len(found) != 1 or not _is_address(found[0][1]):  # 2
        raise MailRefused("it does not have one sender with one address")
    return named[0]


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and text.isprintable() and "\ufffd" not in text and " " not in text


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    text = str(body.get_content()) if body is not None else ""
    if not text.strip() or len(text) > WORDS or "\x00" in text:  # 3
        raise MailRefused("it has no text, or one that is no text or has no end")
    return text
