"""What a role may do on a MariaDB server, from its own grants and those of every role that it can take on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

#: every right but to pass rights on
ALL = "ALL PRIVILEGES"
#: rights by which nothing can be changed
_HARMLESS = {
    "USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "SHOW CREATE ROUTINE", "PROCESS", "REPLICATION CLIENT", "BINLOG MONITOR",
    "SLAVE MONITOR", "REPLICA MONITOR",
}  # fmt: skip
#: the only routine of ours, which a reader is given to see triggers and foreign keys
ROUTINE = "zusage.catalogue"
_MINE = "SELECT ROLE_NAME FROM information_schema.APPLICABLE_ROLES WHERE GRANTEE = CURRENT_USER()"
_NAME = r"(?:`(?:[^`]|``)*`|[^\s`.]+)"
_COLUMNS = re.compile(r"\s*\((?:`(?:[^`]|``)*`|[^()`])*\)")
_GRANT = re.compile(
    rf"GRANT (?P<rights>.+?) ON (?:(?P<what>\w+(?: BODY)?) )?(?P<schema>{_NAME})\.(?P<object>{_NAME}) TO ", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights on everything, a schema, a table or a routine; ``*`` stands for all."""

    rights: frozenset[str]
    #: rights that are given for some columns only
    columns: frozenset[str]
    schema: str
    object: str
    routine: bool = False

    @property
    def place(self) -> str:
        """Where, for people."""
        return "everything" if self.schema == "*" else f"{self.schema}.{self.object}"

    def covers(self, schema: str, table: str) -> bool:
        """Whether it is about a table of a schema; ``*`` asks for all of them."""
        if self.schema == "*":
            return True
        return _like(self.schema, schema, pattern=self.object == "*") and self.object in ("*", table)


def grants(connection: sa.Connection) -> list[Grant]:
    """Everything that the connection's user may do, or could after taking on a role of its own."""
    lines = _lines(connection, "SHOW GRANTS")
    if _has_public(connection):
        lines += _lines(connection, "SHOW GRANTS FOR PUBLIC")
    roles = _lines(connection, _MINE)
    return [grant for line in (*lines, *(_of_roles(connection, roles) if roles else ())) for grant in parse(line)]


def in_force(connection: sa.Connection) -> list[Grant]:
    """What the connection's user may do now: by rights of its own, by those of the role that it has taken on and of the roles in that,
    and by those of everybody; not what another role would let it do.
    """
    lines = _lines(connection, "SHOW GRANTS")
    if _has_public(connection):
        lines += _lines(connection, "SHOW GRANTS FOR PUBLIC")
    return [grant for line in lines for grant in parse(line)]


def _of_roles(connection: sa.Connection, roles: list[str]) -> list[str]:
    """What a role may do is told only to those who have taken it on; the role that was there before is there again afterwards."""
    lines = []
    before = connection.exec_driver_sql("SELECT CURRENT_ROLE()").scalar_one()
    for role in roles:
        connection.exec_driver_sql(f"SET ROLE {_quoted(role)}")
        lines += _lines(connection, "SHOW GRANTS FOR CURRENT_ROLE")
    connection.exec_driver_sql(f"SET ROLE {_quoted(str(before)) if before else 'NONE'}")
    return lines


def _lines(connection: sa.Connection, question: str) -> list[str]:
    return [str(line) for (line,) in connection.exec_driver_sql(question)]


def parse(line: str) -> Iterator[Grant]:
    """One line of SHOW GRANTS; nothing where it only names a role."""
    found = _GRANT.match(line)
    if found is None:
        return
    rights = found["rights"]
    plain = frozenset(part.strip() for part in _COLUMNS.sub(":", rights).split(",") if not part.strip().endswith(":"))
    partly = frozenset(part.strip().rstrip(":") for part in _COLUMNS.sub(":", rights).split(",") if part.strip().endswith(":"))
    given = frozenset({"GRANT OPTION"}) if line.rstrip().endswith("WITH GRANT OPTION") else frozenset()
    routine = (found["what"] or "TABLE") not in ("TABLE",)
    yield Grant(plain | given, partly, _plain(found["schema"]), _plain(found["object"]), routine)


def writing(all_grants: list[Grant]) -> Iterator[str]:
    """Each right by which something could be changed, and where."""
    for grant in all_grants:
        if grant.routine and grant.rights | grant.columns <= {"EXECUTE"} and f"{grant.schema}.{grant.object}".lower() == ROUTINE:
            continue
        for right in sorted((grant.rights | grant.columns) - _HARMLESS):
            yield f"{right} on {grant.place}"


def reads_whole(all_grants: list[Grant], schema: str, table: str) -> bool:
    """Whether SELECT is granted on all columns of a table."""
    return any(({"SELECT", ALL} & grant.rights) and grant.covers(schema, table) for grant in all_grants if not grant.routine)


def _like(granted: str, name: str, *, pattern: bool) -> bool:
    """In grants on a whole schema, _ and % stand for letters unless a backslash precedes them."""
    if not pattern:
        return granted == name
    pieces = re.findall(r"\\.|.", granted, re.DOTALL)
    letters = (
        re.escape(p[1]) if p.startswith("\\") and len(p) > 1 else {"%": ".*", "_": "."}.get(p, re.escape(p)) for p in pieces
    )
    return re.fullmatch("".join(letters), name, re.DOTALL) is not None


def _has_public(connection: sa.Connection) -> bool:
    """Since MariaDB 10.11 everybody may have been given something."""
    version = str(told_once(connection, "SELECT VERSION()"))
    numbers = re.search(r"(\d+)\.(\d+)\.\d+-MariaDB", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= (10, 11)


def told_once(connection: sa.Connection, question: str) -> object:
    """The answer to a question that a session always answers alike: asked once for each."""
    if question not in connection.info:
        connection.info[question] = connection.exec_driver_sql(question).scalar_one()
    return connection.info[question]


def _plain(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
