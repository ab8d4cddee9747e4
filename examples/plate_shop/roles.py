"""The two roles with which Zusage comes to the databases of a server: made by the statements that it prints."""

import secrets
from typing import ClassVar

from sqlalchemy import create_engine, make_url, text

from .database import with_driver

READER, WRITER = "zusage_reader", "zusage_writer"


class Roles:
    """The roles of one database; a password that they have already stays theirs."""

    passwords: ClassVar[dict[str, str]] = {}

    def __init__(self, url: str, statements: list[str]) -> None:
        self.url = make_url(url)
        self.statements = statements

    def make(self, name: str) -> dict[str, str]:
        """Run the statements and give each role a password; returns the environment with their addresses."""
        host = f"{self.url.host}:{self.url.port}"
        for role in (READER, WRITER):
            self.passwords.setdefault(f"{role}@{host}", secrets.token_urlsafe(18))
        engine = create_engine(
            with_driver(str(self.url.render_as_string(hide_password=False))), isolation_level="AUTOCOMMIT", hide_parameters=True
        )
        with engine.connect() as connection:
            for statement in self.statements:
                connection.exec_driver_sql(self._with_password(statement, host))
            if engine.dialect.name == "postgresql":
                for role in (READER, WRITER):
                    connection.execute(text(f"ALTER ROLE {role} PASSWORD '{self.passwords[f'{role}@{host}']}'"))
            if engine.dialect.name == "mariadb":
                for role in (READER, WRITER):
                    connection.execute(text(f"ALTER USER {role} IDENTIFIED BY '{self.passwords[f'{role}@{host}']}'"))
        engine.dispose()
        return {f"{name}_READER_URL": self._address(READER, host), f"{name}_WRITER_URL": self._address(WRITER, host)}

    def _with_password(self, statement: str, host: str) -> str:
        role = READER if READER in statement else WRITER
        return statement.replace("'…'", f"'{self.passwords[f'{role}@{host}']}'").replace("%", "%%")

    def _address(self, role: str, host: str) -> str:
        return self.url.set(username=role, password=self.passwords[f"{role}@{host}"]).render_as_string(hide_password=False)


def for_roles(manifest: str) -> str:
    """The manifest with the roles' addresses: one to look, one to change; the application keeps its own."""
    for name in ("SHOP", "MAILBOX"):
        plain = f"    url: ${{{name}_DATABASE_URL}}\n"
        if plain not in manifest:
            raise SystemExit(f"the manifest does not say {plain.strip()}")
        manifest = manifest.replace(plain, f"    url: ${{{name}_READER_URL}}\n    writer: ${{{name}_WRITER_URL}}\n")
    return manifest
