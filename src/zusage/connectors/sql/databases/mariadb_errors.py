"""What went wrong on MariaDB, in words of our own: the server's may hold values of rows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError

from .mariadb_damage import CODES

_GRANT = "`zusage init ADDRESS --grant --for MANIFEST` prints the rights that it needs"
_DAMAGED = "a table is damaged: CHECK TABLE says which, REPAIR TABLE mends it"
_WORDS: Mapping[int, str] = {
    1021: "the disk is full",
    1040: "the server has too many connections",
    1044: "the role may not use this database",
    1045: "user or password is wrong",
    1047: "the node takes no part in its cluster just now",
    1048: "a column that must have a value would lose it",
    1049: "there is no such database",
    1053: "the server is shutting down",
    1062: "a unique key forbids a value that is there already",
    1093: "a table cannot be changed by what is selected from itself",
    1114: "the table is full",
    1142: f"the role lacks a right on a table; {_GRANT}",
    1143: f"the role lacks a right on a column; {_GRANT}",
    1146: "a table does not exist",
    1205: "somebody else holds a lock",
    1213: "it was chosen to end a deadlock",
    1227: "the role lacks a right",
    1264: "a value does not fit its column",
    1265: "a value does not fit its column",
    1267: "two texts are of unlike collations",
    1290: "the server is read-only, perhaps a replica",
    1292: "a value does not fit its column",
    1317: "the statement was stopped",
    1366: "a value does not fit its column",
    1370: "the role lacks a right on a routine",
    1406: "a value does not fit its column",
    1451: "a foreign key of another table forbids it",
    1452: "a foreign key forbids it",
    1644: "a trigger refused it",
    1792: "the transaction can only read",
    1927: "the connection was ended by the server",
    1969: "the statement took longer than the server allows",
    2003: "the server does not answer",
    2006: "the connection is lost",
    2013: "the connection is lost",
    3948: "the server refuses it",
    4025: "a check of the table forbids it",
    **dict.fromkeys(CODES, _DAMAGED),
}
#: locks of others, deadlocks, a server that restarts or that another takes over from
_PASSING = {1020, 1040, 1047, 1053, 1205, 1213, 1927, 2002, 2003, 2006, 2013, 2014, 2055}


def reason(error: DBAPIError) -> str:
    """What went wrong."""
    code = code_of(error)
    if code is None:
        return type(error.orig).__name__
    return f"{_WORDS.get(code, 'MariaDB refused it')} (MariaDB error {code})"


def passes(error: DBAPIError) -> bool:
    """Whether it passes by itself."""
    return code_of(error) in _PASSING or error.connection_invalidated


def code_of(error: DBAPIError) -> int | None:
    """The server's or the driver's number of what went wrong; None where neither gave one."""
    given = getattr(error.orig, "args", ())
    return given[0] if given and isinstance(given[0], int) and given[0] else None
