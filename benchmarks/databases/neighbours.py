"""What others notice: the 99th percentile of pgbench beside ``apply`` in batches, against pgbench alone. PostgreSQL.

python -m benchmarks.databases.neighbours [--accounts N] [--rate N] [--seconds N] [--turns N] [--pace SHARE] [--moment SECONDS]

Alone is measured before and after, so that it can be seen how far pgbench alone is from pgbench alone.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import tempfile
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from statistics import median

from . import ours
from .places import Addresses, accounts_on

#: after so many seconds the plan is made and the first batch is over
_BEGUN = 5.0
#: url, folder for what pgbench notes, transactions a second, seconds
Turn = tuple[str, Path, int, int]


def main() -> None:
    """Alone, beside the product, and alone again; each for so many turns of the same time at the same rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rate", type=int, default=100, help="transactions a second; 0 is as many as the server can do")
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--task", choices=("sweep", "anonymise"), default="sweep")
    parser.add_argument("--pace", type=float, default=0.005, help="the share of the time that apply may be at work")
    parser.add_argument("--moment", type=float, default=0.02, help="how many seconds a batch should last")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="zusage-bench-") as name,
        accounts_on("postgresql", asked.accounts, Path(name)) as there,
    ):
        addresses = there.fresh()
        _pgbench(addresses.owner, "--initialize", "--scale=10", "--quiet")
        turns: list[Turn] = [(addresses.owner, Path(name), asked.rate, asked.seconds)] * asked.turns
        _p99(*turns[0])  # the first of all finds nothing in memory
        before = [_told("alone", _p99(*one)) for one in turns]
        beside = _beside(addresses, asked, Path(name), turns)
        after = [_told("alone", _p99(*one)) for one in turns]
    alone = [*before, *after]
    print(f"alone                    p99 {median(alone):7.2f} ms  from {min(alone):.2f} to {max(alone):.2f}")
    print(f"alone, after by before   {median(after) / median(before):5.2f}")
    print(f"beside apply by alone    {median(beside) / median(alone):5.2f}")


def _beside(addresses: Addresses, asked: argparse.Namespace, folder: Path, turns: list[Turn]) -> list[float]:
    """The 99th percentiles while the product is at work, which is killed after that if it has not ended."""
    guard = {"pace": asked.pace, "batch_seconds": asked.moment}
    rows = multiprocessing.Value("q", 0)
    work = multiprocessing.Process(target=_work, args=(addresses, asked.task, guard, folder / "ours", rows))
    work.start()
    begun = time.perf_counter()
    time.sleep(_BEGUN)
    found = [_told("beside apply", p99) for one in turns if (p99 := _p99(*one)) and work.is_alive()]
    lasted, done, due = time.perf_counter() - begun, max(1, rows.value), asked.accounts // 10
    work.kill()
    work.join()
    if not found:
        raise SystemExit("apply had ended before the first turn was over: more --accounts, or a smaller --pace")
    print(f"apply changed {done:,} of {due:,} accounts in {lasted:.0f} s; all of them would take {lasted * due / done:.0f} s")
    return found


def _work(addresses: Addresses, task: str, guard: dict[str, float], folder: Path, rows: Synchronized[int]) -> None:
    def watch(done: int) -> None:
        rows.value = done

    ours.run(addresses, task, guard, folder, watch)


def _told(what: str, p99: float) -> float:
    print(f"{what:24} p99 {p99:7.2f} ms", flush=True)
    return p99


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
