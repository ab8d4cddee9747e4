"""A request that came by mail, read from its bytes. A mail is anybody's, so whatever does not read cleanly is refused as a whole.

1.  It has an end: nobody asks for their data with more than some megabytes.
2.  A human wrote it to us: what a machine sent or a mailing list spread (RFC 3834, 3464, 2919) is answered by nobody, so that no two
    machines write to each other for ever.
3.  It has one sender with one address, and carries no other mail. The address is a hint whom to ask, never a proof who asks; of a mail
    that was passed on it is that of whoever did so, and nothing is mailed there.
4.  It has a text that can be read, and the text says something. What hangs on it is counted and not kept: nobody need show a passport.
5.  What controls a terminal or turns the direction of writing is taken out.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Mapping, Sequence
from email.errors import InvalidHeaderDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from .plain import plain_text

#: bytes of a mail at most, what hangs on it included
LONGEST = 10 * 1024 * 1024
#: characters of its text at most
WORDS = 100_000
#: parts of a mail at most
PARTS = 200
_MACHINES = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+=-].*)?", re.IGNORECASE)
_PASSED_ON = re.compile(r"\s*(fwd?|wg|weitergeleitet)\s*:", re.IGNORECASE)
#: how mail programs begin what they say while somebody is away, where they do not say so otherwise
_AWAY = re.compile(r"\s*(automatische antwort|automatic reply|abwesenheitsnotiz|out of office)\b", re.IGNORECASE)
_LISTS = ("List-Id", "List-Post", "List-Unsubscribe")


class MailRefused(Exception):
    """A mail is not taken in: why and what to do. No message holds anything of the mail."""

    #: what it was given as
    what = "is not taken in as a request by mail"

    def __init__(self, why: str, advice: str = "Read it, and give its words instead") -> None:
        super().__init__(f"this {self.what}: {why}. {advice}.")


def read_mail(raw: bytes) -> Mapping[str, object]:
    """Who wrote and what, to be kept with a case. Raises MailRefused."""
    if len(raw) > LONGEST:  # 1
        raise MailRefused(f"it has more than {LONGEST // 1024 // 1024} MB")
    try:
        message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
        return _read(message)
    except (
        AttributeError,
        IndexError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ):  # what the parser does with what is no mail
        raise MailRefused("its form cannot be read") from None


def _read(message: EmailMessage) -> Mapping[str, object]:
    parts = _parts(message)
    sender, address = _sender(message)
    if machine := _machine(message, address):  # 2
        raise MailRefused(machine, "Nobody asks for anything in it; if somebody does, give its words instead")
    if any(part.get_content_maintype() == "message" for part in parts):  # 3
        raise MailRefused("it carries another mail", "Save that one as a file of its own, and give it instead")
    subject = visible(str(message["Subject"] or ""))
    attached = sum(part.is_attachment() for part in parts)
    words = _text(message)
    return {
        ("forwarded_by" if _PASSED_ON.match(subject) else "address"): sender,
        "subject": " ".join(subject.split()),
        "words": words,
        **({"attachments": f"{attached}, not kept"} if attached else {}),
    }


def _parts(message: EmailMessage) -> list[EmailMessage]:
    found: list[EmailMessage] = []
    for part in message.walk():
        found.append(part)
        if len(found) > PARTS:
            raise MailRefused("it has parts without end")
    return found


def _sender(message: EmailMessage) -> tuple[str, str]:
    """As they write themselves, and the address alone, which two ways of reading it must agree on (3)."""
    named = message.get_all("From", [])
    addresses: Sequence[Address] = named[0].addresses if len(named) == 1 else ()
    found = addresses[0].addr_spec if len(addresses) == 1 else ""
    shown = str(addresses[0]) if found else ""
    groups = [one for header in named for one in header.groups if one.display_name is not None]
    broken = [one for header in named for one in header.defects if isinstance(one, InvalidHeaderDefect)]
    if not _is_address(found) or parseaddr(shown)[1] != found or groups or broken:
        raise MailRefused("it does not have one sender with one address")
    return visible(shown), found


def _machine(message: EmailMessage, address: str) -> str:
    """Why nobody answers it; empty where a human wrote it to us (2)."""
    automatic = str(message["Auto-Submitted"] or "no").split(";")[0].strip().casefold()
    if automatic != "no" or message["X-Autoreply"] or _AWAY.match(str(message["Subject"] or "")):
        return "a machine wrote it, perhaps because somebody is away"
    if message.get_content_type() == "multipart/report" or str(message["Return-Path"] or "").strip() == "<>":
        return "it is the report of a mail server"
    if any(message[name] for name in _LISTS) or str(message["Precedence"] or "").strip().casefold() in ("bulk", "list", "junk"):
        return "it came by way of a mailing list"
    if _MACHINES.fullmatch(address.rpartition("@")[0]):
        return "nobody reads what is written to its sender"
    return ""


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and text.isprintable() and "\ufffd" not in text and " " not in text


def _text(message: EmailMessage) -> str:
    for text in _bodies(message):
        if len(text) > WORDS or "\x00" in text:
            break
        if text.strip():
            return visible(text)
    raise MailRefused("it has no text, or one that is no text or has no end")  # 4


def _bodies(message: EmailMessage) -> Iterator[str]:
    """The text as it was written, then what a page of it says."""
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        if body is not None:
            text = str(body.get_content())
            yield plain_text(text, WORDS) if kind == "html" else text


def visible(text: str) -> str:
    """Without what controls a terminal or the direction of writing (5)."""
    return "".join("\ufffd" if _controls(ord(one)) else one for one in text.replace("\r\n", "\n"))


def _controls(code: int) -> bool:
    control = (code < 0x20 and code not in (0x09, 0x0A)) or 0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF
    return control or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
