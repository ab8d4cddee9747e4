from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from zusage.state import State, open_state

sys.path.insert(0, str(Path(__file__).parents[1]))
from servers import Postgres, postgres


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def url(server: Postgres, request: pytest.FixtureRequest) -> str:
    return server.database(f"t{abs(hash(request.node.nodeid)) % 10**12}")


@pytest.fixture
def state(url: str, tmp_path: Path) -> Iterator[State]:
    state = open_state(url, tmp_path)
    yield state
    state.close()
