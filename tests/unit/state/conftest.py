from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.states import REAL

from zusage.state import State, embedded, open_state


@pytest.fixture
def states_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of how one comes about."""
    monkeypatch.setattr(embedded, "_create", REAL)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state(None, tmp_path / "state")
    yield state
    state.close()
