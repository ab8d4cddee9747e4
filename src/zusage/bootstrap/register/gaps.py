"""Whether our own record is as new as what it speaks of: state, folder and evidence may all have come back from one old copy.

Nothing inside them tells then, for they agree with each other. What is outside does:

1.  A system has rows that came to be long after our last entry. Our last entry is the newest look that was sealed, or the newest rows
    that were noted (``landmarks``). Long is longer than a backup may be old and a day, or than a pause that was found to be one.
2.  After a restore the clock itself: nobody restores a system and asks for a replay without looking how old our own record is.
3.  A witness remembers more of the evidence than there is, or another history of it.

1 and 2 may be innocent, where nobody ran the program. So what was found stays on record until a human says that there is nothing newer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import Selection
from zusage.promises.condition import Before, Column, Not, all_of
from zusage.promises.recognition import covered

from .landmarks import usable
from .registering import reader_of

if TYPE_CHECKING:
    from zusage.state.gaps import Gap

    from ..product import Product
    from .registering import Register

_DAY = timedelta(days=1)


class RecordBehind(SystemTrouble):
    """A witness shows that our own record is older than it was."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(
            f"the witness {gap.of} has seen {gap.entries} entries of the evidence log, and what is here is not how they go on: the folder of "
            "zusage, and most likely its state, came from an old copy, or were rolled back. Suspensions, restrictions and erasures of the "
            f"time since are not known, and what they hold would be deleted. Nothing was changed. {ADVICE}"
        )


ADVICE = (
    "Restore the newest copy of zusage's own state and folder and do it again. If there is none that is newer, look by hand through what was "
    "decided since, and say so: `zusage backup replay --nothing-newer`."
)


def find(register: Register, *, restored: bool = False) -> tuple[Gap, ...]:
    """Look for gaps of systems (1), after a restore by the clock (2), and note them; returns all that are open. Raises SystemTrouble."""
    product, state = register.product, register.product.state  # opened before its models are imported
    from zusage.state.gaps import Gap

    for system in sorted(covered(product.loaded.manifest)):
        since, usual = _last(product, system), _usual(product, system)
        if since and product.clock() - since > usual and (restored or _younger(register, system, since + usual)):
            state.gaps.note(Gap(of=system, since=since, until=product.clock()))
    return state.gaps.open()


def ask_witnesses(product: Product) -> tuple[Gap, ...]:
    """Ask every declared witness what it remembers (3), and note what is ahead; returns all that are open.

    One that cannot be reached, or refuses, tells nothing.
    """
    from zusage.evidence.seal.errors import ForkSeen
    from zusage.sealing import SealingError

    state = product.state  # opened before its models are imported
    from zusage.state.gaps import Gap

    if product.evidence.folders():
        for url in product.evidence.witnesses:
            try:
                product.evidence.anchor(url)
            except ForkSeen as seen:
                entries, since = int(str(seen.where["entries"])), product.evidence.history().last_look
                state.gaps.note(Gap(of=str(seen.where["witness"]), since=since, until=product.clock(), entries=entries))
            except SealingError:
                continue
    return product.state.gaps.open()


def refuse_behind(product: Product) -> None:
    """Refuse where a witness is ahead of us and nobody says that nothing newer is there (3). Raises RecordBehind."""
    for gap in ask_witnesses(product):
        if gap.entries:
            raise RecordBehind(gap)


def said(gap: Gap) -> str:
    """A gap in words, without what to do."""
    if gap.entries:
        return f"the witness {gap.of} remembers {gap.entries} entries of the evidence log, and what is here is not how they go on"
    since = f"{gap.since:%Y-%m-%d %H:%M} UTC" if gap.since else "an unknown time"
    return f"nothing is on our own record of what was decided about {gap.of} between {since} and {gap.until:%Y-%m-%d %H:%M} UTC"


def _last(product: Product, system: str) -> datetime | None:
    """Our newest entry that has to do with a system; of one that was never looked at there is none."""
    noted = max((one.at for one in product.state.landmarks.of([system])), default=None)
    if noted and product.clock() - noted <= _DAY:
        return noted  # the evidence need not be read
    return max((at for at in (noted, product.evidence.history().last_look) if at), default=None)


def _usual(product: Product, system: str) -> timedelta:
    """How long it is usual that nothing happens."""
    declared = [one.every for one in product.loaded.manifest.backups.values() if one.kind and system in one.of and one.every]
    days = max((timedelta(days=every.rough_days) for every in declared), default=_DAY)
    return max(days, _DAY, product.state.gaps.longest(system)) + _DAY


def _younger(register: Register, system: str, since: datetime) -> bool:
    """Whether any row of a system came to be after an instant."""
    return any(_rows(register, system, since))


def _rows(register: Register, system: str, since: datetime) -> Iterator[object]:
    zone, now = register.product.loaded.manifest.time_zone, register.product.clock()
    for table, mark in usable(register, system):
        if mark.sure:
            born = Column(mark.born)
            where = all_of(Not(Before(born, since, zone)), Before(born, now, zone))
            yield from reader_of(register.product, table).rows(
                Selection(system=system, table=table.split(".", 1)[1], where=where), mark.key, 1
            )
