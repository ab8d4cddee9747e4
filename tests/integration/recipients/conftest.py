"""What the tests of notices share: a receiver and a mail server for each file, and a shop of their own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from tests.integration.receivers import Receiver, http_receiver, mail_server

from .told_world import Told


@pytest.fixture(scope="module")
def http() -> Iterator[Receiver]:
    with http_receiver() as running:
        yield running


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[str, list[Message]]]:
    with mail_server() as running:
        yield running


@pytest.fixture
def told(tmp_path: Path, http: Receiver, mail: tuple[str, list[Message]]) -> Told:
    """Our own state is beside the manifest."""
    return Told.make(tmp_path, http, mail)


@pytest.fixture(params=["embedded", "postgresql"])
def either(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    http: Receiver,
    mail: tuple[str, list[Message]],
    monkeypatch: pytest.MonkeyPatch,
) -> Told:
    """Our own state is beside the manifest, or in a PostgreSQL database."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        monkeypatch.setenv("ZUSAGE_STATE_URL", server.database(f"told{abs(hash(request.node.nodeid)) % 10**12}"))
    return Told.make(tmp_path, http, mail)
