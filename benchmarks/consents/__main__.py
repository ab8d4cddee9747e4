"""Choices a second against the database's own grouped inserts, in the same run: ``python -m benchmarks.consents``.

1. The database alone: rows like ours in groups of 32, as durable; on PostgreSQL by many values in one statement, and by the quickest way that was found.
2. Our records without HTTP: 32 callers at once, each waits until its choice is on disk.
3. The service: 32 connections, each waits for its acknowledgement before it chooses again.
4. The same server with an endpoint that does nothing: what HTTP leaves of a second before anything is recorded.

Ratios are against 1, that of the service also against 4. Rows and choices are made before the clock runs, and there are as many of both. PostgreSQL is a
private one that syncs to disk; ZUSAGE_BENCH_POSTGRESQL names the URL of an empty database of another.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.databases.places import server

from .raw import on_postgresql, on_sqlite

HERE = Path(__file__).parent
CALLERS = 32
CHOICES = 20_000
SECONDS = float(os.environ.get("ZUSAGE_BENCH_SECONDS", "8"))


def records_alone(folder: Path, url: str | None) -> float:
    """2, in this process."""
    from zusage.consent.record import Choice
    from zusage.state import open_state
    from zusage.state.acknowledged import Acknowledged
    from zusage.state.grouping import Grouped

    state, noted = open_state(url, folder), Acknowledged(folder)
    grouped = Grouped(state.consents, lambda record: noted.note(record.number, record.digest))
    now = datetime.now(UTC)
    made = [
        Choice(
            subject=os.urandom(32).hex(),
            text="0" * 64,
            language="de",
            site="https://shop.example",
            how="settings",
            answers={"analytics": "given", "advertising": "refused"},
            at=now,
            until=now + timedelta(days=180),
        )
        for _ in range(CHOICES)
    ]

    async def caller(number: int) -> None:
        for choice in made[number::CALLERS]:
            await grouped.recorded(choice)

    async def callers() -> None:
        await asyncio.gather(*(caller(number) for number in range(CALLERS)))

    begun = time.perf_counter()
    asyncio.run(callers())
    took = time.perf_counter() - begun
    grouped.close()
    assert state.consents.head()[0] == CHOICES
    state.close()
    return CHOICES / took


def service(folder: Path, url: str | None) -> tuple[float, float, float]:
    """3: choices a second, and their latencies at the median and the 99th percentile in milliseconds."""
    shutil.copy(HERE / "manifest.yaml", folder / "zusage.yaml")
    port = _free()
    environment = {**os.environ, "ZUSAGE_FOLDER": str(folder / "own"), **({"ZUSAGE_STATE_URL": url} if url else {})}
    command = [sys.executable, "-m", "zusage", "consent", "serve", "--port", str(port), "--per-minute", "0"]
    served = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        text = _text(port)
        load = [sys.executable, str(HERE / "load.py"), "127.0.0.1", str(port), "/zusage/choices", text, str(CALLERS)]
        subprocess.run([*load, "1"], check=True, stdout=subprocess.DEVNULL)
        found = json.loads(subprocess.run([*load, str(SECONDS)], check=True, capture_output=True).stdout)
    finally:
        served.terminate()
        served.wait()
    cuts = statistics.quantiles(found["took"], n=100)
    return found["acknowledged"] / found["seconds"], cuts[49] * 1000, cuts[98] * 1000


def empty() -> float:
    """4: answers a second."""
    port = _free()
    served = subprocess.Popen([sys.executable, "-m", "benchmarks.consents.empty", str(port)], cwd=HERE.parents[1])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        load = [sys.executable, str(HERE / "load.py"), "127.0.0.1", str(port), "/", "0" * 64, str(CALLERS), str(SECONDS)]
        found = json.loads(subprocess.run(load, check=True, capture_output=True).stdout)
    finally:
        served.terminate()
        served.wait()
    return found["acknowledged"] / found["seconds"]


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _text(port: int) -> str:
    import re
    import urllib.request

    for _ in range(200):
        try:
            script = urllib.request.urlopen(f"http://127.0.0.1:{port}/zusage/consent.js").read().decode()
            return re.findall(r'"digest":"([0-9a-f]{64})"', script)[0]
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service does not answer")


def report(name: str, url: str | None) -> None:
    """All three for one database."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        raw, quickest = on_postgresql(url, CHOICES, CALLERS) if url else 2 * (on_sqlite(folder, CHOICES, CALLERS),)
        alone = records_alone(folder / "alone", url)
        rate, median, tail = service(folder, url)
    limit = empty()
    print(
        f"{name:<11} raw {raw:>7,.0f}/s{f' (quickest {quickest:,.0f})' if url else ''}   records {alone:>7,.0f}/s = {alone / raw:.2f}"
        f"{f' ({alone / quickest:.2f})' if url else ''}   service {rate:>6,.0f}/s = {rate / raw:.2f}"
        f"   empty endpoint {limit:>6,.0f}/s, of which {rate / limit:.2f}   p50 {median:.1f} ms   p99 {tail:.1f} ms"
    )


def main() -> None:
    """On both databases."""
    report("SQLite", None)
    if url := os.environ.get("ZUSAGE_BENCH_POSTGRESQL"):
        report("PostgreSQL", url)
        return
    with tempfile.TemporaryDirectory(prefix="zusage-bench-") as name, server("postgresql", Path(name)) as there:
        report("PostgreSQL", there.empty().owner)


if __name__ == "__main__":
    main()
