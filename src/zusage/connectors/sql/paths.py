"""Paths into JSON documents as databases write them; their names are plain, so that none can end the text."""

from __future__ import annotations

from collections.abc import Sequence


def dollar(path: Sequence[str | int], every: str = "") -> str:
    """For SQLite and MariaDB; ``every`` is what follows where all items of the list there are meant."""
    return "'$" + "".join(f"[{part}]" if isinstance(part, int) else f'."{part}"' for part in path) + every + "'"


def braces(path: Sequence[str | int]) -> str:
    """For PostgreSQL."""
    return "'{" + ",".join(f'"{name}"' for name in path) + "}'"
