"""All benchmarks, one after the other: ``make bench``. Prints what it runs, so that each can be run again alone."""

from __future__ import annotations

import platform
import subprocess
import sys
from datetime import UTC, datetime

BENCHMARKS = (
    ("databases",),
    ("databases.wide", "--rows", "10000"),
    ("databases.memory",),
    ("databases.neighbours",),
    ("persons",),
    ("cases", "--cases", "10000", "--notices", "1000"),
    ("consents",),
    ("logs",),
)


def main() -> None:
    """Stop at the first that fails."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
    for name, *options in BENCHMARKS:
        print(f"\n$ python -m benchmarks.{name} {' '.join(options)}".rstrip(), flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=True)


if __name__ == "__main__":
    main()
