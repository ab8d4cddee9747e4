"""A small plan about a table in a real SQLite file, and everything that carries it out, with our own state in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from zusage.connectors.port import Writer
from zusage.enforcement.apply import Enforcement
from zusage.planning.plan import Action, DeleteRows, Plan, Step
from zusage.promises.condition import Condition, Not, parse
from zusage.testing.conformance.shop import SYSTEM, inventory, table
from zusage.testing.memory_documents import MemoryVault
from zusage.testing.memory_state import MemoryJournal, MemorySuspensions
from zusage.testing.sqlite_bench import SqliteBed, SqliteBench

AT = datetime(2024, 6, 1, 12, tzinfo=UTC)
DIGEST = "0" * 64
DUE = parse("n = 1")


def filled(bench: SqliteBench, rows: int) -> SqliteBed:
    """A table of which every row is due."""
    tables = inventory(table("t", {"id": "integer", "n": "integer", "s": "text"}))
    bed = bench.build(tables, {})
    with bed.connected() as connection:
        connection.execute(
            f"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT {rows}) INSERT INTO t SELECT x, 1, 'x' FROM c"
        )
    return bed


def plan_for(bed: SqliteBed, rows: int, *, where: Condition = DUE, action: Action | None = None) -> Plan:
    """A plan of one step."""
    step = Step(
        id="01-a/b/at-most", promise="a/b/at-most", system=SYSTEM, table="t", action=action or DeleteRows(), where=where,
        foreseen=where, rows=rows, total=rows,
    )  # fmt: skip
    fingerprint = bed.reader().survey().fingerprint()
    return Plan(
        manifest=DIGEST, as_of=AT, valid_until=AT + timedelta(days=1), zone="UTC", program="test", guard=1.0,
        schemas=((SYSTEM, fingerprint),), steps=(step,),
    )  # fmt: skip


def two_steps(plan: Plan) -> Plan:
    """The plan with a second step that was counted on the first."""
    later = replace(plan.steps[0], id="02-a/c/at-most", promise="a/c/at-most", foreseen=Not(plan.steps[0].where), leans=True)
    return replace(plan, steps=(plan.steps[0], later))


def enforcing(
    writer: Writer, journal: MemoryJournal, *, batch: int = 50, now: Callable[[], datetime] = lambda: AT
) -> Enforcement:
    """Everything that carries a plan out."""
    return Enforcement(
        journal=journal,
        suspensions=MemorySuspensions(),
        writers={SYSTEM: writer},
        vault=MemoryVault(),
        batch=batch,
        now=now,
    )


def noted(journal: MemoryJournal) -> int:
    """Rows that the journal says were changed."""
    return sum(int(line[3]) for line in journal.lines if line[0] == "batch")
