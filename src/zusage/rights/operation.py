"""What is done on the systems for a case, as somebody of the staff orders it. Rules without I/O.

1. Nothing is done before it was shown who asks, and what needs a human's decision is done when that is on record.
2. An order belongs to what the person asked for: a correction to a rectification, an objection to an objection.
3. Not to erase (§ 35 BDSG), to use what is restricted (Art. 18(2) GDPR), to go on against an objection (Art. 21(1)) and to correct a value,
   which cannot be taken back, need a second human: one orders it, and it is done when another has agreed to the order as it stands. The text
   of an order is sealed in the chain of its case before anybody can agree to it, so that nothing in it can change afterwards: another value
   is another order, which needs an agreement of its own.
4. An order is noted before it is carried out and once it was. What an interruption left behind is taken up by whoever gives the order
   again.
5. Only what ends something, or tells of it, is done for a person who no longer asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from .case import Case, Right
from .erasure import Ground as Demanded
from .objection import Finding
from .restriction import LONGEST, Ground, Paragraph
from .restriction import Use as Purpose

#: what a database can write down
_WRITTEN = r"^[^\x00]*$"
#: names of systems, tables and activities, numbers, and words of reasons
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_WRITTEN)]
Words = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
#: what a register has given, such as ``R-0001``
Number = Annotated[str, Field(max_length=24, pattern=r"^[A-Z]{1,2}-[0-9]{1,18}$")]
_HOURS = int(LONGEST / timedelta(hours=1))


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(
        default="",
        max_length=100,
        pattern=_WRITTEN,
        description="of your own choice, another for each order: sent again with it, also when no answer came, the order is done once",
    )


class Restrict(_Order):
    """Take the person's data out of the application's reach (Art. 18(1) GDPR)."""

    operation: Literal["restrict"]
    ground: Ground = Field(description="the letter of Art. 18(1) GDPR")
    tables: tuple[Name, ...] = Field(default=(), max_length=1000, description="only these, as system.table; without any, all")


class RestrictInstead(_Order):
    """Restrict in the place of an erasure (§ 35 BDSG); a second human agrees."""

    operation: Literal["restrict-instead"]
    paragraph: Paragraph = Field(description="the paragraph of § 35 BDSG")
    demanded: Demanded = Field(description="the letter of Art. 17(1) GDPR under which erasure is demanded")
    reasons: Words = Field(description="why the data cannot be erased; no name of a person")
    ground: Ground = Field(default="b", description="the letter of Art. 18(1) GDPR")
    tables: tuple[Name, ...] = Field(default=(), max_length=1000)


class TellLifting(_Order):
    """Note that the person was told that a restriction will be lifted (Art. 18(3) GDPR)."""

    operation: Literal["tell-lifting"]
    restriction: Number
    how: Words = Field(description="how they were told; no name of a person")


class Lift(_Order):
    """Bring back what a restriction hides."""

    operation: Literal["lift"]
    restriction: Number


class Use(_Order):
    """Open restricted data for reading, for a while (Art. 18(2) GDPR); a second human agrees."""

    operation: Literal["use"]
    restriction: Number
    purpose: Purpose = Field(description="what permits the use")
    reasons: Words = Field(description="why it is needed; no name of a person")
    hours: int = Field(default=8, ge=1, le=_HOURS)


class CloseUse(_Order):
    """Close a use of restricted data."""

    operation: Literal["close-use"]
    use: Number


class Rectify(_Order):
    """Correct one value of one row (Art. 16 GDPR); a second human agrees to the value."""

    operation: Literal["rectify"]
    table: Name = Field(description="as system.table")
    column: Name
    value: str | None = Field(max_length=100_000, pattern=_WRITTEN, description="the right one; null: nothing is right there")
    row: str | None = Field(
        default=None, max_length=1000, description="a condition in SQL that tells the row from others of theirs"
    )


class Complete(_Order):
    """Keep what the person states beside a row that cannot be changed (Art. 16, second sentence)."""

    operation: Literal["complete"]
    table: Name
    statement: str = Field(min_length=1, max_length=4000, pattern=_WRITTEN)
    row: str | None = Field(default=None, max_length=1000, pattern=_WRITTEN)


class Oppose(_Order):
    """Take in an objection to an activity, and carry it out (Art. 21 GDPR)."""

    operation: Literal["object"]
    activity: Name


class DecideObjection(_Order):
    """Say whose grounds prevail; that the use goes on needs a second human."""

    operation: Literal["decide-objection"]
    objection: Number
    finding: Finding
    reasons: Words = Field(description="no name of a person")


class EndObjection(_Order):
    """Note that the person took an objection back, such as by a new consent; nothing else ends one."""

    operation: Literal["end-objection"]
    objection: Number
    reasons: Words = Field(description="by what they took it back; no name of a person")


class WithdrawConsent(_Order):
    """End a consent everywhere, and plan the erasure of what rests on it alone (Art. 7(3) GDPR)."""

    operation: Literal["withdraw-consent"]
    activity: Name


class PlanErasure(_Order):
    """Plan what is erased; the plan is signed and carried out by the commands."""

    operation: Literal["plan-erasure"]
    ground: Demanded = Field(description="the letter of Art. 17(1) GDPR")
    needed: Mapping[Name, Words] = Field(
        default_factory=dict, description="activities that need their data still (Art. 17(3) GDPR), with the reason"
    )


class Transfer(_Order):
    """Send the package of the person straight to another controller (Art. 20(2) GDPR)."""

    operation: Literal["transfer"]
    to: Name = Field(description="a recipient of the manifest that takes packages; nothing is ever sent anywhere else")


class RefuseTransfer(_Order):
    """Note that their package cannot be sent straight to a controller, because that is not technically feasible (Art. 20(2) GDPR)."""

    operation: Literal["refuse-transfer"]
    controller: Name = Field(description="which one the person has named; of a recipient of the manifest its name there")
    reasons: Words = Field(description="why it is not feasible, as the person is told; no name of a person")


class Hold(_Order):
    """Hold the file of the case, and everything of the person, against every deletion."""

    operation: Literal["hold"]
    reason: Words = Field(description="no name of a person")
    review_on: date


class ReviewHold(_Order):
    """Note that a hold of this case is still needed."""

    operation: Literal["review-hold"]
    hold: Number
    reason: Words
    review_on: date


class LiftHold(_Order):
    """Lift a hold of this case."""

    operation: Literal["lift-hold"]
    hold: Number
    reason: Words


Order = (
    Restrict | RestrictInstead | TellLifting | Lift | Use | CloseUse | Rectify | Complete | Oppose | DecideObjection
    | EndObjection | WithdrawConsent | PlanErasure | Transfer | RefuseTransfer | Hold | ReviewHold | LiftHold
)  # fmt: skip
#: an order from its text
ORDER: TypeAdapter[Order] = TypeAdapter(Annotated[Order, Field(discriminator="operation")])
OPERATIONS: tuple[str, ...] = tuple(get_args(kind.model_fields["operation"].annotation)[0] for kind in get_args(Order))
#: what a person must have asked for (2); what stands not here belongs to every case
_FOR: Mapping[str, frozenset[Right]] = {
    "restrict": frozenset({"restriction", "rectification", "objection", "erasure", "complaint"}),
    "restrict-instead": frozenset({"erasure"}),
    "rectify": frozenset({"rectification"}),
    "complete": frozenset({"rectification"}),
    "object": frozenset({"objection"}),
    "decide-objection": frozenset({"objection"}),
    "withdraw-consent": frozenset({"withdrawal"}),
    "plan-erasure": frozenset({"erasure"}),
    "transfer": frozenset({"portability"}),
    "refuse-transfer": frozenset({"portability"}),
}
#: what needs nobody to have shown who they are
_OF_THE_OFFICE = frozenset({"hold", "review-hold", "lift-hold", "close-use"})
#: what follows a decision
_DECIDED = frozenset({"restrict-instead", "rectify", "plan-erasure", "transfer", "refuse-transfer"})
_ENDING = frozenset({"tell-lifting", "lift", "close-use", "lift-hold", "review-hold"})
#: what follows an objection that was taken down
_AFTER_AN_OBJECTION = frozenset({"decide-objection", "end-objection"})
#: what is done also for somebody of whom an address is known and no record: it is found wherever the address stands
BY_ADDRESS = frozenset({"object", "decide-objection", "end-objection", "withdraw-consent"})
#: what needs to know nothing of whose data it is
OF_THE_FILE = frozenset({"hold", "review-hold", "lift-hold"})
#: the outcome of an order that could not be carried out
REFUSED = "refused"
#: the outcome of the order that notes that a transfer is not possible (Art. 20(2) GDPR)
NOT_FEASIBLE = "not feasible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order as it stands in its case."""

    #: of the event with which it was given
    number: int
    operation: str
    by: str
    agreed_by: str = ""
    #: what came of it, such as ``R-0001`` or ``refused``; empty while it is not done
    outcome: str = ""
    #: the event with which it ended; 0 while it is not done
    ended: int = 0


