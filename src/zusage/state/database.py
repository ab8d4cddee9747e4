"""From a URL, or none, to the settings of a Django connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .errors import StateUrlRefused

#: the embedded state, in its folder
FILE = "state.sqlite3"
#: seconds for which a statement waits for another process
PATIENCE = 30
_EACH_SQLITE = "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON"
# A commit returns when it is on disk, and a client that vanished loses its lock within a minute.
_EACH_POSTGRESQL = "-c synchronous_commit=on -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"


def database(url: str | None, folder: Path) -> dict[str, Any]:
    """An entry for Django's DATABASES: embedded in ``folder``, or the PostgreSQL database at ``url``."""
    return _postgresql(url) if url else _sqlite(folder.resolve() / FILE)


def named(spec: dict[str, Any]) -> str:
    """Where the state is, for messages: without user and password."""
    if spec["ENGINE"].endswith("sqlite3"):
        return str(Path(spec["NAME"]).parent)
    host = spec["HOST"] or spec["OPTIONS"].get("host") or "the local socket"
    return f"{host}{':' + spec['PORT'] if spec['PORT'] else ''}/{spec['NAME']}"


def without_secret(text: str, spec: dict[str, Any]) -> str:
    """A driver's message without the password, should it be in it."""
    secrets = {spec.get("PASSWORD"), spec.get("OPTIONS", {}).get("password")}
    for secret in secrets - {None, ""}:
        text = text.replace(secret, "***")
    return " ".join(text.split())


def _sqlite(file: Path) -> dict[str, Any]:
    options = {"timeout": PATIENCE, "transaction_mode": "IMMEDIATE", "init_command": _EACH_SQLITE}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": options}


def _postgresql(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:
        raise StateUrlRefused(why="its host or port is not well formed") from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise StateUrlRefused(why="it does not begin with postgresql://")
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise StateUrlRefused(why="it names no database")
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": "zusage", **dict(parse_qsl(parts.query))}
    options["options"] = f"{_EACH_POSTGRESQL} {options.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }
