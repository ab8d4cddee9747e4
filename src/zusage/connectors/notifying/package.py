"""A package of a person to another controller, by one POST over TLS. The receipt is a status 2xx.

1. It goes to an https address whose certificate is good for it, by the public authorities or by the declared one alone; to no other.
2. The key is the same at every attempt: a receiver that honours it imports the package once, however often it comes.
3. The digest goes along (RFC 9530). A receiver that answers ``{"sha256": …}`` confirms what it has; another digest than ours is no receipt.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .letter import NotDelivered, refused
from .speaking import speak


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPoint:
    """Where another controller takes packages."""

    url: str
    #: a file with the certificates that are trusted instead of the public ones
    authority: str | None = None
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What is sent: a ZIP archive, and the key by which the receiver knows a repetition."""

    key: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The receiver has it, by its own word."""

    status: int
    #: it has named the digest of what it received, which is ours
    confirmed: bool


def send_package(point: EndPoint, package: Package) -> Taken:
    """Send it once. Raises NotDelivered."""
    if urlsplit(point.url).scheme != "https":  # 1
        raise NotDelivered("the address is not https, so that others could read the package. Write https:// in the manifest")
    digest = hashlib.sha256(package.content)
    headers = {
        "Content-Type": "application/zip",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Idempotency-Key": package.key,
        "Content-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
        **({"Authorization": f"Bearer {point.token}"} if point.token else {}),
    }
    answer = speak("POST", point.url, headers, package.content, point.authority)
    if not answer.taken:
        raise refused("the other controller", answer.status)
    named = _named(answer.body)
    if named is not None and named != digest.hexdigest():
        raise NotDelivered("the other controller has received something else than was sent, by the digest that it names")
    return Taken(status=answer.status, confirmed=named is not None)


def _named(body: bytes) -> str | None:
    """The digest that an answer names; None where it names none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    named = found.get("sha256") if isinstance(found, dict) else None
    return named.lower() if isinstance(named, str) else None
