"""A notice as an OpenDSR request (formerly OpenGDPR), version 1.0. It knows erasures alone; the receipt is a status 201 for this request.

1. The request carries a UUID of ours; a processor that has it already says so when it is asked for its status, and it is not sent again.
2. The answer must name that UUID. What it repeats of our request is neither kept nor shown, as the specification wants.
3. Where the processor's certificate is declared, an answer counts only when the processor has signed its body.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

from .letter import Letter, NotDelivered, Sent, refused
from .speaking import Answer, speak

VERSION = "1.0"
#: types of identity that the specification names
TYPES = frozenset(
    {
        "controller_customer_id", "android_advertising_id", "android_id", "email", "fire_advertising_id", "ios_advertising_id",
        "ios_vendor_id", "microsoft_advertising_id", "microsoft_publisher_id", "roku_publisher_id", "roku_advertising_id",
    }
)  # fmt: skip
#: headers with the signature, by the names that the specification has had
_SIGNATURES = ("X-OpenDSR-Signature", "X-OpenCompliance-Signature", "X-OpenGDPR-Signature")
_STATES = frozenset({"pending", "in_progress", "completed", "cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """Somebody who takes OpenDSR requests."""

    #: where requests are posted; the status of one lies below it
    url: str
    #: PEM; None: its answers need no signature
    certificate: bytes | None = None


def ask(processor: Processor, letter: Letter, callback: str | None, *, in_doubt: bool) -> Sent:
    """Hand the request in, unless it is there already (1). Raises NotDelivered."""
    if in_doubt and (known := progress_of(processor, letter.key)):
        return Sent("the processor has it already", known)
    answer = _sent("POST", processor.url, _request(letter, callback))
    if answer.status not in (200, 201, 202):
        raise refused("the processor", answer.status)
    if _content(answer, processor).get("subject_request_id") != letter.key:
        raise NotDelivered("the processor's answer is not about this request")
    return Sent(f"the processor answered with status {answer.status}", "pending")


def progress_of(processor: Processor, key: str) -> str:
    """How far a processor says it has come with a request; empty where it does not know it. Raises NotDelivered."""
    answer = _sent("GET", f"{processor.url.rstrip('/')}/{key}")
    if answer.status == 404:
        return ""
    if not answer.taken:
        raise refused("the processor", answer.status)
    content = _content(answer, processor)
    status = content.get("request_status")
    if content.get("subject_request_id") != key or status not in _STATES:
        raise NotDelivered("what the processor reports is not about this request, or no status of OpenDSR")
    return str(status)


def _request(letter: Letter, callback: str | None) -> dict[str, Any]:
    identities = [(kind, value) for kind, values in letter.identities.items() if kind in TYPES for value in values]
    if not identities:
        raise NotDelivered("nothing names the person to the processor. Write notices: {names: {email: system.table.column}}")
    return {
        "regulation": "gdpr",
        "subject_request_id": letter.key,
        "subject_request_type": "erasure",
        "submitted_time": letter.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "subject_identities": _identities(identities),
        "api_version": VERSION,
        **({"status_callback_urls": [callback]} if callback else {}),
    }


def _identities(found: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"identity_type": kind, "identity_value": value, "identity_format": "raw"} for kind, value in found]


def _sent(method: str, url: str, content: Mapping[str, Any] | None = None) -> Answer:
    body = json.dumps(content).encode() if content else None
    return speak(
        method, url, {"Accept": "application/json", "Accept-Encoding": "identity", "Content-Type": "application/json"}, body
    )


def _content(answer: Answer, processor: Processor) -> Mapping[str, Any]:
    if processor.certificate is not None:
        _refuse_unsigned(answer, processor.certificate)
    try:
        found = json.loads(answer.body)
    except (json.JSONDecodeError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise NotDelivered("the processor's answer is no object of JSON")
    return found


def _refuse_unsigned(answer: Answer, certificate: bytes) -> None:
    """The signature is over the body, in base64 in a header (3)."""
    text = next((answer.headers[name] for name in _SIGNATURES if name in answer.headers), None)
    if text is None:
        raise NotDelivered("the processor has not signed its answer")
    try:
        signature = base64.b64decode("".join(text.split()), validate=True)
        key = load_pem_x509_certificate(certificate).public_key()
        if isinstance(key, RSAPublicKey):
            key.verify(signature, answer.body, PKCS1v15(), SHA256())
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, answer.body, ECDSA(SHA256()))
        else:
            raise NotDelivered("the declared certificate has a key of a kind that OpenDSR does not sign with")
    except (ValueError, InvalidSignature):
        raise NotDelivered("the signature of the processor's answer is not good by the declared certificate") from None
