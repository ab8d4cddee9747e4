"""A mail of ours that came back, read from the report of a mail server (RFC 3464). A mail is anybody's: nothing but a number is taken from it.

1. Only what failed for good counts; a delay is told by the same form and is none.
2. The mail is known again by its Message-ID, which stands in what the report sends back of it. Nothing else of the report is kept.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message

from .letter import LONGEST, MailRefused

_NUMBER = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^\s<>]+>")
#: what to do where a human knows better
ADVICE = "Note in the case that its answer was not delivered, where one came back"


class ReportRefused(MailRefused):
    """A mail is not taken for a report that one of ours came back."""

    what = "is no report that a mail of ours came back"


def returned_mail(raw: bytes) -> str:
    """The number of the mail that could not be delivered. Raises ReportRefused where the report says nothing of the kind (1, 2)."""
    if len(raw) > LONGEST:
        raise ReportRefused("it is too long for the report of a mail server", ADVICE)
    try:
        message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.compat32)
        return _read(message)
    except (AttributeError, IndexError, LookupError, RecursionError, TypeError, ValueError):
        raise ReportRefused("its form cannot be read", ADVICE) from None


def _read(message: Message) -> str:
    kind = str(message.get_param("report-type") or "").casefold()
    if message.get_content_type() != "multipart/report" or kind != "delivery-status":
        raise ReportRefused("it is no report of a mail server on a delivery (RFC 3464)", ADVICE)
    parts = list(message.walk())
    if "failed" not in (action.strip().casefold() for part in parts for action in _actions(part)):
        raise ReportRefused("by it nothing has failed for good", "Wait: the mail server tries again, and reports")
    numbers = {found for part in parts for found in _numbers(part)}
    if len(numbers) != 1:
        raise ReportRefused("it does not say which mail came back", ADVICE)
    return numbers.pop()


def _actions(part: Message) -> Iterator[str]:
    if part.get_content_type() == "message/delivery-status" and isinstance(blocks := part.get_payload(), list):
        yield from (str(block["Action"]) for block in blocks if isinstance(block, Message) and block["Action"])


def _numbers(part: Message) -> Iterator[str]:
    """From the mail itself or its headers, as they came back."""
    payload = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(payload, list):
        heads = [str(one["Message-ID"] or "") for one in payload if isinstance(one, Message)]
    elif part.get_content_type() == "text/rfc822-headers":
        heads = [str(email.message_from_string(str(payload))["Message-ID"] or "")]
    else:
        return
    yield from (found[1] for head in heads if (found := _NUMBER.search(head)))