def needs_second(order: Order) -> bool:
    """Whether another human must agree (3)."""
    return isinstance(order, RestrictInstead | Use | Rectify) or (
        isinstance(order, DecideObjection) and order.finding != "upheld"
    )


def orders(case: Case) -> tuple[Ordered, ...]:
    """The orders of a case, oldest first (4)."""
    found: dict[int, Ordered] = {}
    for number, event in enumerate(case.events, 1):
        first, _, rest = event.detail.partition(" ")
        if event.kind == "ordered":
            found[number] = Ordered(number=number, operation=event.detail, by=event.by)
        elif event.kind == "agreed":
            found[int(first)] = replace(found[int(first)], agreed_by=event.by)
        elif event.kind == "effected":
            found[int(first)] = replace(found[int(first)], outcome=rest, ended=number)
    return tuple(found.values())


def before_any_decision(case: Case, order: Order) -> bool:
    """Whether an order does something for the person although nobody has decided on the case: what ends something, or is the office's own, does not."""
    return case.last("granted") is None and order.operation not in _OF_THE_OFFICE | _ENDING | _AFTER_AN_OBJECTION


def against(case: Case, order: Order) -> tuple[str, str] | None:
    """Why an order may not be given in a case now, and what to do; None where it may (1, 2, 5)."""
    name = order.operation
    if case.right not in _FOR.get(name, frozenset({case.right})):
        return f"{name} is not what it asks for, which is {case.right}", "Open a case for what the person asks."
    if case.last("withdrawn") and name not in _ENDING:
        return "the person no longer asks", "Open a new case if they ask again."
    if name not in _OF_THE_OFFICE and not case.last("identity shown"):
        return "nobody has shown who asks", "Record how it was shown, or ask for it."
    if case.last("refused") and name in _FOR and name not in ("object", "decide-objection"):
        return "it was refused", "Open a new case."
    decided = name in _DECIDED or (name, case.right) == ("restrict", "restriction")
    if decided and not case.last("granted"):
        return "it was not granted", "Decide first."
    return None
