"""Withdrawing a consent with its effect on the data (Art. 7(3) GDPR): in our own records, in the service's tables, and what rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.planning.ending import Held
from zusage.planning.holding import Hold, HoldUnfit, Person, of_person
from zusage.planning.plan import Plan
from zusage.promises.condition import ALWAYS, NEVER, Before, Column, IsNull, Not, all_of, any_of
from zusage.promises.manifest import CONSENT
from zusage.rights.withdrawal import Withdrawal, withdrawable

from ..days import day_of
from ..looking.looks import Looks
from ..plans import read_plan
from . import ending, erasing
from .ending import Found, Rows, Wish

if TYPE_CHECKING:
    from datetime import datetime

    from zusage.documents import Language
    from zusage.documents.withdrawn import Withdrawn
    from zusage.promises.condition import Condition
    from zusage.promises.manifest import Data, Ending

    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A withdrawal and what came of it."""

    withdrawal: Withdrawal
    #: per system.table, rows in which the service noted the consent or acted on it
    rows: Rows
    #: the receipts of our own records
    receipts: tuple[str, ...]
    #: rows in which a consent of the person to this purpose still stands
    left: Rows
    #: rows of these that suspensions hold
    held: tuple[Held, ...]
    #: nothing says where the service notes the consent, and our own records have none, so that it may stand there
    unnoted: bool
    #: what rests on the consent alone, to be approved and applied; None where there is nothing
    plan: Plan | None


def withdraw(product: Product, wish: Wish, since: datetime | None = None) -> Effect:
    """End the consent everywhere at once, and plan the erasure of what rests on it alone. May be repeated.

    What was noted ``since`` then, by whoever takes it in now, is the same withdrawal, interrupted. Raises NothingToWithdraw, HoldUnfit, StillReferred or other SystemTrouble, ForeignKeyCycle.
    """
    activity = product.loaded.manifest.activities.get(wish.activity)
    withdrawable(wish.activity, activity)
    found = ending.find(product, wish.person, wish.address)
    withdrawal = product.state.withdrawals.note(wish.activity, found.codes, wish.by, product.clock(), since)
    receipts = _in_records(product, wish, found, withdrawal.at if since else None)
    wanted = [(one, ending.theirs(product, one, found, withdrawal.codes)) for one in _records(product, wish.activity)]
    held = ending.held(product, wanted)
    rows = ending.end(product, wanted)
    return Effect(
        withdrawal=withdrawal,
        rows=rows,
        receipts=receipts,
        left=ending.left(product, _records(product, wish.activity), found.codes),
        held=held,
        unnoted=not (wanted or receipts),
        plan=_planned(product, wish),
    )


def enforce(product: Product, activity: str) -> Rows:
    """End again consents that were withdrawn and stand again, as after an import; per system.table, the rows.

    One that was given after the withdrawal is a new one, and is not touched. Raises NothingToWithdraw, HoldUnfit, StillReferred or other
    SystemTrouble, ForeignKeyCycle.
    """
    withdrawable(activity, product.loaded.manifest.activities.get(activity))
    ended: dict[str, int] = {}
    for one in product.state.withdrawals.all():
        for table, rows in end_again(product, one) if one.activity == activity else ():
            ended[table] = ended.get(table, 0) + rows
    return tuple(ended.items())


def end_again(product: Product, one: Withdrawal) -> Rows:
    """End the consents of one person that stand although they withdrew them. Raises HoldUnfit, SystemTrouble or ForeignKeyCycle."""
    wanted = [(record, standing(product, record, one)) for record in _records(product, one.activity)]
    return ending.end(product, wanted)


def standing(product: Product, record: Ending, one: Withdrawal) -> Condition:
    """The person's consents from before they withdrew it. Raises HoldUnfit where nobody can tell when one was given."""
    theirs = ending.matching(product, record, one.codes)
    if theirs == NEVER:
        return NEVER
    if record.given is None:
        raise HoldUnfit(f"rows of {record.data} do not say when a consent was given", "End it by hand, or declare given.")
    return all_of(theirs, Before(Column(record.given), one.at, product.loaded.manifest.time_zone))


def _planned(product: Product, wish: Wish) -> Plan | None:
    """Of somebody of whom only an address is known nothing is erased: it proves nobody to be the owner of rows."""
    if wish.person is None:
        return None
    wanted = erasing.Wish(people=(wish.person,), ground="b", by=wish.by, needed={}, only=frozenset({wish.activity}))
    made = erasing.plan(product, wanted).plan
    return made if made.steps else None


def letter(product: Product, wish: Wish, plan: Path | None, language: Language) -> tuple[str, ...]:
    """What the person is told: what ended, what was erased by the plan, and what stays on which other basis."""
    from zusage.documents.withdrawn import withdrawn

    return withdrawn(product.loaded.manifest, language, told_of(product, wish, [plan] if plan else None))


