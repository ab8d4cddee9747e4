"""What becomes of an address: truncated, a keyed code, or nothing."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .addresses import Address

_MAPPED = 0xFFFF << 32
_SIX_TO_FOUR = 0x2002
#: longer separators, escaped many times over, are not repeated
_SEPARATOR = 7


class Hiding(Protocol):
    """A way to hide an address."""

    def hides(self, address: Address) -> bytes | None:
        """What stands in its place; None where it may stay as it is."""

    def shows(self, address: Address) -> bool:
        """Whether the address, found in a stored line, shows more than it should."""


@dataclass(frozen=True, slots=True)
class Truncate:
    """Only the first bits stay; the others become zero.

    An IPv4 address inside an IPv6 address (``::ffff:203.0.113.7``, 6to4) keeps no more bits than one by itself.
    """

    ipv4: int = 24
    ipv6: int = 48

    def hides(self, address: Address) -> bytes | None:
        """The address with zeros, in the common way of writing; None where they are zero already."""
        if address.value is None:
            return address.separator
        between = address.separator if len(address.separator) <= _SEPARATOR else (b"." if address.version == 4 else b":")
        kept = self._kept(address)
        if kept == address.value:
            return None
        if address.version == 4:
            return _dotted(kept, between)
        if kept >> 32 == 0xFFFF:
            short = between * 2 + b"ffff" + between + _dotted(kept & 0xFFFFFFFF, b".")
        else:
            short = _joined(kept, between)
        return b"[" + short + b"]" if address.port else short

    def shows(self, address: Address) -> bool:
        """Bits are set that should be zero; so it is also where nobody can tell which address it is."""
        return address.value is None or self._kept(address) != address.value

    def _kept(self, address: Address) -> int:
        value = address.value or 0
        if address.version == 4:
            return _first(value, self.ipv4, 32)
        if value >> 32 == 0xFFFF:
            return _MAPPED | _first(value & 0xFFFFFFFF, self.ipv4, 32)
        bits = min(self.ipv6, 16 + self.ipv4) if value >> 112 == _SIX_TO_FOUR else self.ipv6
        return _first(value, bits, 128)


def _first(value: int, bits: int, size: int) -> int:
    return value >> (size - bits) << (size - bits)


def _dotted(value: int, separator: bytes) -> bytes:
    return separator.join(b"%d" % (value >> shift & 255) for shift in (24, 16, 8, 0))


def _joined(value: int, separator: bytes) -> bytes:
    """An IPv6 address of which at least the last half is zero."""
    groups = [value >> shift & 0xFFFF for shift in range(112, -1, -16)]
    while groups and not groups[-1]:
        groups.pop()
    return separator.join(b"%x" % group for group in groups) + separator * 2


@dataclass(frozen=True, slots=True)
class Drop:
    """Nothing stays."""

    def hides(self, address: Address) -> bytes | None:
        """A hyphen."""
        return b"-"

    def shows(self, address: Address) -> bool:
        """Any address does."""
        return True


@dataclass(frozen=True, slots=True)
class Hash:
    """A keyed code: within the life of a key the same address has the same code; without the key it is a random number.

    ``key`` is asked for each address, so that the key can change while lines come in.
    """

    key: Callable[[], bytes]

    def hides(self, address: Address) -> bytes | None:
        """``ip-`` and twelve letters."""
        if address.value is None:
            return address.separator
        text = b"%d:%x" % (address.version, address.value)
        return b"ip-" + hmac.new(self.key(), text, "sha256").hexdigest()[:12].translate(_LETTERS).encode()

    def shows(self, address: Address) -> bool:
        """Any address does."""
        return True


#: what a code looks like
CODE = re.compile(rb"ip-[a-q]{12}")
#: digits become letters, so that a code is never taken for part of an address
_LETTERS = str.maketrans("0123456789", "ghijkmnopq")
