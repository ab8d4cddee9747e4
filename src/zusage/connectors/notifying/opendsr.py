"""A notice as an OpenDSR request (formerly OpenGDPR), version 1.0. It knows erasures alone; the receipt is a status 201 for this request.

1. The request carries a UUID of ours; a processor that has it already says so when it is asked for its status, and it is not sent again.
2. The answer must name that UUID. What it repeats of our request is neither kept nor shown, as the specification wants.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from .letter import PATIENCE, Letter, NotDelivered, Sent, refuse_plain

VERSION = "1.0"
#: types of identity that the specification names
TYPES = frozenset(
    {
        "controller_customer_id", "android_advertising_id", "android_id", "email", "fire_advertising_id", "ios_advertising_id",
        "ios_vendor_id", "microsoft_advertising_id", "microsoft_publisher_id", "roku_publisher_id", "roku_advertising_id",
    }
)  # fmt: skip
_STATES = frozenset({"pending", "in_progress", "completed", "cancelled"})


def ask(url: str, letter: Letter, callback: str | None, *, in_doubt: bool) -> Sent:
    """Hand the request in, unless it is there already (1). ``url`` is where requests are posted. Raises NotDelivered."""
    refuse_plain(url)
    if in_doubt and (known := progress_of(url, letter.key)):
        return Sent("the processor has it already", known)
    answer = _sent("POST", url, _request(letter, callback))
    if answer.status_code not in (200, 201, 202):
        raise NotDelivered(f"the processor answered with status {answer.status_code}")
    if _content(answer).get("subject_request_id") != letter.key:
        raise NotDelivered("the processor's answer is not about this request")
    return Sent(f"the processor answered with status {answer.status_code}", "pending")


def progress_of(url: str, key: str) -> str:
    """How far a processor says it has come with a request; empty where it does not know it. Raises NotDelivered."""
    refuse_plain(url)
    answer = _sent("GET", f"{url.rstrip('/')}/{key}")
    if answer.status_code == 404:
        return ""
    if not answer.is_success:
        raise NotDelivered(f"the processor answered with status {answer.status_code}")
    return status_in(_content(answer), key)


def status_in(content: Mapping[str, Any], key: str) -> str:
    """The status that an answer or a callback reports of a request. Raises NotDelivered."""
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


def _sent(method: str, url: str, content: Mapping[str, Any] | None = None) -> httpx.Response:
    try:
        with httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=False) as client:
            return client.request(method, url, json=content, headers={"Accept": "application/json"})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotDelivered(f"the processor could not be reached ({type(error).__name__})") from None


def _content(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise NotDelivered("the processor's answer is no object of JSON")
    return found
