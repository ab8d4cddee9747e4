from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from zusage.documents import publish
from zusage.promises.loading import load
from zusage.promises.manifest import Manifest

ON = date(2026, 3, 1)
FILE = Path(__file__).parent / "notice.yaml"
NAMES = ("notice.de.html", "notice.en.html", "notice.de.md", "notice.en.md")
Changed = Callable[[Callable[[dict[str, Any]], None]], Manifest]


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return load(FILE).manifest


@pytest.fixture(scope="session")
def files(manifest: Manifest) -> dict[str, str]:
    return publish(manifest, ON)


@pytest.fixture
def changed() -> Changed:
    """The same manifest with something in its values changed."""

    def change(by: Callable[[dict[str, Any]], None]) -> Manifest:
        values = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
        by(values)
        return Manifest.model_validate(values)

    return change
