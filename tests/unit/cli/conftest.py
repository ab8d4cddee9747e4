from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_world import World, build


@pytest.fixture(autouse=True)
def _no_waiting_for_the_medium(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here cuts the power."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small shop, with its folder as the working directory."""
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TEST_SHOP_URL", f"sqlite:///{folder}/shop.sqlite3")
    monkeypatch.delenv("ZUSAGE_STATE_URL", raising=False)
    monkeypatch.delenv("ZUSAGE_FOLDER", raising=False)
    return build(folder)
