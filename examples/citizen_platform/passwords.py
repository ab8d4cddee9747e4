"""Passwords: hashed with argon2id and a salt of their own, never the ones that everybody uses."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: the recommendation of OWASP's Password Storage Cheat Sheet for argon2id: 19 MiB, two passes, one lane
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

SHORTEST = 10
#: Words that stand at the top of every list of leaked passwords; with digits behind them they are no better.
_COMMON = ("password", "passwort", "qwertz", "qwerty", "12345", "letmein", "iloveyou", "willkommen", "hallo", "schatz", "admin")


class WeakPasswordError(Exception):
    """The password is too short, too common or part of the other entries."""


def demand_strength(password: str, *known: str) -> None:
    """Refuses a password that a dictionary would find."""
    plain = password.lower()
    bare = plain.rstrip("0123456789!?.-_ ")
    spoken = [name.lower().partition("@")[0] for name in known if name]
    if (
        len(password) < SHORTEST
        or len(set(plain)) < 5
        or bare in _COMMON
        or any(name in plain for name in spoken if len(name) > 3)
    ):
        raise WeakPasswordError


def hashed(password: str) -> str:
    """What is stored: the hash says by itself how it was made."""
    return _hasher.hash(password)


def fits(stored: str, password: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than those of today."""
    return _hasher.check_needs_rehash(stored)


@cache
def nobody() -> str:
    """A hash to try against where there is no account, so that the answer takes as long."""
    return hashed("there is nobody of this name")
