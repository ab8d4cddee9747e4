"""Paths into JSON documents as databases write them; their names are plain, so that none can end the text."""

from __future__ import annotations

from collections.abc import Sequence


def dollar(path: Sequence[str | int], every: str = "") -> str:
    """For SQLite and MariaDB; ``every`` is what follows where all items of the list there are meant."""
    return "'$" + "".join(f"[{part}]" if isinstance(part, int) else f'."{part}"' for part in path) + every + "'"


def braces(path: Sequence[str | int]) -> str:
    """For PostgreSQL."""
    return "'{" + ",".join(f'"{name}"' for name in path) + "}'"


def object_path(document: str, path: Sequence[str | int]) -> str:
    """For PostgreSQL, where only objects lie on the way; otherwise a path at which nothing is removed: into a list it would be an error."""
    on_the_way = [f"jsonb_typeof({document} #> {braces(path[:n])}) = 'object'" for n in range(1, len(path))]
    return (
        f"CAST(CASE WHEN {' AND '.join(on_the_way)} THEN {braces(path)} ELSE '{{}}' END AS TEXT[])"
        if on_the_way
        else braces(path)
    )
