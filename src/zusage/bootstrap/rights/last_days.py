"""Until when a person's rows may be kept by each rule, as things stand today (Art. 15(1)(d) GDPR): for the copy of their data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from zusage.planning.holding import Hold, Person, of_person
from zusage.planning.plan import Selection
from zusage.planning.release import applies
from zusage.promises.condition import all_of
from zusage.promises.derive import rules_of

from ..days import day_of, day_or_instant
from ..looking.looks import Looks

if TYPE_CHECKING:
    from zusage.promises.promise import Rule

    from ..product import Product

#: the first and the last of some days
Days = tuple[date, date]


def last_days(product: Product, person: Person) -> Mapping[str, Days]:
    """By rule, the first and the last of the last days of their rows. Raises HoldUnfit, SystemTrouble.

    A rule is left out where it says no period in days, where none of their rows is under it, or where of one of these nobody can tell.
    """
    found: dict[str, Days] = {}
    holds = {hold.table: hold for hold in of_person(product.loaded.manifest, person, product.inventories)}
    for rule in rules_of(product.loaded.manifest):
        hold = holds.get(f"{rule.system}.{rule.table}")
        if hold and (days := _days(product, rule, hold)):
            found[rule.id] = min(days), max(days)
    return found


def _days(product: Product, rule: Rule, hold: Hold) -> Sequence[date]:
    if not (rule.start and rule.at_most and rule.at_most.is_calendar):
        return ()
    selection = Selection(system=rule.system, table=rule.table, where=all_of(hold.where, applies(rule)))
    days = [_last(product, rule, row) for row in Looks(product).rows(selection, rule.start.columns)]
    return [] if None in days else [day for day in days if day]


def _last(product: Product, rule: Rule, values: Sequence[object]) -> date | None:
    """The last day of the period; None where the starting point is missing, no time, or beyond every calendar."""
    if not (rule.start and rule.at_most) or values[0] is None:
        return None
    begun = [
        _day(product, f"{rule.system}.{rule.table}", column, value)
        for column, value in zip(rule.start.columns, values, strict=True)
        if value is not None
    ]
    try:
        return None if None in begun else rule.at_most.after(rule.start.rounded(max(day for day in begun if day)))
    except (OverflowError, ValueError):
        return None


def _day(product: Product, table: str, column: str, value: object) -> date | None:
    when = day_or_instant(product, table, column, value)
    return day_of(product, when) if isinstance(when, datetime) else when
