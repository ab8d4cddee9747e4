"""Join links: signed by the platform, short-lived, without anything about who uses them."""

import hmac
from hashlib import sha256
from time import time

LIFE = 900  # seconds


def sign(secret: bytes, *parts: object) -> str:
    """A signature over the parts."""
    return hmac.new(secret, "\n".join(map(str, parts)).encode(), sha256).hexdigest()


def join_path(secret: bytes, meeting: str, role: str) -> str:
    """The path by which somebody joins a meeting within a quarter of an hour."""
    until = int(time()) + LIFE
    return f"/beitreten/{meeting}/{role}/{until}/{sign(secret, meeting, role, until)}"


def holds(secret: bytes, meeting: str, role: str, until: int, signature: str) -> bool:
    """Whether the platform made this link and it has not run out."""
    return until >= time() and hmac.compare_digest(sign(secret, meeting, role, until), signature)
