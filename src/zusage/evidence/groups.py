"""Whether what remains of people is of groups that are large enough (recital 26 GDPR).

1.  Every row of the table is sorted: what is not among what remains, and why; of what nobody can tell; and the rest, which is.
2.  The rest is grouped by the declared columns in the database itself. Numbers and sizes of groups come back, and no value. Where some
    columns remain in any case, those who are alike in them alone are groups as well.
3.  What belongs to a row in other tables and stays joined to it is a trait of it like its columns: with that, too, there are groups. A row
    of which the database cannot tell all that belongs to it is one of which nobody can tell.
4.  A group of fewer people than declared is too small. One of which a suspension or another purpose holds every row is counted apart.
5.  Where something was taken out of groups that were too small, it must not be too little by itself: who is in it would follow from
    what is known of all together by subtraction.

What it cannot see: what somebody knows from elsewhere, groups in which all are alike in what is not declared, and figures of which one
is the difference of two others in another table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zusage.connectors.port import Grouping, Reader
from zusage.promises.condition import Linked, Not, Surely, all_of
from zusage.promises.promise import SmallestGroup

from . import sorting
from .observation import Groups


def look_at_groups(promise: SmallestGroup, outlook: sorting.Outlook, reader: Reader, statements: list[str]) -> Groups:
    """What was seen; the statements that were run are added to ``statements``. Raises SystemTrouble, also for a column that there is not."""
    cases = sorting.remaining(outlook, promise)
    asked = [
        Grouping(
            table=promise.table,
            where=all_of(*(Not(Surely(condition)) for _, condition in cases)),
            columns=level.by,
            goes=level.goes,
            at_least=promise.at_least,
            counts=promise.counts,
            held=sorting.held_as_it_is(outlook, promise, level),
            linked=level.linked,
        )
        for level in promise.levels
    ]
    numbered = [(f"{n} {name}", condition) for n, (name, condition) in enumerate(cases)]
    with reader.snapshot():
        sorted_rows = reader.partition(promise.table, numbered)
        grouped = [reader.groups(one) for one in asked]
        visibilities = [reader.visibility(table) for table in dict.fromkeys((promise.table, *_beside(promise.linked)))]
    named: dict[str, int] = {}
    for key, rows in sorted_rows.counts.items():
        name = key.partition(" ")[2] or key
        named[name] = named.get(name, 0) + rows
    untold = min(max(one.untold for one in grouped), named.get("rest", 0))
    hidden = next((one for one in visibilities if not one.shown), None)
    statements += [sorted_rows.statement, *(one.statement for one in grouped)]
    return Groups(
        at_least=promise.at_least,
        groups=sum(one.groups for one in grouped),
        people=max(one.people for one in grouped),
        small=sum(one.small for one in grouped),
        small_people=sum(one.small_people for one in grouped),
        smallest=min((one.smallest for one in grouped if one.small), default=0),
        held=sum(one.held for one in grouped),
        remainders=sum(one.remainders for one in grouped),
        rows=named.pop("rest", 0) - untold,
        unplaceable=named.pop("unplaceable", 0) + untold,
        others=named,
        total=sorted_rows.total,
        visible=hidden is None,
        how_visible=(hidden or visibilities[0]).how,
    )


def _beside(links: Iterable[Linked]) -> Iterator[str]:
    """The tables in which something belongs to the rows, however far."""
    for link in links:
        yield link.table
        yield from _beside(link.within)
