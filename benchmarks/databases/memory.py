"""The memory of ``plan``, ``apply`` and ``verify`` at 100,000 and at 1,000,000 accounts, each in a process of its own.

python -m benchmarks.databases.memory [--on KIND] [--task told]

``told``: recipients are told of the accounts, and the lines of who they are go with the same plan, so that of each account that goes
(one in ten) it is remembered before the first step.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from zusage.bootstrap import opened

from .places import accounts_on
from .world import WORDS, manifest

SIZES = (100_000, 1_000_000)


def main() -> None:
    """Run each size and print what it took at most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=tuple(WORDS), default="sqlite")
    parser.add_argument("--task", choices=("sweep", "told"), default="sweep")
    parser.add_argument("--of", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.of:
        _whole_way(asked.of)
        return
    peaks = []
    for accounts in SIZES:
        with tempfile.TemporaryDirectory(prefix="zusage-bench-") as name, accounts_on(asked.on, accounts, Path(name)) as there:
            addresses = there.fresh()
            environment = {**os.environ, "BENCH_URL": addresses.reader, "BENCH_WRITER_URL": addresses.writer}
            path = manifest(Path(name), asked.task, {})
            command = [sys.executable, "-m", "benchmarks.databases.memory", "--of", str(path)]
            printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        peaks.append(int(printed) / 1024)
        print(f"{asked.on:11} {accounts:>9,} accounts  {peaks[-1]:6.0f} MiB at most", flush=True)
    print(f"{asked.on:11} ratio {peaks[1] / peaks[0]:.2f}")


def _whole_way(path: Path) -> None:
    with opened(path) as product:
        product.verify()
        product.save_plan(product.make_plan(), path.parent / "plan.json")
        product.apply_plan(path.parent / "plan.json", lambda _: None)
        product.verify()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
