"""Deleting and anonymising one account in ten, with what belongs to it, beside the hand-written limit in the same run.

python -m benchmarks.databases [--on KIND]… [--accounts N] [--task TASK]… [--repeat N]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import by_hand, ours
from .places import Server, accounts_on
from .world import TABLES, WORDS

TASKS = ("sweep", "anonymise", "join")
#: what the guard of a manifest says beside the share; nothing: as a user gets it
GUARDS: dict[str, dict[str, float]] = {
    "one piece": {"batch": 1_000_000, "batch_seconds": 60},
    "batches as they come": {},
    "batches of 10,000": {"batch": 10_000},
}
SAMPLE = 300


def main() -> None:
    """Run what was asked for and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", action="append", choices=tuple(WORDS), help="all of them unless named")
    parser.add_argument("--task", action="append", choices=TASKS, help="all of them unless named")
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=1, help="how often each is measured, in turn; the least counts")
    asked = parser.parse_args()
    print(f"{asked.accounts:,} accounts, {4 * asked.accounts:,} rows; {datetime.now(UTC):%Y-%m-%d}")
    for kind in asked.on or WORDS:
        with tempfile.TemporaryDirectory(prefix="zusage-bench-") as name, accounts_on(kind, asked.accounts, Path(name)) as there:
            for task in asked.task or TASKS:
                measure(there, task, asked.repeat, Path(name) / "ours")


def measure(there: Server, task: str, repeat: int, folder: Path) -> None:
    """One task: by hand, the product in one piece and in batches, and row by row."""
    hand: list[tuple[float, int]] = []
    runs: dict[str, list[ours.Times]] = {name: [] for name in GUARDS}
    for _ in range(repeat):  # in turn, so that whoever else is at work disturbs all of them alike
        hand.append(_by_hand(there, task))
        for name, guard in GUARDS.items():
            runs[name].append(ours.run(there.fresh(), task, guard, folder))
    limit, rows = min(seconds for seconds, _ in hand), hand[0][1]
    _say(there, task, "by hand, set by set", limit, limit, f"{rows:,} rows")
    for name, times in runs.items():
        applied = min(one.apply for one in times)
        _say(there, task, f"apply, {name}", applied, limit, f"plan {times[0].plan:.2f} s, {times[0].rows:,} root rows")
    if task == "sweep":
        seconds, chosen = _row_by_row(there)
        all_of_them = seconds / chosen * (rows / len(TABLES))
        _say(there, task, "row by row, extrapolated", all_of_them, limit, f"measured {chosen} accounts in {seconds:.2f} s")


def _by_hand(there: Server, task: str) -> tuple[float, int]:
    engine = there.engine(there.fresh().owner)
    rows, start = 0, time.perf_counter()
    with engine.begin() as connection:
        for statement in by_hand.statements(there.kind, task, f"{_cutoff():%Y-%m-%d %H:%M:%S}"):
            done = connection.exec_driver_sql(statement)
            rows += max(done.rowcount, 0) if statement.startswith(("DELETE", "UPDATE")) else 0
    seconds = time.perf_counter() - start
    engine.dispose()
    return seconds, rows


def _row_by_row(there: Server) -> tuple[float, int]:
    engine = there.engine(there.fresh().owner)
    start = time.perf_counter()
    chosen = by_hand.row_by_row(engine, _cutoff(), SAMPLE)
    seconds = time.perf_counter() - start
    engine.dispose()
    return seconds, chosen


def _cutoff() -> datetime:
    """Between the accounts that were closed long ago and the others."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(days=1000)


def _say(there: Server, task: str, what: str, seconds: float, limit: float, more: str) -> None:
    print(f"{there.kind:11} {task:10} {what:28} {seconds:8.2f} s  {seconds / limit:7.2f}  {more}", flush=True)


if __name__ == "__main__":
    main()
