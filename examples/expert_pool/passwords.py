"""Passwords, hashed with Argon2id; how much a hash costs may be lowered where nobody real logs in."""

import os

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LOCKED = "!"  # no password verifies against it
_cheap = os.environ.get("EXPERT_POOL_CHEAP_PASSWORDS") == "yes"
_hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1) if _cheap else PasswordHasher()


def hashed(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


_NOBODY = hashed("nobody")


def fits(password: str, stored: str | None) -> bool:
    """Whether it is the password; an account that is not there takes as long as one that is."""
    try:
        return _hasher.verify(stored if stored and stored != LOCKED else _NOBODY, password) and bool(stored) and stored != LOCKED
    except (VerificationError, InvalidHashError):
        return False
