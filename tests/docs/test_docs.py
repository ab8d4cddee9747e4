"""What the documentation shows is what happens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from docs_world import HOWTO, TUTORIAL, Shell, blocks, tutorial_shop
from tests.integration.servers import Postgres

from zusage.sealing import VerifierKey
from zusage.testing.witness import WitnessServer

WITNESS = "https://witness.example"
STATE = "postgresql://zusage:secret@db.example/zusage_state"
#: pages that need something outside, with a test of their own
APART = {"anchor-evidence.md", "give-zusage-its-roles.md", "keep-the-state-in-postgresql.md"}


def test_the_tutorial_does_what_it_says(tmp_path: Path, warm_zusage: Path) -> None:
    with Shell(tmp_path, warm=warm_zusage) as shell:
        shell.page(TUTORIAL)


@pytest.mark.parametrize("page", [page.name for page in sorted(HOWTO.glob("*.md")) if page.name not in APART])
def test_each_how_to_does_what_it_says_on_the_shop_of_the_tutorial(page: str, tmp_path: Path, warm_zusage: Path) -> None:
    tutorial_shop(tmp_path)
    with Shell(tmp_path, warm=warm_zusage) as shell:
        shell.page(HOWTO / page)


def test_the_way_to_a_witness_does_what_it_says(tmp_path: Path, warm_zusage: Path) -> None:
    tutorial_shop(tmp_path)
    page = HOWTO / "anchor-evidence.md"
    first, *others = blocks(page)
    with Shell(tmp_path, warm=warm_zusage) as shell:
        shell.block(first)
        key = VerifierKey.parse((tmp_path / ".zusage" / "log.vkey").read_text().strip())
        with (
            WitnessServer("witness.example", {key.name: [key]}) as witness,
            Shell(tmp_path, {WITNESS: witness.url}, warm_zusage) as second,
        ):
            for block in others:
                second.block(block)


def test_the_state_in_postgresql_does_what_the_page_says(tmp_path: Path, postgres_server: Postgres, warm_zusage: Path) -> None:
    tutorial_shop(tmp_path)
    with Shell(tmp_path, {STATE: postgres_server.database("zusage_state")}, warm_zusage) as shell:
        shell.page(HOWTO / "keep-the-state-in-postgresql.md")


def test_the_roles_on_a_server_are_those_that_the_page_shows(
    tmp_path: Path, postgres_server: Postgres, warm_zusage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tutorial_shop(tmp_path)
    monkeypatch.setenv("SHOP_DATABASE_URL", postgres_server.database("shop"))
    for table in ("customer", "purchase", "purchase_line", "invoice"):
        postgres_server.run(f"CREATE TABLE {table} (id int PRIMARY KEY)", "shop")
    with Shell(tmp_path, warm=warm_zusage) as shell, _without_roles(postgres_server):
        for block in blocks(HOWTO / "give-zusage-its-roles.md"):
            shell.block(block)


@contextlib.contextmanager
def _without_roles(server: Postgres) -> Iterator[None]:
    """Other tests may have made the roles on the same server, and what is there is not made again."""
    there = server.run("SELECT rolname FROM pg_roles WHERE rolname IN ('zusage_reader', 'zusage_writer')").split()
    for name in there:
        server.run(f"ALTER ROLE {name} RENAME TO {name}_kept")
    yield
    for name in there:
        server.run(f"ALTER ROLE {name}_kept RENAME TO {name}")


def test_the_heartbeat_of_the_schedule_is_called_with_the_verdict(tmp_path: Path, warm_zusage: Path) -> None:
    tutorial_shop(tmp_path)
    with _listening() as (address, heard), Shell(tmp_path, {"https://beat.example": address}, warm_zusage) as shell:
        (block,) = (one for one in blocks(HOWTO / "run-on-a-schedule.md", "yaml") if "heartbeat" in one.text)
        with (tmp_path / "zusage.yaml").open("a") as manifest:
            manifest.write(shell.said(block.text))
        code, _ = shell.run("zusage verify zusage.yaml")
    assert code == 1
    assert heard == ["/zusage?verdict=broken"]


@contextlib.contextmanager
def _listening() -> Iterator[tuple[str, list[str]]]:
    heard: list[str] = []

    class Hearing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Hearing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()
