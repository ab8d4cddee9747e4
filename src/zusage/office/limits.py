"""How often one address may write. Addresses stay in memory, as a code with a key of this process, and only for as long as they count."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

_KNOWN = 100_000


class RateLimit:
    """So many at once, then so many a minute, for each address; without a number there is no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._rate, self._clock = float(per_minute), per_minute / 60, clock
        self._key = secrets.token_bytes(16)
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Count one; 0 where it may go on, else the seconds until the next may."""
        if not self._rate:
            return 0
        name = hashlib.blake2b(address.encode(), key=self._key, digest_size=16).digest()
        now = self._clock()
        left, since = self._left.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._left[name] = (left - 1 if allowed else left, now)
        if len(self._left) > _KNOWN:
            self._left.popitem(last=False)
        return 0 if allowed else max(1, round((1 - left) / self._rate))
