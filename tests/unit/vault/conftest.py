from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zusage.vault import Document, VaultWriter

Make = Callable[..., Document]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def writer(folder: Path) -> VaultWriter:
    return VaultWriter(folder)


@pytest.fixture
def make() -> Make:
    def document(number: int = 1, **other: Any) -> Document:
        values: dict[str, Any] = {
            "system": "shop",
            "table": "order",
            "key": (number,),
            "rule": "orders/contract",
            "started_on": date(2020, 5, 1),
            "delete_from": date(2024, 5, 2),
            "row": {"id": number, "name": f"Marker Person {number}"},
            "parts": (("line", ({"id": 1, "order_id": number}, {"id": 2, "order_id": number})),),
        }
        return Document(**{**values, **other})

    return document
