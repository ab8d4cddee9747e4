from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from zusage.state import State, open_state


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state(None, tmp_path / "state")
    yield state
    state.close()
