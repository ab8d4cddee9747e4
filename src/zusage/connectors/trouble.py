"""What can go wrong between the product and foreign systems."""

from __future__ import annotations

from zusage.planning.plan import what_becomes_of


class SystemTrouble(Exception):
    """Something is wrong between us and a foreign system. The message holds no value from any row and no password."""


class Unreachable(SystemTrouble):
    """The system cannot be reached or opened."""

    def __init__(self, system: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"system {system!r} cannot be reached: {reason}. Without it nothing can be looked at or changed there. "
            "Check its url in the manifest and that the environment variable in it is set."
        )


class NotAnswered(Unreachable):
    """The system is there, and could not answer what it was asked."""

    def __init__(self, system: str, reason: str) -> None:
        super().__init__(system, reason)
        self.args = (
            f"system {system!r} could not answer what it was asked: {reason}. Nothing is planned or judged by it until that is mended, in the system "
            "or in what the manifest says of it.",
        )


class CanWrite(SystemTrouble):
    """The role that should only look can write."""

    def __init__(self, system: str, what: str) -> None:
        super().__init__(
            f"the reading role of system {system!r} can {what}. A prover that can write could have made what it proves. "
            "Give it a role that can only read; on a server `zusage init ADDRESS --grant` prints the statements that make one."
        )


class MoreThanPlanned(SystemTrouble):
    """More rows match than the plan named, or than are left of these."""

    def __init__(self, step: str, planned: int) -> None:
        super().__init__(
            f"step {step} would change more than the {planned} rows that are left of what its plan names. Nobody has reviewed the others. "
            "Make a new plan and review it."
        )


class StillReferred(SystemTrouble):
    """Rows elsewhere refer to rows that should go."""

    def __init__(self, step: str, table: str, column: str, of: str) -> None:
        super().__init__(
            f"step {step} is stopped: rows of {table} ({column}) refer to rows of {of} that should go, and the manifest does not say "
            f"what becomes of them. {what_becomes_of(table, of)}"
        )


class TooManyTogether(SystemTrouble):
    """What belongs to rows refers to what belongs to so many others that one transaction would have to take them all."""

    def __init__(self, step: str, table: str, columns: str, most: int, left: int) -> None:
        super().__init__(
            f"step {step} is stopped: rows of {table} ({columns}) refer to rows of {table} that belong to other rows of the step, and "
            f"{most} of its rows in one transaction do not hold them together. A larger one would keep the system's other users waiting; "
            f"the batch is left untouched. Empty {columns} where it leads from one to the other, or set guard.batch so that {left} rows "
            "fit into one transaction, at a time when nobody is at work, and make a new plan."
        )


class Damaged(SystemTrouble):
    """Tables that cannot undo a change are damaged: what is looked for in them may be found wrongly."""

    def __init__(self, system: str, step: str | None, mending: str, *, begun: bool) -> None:
        """Without a step it is a single change that somebody asked for, or what a killed run left to be looked at."""
        #: the statement
        self.mending = mending
        what = "the change" if step is None else f"step {step}"
        again = "try again" if step is None else "apply the same plan again, which takes up what is left"
        batch = "What its batch had done stays done" if begun else "Nothing was changed by it since"
        super().__init__(
            f"{what} is stopped: a table of system {system!r} is damaged, as a server that was killed can leave one without "
            f"transactions. Its index leads to rows that are gone, or to others than it is asked for. {batch}; what was done before is in the "
            "journal. Keep a copy of the table's files, let an administrator carry out the statement that follows, and "
            f"{again}: {mending}"
        )


class InACircle(SystemTrouble):
    """Rows that should go refer to each other, so that none of them can go first."""

    def __init__(self, step: str, table: str, columns: str, rows: int) -> None:
        super().__init__(
            f"step {step}: {rows} rows of {table} that should go are still referred to by rows of the same table ({columns}): they refer "
            "to each other in a circle, or rows came since the plan was made. They are left untouched. Make a new plan; if that ends "
            f"here too, empty {columns} in one row of each circle."
        )


class CannotHandle(SystemTrouble):
    """A table has a form that the connector does not handle; it is refused whole rather than handled by half."""


class NotTaken(SystemTrouble):
    """A system did not take a single change that a human asked for; nothing of it was made."""

    def __init__(self, system: str, reason: str) -> None:
        super().__init__(
            f"system {system!r} did not take the change: {reason}. Nothing was changed. Mend the cause and try again."
        )


class Interrupted(SystemTrouble):
    """The system failed in the middle: everything committed so far is in the journal, the rest is untouched where it can be undone."""

    def __init__(
        self, system: str, reason: str, *, retryable: bool, undone: bool = True, lost: bool = False, begun: bool = True
    ) -> None:
        """``begun``: a batch was under way; it is none where its tables were only looked at."""
        self.retryable = retryable
        #: the server went away, and may need a while to be back
        self.lost = lost
        batch = (
            "The batch was rolled back" if undone else "What the batch had done stays done, for a table of it has no transactions"
        )
        batch = batch if begun else "No batch had begun, so that nothing was changed by it"
        super().__init__(
            f"system {system!r} failed during a step: {reason}. {batch}; what was committed before is in the journal. "
            "Mend the cause and apply the same plan again: it takes up what is left."
        )
