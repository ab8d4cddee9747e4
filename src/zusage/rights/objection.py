"""Objection (Art. 21 GDPR): against what, what follows at once, and who decides. Rules without any system.

1.  An objection to direct marketing always succeeds: nobody weighs anything, and the use ends at once (Art. 21(2), (3)).
2.  Otherwise one can object to what rests on Art. 6(1)(e) or (f), at any time (Art. 21(1)); to nothing else.
3.  Until it is decided whose grounds prevail, the use rests (Art. 18(1)(d)).
4.  It goes on only if a human shows compelling legitimate grounds that prevail, or needs it for legal claims, with reasons; a second
    human agrees (Art. 21(1), 24(1)).
5.  An objection ends when the person says so, such as by a new consent, and not because time passes.
6.  What was processed for the purpose is erased on demand once an objection was upheld, whether it rests on (e) or (f), and at once where
    it is against direct marketing (Art. 17(1)(c)).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from zusage.promises.manifest import CONSENT, OBJECTIONABLE, Activity

from .roles import same_holder

#: what a human can find: the objection succeeds, compelling grounds prevail, or the data serve legal claims (Art. 21(1) GDPR)
Finding = Literal["upheld", "compelling-grounds", "legal-claims"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)


class ObjectionRefused(Exception):
    """Something may not be done with an objection: what, why and what to do. No message holds anything of the person."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what}. Nothing was changed. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One person's objection to one purpose. It knows them by keyed codes alone."""

    id: str
    activity: str
    #: against direct marketing, so that nothing is to be decided
    marketing: bool
    #: keyed codes of the person and of their addresses
    codes: frozenset[str]
    by: str
    since: datetime
    finding: Finding | None = None
    decided_by: str = ""
    second: str = ""
    decided_at: datetime | None = None
    reasons: str = ""
    ended_at: datetime | None = None

    @property
    def stops(self) -> bool:
        """The purpose may not use the person's data (1, 3, 4, 5)."""
        return self.ended_at is None and (self.marketing or self.finding in (None, "upheld"))

    @property
    def open(self) -> bool:
        """A human has to decide."""
        return not self.marketing and self.finding is None and self.ended_at is None


def is_marketing(name: str, activity: Activity | None) -> bool:
    """Whether an objection to the activity is one to direct marketing. Raises ObjectionRefused where there is none (1, 2)."""
    if activity is None:
        raise ObjectionRefused(f"{name} is no activity of the manifest", "Name an activity as the manifest does.")
    if activity.objection and activity.objection.marketing:
        return True
    if activity.legal_basis in OBJECTIONABLE:
        return False
    advice = (
        "Take it as a withdrawal of the consent (Art. 7(3) GDPR)."
        if activity.legal_basis in CONSENT
        else "Refuse it with these reasons and the remedies (Art. 12(4) GDPR), and look whether the person means an erasure."
    )
    raise ObjectionRefused(
        f"{name} rests on {activity.legal_basis} and is no direct marketing: nobody can object to it (Art. 21(1), (2) GDPR)",
        advice,
    )


def succeeded(objections: Iterable[Objection], people: Collection[str]) -> frozenset[str]:
    """The activities to which all of these people, by their codes, have objected with success (6)."""
    found: dict[str, set[str]] = {}
    for one in objections:
        if one.stops and not one.open:
            found.setdefault(one.activity, set()).update(one.codes)
    return frozenset(activity for activity, codes in found.items() if codes >= set(people))


def decidable(objection: Objection, finding: Finding, by: str, second: str, reasons: str) -> None:
    """Raises ObjectionRefused where it may not be decided so (1, 4)."""
    if objection.marketing:
        raise ObjectionRefused(
            f"{objection.id} is against direct marketing: nothing is to be decided (rule 1)", "Tell the person so."
        )
    if not objection.open:
        raise ObjectionRefused(f"{objection.id} is decided or has ended", "See the list of objections.")
    if not reasons.strip():
        raise ObjectionRefused("no reasons are given (rule 4)", "Say in `reasons` why.")
    if finding != "upheld" and (not second or same_holder(second, by)):
        raise ObjectionRefused(
            "a use against the will of a person needs a second human (rule 4)", "Let somebody else agree, as `second`."
        )
