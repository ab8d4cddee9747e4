"""What is sent to a recipient, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from ..trouble import SystemTrouble

#: how long a recipient may take to answer, in seconds
PATIENCE = 15.0
#: Bad Request, Content Too Large, Unprocessable Content (RFC 9110)
_UNFIT = (400, 413, 422)
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class NotDelivered(SystemTrouble):
    """A recipient did not take a notice; the message says why, without any value of the notice or of the answer."""

    def __init__(self, message: str, *, down: bool = False, unfit: bool = False) -> None:
        super().__init__(message)
        #: it would take no other notice now either
        self.down = down
        #: it is what is in this message that it does not take, or how much
        self.unfit = unfit


class AddressRefused(NotDelivered):
    """The mail server is there, and takes nothing for this address."""


def refused(who: str, status: int) -> NotDelivered:
    """What a status of HTTP other than 2xx means; 408, 429 and 5xx are the recipient's state and not about this notice."""
    down = status in (408, 429) or status >= 500
    return NotDelivered(f"{who} answered with status {status}", down=down, unfit=status in _UNFIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One notice, ready to be sent. It names a person and is never kept, logged or shown."""

    #: the same at every attempt: a UUID
    key: str
    #: what was done: erased, restricted, lifted or corrected
    kind: str
    #: when it was done
    at: datetime
    #: the controller's name
    controller: str
    #: by what the recipient knows the person: type → values
    identities: Mapping[str, Sequence[str]] = field(repr=False)
    #: ``what`` was corrected, and the value ``before`` and ``after`` where the recipient may learn them
    corrected: Mapping[str, str] | None = field(repr=False)
    #: the data were made public, and links and copies are to go (Art. 17(2) GDPR)
    public: bool
    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One of many people whose data a rule took."""

    #: of the notice: a UUID, the same in whatever message it goes
    key: str
    at: datetime
    #: by what the recipient knows the person: type → values
    identities: Mapping[str, Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circular:
    """Many notices of erasures by a rule, ready to be sent as one message. It names people and is never kept, logged or shown."""

    #: the same at every attempt with these notices: a UUID
    key: str
    #: when the last of it was done
    at: datetime
    #: the controller's name
    controller: str
    people: Sequence[Ended] = field(repr=False)
    subject: str
    text: str = field(repr=False)
    #: CSV; None where the text names everybody
    table: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """The recipient has it, by its own word."""

    receipt: str
    #: how far a processor has come
    progress: str = ""


def refuse_plain(url: str) -> None:
    """Nothing that names a person goes over a line that is not encrypted; this machine itself is none. Raises NotDelivered."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise NotDelivered("the address is not https, so that others could read who is meant. Write https:// in the manifest")
