"""What PostgreSQL says went wrong, in words of ours: its own sentences quote the rows that they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError

#: what passes by itself, by the first letters of the server's code
_PASSING = ("08", "40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03", "25P03", "57P05")
#: by code, or the first two letters of it
_WORDS: Mapping[str, str] = {
    "08": "the connection was lost",
    "22": "a value does not fit its column",
    "22P02": "a value does not fit its column, or is not what it is read as, such as a text that is no JSON document",
    "23001": "rows that refer to a row forbid that it goes",
    "23502": "a column must have a value",
    "23503": "rows refer to a row that should go, or to one that is not there",
    "23505": "two rows would have the same value where no two may",
    "23514": "a row would not fulfil a condition of its table",
    "25006": "the server takes no writes at this moment, as a replica does not",
    "28": "the role is not let in",
    "3D000": "there is no such database",
    "40001": "somebody else changed the same rows at the same moment",
    "40P01": "it and somebody else waited for each other",
    "42501": "the role has not the right for it; `zusage init ADDRESS --grant --for MANIFEST` prints those that it needs",
    "42704": "the server lacks a type or a collation that is needed, such as the Unicode rules for upper and lower case",
    "42P01": "a table is not there any more",
    "42703": "a column is not there any more",
    "42883": "values of two types cannot be compared or changed so",
    "42804": "a value has another type than its column",
    "53100": "the disk of the server is full",
    "53300": "the server has too many connections",
    "55P03": "somebody else held a lock for too long",
    "57014": "the statement was cancelled, or took longer than the server lets it",
    "57P": "the server is going down or is not up yet",
    "P0001": "a trigger or a function refused it",
}
#: what a message of the client says where the server said nothing, and what it means
_UNREACHED = (
    ("password authentication failed", "the role or its password is not accepted"),
    ("no password supplied", "the role needs a password, and the address has none"),
    ("role", "the role is not known or not let in"),
    ("no pg_hba.conf entry", "the server does not let this role in from here"),
    ("database", "there is no such database, or the role may not connect to it"),
    ("Connection refused", "nobody listens at that address"),
    ("could not translate host name", "the name of the host is not known"),
    ("timeout", "the server did not answer in time"),
    ("starting up", "the server is not up yet"),
    ("shutting down", "the server is going down"),
    ("recovery", "the server is not up yet"),
    ("too many clients", "the server has too many connections"),
)


def passes(error: DBAPIError) -> bool:
    """A lost connection, a server on its way down or up, a deadlock, a lock that somebody holds."""
    code = _code(error)
    if not code:
        return error.connection_invalidated or type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")
    return code.startswith(_PASSING)


def reason(error: DBAPIError) -> str:
    """Words for the code, and the names of what it is about; names of tables, columns and constraints are no values."""
    code = _code(error)
    if not code:
        return _unreached(str(error.orig))
    words = _WORDS.get(code) or _WORDS.get(code[:3]) or _WORDS.get(code[:2]) or type(error.orig).__name__
    about = getattr(error.orig, "diag", None)
    if code == "42501" and (denied := _DENIED.fullmatch(str(getattr(about, "message_primary", None) or ""))):
        code = f"{code}, {denied[1]}"
    names = [name for field in _FIELDS if (name := str(getattr(about, field, None) or "")) and _NAME.fullmatch(name)]
    return f"{words} ({', '.join([code, *(names if code != 'P0001' else [])])})"


#: how the server says of what the right is missing; a trigger may need one of the table to which it writes
_DENIED = re.compile(r"(?:permission denied for|must be owner of) (?:\w+ )*(\w{1,63})")
#: a trigger can put anything in the place of a name
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")
_FIELDS = ("schema_name", "table_name", "column_name", "constraint_name")


def _code(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _unreached(text: str) -> str:
    """Only what this file says; a message of the client may hold an address."""
    return next((words for sign, words in _UNREACHED if sign in text), "the connection was lost")
