"""The scene's log of a web server, and hands that break what is promised of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from . import Scene


def write(folder: Path) -> None:
    """A current file, a rotated and a compressed one, with something in each that has to go."""
    folder.mkdir()
    (folder / "access.log").write_bytes(_line("2024-05-31", "203.0.113.0") + _line("2024-05-30", "203.0.113.7"))
    (folder / "access.log.1").write_bytes(_line("2024-05-25", "2001:db8:1::") + _line("2024-04-01", "203.0.113.0"))
    (folder / "access.log.2.gz").write_bytes(
        gzip.compress(_line("2024-05-20", "203.0.113.0") + _line("2024-05-20", "2001:db8::7"))
    )


def _line(day: str, address: str, **more: str) -> bytes:
    return json.dumps({"ip_address": address, "ts": f"{day}T10:00:00Z", "request": "GET /", **more}).encode() + b"\n"


def show_address(scene: Scene) -> None:
    """A full address stands in a rotated file that was compressed."""
    path = scene.logs / "access.log.2.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + _line("2024-05-21", "203.0.113.77")))


def slip_in(scene: Scene) -> None:
    """A line from long ago stands among the new ones."""
    path = scene.logs / "access.log.1"
    path.write_bytes(_line("2024-05-01", "203.0.113.0") + path.read_bytes())


def log_more(scene: Scene) -> None:
    """The server logs a field of which nobody spoke."""
    path = scene.logs / "access.log"
    path.write_bytes(path.read_bytes() + _line("2024-06-01", "203.0.113.0", cookie="4711"))
