"""Consent by mail, confirmed by the reader of the address (double opt-in): links that carry all that is to be recorded. Pure.

Nothing is stored before somebody confirms. The link holds the pseudonym of the address, never the address, and a code that only the
holder of the key can make; it holds for a while, and confirming twice is confirming once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, Literal

from .errors import LinkRefused
from .offer import Offer
from .record import ends
from .words import Language, sentence, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a link stands for."""

    kind: Literal["confirm", "withdraw"]
    subject: str
    purposes: tuple[str, ...]
    text: str
    language: Language
    site: str
    #: seconds since 1970
    requested: int
    #: seconds since 1970; 0: for as long as there is something to withdraw
    until: int


def wished(offer: Offer, subject: str, purposes: Iterable[str], text: str, language: Language, site: str, now: datetime) -> Wish:
    """Ask for the consent of whoever reads an address. The manifest has a section ``consents.mail``."""
    mail = offer.consents.mail
    until = int(ends(now, mail.valid).timestamp()) if mail else 0
    return Wish(
        kind="confirm",
        subject=subject,
        purposes=tuple(purposes),
        text=text,
        language=language,
        site=site,
        requested=int(now.timestamp()),
        until=until,
    )


def token(wish: Wish, key: bytes) -> str:
    """A wish as the last part of a link."""
    payload = json.dumps(asdict(wish), separators=(",", ":")).encode()
    return f"{_packed(payload)}.{_packed(_code(payload, key))}"


def read_token(text: str, key: bytes, now: datetime) -> Wish:
    """The wish behind a link. Raises LinkRefused where it was not made here, was altered or is too old."""
    payload, _, code = text.partition(".")
    try:
        raw = _unpacked(payload)
        genuine = hmac.compare_digest(code.encode(), _packed(_code(raw, key)).encode())
    except (ValueError, binascii.Error):
        raise LinkRefused from None
    if not genuine:
        raise LinkRefused
    found: dict[str, Any] = json.loads(raw)
    wish = Wish(**{**found, "purposes": tuple(found["purposes"])})
    if wish.until and datetime.fromtimestamp(wish.until, UTC) < now:
        raise LinkRefused
    return wish


def message(offer: Offer, wish: Wish, address: str, confirm: str) -> EmailMessage:
    """The mail that asks for the confirmation; it names what is asked and how to withdraw it, and advertises nothing."""
    said, language = words(wish.language)["mail"], wish.language
    purposes = [purpose for purpose in offer.purposes if purpose.name in wish.purposes]
    listed = "\n".join(
        f"- {purpose.title.in_language(language)}: {sentence(purpose.says.in_language(language))}" for purpose in purposes
    )
    withdrawal = " ".join(sentence(one.withdraw.in_language(language)) for one in purposes if one.withdraw)
    made = EmailMessage()
    made["Subject"] = said["subject"]
    made["From"] = offer.consents.mail.sender if offer.consents.mail else offer.contact
    made["To"] = address
    made["Auto-Submitted"] = "auto-generated"
    until = f"{datetime.fromtimestamp(wish.until, UTC):%d.%m.%Y %H:%M} UTC"
    body = said["body"].format(controller=offer.controller, purposes=listed, until=until, confirm=confirm, withdrawal=withdrawal)
    made.set_content(body)
    return made


def _code(payload: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"mail\0" + payload, hashlib.sha256).digest()


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
