"""A small shop with a public door, the mailboxes to which it writes, and whoever asks there."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from tests.integration.receivers import mail_server
from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.cases.tending import Tended, tend
from zusage.office.cases.serving import service
from zusage.state import open_state

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, since DATETIME);
INSERT INTO customer VALUES (7, 'Otter@Example.org', '2025-01-01'), (8, 'badger@example.org', '2025-01-01');
"""


ACTIVITY = "    data: {shop.customer: {classes: {one: [email, since]}}}\n    keep: [{name: long, at_most: P9Y, from: since}]\n"


REQUESTS = """requests:
  kept: P1Y
  mail: {server: "${CASE_SMTP}", sender: rights@example.org}
  door: {at: "https://shop.example/rights", valid: PT2H}
  login: {key: "${CASE_LOGIN_KEY}", people: customer}
  reminders: {to: [office@example.org], before: [P7D, P3D]}
"""


KEY = "k" * 32


@dataclass
class Door:
    """A world, what arrived in its mailboxes, and what browsers see."""

    world: SmallWorld
    mails: list[Message]
    after: timedelta = timedelta()

    def product(self) -> Any:
        return opened(self.world.folder / "zusage.yaml", clock=lambda: NOW + self.after)

    def tend(self) -> Tended:
        with self.product() as product:
            found = tend(product)
            product.state.close()
            return found

    def calls(self, *calls: tuple[str, str, dict[str, str]], per_minute: int = 0, **headers: str) -> list[httpx.Response]:
        """Calls of one browser, to the application itself."""

        async def run(application: Any) -> list[httpx.Response]:
            transport = httpx.ASGITransport(app=application)
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return [
                    await client.request(way, f"/rights/{path}", data=data or None, headers=headers) for way, path, data in calls
                ]

        with self.product() as product:
            found = asyncio.run(run(service(product, per_minute=per_minute)))
            assert "readers" not in vars(product)  # nobody was looked up
            return found

    def ask(self, address: str, right: str = "access", **headers: str) -> httpx.Response:
        (found,) = self.calls(("POST", "", {"right": right, "address": address, "words": "Kennwort-77"}), **headers)
        return found

    def link(self) -> str:
        """The last part of the newest mailed link."""
        (found,) = re.findall(r"https://shop\.example/rights/(link/\S+)", text_of(self.mails[-1]))
        return str(found)

    def events(self, case: str = "C-0001") -> list[tuple[str, str, str]]:
        with self.product() as product:
            return [(one.kind, one.by, one.role) for one in product.state.cases.get(case).events]


def text_of(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.fixture(scope="module")
def empty_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own state with its tables and nothing in them, so that they are made once."""
    folder = tmp_path_factory.mktemp("state") / "own"
    open_state(None, folder).close()
    return folder


@pytest.fixture
def door_(tmp_path: Path, empty_state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    shutil.copytree(empty_state, tmp_path / ".zusage")
    world = SmallWorld.make(tmp_path, TABLES, {"customers": ACTIVITY})
    head = "controller: {name: Example GmbH}"
    world.rewrite(head, f"{head.replace('}', ', email: privacy@example.org}')}\n{REQUESTS.rstrip()}")
    people = "{record: shop.customer, key: id, known_by: [shop.customer.email], title: {de: X, en: X}}"
    world.rewrite("activities:", f"people: {{customer: {people}}}\nactivities:")
    with mail_server() as (address, mails):
        monkeypatch.setenv("CASE_SMTP", address)
        monkeypatch.setenv("CASE_LOGIN_KEY", KEY)
        yield Door(world, mails)


def word(key: str = KEY, algorithm: str = "HS256", **changed: Any) -> str:
    """What the service says of somebody who is logged in."""
    given = int(NOW.timestamp())
    said = {"sub": "8", "aud": "https://shop.example/rights", "iat": given, "exp": given + 300, "jti": "one"}
    return jwt.encode({name: value for name, value in (said | changed).items() if value is not None}, key, algorithm=algorithm)
