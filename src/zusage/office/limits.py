"""How often one address may write, or be written to. Addresses stay in memory, as a code with a key of this process, and only for as long as they count."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

_KNOWN = 100_000


_MINUTE = 60
#: bits of an IPv6 address that belong to a connection; the rest its owner chooses anew as often as they like
_CONNECTION = 64


def connection(address: str) -> str:
    """What addresses of one connection have in common: of an IPv6 address the network; anything else as it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, _CONNECTION), strict=False))


class RateLimit:
    """So many at once, then so many in ``seconds``, for each address; without a number there is no limit."""

    def __init__(self, number: int, clock: Callable[[], float] = time.monotonic, *, seconds: int = _MINUTE) -> None:
        self._burst, self._rate, self._clock = float(number), number / seconds, clock
        self._key = secrets.token_bytes(16)
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Count one; 0 where it may go on, else the seconds until the next may."""
        if not self._rate:
            return 0
        name = hashlib.blake2b(connection(address).encode(), key=self._key, digest_size=16).digest()
        now = self._clock()
        left, since = self._left.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._left[name] = (left - 1 if allowed else left, now)
        if len(self._left) > _KNOWN:
            self._left.popitem(last=False)
        return 0 if allowed else max(1, round((1 - left) / self._rate))
