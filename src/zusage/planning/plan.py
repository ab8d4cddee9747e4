"""A plan as frozen data. Explaining it and carrying it out read the same steps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from zusage.promises.condition import ALWAYS, Condition, to_text
from zusage.promises.period import Period
from zusage.promises.promise import Change, Elsewhere, Part
from zusage.promises.starting_point import StartingPoint

from .codec import decode, encode, register

FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Some rows of one table."""

    system: str
    table: str
    where: Condition = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How many rows a selection has, and what hangs on them."""

    rows: int
    #: table of a part → its rows that belong to them; where it refers by two links, of both together
    parts: Mapping[str, int]
    #: how many of the rows fulfil each of the conditions that were asked about
    marked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Rows go, with everything that belongs to them."""


@dataclass(frozen=True, slots=True)
class ChangeColumns:
    """Columns are emptied, truncated, replaced or pseudonymised; the row stays."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """How it is told whose a row is: by a column of the row at the end of some links, where that row fulfils a condition."""

    people: str
    #: nearest first; none where the row says so itself
    links: tuple[Part, ...]
    column: str
    among: Condition


@dataclass(frozen=True, slots=True)
class BlockRows:
    """Rows move, with everything that belongs to them, out of the application's reach, until a day that the rule names.

    Without a column to start from, until somebody brings them back.
    """

    start: StartingPoint
    at_most: Period
    zone: str
    #: whose rows they are: the kind of people and the column with their key
    person: tuple[str, str] | None = None
    #: whose rows all of them are, where they are blocked on one person's demand; a code of the person in a plan
    of: str | None = None
    #: where they are blocked on the demand of several people: how each row tells whose it is, the first that answers
    whose: tuple[Whose, ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteBlocked:
    """What was blocked and has reached its last day goes; ``before`` is the first day that may still be kept."""

    before: date
    #: by rule, the first starting day whose period is not over: what started earlier goes, whatever was noted when it was blocked
    limits: tuple[tuple[str, date], ...] = ()
    #: where it is on demand: the codes of the people whose rows go, and the rule that they were blocked by, whatever their last day
    people: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class RefreshView:
    """A view whose rows are stored is made anew from the tables behind it, so that what is gone there goes here."""


Action = DeleteRows | ChangeColumns | BlockRows | DeleteBlocked | RefreshView


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Rows elsewhere refer to rows that would go, and nothing in the manifest says what becomes of them."""

    table: str
    columns: tuple[str, ...]
    #: the table referred to
    of: str
    referred: tuple[str, ...]
    on_delete: str
    rows: int = 0


def what_becomes_of(table: str, of: str) -> str:
    """What to write about rows of a table that refer to rows of another, or of the same, that would go."""
    if table == of:
        return "They stay, for they do not belong to what goes. Empty the reference in them, let both end alike, or let the rule wait for them with waits_for."
    return f"Declare {table} as part_of {of}, say under elsewhere that the reference is emptied, or let the rule wait for it with waits_for."


@dataclass(frozen=True, slots=True)
class Tree:
    """Rows refer to rows of the same table: ``columns`` of theirs to ``referred``."""

    columns: tuple[str, ...]
    referred: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loosened:
    """References in rows that go, emptied before they go: the tables refer to each other in a circle.

    Without columns they cannot be emptied; the database is asked to look at them when the transaction ends.
    """

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change for one promise."""

    id: str
    promise: str
    system: str
    table: str
    action: Action
    #: what must hold of a row inside the transaction that changes it
    where: Condition = ALWAYS
    #: the same, seen from before the plan, for counting; it may name suspended rows and so is not kept in a plan
    foreseen: Condition = ALWAYS
    #: it was counted as if the steps before it were done
    leans: bool = False
    #: a later step of the plan takes the rows that wait for references which a step between them empties
    again: bool = False
    parts: tuple[Part, ...] = ()
    #: rows that refer to these, stay, and are changed with them
    elsewhere: tuple[Elsewhere, ...] = ()
    #: what belongs to rows that stay, or beside the row to such: where a suspension holds it, it holds the row
    below: tuple[Part, ...] = ()
    #: the tables to whose rows these rows belong, nearest first
    above: tuple[Part, ...] = ()
    #: rows that matched when the plan was made; more than these are never changed
    rows: int = 0
    #: rows of the parts, by table, that go with them; more than these never go. Where what is blocked goes, those that the plan blocks
    part_rows: tuple[tuple[str, int], ...] = ()
    #: rows in the tables of the parts when the plan was made
    part_totals: tuple[tuple[str, int], ...] = ()
    #: rows in the table when the plan was made
    total: int = 0
    #: how rows of the table refer to each other; those to which none refers go first
    trees: tuple[Tree, ...] = ()
    loosened: tuple[Loosened, ...] = ()
    #: foreign keys that must find no row when the step is carried out
    referrers: tuple[Obstacle, ...] = ()
    #: referrers that found rows: the step is stopped
    obstacles: tuple[Obstacle, ...] = ()
    #: triggers that the step would fire, as table: name
    triggers: tuple[str, ...] = ()
    #: tables of which they would change rows, as pairs of the trigger and a table, ``*`` for any; without those of which it is said that
    #: they leave alone what is held
    alters: tuple[tuple[str, str], ...] = ()
    #: tables of which it deletes or changes rows and that cannot undo it: what a stopped batch has done there stays done
    without_undo: tuple[str, ...] = ()
    #: files that go with the rows, as pairs of table and path with columns in braces
    files: tuple[tuple[str, str], ...] = ()
    #: why the step is stopped whatever the rows: what, why and what to do
    refused: tuple[str, ...] = ()
    #: suspensions in force when the plan was made
    suspensions: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether the step is not carried out."""
        return bool(self.obstacles or self.refused)

    @property
    def irreversible(self) -> bool:
        """Whether what the step does cannot be taken back."""
        return not isinstance(self.action, BlockRows)

    def shares(self) -> Iterator[tuple[str, float]]:
        """For each table that the step changes, as system.table, the part of its rows, from 0 to 1, that it takes or changes."""
        totals = dict(self.part_totals)
        for table, rows, total in ((self.table, self.rows, self.total), *((t, r, totals.get(t, 0)) for t, r in self.part_rows)):
            yield f"{self.system}.{table}", rows / total if total else 0.0


