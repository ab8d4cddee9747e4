"""The lighter build of Debian's Chromium, where it is installed: the same engine without a window, for half the processor."""

import shutil

import pytest


@pytest.fixture(autouse=True)
def lighter_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    found = shutil.which("chromium-headless-shell")
    if found:
        monkeypatch.setenv("ZUSAGE_CHROMIUM", found)
