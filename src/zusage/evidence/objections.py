"""Looks whether somebody who objected to a purpose, or withdrew their consent, is still, or again, among those whom it uses.

1.  Every row that the purpose uses is gone through; a row of which nobody can tell whether it is used counts as used.
2.  A row is somebody's by its key, which may stand in a row to which it belongs, or by its address. Both become keyed codes in memory, and
    these are compared with the codes of those who objected. No value leaves the memory of this process.
3.  A row with neither cannot be placed.
4.  In each list that is not empty one row is taken as if its person had objected, with the address in capital letters: only a comparison
    that finds it can say that it found nobody else.
5.  A consent that was given after the withdrawal is a new one; of one without a time nobody can tell, so it cannot be placed.
6.  What a suspension holds and the application, tried with its own role, cannot reach, no purpose uses.

Art. 21 and 7(3) GDPR.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from zusage.connectors.port import Application, Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import Selection
from zusage.planning.suspension import Suspension, held_by
from zusage.promises.condition import ALWAYS, NEVER, Condition, Not, Possibly, Surely, all_of, any_of
from zusage.promises.promise import Listed, Objected, Withdrawn

from .observation import Avoided, Unseen


class Register(Protocol):
    """The registers of objections and withdrawals, to look at."""

    def against(self, activity: str) -> Mapping[str, datetime]:
        """Codes of those whom the purpose may not use, since they objected."""

    def withdrawn(self, activity: str) -> Mapping[str, datetime]:
        """Codes of those who withdrew their consent, and when they last did."""

    def of_person(self, people: str, key: str) -> str:
        """The code of somebody by their key."""

    def of_address(self, address: str) -> str:
        """The code of an address, however it is written."""


@dataclass(slots=True)
class _Counted:
    forbidden: int = 0
    unplaceable: int = 0
    total: int = 0
    planted: int = 0
    found: int = 0


def look_at_objections(
    promise: Objected | Withdrawn,
    readers: Mapping[str, Reader | SystemTrouble],
    register: Register,
    applications: Mapping[str, Application | SystemTrouble],
    suspensions: Sequence[Suspension],
) -> Avoided | Unseen:
    """Every list of the purpose, in one observation."""
    asked = register.against if isinstance(promise, Objected) else register.withdrawn
    against, counted, hidden, seen = asked(promise.activity), _Counted(), list[str](), 0
    if not against:
        did = "objected" if isinstance(promise, Objected) else "withdrawn their consent"
        return Unseen(reason=f"nobody has {did}, so nothing is shown")
    for listed in promise.lists:
        reader = readers.get(listed.system)
        if reader is None or isinstance(reader, SystemTrouble):
            return Unseen(reason=str(reader or f"system {listed.system!r} is not among those that can be looked at"))
        with reader.snapshot():
            used = Possibly(listed.only) if listed.only is not None else ALWAYS
            where = all_of(used, Not(out_of_reach(listed, reader, applications.get(listed.system), suspensions)))
            selection = Selection(system=listed.system, table=listed.table, where=where)
            seen += reader.count(selection)
            _go_through(listed, _rows(listed, selection, reader), register, against, counted)
            through = (listed.table, *(table for table, _, _ in listed.above))  # a way that is hidden leads to nobody
            found = {table: reader.visibility(table) for table in through}
        hidden += [f"{listed.system}.{table}: {one.how}" for table, one in found.items() if not one.shown]
    return Avoided(
        objections=len(against),
        forbidden=counted.forbidden,
        unplaceable=counted.unplaceable,
        others=counted.total - counted.forbidden - counted.unplaceable,
        total=seen,
        planted=counted.planted,
        found=counted.found,
        visible=not hidden,
        how_visible="; ".join(hidden) or "every row of every list is visible",
    )


def out_of_reach(
    listed: Listed, reader: Reader, application: Application | SystemTrouble | None, suspensions: Iterable[Suspension]
) -> Condition:
    """Rows of a list that suspensions hold and that the application cannot reach, by suspension (6). Raises SystemTrouble."""
    found: list[Condition] = []
    if application is None or isinstance(application, SystemTrouble):
        return NEVER
    for one in suspensions:
        held = held_by([one], listed.system, listed.table)
        theirs = Selection(system=listed.system, table=listed.table, where=Surely(held))
        if held != NEVER and reader.count(theirs) and not application.reachable(theirs):
            found.append(theirs.where)
    return any_of(*found)


def _rows(listed: Listed, selection: Selection, reader: Reader) -> Iterator[tuple[object, ...]]:
    """Of each row the time of a consent, the address, and the key to which it leads, as far as the list has them."""
    columns = tuple(column for column in (listed.given, listed.address) if column)
    if listed.person is None:
        return reader.rows(selection, columns)
    found = reader.led(selection, (*columns, listed.person[1]), listed.above)
    return ((*row[:-2], row[-1]) for row in found)


def _go_through(
    listed: Listed,
    rows: Iterator[tuple[object, ...]],
    register: Register,
    against: Mapping[str, datetime],
    counted: _Counted,
) -> None:
    planted = False
    for row in rows:
        codes = frozenset(_codes(listed, row, register, str))
        given = _instant(row[0], listed.zone) if listed.given else datetime.min.replace(tzinfo=UTC)
        counted.total += 1
        barred = [against[code] for code in codes & against.keys()]
        counted.unplaceable += not codes or (given is None and bool(barred))
        counted.forbidden += given is not None and any(given <= at for at in barred)
        if codes and not planted:  # 4
            planted, counted.planted = True, counted.planted + 1
            counted.found += bool(codes & frozenset(_codes(listed, row, register, str.upper)))


def _codes(
    listed: Listed,
    row: tuple[object, ...],
    register: Register,
    written: Callable[[str], str],
) -> Iterator[str]:
    """The address stands behind the time of a consent, the key at the end (2)."""
    if listed.address:
        address = row[1 if listed.given else 0]
        if address is not None and str(address).strip():
            yield register.of_address(written(str(address)))
    if listed.person and row[-1] is not None:
        yield register.of_person(listed.person[0], str(row[-1]))


def _instant(value: object, zone: str) -> datetime | None:
    """When a consent was given; None where that cannot be read (5)."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
