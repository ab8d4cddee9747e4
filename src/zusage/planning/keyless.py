"""Rows that nothing tells apart, or that lie elsewhere: a step that would need them is refused when the plan is made, and the others go on. Pure."""

from __future__ import annotations

from dataclasses import replace

from zusage.promises.inventory import Inventory

from .plan import BlockRows, RefreshView, Step

#: where rows are walked along a key, and by nothing else
_BY_KEY = frozenset({"mariadb", "mysql"})


def with_keys(step: Step, inventory: Inventory) -> Step:
    """The step, stopped where its table lacks the key by which its rows would have to be found, a part is a view, or blocking could not be undone."""
    table = inventory.tables.get(step.table)
    views = [
        name for name in dict.fromkeys(part.table for part in step.parts) if (one := inventory.tables.get(name)) and one.is_view
    ]
    if views:
        what = (
            f"{', '.join(views)} is a view, and no row of it can go with rows of {step.table}: what it shows lies elsewhere, and what it "
            "stores is made anew as a whole. Give a view whose rows are stored a rule of its own in the place of part_of"
        )
        return replace(step, refused=(*step.refused, what))
    if table is None or table.is_view or isinstance(step.action, RefreshView):
        return step
    if isinstance(step.action, BlockRows) and not table.primary_key:
        what = f"table {table.name} has no primary key, so a blocked row could never be found again. Nothing was blocked. Give it one"
        return replace(step, refused=(*step.refused, what))
    torn = [name for name in step.without_undo if name in (step.table, *(part.table for part in step.parts))]
    if isinstance(step.action, BlockRows) and step.parts and torn:
        what = (
            f"{', '.join(torn)} cannot undo a change (an engine without transactions), so that rows which are blocked together "
            "with what belongs to them could be torn apart. Nothing would be blocked. Give the table an engine with transactions (ALTER "
            "TABLE … ENGINE=InnoDB)"
        )
        return replace(step, refused=(*step.refused, what))
    if inventory.dialect in _BY_KEY and not table.told_apart_by:
        what = (
            f"table {table.name} has no primary key, nor a unique one of columns that must have a value, so its rows cannot be told "
            "apart. It is left untouched. Give it a key, for instance with ALTER TABLE … ADD COLUMN id BIGINT NOT NULL AUTO_INCREMENT "
            "PRIMARY KEY"
        )
        return replace(step, refused=(*step.refused, what))
    return step
