"""Whether stored bytes look sealed, judged without the key.

Nobody can prove encryption by looking; what can be shown is its absence. Four signs, each of which a true payload
gives with a chance of less than one in a hundred million, and far less when it is longer than the shortest:

1. It does not begin with our version byte, or is too short for nonce, tag and any content.
2. Its nonce stands in another payload of the sample: nonces are random and never repeat.
3. Its bytes are not evenly spread: Pearson's χ² over the 256 values is above 526, twelve deviations (√510) over the mean of 255.
   Text, JSON, base64 and any of them under a fixed byte substitution lie far above, even when as short as the shortest payload.
4. It contains 32 printable ASCII bytes in a row, which finds a text hidden among random bytes. In random bytes such a run begins at
   a given place with a chance of (95/256)³² ≈ 2·10⁻¹⁴; a limit of 8 would be met by one true payload of a kilobyte in five.

Compressed text passes 3 and 4, and is found by 1 alone, unless it was given the version byte too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .sealing import NONCE, TAG, VERSION

_SHORTEST = len(VERSION) + NONCE + TAG + len(b'{"key":[],"row":{},"parts":[]}')
_UNEVEN = 526.0
_READABLE = re.compile(rb"[\x20-\x7e]{32}")


def looks_sealed(payload: bytes) -> bool:
    """Whether a payload shows none of the signs that can be seen on it alone."""
    if payload[:1] != VERSION or len(payload) < _SHORTEST:  # 1
        return False
    body = payload[len(VERSION) :]
    return unevenness(body) <= _UNEVEN and not _READABLE.search(body)  # 3, 4


def unevenness(body: bytes) -> float:
    """Pearson's χ² of the bytes against an even spread; about 255 for random ones of any length."""
    squares = sum(count * count for count in Counter(body).values())
    return 256 * squares / len(body) - len(body)


def unsealed(payloads: Sequence[bytes]) -> int:
    """How many of the payloads show a sign of not being sealed."""
    nonces = Counter(payload[1 : 1 + NONCE] for payload in payloads)
    return sum(nonces[payload[1 : 1 + NONCE]] > 1 or not looks_sealed(payload) for payload in payloads)  # 2
