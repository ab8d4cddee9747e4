"""A changed period changes its own sentence and its cell in the overview, and nothing else."""

from __future__ import annotations

import difflib
import re
from typing import Any

import pytest

from zusage.documents import anchor, publish

from .conftest import ON, Changed

PERIODS = [
    ("orders", 0, "at_most", "orders/completed/at-most"),
    ("orders", 1, "at_most", "orders/abandoned/at-most"),
    ("newsletter", 0, "at_most", "newsletter/withdrawn/at-most"),
    ("ratings", 0, "at_most", "ratings/author/at-most"),
    ("server-log", 0, "at_most", "server-log/short/at-most"),
    ("vouchers", 0, "at_least", "vouchers/statutory/at-least"),
]


def _different(before: str, after: str) -> list[str]:
    return [line[2:] for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]


@pytest.mark.parametrize(("activity", "index", "key", "promise"), PERIODS)
def test_one_period_changes_one_sentence_and_its_cell(
    changed: Changed, files: dict[str, str], activity: str, index: int, key: str, promise: str
) -> None:
    def shorten(values: dict[str, Any]) -> None:
        values["activities"][activity]["keep"][index][key] = "P7M"

    at, link = f'id="{anchor(promise)}"', f"#{anchor(promise).removesuffix('least').removesuffix('most')}"
    for name, text in publish(changed(shorten), ON).items():
        lines = _different(files[name], text)
        sentences = [line for line in lines if at in line]
        cells = [line for line in lines if re.match(r"<td|\|", line) and link in line]
        assert len(sentences) == (0 if name == "notice.css" else 2), name
        assert len(cells) == len(sentences)
        assert len(lines) == len(sentences) + len(cells)


def test_the_end_of_a_purpose_changes_only_its_sentence(changed: Changed, files: dict[str, str]) -> None:
    def shorten(values: dict[str, Any]) -> None:
        values["activities"]["orders"]["keep"][0]["purpose_ends"]["after"] = "P1D"

    for name, text in publish(changed(shorten), ON).items():
        lines = _different(files[name], text)
        assert len(lines) == (0 if name == "notice.css" else 2)
        assert all('id="orders_completed_blocked"' in line for line in lines)


def test_how_often_a_role_attests_changes_only_its_sentence(changed: Changed, files: dict[str, str]) -> None:
    def often(values: dict[str, Any]) -> None:
        values["attested"]["training"]["every"] = "P6M"

    for name, text in publish(changed(often), ON).items():
        assert all('id="attested_training"' in line for line in _different(files[name], text))
