import os

import pytest


@pytest.fixture(autouse=True)
def _no_waiting_for_the_medium(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here cuts the power; `test_seal_disk` watches the order of the calls instead."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
