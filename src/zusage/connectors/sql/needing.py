"""What the steps of a plan need the writer's role to be allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from zusage.planning.plan import BlockRows, ChangeColumns, DeleteBlocked, RefreshView, Step
from zusage.promises.condition import columns_of
from zusage.promises.inside import items_in, split
from zusage.promises.inventory import Inventory, TableInfo
from zusage.promises.promise import Change, Part

from .databases.port import Needs

#: what a column becomes without being read
_UNREAD = ("clear", "constant")


def needs_of(steps: Iterable[Step], there: Inventory, *, taken_down: bool = False) -> Needs:
    """What the steps surely need, so that what is lacking of it stops one of them.

    ``taken_down``: rows are held before they go, since what goes is taken down somewhere. What triggers do is not among it, nor what the
    server reads by itself to find rows; nor that a view is made anew, for which its owner may do so when the plan has been carried out.
    """
    deletes: set[str] = set()
    held: set[str] = set()
    changes: defaultdict[str, set[str]] = defaultdict(set)
    reads: defaultdict[str, set[str]] = defaultdict(set)
    for step in steps:
        if isinstance(step.action, DeleteBlocked | RefreshView):  # what is blocked goes from the vault
            continue
        for table, column in _read(step, there):
            reads[table].add(column)
        for table, column in _changed(step):
            changes[table].add(column)
        if not isinstance(step.action, ChangeColumns):
            deletes |= {step.table, *(part.table for part in step.parts)}
            held |= {step.table} if taken_down or _is_held(step) else set()
    known = {name: _columns(there.tables[name], columns) for name, columns in reads.items() if name in there.tables}
    read = {name: columns for name, columns in known.items() if columns}
    changed = {name: frozenset(columns) for name, columns in changes.items()}
    return Needs(frozenset(read), frozenset(deletes), changed, held=frozenset(held), columns=read)


def _is_held(step: Step) -> bool:
    """Whether its rows are held before they go, since more than one statement is about them."""
    beside = step.parts or step.referrers or step.trees or step.loosened or step.elsewhere or step.files
    return isinstance(step.action, BlockRows) or bool(beside)


def _changed(step: Step) -> Iterator[tuple[str, str]]:
    changed = step.action.changes if isinstance(step.action, ChangeColumns) else ()
    yield from ((step.table, change.column) for change in changed)
    yield from ((one.part.table, change.column) for one in step.elsewhere for change in one.changes)
    if not changed:
        yield from ((one.table, column) for one in step.loosened for column in one.columns)


def _read(step: Step, there: Inventory) -> Iterator[tuple[str, str]]:
    yield from columns_of(step.where, step.table)
    for part in (*step.parts, *(one.part for one in step.elsewhere)):
        yield from _linked(part)
    if isinstance(step.action, ChangeColumns):
        yield from ((step.table, column) for column in _used(step.action.changes))
    yield from ((one.part.table, column) for one in step.elsewhere for column in _used(one.changes))
    if isinstance(step.action, ChangeColumns):
        return
    for referrer in step.referrers:
        yield from ((referrer.table, column) for column in referrer.columns)
        yield from ((referrer.of, column) for column in referrer.referred)
    if isinstance(step.action, BlockRows):  # whole rows go into the vault
        whole = (there.tables[name] for name in (step.table, *(part.table for part in step.parts)) if name in there.tables)
        yield from ((table.name, column.name) for table in whole for column in table.columns)


def _linked(part: Part) -> Iterator[tuple[str, str]]:
    for one, other in part.pairs:
        yield part.table, one
        yield part.of, other
    yield from columns_of(part.fixed, part.table)


def _used(changes: Iterable[Change]) -> Iterator[str]:
    return (change.column for change in changes if change.how not in _UNREAD)


def _columns(table: TableInfo, names: Iterable[str]) -> frozenset[str]:
    """The columns of a table by these names, some of which may lead into them."""
    found = (items.column if (items := items_in(name)) else split(name)[0] for name in names if table.column(name))
    own = {column.name for column in table.columns}
    return frozenset(own & {*names, *found})