def told_of(product: Product, wish: Wish, plans: Sequence[Path] | None) -> Withdrawn:
    """A withdrawal as letters speak of it, with what all its plans took; None: nobody says whether there was one.

    Raises NothingToWithdraw, HoldUnfit or SystemTrouble.
    """
    from zusage.documents.withdrawn import Withdrawn

    from .erased_letter import outcomes as outcomes_of

    withdrawable(wish.activity, product.loaded.manifest.activities.get(wish.activity))
    outcomes = None
    if plans is not None:
        done = [erasing.answer(product, plan, wish.person, left={}) for plan in plans]
        outcomes = [one for answer in done for one in outcomes_of(answer)]
    stays, left = _rest(product, wish.activity, wish.person) if wish.person else ({}, 0)
    if not left:  # columns of rows that another purpose holds
        left = _not_done(product, wish, plans)
    found = ending.find(product, wish.person, wish.address)
    noted = [one.at for one in product.state.withdrawals.all() if one.activity == wish.activity and one.codes & found.codes]
    return Withdrawn(
        activity=wish.activity,
        outcomes=outcomes,
        stays=stays,
        left=left,
        since=day_of(product, max(noted)) if noted else None,
        standing=bool(ending.left(product, _records(product, wish.activity), found.codes)),
    )


def _not_done(product: Product, wish: Wish, plans: Sequence[Path] | None) -> int:
    """Rows that the newest plan would still take or change, or that a plan would which was made now."""
    if plans is None:
        planned = _planned(product, wish)
        return sum(step.rows for step in planned.steps) if planned else 0
    made = read_plan(plans[-1])[0] if plans else None
    done = product.state.journal.progress(made.digest) if made else {}
    open_ = [step for step in made.steps if step.id not in done or done[step.id].outcome != "done"] if made else []
    return sum(step.rows - (done[step.id].rows if step.id in done else 0) for step in open_)


def _in_records(product: Product, wish: Wish, found: Found, at: datetime | None) -> tuple[str, ...]:
    """In the records of our own consent service: by the person's addresses, and by their key as an account. One made since ``at``, before an interruption, counts."""
    from ..consents import offer, taking

    manifest = product.loaded.manifest
    if manifest.consents is None or offer(product).purpose(wish.activity) is None:
        return ()
    made = []
    with taking(product) as took:
        desk = took.desk
        accounts = [desk.person("account", wish.person.key)] if wish.person else []
        for subject in (*(desk.person("mail", one) for one in found.addresses), *accounts):
            last = next((one for one in reversed(tuple(desk.records.of(subject))) if wish.activity in one.choice.answers), None)
            answer = last.choice.answers[wish.activity] if last else ""
            if last and at and answer == "withdrawn" and last.choice.at >= at:
                made.append(last.id)
            elif answer == "given":
                choice = desk.withdrawal(subject, "", "withdraw", (wish.activity,))
                made.append(took.grouped.record(choice).result().id)
    return tuple(made)


def _rest(product: Product, activity: str, person: Person) -> tuple[Mapping[str, int], int]:
    """By activity, rows of the person that it holds on another basis; and rows that only the withdrawn purpose holds."""
    manifest, stays, left = product.loaded.manifest, dict[str, int](), 0
    found = ending.find(product, person)
    ended = {name for name in manifest.activities if not _stands(product, name, found)}
    for hold in of_person(manifest, person, product.inventories):
        rows = Looks(product).count(hold.selection)
        holding = [name for name, one in manifest.activities.items() if hold.table in one.data]
        others = [name for name in holding if name != activity and name not in ended]
        for name in others if rows else ():
            stays[name] = stays.get(name, 0) + _holding(product, hold, manifest.activities[name].data[hold.table])
        left += rows if activity in holding and not others else 0
    return {name: rows for name, rows in stays.items() if rows}, left


def _stands(product: Product, name: str, found: Found) -> bool:
    """Whether an activity is on another basis than a consent, or a consent of the person to it stands, as far as anything notes it."""
    if product.loaded.manifest.activities[name].legal_basis not in CONSENT:
        return True
    if records := _records(product, name):
        return any(ending.count(product, record, found) for record in records)
    return not any(one.activity == name and one.codes & found.codes for one in product.state.withdrawals.all())


def _holding(product: Product, hold: Hold, data: Data) -> int:
    """Rows of the person in which an activity holds anything: a column of it that is empty is nothing that it goes on storing."""
    columns = [column for columns in data.classes.values() for column in columns]
    something = any_of(*(Not(IsNull(Column(column))) for column in columns)) if columns else ALWAYS
    return Looks(product).count(replace(hold.selection, where=all_of(hold.selection.where, something)))


def _records(product: Product, activity: str) -> tuple[Ending, ...]:
    declared = product.loaded.manifest.activities.get(activity)
    return declared.consent.records if declared and declared.consent else ()
