from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zusage.state import State, open_state

if TYPE_CHECKING:
    from tests.integration.servers import Postgres


@pytest.fixture
def url(postgres_server: Postgres, request: pytest.FixtureRequest) -> str:
    return postgres_server.database(f"t{abs(hash(request.node.nodeid)) % 10**12}")


@pytest.fixture
def state(url: str, tmp_path: Path) -> Iterator[State]:
    state = open_state(url, tmp_path)
    yield state
    state.close()
