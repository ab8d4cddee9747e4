"""The lighter build of Debian's Chromium, where it is installed: the same engine without a window, for half the processor."""

import shutil
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def lighter_browser() -> Iterator[None]:
    found = shutil.which("chromium-headless-shell")
    with pytest.MonkeyPatch.context() as patch:
        if found:
            patch.setenv("ZUSAGE_CHROMIUM", found)
        yield
