"""One HTTP request to a recipient, which may neither keep us waiting for ever nor fill our memory."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httpx

from .letter import PATIENCE, NotDelivered, refuse_plain

#: seconds until the whole answer must be there, and bytes of it that are read
_DEADLINE, _SIZE = 60.0, 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def taken(self) -> bool:
        """A status 2xx."""
        return 200 <= self.status < 300


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: that takes longer than a notice."""
    return httpx.create_ssl_context(trust_env=False)


def _by(authority: str | None) -> ssl.SSLContext:
    """Who is trusted: the public authorities, or those of a file alone. Raises NotDelivered."""
    if authority is None:
        return _trusted()
    try:
        return ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError):
        raise NotDelivered("the file with the trusted certificates that the manifest names cannot be read") from None


def speak(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, authority: str | None = None) -> Answer:
    """Ask once, follow nowhere; ``authority`` is a file with the certificates that are trusted instead of the public ones. Raises NotDelivered."""
    refuse_plain(url)
    until = time.monotonic() + _DEADLINE
    try:
        with (
            httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=False, verify=_by(authority)) as client,
            client.stream(method, url, headers=dict(headers), content=body) as answer,
        ):
            found = bytearray()
            for part in answer.iter_raw():
                found += part
                if len(found) > _SIZE or time.monotonic() > until:
                    raise NotDelivered("the recipient's answer did not end", down=True)
            return Answer(answer.status_code, answer.headers, bytes(found))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotDelivered(f"the recipient could not be reached ({type(error).__name__})", down=True) from None
