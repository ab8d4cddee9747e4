"""A folder with a manifest of one log, the log's files, and everything that is done with them."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from zusage.bootstrap import opened
from zusage.enforcement.apply import StepResult
from zusage.evidence.prove import Outcome
from zusage.planning.plan import Plan

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZUSAGE = str(Path(sys.executable).parent / "zusage")
COMBINED = "combined"
_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems:
  weblogs: {kind: access-log, path: "FOLDER/log/access.log*", format: 'FORMAT'MORE}
classes: {access: {de: Zugriffsdaten, en: access data}}
guard: {share: 1.0}
activities:
  log:
    title: {de: Protokoll, en: Log}
    purpose: {de: Sicherheit, en: security}
    legal_basis: art-6-1-f
    legitimate_interest: {de: Sicherheit, en: security}
    data:
      weblogs.line: {classes: {access: [FIELDS]}}
    protect: [PROTECT]
    keep: [KEEP]
"""
FIELDS = "ip_address, ident, user, time, request, status, size, referrer, user_agent"
MASKED = "{truncate: ip_address, before: storage}"
FORTNIGHT = "{name: lines, at_most: P14D, from: time}"


def line(number: int, days: float, ip: str = "203.0.113.0", user: str = "-", agent: str = "Browser/1.0") -> str:
    """A combined line of some days before NOW."""
    time = (NOW - timedelta(days=days)).strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{ip} - {user} [{time}] "GET /{number} HTTP/1.1" 200 5 "-" "{agent}"\n'


@dataclass(frozen=True)
class LogWorld:
    """The folder."""

    folder: Path

    @classmethod
    def make(
        cls,
        folder: Path,
        *,
        form: str = COMBINED,
        fields: str = FIELDS,
        protect: str = MASKED,
        keep: str = FORTNIGHT,
        more: str = "",
    ) -> LogWorld:
        """Write the manifest; the log has no files yet."""
        (folder / "log").mkdir()
        text = _MANIFEST.replace("FOLDER", str(folder)).replace("FORMAT", form.replace("'", "''")).replace("MORE", more)
        text = text.replace("FIELDS", fields).replace("PROTECT", protect).replace("KEEP", keep)
        (folder / "zusage.yaml").write_text(text, encoding="utf-8")
        return cls(folder)

    @property
    def log(self) -> Path:
        """The file that is being written."""
        return self.folder / "log" / "access.log"

    def usual(self) -> None:
        """A current file, a rotated one and a compressed one; everything as promised."""
        self.write("access.log", [line(n, n / 10) for n in range(40, 0, -1)])
        self.write("access.log.1", [line(100 + n, 5 + n / 10) for n in range(40, 0, -1)])
        self.write("access.log.2.gz", [line(200 + n, 10 + n / 20, "2001:db8:1::") for n in range(40, 0, -1)])

    def write(self, name: str, lines: Sequence[str]) -> Path:
        """Write a file; one that is not the current is as old as it looks."""
        path = self.folder / "log" / name
        data = "".join(lines).encode("utf-8", "surrogateescape")
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
        if name != "access.log":
            os.utime(path, (1_700_000_000, 1_700_000_000))
        return path

    def read(self, name: str = "access.log") -> list[str]:
        """The lines of a file, without blanks."""
        path = self.folder / "log" / name
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return [text for text in data.decode("utf-8", "surrogateescape").split("\n") if text.strip(" \0")]

    def files(self) -> list[str]:
        """What lies in the log's folder, with hidden files."""
        return sorted(path.name for path in (self.folder / "log").iterdir())

    def verify(self) -> dict[str, str]:
        """Verdicts by promise."""
        return {outcome.promise.id: outcome.judgement.verdict.value for outcome in self.outcomes()}

    def outcomes(self) -> tuple[Outcome, ...]:
        """One look."""
        with opened(self.folder / "zusage.yaml", clock=lambda: NOW) as product:
            return product.verify()

    def reason(self, promise: str) -> str:
        """Why a promise stands as it does."""
        return next(outcome.judgement.reason for outcome in self.outcomes() if outcome.promise.id == promise)

    def plan(self) -> Plan:
        """Make and save a plan."""
        with opened(self.folder / "zusage.yaml", clock=lambda: NOW) as product:
            plan = product.make_plan()
            product.save_plan(plan, self.folder / "plan.json")
        return plan

    def apply(self) -> tuple[StepResult, ...]:
        """Carry out the saved plan."""
        with opened(self.folder / "zusage.yaml", clock=lambda: NOW) as product:
            return product.apply_plan(self.folder / "plan.json", lambda _: None)

    def mend(self) -> int:
        """Plan and apply; returns the lines that changed."""
        self.plan()
        results = self.apply()
        assert not [result.stopped for result in results if result.stopped]
        return sum(result.rows for result in results)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the product in this folder."""
        return subprocess.run([ZUSAGE, *arguments], cwd=self.folder, capture_output=True, text=True, check=False, timeout=120)
