"""What others notice: the 99th percentile of pgbench beside ``apply`` in batches, against pgbench alone. PostgreSQL.

python -m benchmarks.databases.neighbours [--accounts N] [--rate N] [--seconds N]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import threading
from pathlib import Path

from . import ours
from .places import accounts_on


def main() -> None:
    """Alone, beside the product, beside one statement by hand; each for the same time at the same rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rate", type=int, default=100, help="transactions a second; 0 is as many as the server can do")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--batch", type=int, default=2_000)
    parser.add_argument("--pace", type=float, default=0.1, help="the share of the time that apply may be at work")
    parser.add_argument("--moment", type=float, default=0, help="how many seconds a batch should last; 0 where that is no matter")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="zusage-bench-") as name,
        accounts_on("postgresql", asked.accounts, Path(name)) as there,
    ):
        addresses = there.fresh()
        _pgbench(addresses.owner, "--initialize", "--scale=10", "--quiet")
        alone = _p99(addresses.owner, Path(name), asked.rate, asked.seconds)
        print(f"alone                    p99 {alone:7.2f} ms")
        done: list[ours.Times] = []
        work = threading.Thread(
            target=lambda: done.append(ours.run(addresses, "sweep", guard, Path(name) / "ours")),
            daemon=True,
        )
        work.start()
        beside = _p99(addresses.owner, Path(name), asked.rate, asked.seconds)
        work.join()
        print(f"beside apply             p99 {beside:7.2f} ms  {beside / alone:5.2f}  apply took {done[0].apply:.1f} s")


def _p99(url: str, folder: Path, rate: int, seconds: int) -> float:
    """Milliseconds from when a transaction was due until it was done."""
    prefix = folder / "latency"
    for old in folder.glob("latency*"):
        old.unlink()
    rated = [f"--rate={rate}"] if rate else []
    _pgbench(url, *rated, f"--time={seconds}", "--client=4", "--log", f"--log-prefix={prefix}", "--no-vacuum")
    lines = (line.split() for path in folder.glob("latency*") for line in path.read_text().splitlines())
    latencies = sorted(int(words[2]) / 1000 for words in lines)
    return latencies[int(len(latencies) * 0.99)]


def _pgbench(url: str, *options: str) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    command = [str(found[-1]) if found else "pgbench", *options, url]
    subprocess.run(command, check=True, capture_output=True, env=os.environ)


if __name__ == "__main__":
    main()
