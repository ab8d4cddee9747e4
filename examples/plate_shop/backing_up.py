"""A backup of one database, made by the program that its administrator would use."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit


def back_up(address: str, file: Path) -> None:
    """Write the database at an address into a file."""
    place = urlsplit(address)
    kind = place.scheme.partition("+")[0]
    if kind == "sqlite":
        with closing(sqlite3.connect(address.partition(":///")[2])) as one, closing(sqlite3.connect(file)) as other:
            one.backup(other)
        return
    port, database = [f"--port={place.port}"] if place.port else [], place.path.lstrip("/")
    reach = [f"--host={place.hostname}", *port, f"--user{'name' if kind == 'postgresql' else ''}={unquote(place.username or '')}"]
    if kind == "postgresql":
        command = ["pg_dump", *reach, "--format=custom", f"--file={file}", database]
        secret = {"PGPASSWORD": unquote(place.password or "")}
    else:
        command = ["mariadb-dump", "--no-defaults", *reach, f"--result-file={file}", database]
        secret = {"MYSQL_PWD": unquote(place.password or "")}
    subprocess.run(command, env={**os.environ, **secret}, check=True)
