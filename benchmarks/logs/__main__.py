"""Masking a log against copying it, in the same run: ``python -m benchmarks.logs [MEGABYTES]``, 1000 unless said otherwise.

1. ``cp``: the limit.
2. ``zusage logs filter`` as it is called, with the compiled loop.
3. The same rules in Python alone, on a part.
4. PyPI's ``anonip``, in an environment of its own, on a part: it masks the first field only.
5. Live: 20,000 lines a second through a pipe, and how long each was on its way.

Processor time counts, user and system, of the whole process. What 2 and 3 write is compared byte for byte with what ``lines.py`` worked out.
"""

from __future__ import annotations

import filecmp
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from .lines import make

ROOT = Path(__file__).parents[2]
ZUSAGE = Path(sys.executable).parent / "zusage"
ANONIP = "anonip==1.1.0"
RATE, SECONDS = 20_000, float(os.environ.get("ZUSAGE_BENCH_SECONDS", "10"))
MANIFEST = """
zusage: 1
controller: {name: Benchmark}
systems: {log: {kind: access-log, path: /nowhere/access.log}}
classes: {access: {de: Zugriffe, en: accesses}}
activities:
  log:
    title: {de: Protokoll, en: log}
    purpose: {de: Sicherheit, en: security}
    legal_basis: art-6-1-f
    data: {log.line: {classes: {access: [ip_address]}}}
    protect: [{truncate: ip_address, before: storage}]
"""


def spent(command: list[str], source: Path, target: Path) -> float:
    """Processor seconds of a command from file to file."""
    with source.open("rb") as read, target.open("wb") as write:
        process = subprocess.Popen(command, stdin=read, stdout=write)
        _, status, used = os.wait4(process.pid, 0)
    assert status == 0, command
    return used.ru_utime + used.ru_stime


def part(source: Path, target: Path, size: int) -> Path:
    """The beginning of a file, whole lines."""
    with source.open("rb") as read:
        data = read.read(size)
    target.write_bytes(data[: data.rfind(b"\n") + 1])
    return target


def in_python(source: Path, target: Path) -> float:
    """3."""
    from zusage.connectors.access_log.formats import parse
    from zusage.connectors.access_log.hiding import Truncate
    from zusage.connectors.access_log.masking import Masker

    masker = Masker(parse("combined"), Truncate())
    start = time.process_time()
    target.write_bytes(masker.lines(source.read_bytes()))
    return time.process_time() - start


def anonip(folder: Path, source: Path, target: Path) -> float | None:
    """4; None where it cannot be installed."""
    uv, home = ROOT / ".tools" / "bin" / "uv", folder / "anonip"
    try:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, home], check=True, timeout=120)
        environment = {**os.environ, "VIRTUAL_ENV": str(home)}
        subprocess.run([uv, "pip", "install", "--quiet", ANONIP], check=True, env=environment, timeout=120)
    except (OSError, subprocess.SubprocessError):
        return None
    words = [str(home / "bin" / "anonip"), "--ipv4mask", "8", "--ipv6mask", "80"]
    return spent(words, source, target)


def live(command: list[str]) -> list[float]:
    """5: milliseconds of each line. Sender and receiver do as little as they can, so that they are not what is measured."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    assert process.stdin
    assert process.stdout
    source, received = process.stdout.fileno(), list[tuple[int, bytes]]()

    def receive() -> None:
        while data := os.read(source, 1 << 20):
            received.append((time.monotonic_ns(), data))

    text = b'203.0.113.7 - - [27/Nov/2026:12:00:00 +0000] "GET /n%d HTTP/1.1" 200 5 "-" "Mozilla/5.0 Chrome/120.0.0.0"\n'
    process.stdin.write(text % time.monotonic_ns())
    os.read(source, 1 << 20)  # it has started
    reading = threading.Thread(target=receive)
    reading.start()
    start, sent = time.monotonic(), 0
    while (passed := time.monotonic() - start) < SECONDS:
        due = int(passed * RATE) - sent
        if due:
            process.stdin.write(text % time.monotonic_ns() * due)
            sent += due
        time.sleep(0.001)
    process.stdin.close()
    process.wait()
    reading.join()
    took = _ways(received)
    assert len(took) == sent
    return took


def _ways(received: list[tuple[int, bytes]]) -> list[float]:
    """How long each line was on its way; one that came in two pieces was there with the second."""
    took: list[float] = []
    rest = b""
    for at, data in received:
        *lines, rest = (rest + data).split(b"\n")
        took += [(at - int(line.split(b"/n", 1)[1].split(b" ", 1)[0])) / 1e6 for line in lines]
    return sorted(took)


def main(megabytes: int) -> None:
    """All five."""
    with tempfile.TemporaryDirectory(prefix="zusage-bench-") as name:
        folder = Path(name)
        (folder / "zusage.yaml").write_text(MANIFEST)
        log, stored = folder / "access.log", folder / "stored.log"
        lines = make(log, stored, megabytes * 1_000_000)
        size = log.stat().st_size / 1e6
        print(f"{size:,.0f} MB, {lines:,} lines, 30 % IPv6; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
        command = [str(ZUSAGE), "logs", "filter", str(folder / "zusage.yaml")]
        spent(["cat"], log, folder / "out")  # warm
        copying = spent(["cp", str(log), str(folder / "copy")], log, folder / "none") / size
        ours = spent(command, log, folder / "out") / size
        exact = filecmp.cmp(folder / "out", stored, shallow=False)
        (folder / "out").unlink()
        some = part(log, folder / "part.log", max(5_000_000, int(size * 1e6 / 20)))
        wanted = part(stored, folder / "wanted.log", 1)
        slow = in_python(some, folder / "slow") / (some.stat().st_size / 1e6)
        with stored.open("rb") as file:
            wanted.write_bytes(file.read((folder / "slow").stat().st_size))
        exact_slow = filecmp.cmp(folder / "slow", wanted, shallow=False)
        theirs = anonip(folder, some, folder / "theirs")
        theirs = theirs / (some.stat().st_size / 1e6) if theirs else None
        print("processor time              s/GB   of cp   of anonip")
        for what, used in (("cp", copying), ("zusage logs filter", ours), ("  in Python alone", slow), ("anonip", theirs)):
            if used is None:
                print(f"{what:<24} could not be installed")
                continue
            against = f"{theirs / used:9.1f}×" if theirs else ""
            print(f"{what:<24}{used * 1000:8.2f}{copying / used:8.2f}{against}")
        print(f"\nbyte for byte as worked out: compiled {exact}, Python {exact_slow}")
        took = live(command)
        at = statistics.quantiles(took, n=1000)
        print(
            f"live, {RATE:,} lines/s: {len(took):,} lines, p50 {at[499]:.1f} ms, p99 {at[989]:.1f} ms, longest {took[-1]:.1f} ms"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
