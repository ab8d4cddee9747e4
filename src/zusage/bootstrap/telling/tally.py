"""What became of a sweep: each notice of what was demanded, and of what rules took how many of each group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from zusage.rights.notification import Notice, group_name


@dataclass(slots=True, kw_only=True)
class GroupTally:
    """What became in a sweep of the notices of one plan for one recipient."""

    plan: str
    recipient: str
    told: int = 0
    failed: int = 0
    #: only a human can send or close these, because nothing names the people
    nameless: int = 0
    #: or because the recipient is told by a human
    by_hand: int = 0
    trouble: str = ""
    #: when what failed is tried again
    next_at: datetime | None = None

    @property
    def name(self) -> str:
        """What the group is called."""
        return group_name(self.plan, self.recipient)


@dataclass(slots=True)
class Tally:
    """Filled while notices are sent."""

    told: list[Notice] = field(default_factory=list)
    failed: list[Notice] = field(default_factory=list)
    by_hand: list[Notice] = field(default_factory=list)
    #: in how many messages what rules took was told
    messages: int = 0
    groups: dict[tuple[str, str], GroupTally] = field(default_factory=dict)

    def group(self, plan: str, recipient: str) -> GroupTally:
        """The group of a plan and a recipient, begun when it is first asked for."""
        return self.groups.setdefault((plan, recipient), GroupTally(plan=plan, recipient=recipient))

    def group_told(self, recipient: str, counts: Mapping[str, int]) -> None:
        """By the digest of the plan how many notices a recipient has by one message."""
        self.messages += 1
        for plan, number in counts.items():
            self.group(plan, recipient).told += number

    def group_failed(self, recipient: str, counts: Mapping[str, int], trouble: str, next_at: datetime) -> None:
        """By the digest of the plan how many notices did not arrive, why, and when they are tried again."""
        for plan, number in counts.items():
            group = self.group(plan, recipient)
            group.failed += number
            group.trouble, group.next_at = trouble, next_at

    def left_nameless(self, notices: Iterable[Notice]) -> None:
        """Of these nothing names the people."""
        for one in notices:
            self.group(one.occasion.plan, one.recipient).nameless += 1
