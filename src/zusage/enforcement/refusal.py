"""Why a plan is not carried out."""

from __future__ import annotations

from collections.abc import Collection, Sequence


class PlanRefused(Exception):
    """The plan may not be carried out: what, where, why and what to do."""

    def __init__(self, what: str, why: str, advice: str) -> None:
        self.what, self.why, self.advice = what, why, advice
        super().__init__(f"{what}. {why} {advice}")


class PlanChanged(PlanRefused):
    """The plan file is not what the planner wrote."""

    def __init__(self, file: str, detail: str) -> None:
        super().__init__(
            f"the plan {file} was changed after it was made, or is damaged ({detail})",
            "Only what was counted and reviewed may be carried out.",
            "Make a new plan with `zusage plan`.",
        )


class NoPlan(PlanRefused):
    """There is no plan where one is looked for."""

    def __init__(self, file: str, lacking: str) -> None:
        plan = lacking == file
        super().__init__(
            f"there is no plan {file} here" if plan else f"beside the plan {file} there is no {lacking}",
            "Only a plan that was made and reviewed can be carried out."
            if plan
            else "It holds the signatures of who made the plan and who approved it.",
            f"Make one with `zusage plan --out {file}`, or name the one that is meant."
            if plan
            else "Bring both files, or make a new plan with `zusage plan`.",
        )


class PlanStale(PlanRefused):
    """The plan rests on something that is no longer so."""

    def __init__(
        self, what: str, advice: str = "Make a new plan (`zusage plan`, of a demand `zusage erasure plan`) and review it."
    ) -> None:
        super().__init__(what, "A plan is carried out only on what it was made for.", advice)


class LacksRights(PlanRefused):
    """The writer's role is not allowed what the plan needs."""

    def __init__(self, system: str, missing: Sequence[str], triggers: Collection[str]) -> None:
        self.missing = tuple(missing)
        beyond = f" What triggers need ({', '.join(sorted(triggers))}) is not known from here." if triggers else ""
        super().__init__(
            f"the role of the writer of system {system!r} lacks rights that the plan needs: {'; '.join(missing)}",
            f"The plan would stop in its middle; nothing was changed.{beyond}",
            "Let an administrator grant them (`zusage init ADDRESS --grant --for MANIFEST` prints all that the manifest needs), and apply "
            "the same plan again.",
        )


class NeedsApproval(PlanRefused):
    """The plan removes more of a table than one person may."""

    def __init__(self, tables: tuple[str, ...], guard: float, reason: str) -> None:
        self.tables = tables
        super().__init__(
            f"the plan removes more than {guard:.0%} of {', '.join(tables)}, and {reason}",
            "That much is removed only when a second person has looked at the plan.",
            "Let an approver named under guard.approvers run `zusage approve PLAN --key FILE`.",
        )


class OwnPlan(PlanRefused):
    """The planner would approve its own plan."""

    def __init__(self) -> None:
        super().__init__(
            "the key is the planner's own",
            "An approval says that a second person has looked at the plan; nothing was signed.",
            "Use a key that the planner cannot read; `zusage key new` makes one.",
        )


class NotAnApprover(PlanRefused):
    """The manifest does not name the key."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the manifest does not name the key {name} under guard.approvers",
            "`zusage apply` would not count its signature; nothing was signed.",
            "Let whoever answers for the manifest add the line that `zusage key show FILE` prints, and make a new plan.",
        )


class ClockJumped(PlanRefused):
    """The clock says that it is earlier than when the evidence was last sealed."""

    def __init__(self, now: str, last: str) -> None:
        super().__init__(
            f"the clock says {now} UTC, and the last look was sealed at {last} UTC: the clock was set back, or was wrong then",
            "What is due depends on the time, so nothing is looked at, planned or deleted on a clock that cannot be right.",
            "Set the clock right and try again.",
        )
