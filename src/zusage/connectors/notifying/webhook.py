"""A notice by a signed POST, in the form of Standard Webhooks: id, time and an HMAC over both and the body. The receipt is a status 2xx."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .letter import Circular, Letter, Sent, refused
from .speaking import speak


def post(url: str, secret: bytes, letter: Letter | Circular, now: datetime) -> Sent:
    """Send it once. Raises NotDelivered."""
    body = _body(letter)
    seconds = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": letter.key,
        "webhook-id": letter.key,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature(secret, letter.key, seconds, body)}",
    }
    answer = speak("POST", url, headers, body)
    if not answer.taken:
        raise refused("the recipient", answer.status)
    return Sent(f"the recipient answered with status {answer.status}")


def signature(secret: bytes, key: str, seconds: str, body: bytes) -> str:
    """HMAC-SHA256 over id, time and body, in base64."""
    signed = b".".join((key.encode(), seconds.encode(), body))
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def secret_text(secret: bytes) -> str:
    """The secret as the recipient enters it."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def _body(letter: Letter | Circular) -> bytes:
    content = _of_many(letter) if isinstance(letter, Circular) else _of_one(letter)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _of_one(letter: Letter) -> dict[str, Any]:
    return {
        "type": f"person.{letter.kind}",
        "timestamp": letter.at.isoformat(),
        "data": {
            "id": letter.key,
            "controller": letter.controller,
            "article": "Art. 17(2), 19 GDPR" if letter.public else "Art. 19 GDPR",
            "identities": _identities(letter.identities),
            "corrected": dict(letter.corrected) if letter.corrected else None,
            "links_and_copies": letter.public,
            "text": letter.text,
        },
    }


def _of_many(letter: Circular) -> dict[str, Any]:
    return {
        "type": "people.erased",
        "timestamp": letter.at.isoformat(),
        "data": {
            "id": letter.key,
            "controller": letter.controller,
            "article": "Art. 17(1)(a), 19 GDPR",
            "people": [
                {"id": one.key, "erased_at": one.at.isoformat(), "identities": _identities(one.identities)}
                for one in letter.people
            ],
        },
    }


def _identities(found: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    return [{"type": kind, "value": value} for kind, values in found.items() for value in values]
