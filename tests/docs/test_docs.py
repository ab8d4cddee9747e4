"""What the documentation shows is what happens."""

from __future__ import annotations

from pathlib import Path

from docs_world import TUTORIAL, Shell


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        shell.page(TUTORIAL)
