"""Whether the connection to a database is encrypted, as real servers say it themselves."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from zusage.bootstrap import opened
from zusage.testing.authority import Authority

sys.path.insert(0, str(Path(__file__).parents[1]))
from servers import Postgres, mariadb, postgres


def verdict(folder: Path, url: str, patch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Of the promise that the connection is encrypted."""
    patch.setenv("LOOKED_AT", url)
    manifest = folder / "zusage.yaml"
    manifest.write_text('zusage: 1\ncontroller: {name: x}\nsystems:\n  shop: {url: "${LOOKED_AT}", encrypted: true}\n')
    with opened(manifest, folder / "own") as product:
        found = {one.promise.id: one.judgement for one in product.verify()}["transport/shop/encrypted"]
    return found.verdict.value, found.reason


def test_a_database_in_a_file_has_no_connection_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.sqlite3").touch()
    found = verdict(tmp_path, f"sqlite:///{tmp_path}/shop.sqlite3", monkeypatch)
    assert found == ("kept", "nothing goes over a network: SQLite is a file on this machine")


def test_postgresql_is_broken_in_the_clear_and_kept_once_it_encrypts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres() as server:
        server.role("looker")
        server.database("shop")
        url = server.url("shop", "looker")
        assert verdict(tmp_path, url, monkeypatch)[0] == "broken"
        encrypt(server, tmp_path)
        found = verdict(tmp_path, url, monkeypatch)
    assert found[0] == "kept", found
    assert "TLSv1.3" in found[1]


def encrypt(server: Postgres, folder: Path) -> None:
    """From now on new connections can be encrypted."""
    for file, name in zip(Authority(folder).issue("127.0.0.1"), ("server.crt", "server.key"), strict=True):
        target = server.data / name
        shutil.copy(file, target)
        target.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(target, "postgres", "postgres")
    server.run("ALTER SYSTEM SET ssl = on")
    server.run("SELECT pg_reload_conf()")
    for _ in range(600):
        if server.run("SHOW ssl") == "on":
            return
        time.sleep(0.05)


def test_mariadb_in_the_clear_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mariadb("--skip-ssl") as server:
        server.run("CREATE DATABASE shop", "CREATE USER looker@'127.0.0.1' IDENTIFIED BY 'x'")
        server.run("GRANT SELECT ON shop.* TO looker@'127.0.0.1'")
        found = verdict(tmp_path, f"mysql://looker:x@127.0.0.1:{server.port}/shop", monkeypatch)
    assert found == ("broken", "not encrypted: the server names no cipher for this connection")
