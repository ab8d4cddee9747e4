"""Withdrawal of a consent (Art. 7(3) GDPR): what can be withdrawn, and what follows. Rules without any system.

1.  What rests on consent can be withdrawn at any time, without reasons and without anybody deciding.
2.  It takes as little as giving did: one act ends the consent everywhere that it is noted.
3.  Processing until then stays lawful; no consent can be withdrawn that was given later.
4.  Data that rest on this consent alone are erased (Art. 17(1)(b)); what another purpose holds on another basis stays, and the person is
    told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zusage.promises.manifest import CONSENT, Activity


class NothingToWithdraw(Exception):
    """A purpose does not rest on consent: what, why and what to do. No message holds anything of the person."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what}. Nothing was changed. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One person's withdrawal of their consent to one purpose. It knows them by keyed codes alone."""

    id: str
    activity: str
    codes: frozenset[str]
    by: str
    at: datetime


def withdrawable(name: str, activity: Activity | None) -> None:
    """Raises NothingToWithdraw where the activity does not rest on consent (1)."""
    if activity is None:
        raise NothingToWithdraw(f"{name} is no activity of the manifest", "Name an activity as the manifest does.")
    if activity.legal_basis not in CONSENT:
        advice = "Look whether the person means an objection (Art. 21 GDPR) or an erasure (Art. 17 GDPR), and ask them."
        raise NothingToWithdraw(f"{name} rests on {activity.legal_basis}, not on consent", advice)
