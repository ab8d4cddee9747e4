"""Whether a key that a demand names is still the key of whoever demanded: a database may give one again, to somebody else, while a plan waits.

1.  With the demand it is noted, for each plan and under a keyed code, what the person's record is like: the key, when the record came to be,
    and the addresses by which the person is known. Where neither tells one person from another, every column counts that the plan leaves alone.
2.  Before each step the records are looked at again. One that is gone is nobody else's, whoever took it. One that is otherwise than it was
    noted, or was not there then, is somebody else's, or may be: the plan stops for good before that step, and whoever is meant is planned for again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from zusage.enforcement.refusal import PlanRefused
from zusage.planning.holding import Person, places_of
from zusage.planning.places import literals
from zusage.planning.plan import ChangeColumns, Plan, Selection
from zusage.promises.recognition import came_to_be

from ..looking.looks import Looks
from ..vaults import vault_of
from .demands import content_of

if TYPE_CHECKING:
    from zusage.planning.places import Place
    from zusage.promises.inventory import TableInfo

    from ..product import Product

#: what is noted with a demand, by the digest of each plan
RECORDS = "records"
#: rows that are asked for at once
_SOME = 1_000
#: a key, and values of its record
Row = tuple[str, Sequence[object]]


class SomebodyElse(PlanRefused):
    """The key of somebody whose erasure is planned may be another person's by now."""

    def __init__(self, table: str, number: int) -> None:
        whose = "a record" if number == 1 else f"{number} records"
        super().__init__(
            f"{whose} of {table} that the demand names by key came to be or changed since the plan was made, so that the key may be another person's by now",
            "Nobody is erased whose demand it is not. Nothing was done by that key since, and nothing more is; what went of whoever demanded stays erased.",
            "See by the key whose record it is. If it is the same person's, make a new plan (`zusage erasure plan`). If the key was given to "
            "somebody else, nothing may go by it: look by hand for what is left of whoever demanded, then forget the key: `zusage erasure answer PLAN --close`.",
        )


def records_of(product: Product, people: Sequence[Person], plan: Plan) -> dict[str, Any]:
    """What the records of the people of a plan are like (1), to be kept with their demand. Raises SystemTrouble."""
    record = _record(product, people)
    info = product.inventories[record.system].tables[record.bare]
    for columns in _choices(product, record, info, plan):
        rows = _rows(product, record, people, columns)
        if all(any(map(_tells, values)) for _, values in rows):
            break
    return {"columns": list(columns), "codes": _codes(product, plan.digest, rows)}


def noted_with(product: Product, code: str, plan: Plan) -> Mapping[str, Any] | None:
    """What was noted with the demand of a plan; None where an earlier version made it."""
    found: Mapping[str, Any] | None = (content_of(product, code) or {}).get(RECORDS, {}).get(plan.digest)
    return found


def refuse_others(product: Product, people: Sequence[Person], plan: Plan, found: Mapping[str, Any] | None) -> None:
    """Raises SomebodyElse where a record is not as it was noted (2), and SystemTrouble where nobody could look.

    ``found`` is what was noted; an earlier version noted nothing.
    """
    if found is None:
        return
    record = _record(product, people)
    now = _codes(product, plan.digest, _rows(product, record, people, found["columns"]))
    others = set(now) - set(found["codes"])
    if others:
        raise SomebodyElse(record.table, len(others))


def _record(product: Product, people: Sequence[Person]) -> Place:
    return places_of(product.loaded.manifest, people[0].people)[0]


def _choices(product: Product, record: Place, info: TableInfo, plan: Plan) -> Iterable[tuple[str, ...]]:
    """Columns by which a record is told from another with its key, the fewest first; none that the plan itself changes."""
    manifest = product.loaded.manifest
    actions = (step.action for step in plan.steps if f"{step.system}.{step.table}" == record.table)
    changed = {change.column for action in actions if isinstance(action, ChangeColumns) for change in action.changes}
    known = [
        name.rpartition(".") for people in manifest.people.values() if people.record == record.table for name in people.known_by
    ]
    there = [column for table, _, column in known if table == record.table and info.column(column) and column not in changed]
    born = came_to_be(manifest, record.table, info, changed)
    if there or born:
        yield tuple(dict.fromkeys((*([born.name] if born else ()), *there)))
    yield tuple(column.name for column in info.columns if column.name not in changed and column.name != record.column)


def _rows(product: Product, record: Place, people: Sequence[Person], columns: Sequence[str]) -> list[Row]:
    """Keys as their records spell them, with the values of some columns."""
    keys = literals(record, [person.key for person in people], product.inventories)
    found = list[Row]()
    for start in range(0, len(keys), _SOME):
        where = record.where(keys[start : start + _SOME])
        selection = Selection(system=record.system, table=record.bare, where=where)
        found += ((str(key), values) for key, *values in Looks(product).rows(selection, (record.column, *columns)))
    return found


def _codes(product: Product, digest: str, rows: Iterable[Row]) -> list[str]:
    vault = vault_of(product)
    return sorted(vault.person_digest(json.dumps([digest, key, *map(_text, values)])) for key, values in rows)


def _tells(value: object) -> bool:
    """Whether it tells one from another; a mere day does not, for on that day a key may have been given twice."""
    match value:
        case datetime():
            return value.time() != time()
        case str():
            return len(value) > len("2026-01-31")
        case _:
            return value is not None and not isinstance(value, date)


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case date():
            return value.isoformat()
        case _:
            return repr(value)
