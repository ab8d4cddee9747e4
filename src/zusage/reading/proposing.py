"""What names, types and keys say of tables and columns that nobody has given a purpose yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from zusage.promises.inventory import Inventory

from .drafting import DataDraft, Draft, draft


def proposals(inventory: Inventory, names: Iterable[str], on: date) -> Mapping[str, str]:
    """For tables (system.table) and columns (system.table.column) of a system what they seem to hold, each with why; by the law of a day."""
    found = draft(inventory, on)
    data = {f"{found.system}.{one.guess.name}": one for activity in found.activities for one in activity.data}
    told = ((name, _of_table(name, data, found) or _of_column(name, data)) for name in names)
    return {name: what for name, what in told if what}


def _of_table(name: str, data: Mapping[str, DataDraft], found: Draft) -> str:
    if name in data:
        one = data[name]
        links = (("part_of", one.part_of, one.part_reason), ("of", one.of, one.of_reason), ("about", one.about, one.about_reason))
        hangs = "".join(f"; {key}: {link} ({why})" for key, link, why in links if link)
        return f"about people: {one.guess.reason}{hangs}"
    nobody = found.not_personal.get(name.partition(".")[2])
    return f"not_personal: {nobody}" if nobody else ""


def _of_column(name: str, data: Mapping[str, DataDraft]) -> str:
    table, _, column = name.rpartition(".")
    for group, columns in data[table].classes.items() if table in data else ():
        if any(one.name == column for one in columns):
            return f"class {group}: {next(one.reason for one in columns if one.name == column)}"
    of = next((one for one in data[table].structure if one.name == column), None) if table in data else None
    return f"structure: {of.reason}" if of else ""
