"""A small SQLite database with a manifest, in a folder of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zusage.bootstrap import opened
from zusage.enforcement.apply import StepResult
from zusage.planning.plan import Plan

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_HEAD = """
zusage: 1
controller: {name: Example GmbH}
systems:
  shop: {url: "sqlite:///FOLDER/shop.sqlite3", application: "sqlite:///FOLDER/shop.sqlite3"}
classes: {one: {de: eins, en: one}, two: {de: zwei, en: two}}
guard: {share: 1.0, batch: BATCH}
activities:
"""
_ACTIVITY = """
  NAME:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
"""


@dataclass(frozen=True)
class SmallWorld:
    """The folder, and everything that is done in it."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, tables: str, activities: Mapping[str, str], batch: int = 10) -> SmallWorld:
        """Tables as SQL; of each activity its data and keep."""
        with closing(sqlite3.connect(folder / "shop.sqlite3")) as database:
            database.executescript(tables)
        text = _HEAD.replace("FOLDER", str(folder)).replace("BATCH", str(batch))
        for name, rest in activities.items():
            text += _ACTIVITY.replace("NAME", name) + rest
        (folder / "zusage.yaml").write_text(text, encoding="utf-8")
        return cls(folder)

    def sql(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as database, database:
            return database.execute(statement).fetchall()

    def rewrite(self, old: str, new: str) -> None:
        path = self.folder / "zusage.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def plan(self, now: datetime = NOW) -> Plan:
        with opened(self.folder / "zusage.yaml", clock=lambda: now) as product:
            plan = product.make_plan()
            product.save_plan(plan, self.folder / "plan.json")
            return plan

    def apply(self, now: datetime = NOW) -> tuple[StepResult, ...]:
        with opened(self.folder / "zusage.yaml", clock=lambda: now) as product:
            return product.apply_plan(self.folder / "plan.json", lambda _: None)

    def do(self, now: datetime = NOW) -> tuple[StepResult, ...]:
        self.plan(now)
        return self.apply(now)

    def verdicts(self, now: datetime = NOW) -> dict[str, str]:
        with opened(self.folder / "zusage.yaml", clock=lambda: now) as product:
            return {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}

    def refused(self, now: datetime = NOW) -> set[str]:
        """Codes of the errors that stop a plan."""
        from zusage.promises.finding import ManifestError

        with opened(self.folder / "zusage.yaml", clock=lambda: now) as product:
            try:
                product.refuse_findings()
            except ManifestError as error:
                return {finding.code for finding in error.findings}
        return set()
