"""The product doing the same, through its own doors."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from zusage.bootstrap import opened

from .places import Addresses
from .world import manifest


@dataclass(frozen=True)
class Times:
    """Seconds."""

    plan: float
    apply: float
    #: root rows changed
    rows: int


def run(
    place: Addresses, task: str, guard: Mapping[str, float], folder: Path, watch: Callable[[int], None] = lambda _: None
) -> Times:
    """Plan and apply a task on a database, with a guard that says so much beside the share; ``watch`` is told how many rows are done."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["BENCH_URL"], os.environ["BENCH_WRITER_URL"] = place.reader, place.writer
    with opened(manifest(folder, task, guard)) as product:
        start = time.perf_counter()
        plan = product.make_plan()
        planned = time.perf_counter() - start
        product.save_plan(plan, folder / "plan.json")
        start = time.perf_counter()
        results = product.apply_plan(folder / "plan.json", lambda seen: watch(seen.done))
        applied = time.perf_counter() - start
    stopped = [result.stopped for result in results if result.stopped]
    if stopped:
        raise SystemExit(stopped[0])
    return Times(planned, applied, sum(result.rows for result in results))