@dataclass(frozen=True, kw_only=True)  # without slots: its text is kept once it was made
class Plan:
    """Everything that would change, and what it rests on."""

    #: the digest of the manifest's meaning
    manifest: str
    as_of: datetime
    valid_until: datetime
    zone: str
    program: str
    #: system → fingerprint of its schema
    schemas: tuple[tuple[str, str], ...]
    #: the share of a table, from 0 to 1, that may go without a second person
    guard: float
    #: system.table → another share for this table
    guards: tuple[tuple[str, float], ...] = ()
    #: of each part of the manifest the beginning of its digest, so that a refusal says which was changed
    parts: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = field(default=())

    @property
    def rows(self) -> int:
        """Rows that would change, without those that go as parts."""
        return sum(step.rows for step in self.steps if not step.stopped)

    @property
    def needs_approval(self) -> tuple[str, ...]:
        """Tables of which the plan takes or changes for good more than the guard lets one person, as system.table."""
        gone: dict[str, float] = {}
        for step in self.steps:
            if step.irreversible and not step.stopped:
                for name, share in step.shares():
                    gone[name] = min(1.0, gone.get(name, 0.0) + share)
        return tuple(name for name, share in gone.items() if share > dict(self.guards).get(name, self.guard))

    def without_empty_steps(self) -> Plan:
        """The plan without the steps that would change nothing, numbered anew."""
        kept = (
            step for step in self.steps if step.rows or step.obstacles
        )  # a refusal of what would change nothing stops nothing
        return replace(self, steps=tuple(replace(s, id=f"{n:02d}-{s.promise}") for n, s in enumerate(kept, 1)))

    def to_json(self) -> str:
        """The plan as canonical JSON with a reading aid in SQL; ``from_json`` reads it back."""
        return self._text

    @cached_property
    def _text(self) -> str:
        content = {"zusage-plan": FORMAT, "plan": encode(self), "reading-aid": [_aid(step) for step in self.steps]}
        return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Read a plan; raises ValueError when it is none or of another format."""
        content = json.loads(text)
        if not isinstance(content, dict) or content.get("zusage-plan") != FORMAT:
            raise ValueError("not a plan of this format")
        try:
            plan = decode(content["plan"])
            same = isinstance(plan, Plan) and plan.to_json() == text
        except (AttributeError, KeyError, TypeError, OverflowError):  # a part is of another kind than it should be
            raise ValueError("the plan has parts that are none of a plan's") from None
        if not same or not isinstance(plan, Plan):
            raise ValueError("the plan does not read back to itself")
        return plan

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical form, as hex."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _aid(step: Step) -> dict[str, object]:
    return {"step": step.id, "table": f"{step.system}.{step.table}", "rows": step.rows, "where": to_text(step.where)}


register(
    Plan,
    Step,
    Obstacle,
    Tree,
    Loosened,
    DeleteRows,
    ChangeColumns,
    Whose,
    BlockRows,
    DeleteBlocked,
    RefreshView,
    Part,
    Elsewhere,
    Change,
    Period,
    StartingPoint,
)
