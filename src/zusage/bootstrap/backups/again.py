"""What was decided since a backup was made, done again after a restore: one function a kind of decision, listed in ``AGAIN``.

Each may be repeated, touches nothing that is newer than its decision, and says what it could not do instead of raising.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zusage.connectors.opening import open_corrector
from zusage.connectors.trouble import CannotHandle, SystemTrouble
from zusage.planning.holding import HoldUnfit, Person, of_person, rows
from zusage.planning.order import ForeignKeyCycle
from zusage.planning.plan import DeleteRows, Selection
from zusage.planning.replay import Back, Returned
from zusage.planning.standing_in import literals
from zusage.planning.suspension import Suspension
from zusage.promises.condition import Condition, all_of
from zusage.promises.recognition import Mark
from zusage.rights.rectification import NotCorrectable, correctable, fitting
from zusage.sealing.erased import row_code

from ..people import code_of
from ..register.copies import earliest
from ..register.registering import Register, reader_of, register_of
from ..rights import hiding
from ..rights.correction_notes import Made, made
from ..rights.objecting import enforce
from ..rights.restricted import documents_of, holds_of_restriction, show
from ..rights.restricting import Wish, restrict
from ..rights.withdrawing import end_again
from .replaying import Found, carry_out
from .returned_files import take_again

if TYPE_CHECKING:
    from zusage.rights.restriction import Restriction
    from zusage.vault import Document

    from ..product import Product

_TROUBLE = (SystemTrouble, HoldUnfit, NotCorrectable, ForeignKeyCycle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What one kind of decision came to, done again."""

    what: str
    #: done again now
    done: int = 0
    #: nothing was to be done, or it was overtaken by something newer
    left: int = 0
    #: each that could not be done again, and why; without personal values
    troubles: tuple[str, ...] = ()


def corrections(product: Product) -> Again:
    """Values that were wrong and are wrong again; one that is neither what it was nor what it became is newer, and stays."""
    done, left, troubles = 0, 0, []
    for one in made(product):
        if isinstance(one, str):
            troubles.append(f"{one} was noted by a version that did not say of which row; correct the value by hand")
            continue
        try:
            again = _correct(product, one)
            done, left = done + again, left + (not again)
        except _TROUBLE as trouble:
            troubles.append(f"{one.id}: {trouble}")
    return Again(what="corrections", done=done, left=left, troubles=tuple(troubles))


def _correct(product: Product, one: Made) -> bool:
    """Whether the value was wrong again and is right now."""
    hold = next((h for h in of_person(product.loaded.manifest, one.person, product.inventories) if h.table == one.table), None)
    register = register_of(product)
    if hold is None or register is None or one.code is None:
        raise HoldUnfit(f"rows of {one.table} cannot be told from later ones", "Correct the value by hand.")
    where = all_of(hold.where, rows(one.table, one.row, product.inventories).where) if one.row else hold.where
    selection = Selection(system=hold.system, table=hold.bare, where=where)
    reader = reader_of(product, one.table)
    if [code.hex() for code, _ in register.codes(reader, one.table, one.columns, where)] != [one.code]:
        return False  # the row is gone, or another has its key
    (value,) = (row[0] for row in reader.rows(selection, (one.column,)))
    if (None if value is None else str(value)) != one.before or one.before == one.after:
        return False
    right = fitting(correctable(product.inventories[hold.system].tables[hold.bare], one.column), one.after)

    def still(before: object, _: object) -> None:
        if (None if before is None else str(before)) != one.before:
            raise CannotHandle(f"{one.id}: the value was changed in this moment, and is left as it is")

    with product.changing(), closing(open_corrector(hold.system, product.loaded.manifest.databases[hold.system])) as corrector:
        corrector.correct(selection, one.column, right, still)
    return True


def restrictions(product: Product) -> Again:
    """People whose restriction is in force: what the vault has of them goes from the tables, what it has not is hidden too."""
    done, left, troubles = 0, 0, []
    for one in product.state.restrictions.all():
        if one.lifted_at is not None:
            continue
        try:
            hidden = _hide(product, one)
            done, left = done + hidden, left + (not hidden)
        except _TROUBLE as trouble:
            troubles.append(f"{one.id}: {trouble}")
    return Again(what="restrictions", done=done, left=left, troubles=tuple(troubles))


def _hide(product: Product, one: Restriction) -> bool:
    """Whether anything of the person was in reach again."""
    (suspension,) = product.state.suspensions.get([one.suspension])
    person = _person(product, one, suspension)
    if person is None:
        raise HoldUnfit("it does not say any more whose data it is about", "Place it again.")
    reached = show(product, one.id).broken
    with product.changing():
        hiding.hide(product, one.id, tuple(holds_of_restriction(product, one)))  # before their rows go: they alone name them
    found = Found(returned=_double(product, one, suspension))
    if found.rows:
        with product.changing() as writers:
            for result in carry_out(product, found, writers, _Nothing()):
                if result.stopped:
                    raise HoldUnfit(result.stopped, "")
    tables = frozenset(table for table, _ in suspension.holds)
    restrict(product, Wish(person=person, ground=one.ground, by=one.by, tables=tables))
    with product.changing():
        hiding.hide_again(product, one.id)
    shown = show(product, one.id)
    if shown.broken:
        raise HoldUnfit(
            "the application still reaches rows or files of this person", f"Look with `zusage restriction show {one.id}`."
        )
    return reached


def _double(product: Product, one: Restriction, suspension: Suspension) -> tuple[Returned, ...]:
    """Rows that wait in the vault and stand in their table as well."""
    register, documents = register_of(product), [document for _, document in documents_of(product, one)]
    if register is None or not documents:
        return ()
    sealed: dict[str, list[Document]] = {}
    for document in documents:
        sealed.setdefault(f"{document.system}.{document.table}", []).append(document)
    sure = [found for table, mine in sealed.items() if (found := _by_code(register, product, table, mine))]
    holds = dict(suspension.holds)
    rest = [table for table in sealed if table not in register.marks and table in holds]
    if rest and not sure:
        return ()  # nothing says that it is this person who has the key
    return (*sure, *(found for table in rest if (found := _by_key(product, table, sealed[table], holds[table]))))


def _by_code(register: Register, product: Product, table: str, documents: Sequence[Document]) -> Returned | None:
    """Rows that have the key of one in the vault and came to be when it did."""
    mark = register.marks.get(table)
    if mark is None:
        return None
    codes = {row_code(register.key, table, [one.row[name] for name in mark.columns]): one.key for one in documents}
    there = [code for code, _ in register.found(reader_of(product, table), table, mark.columns, codes)]
    return _returned(product, table, mark, {code: codes[code] for code in there})


def _by_key(product: Product, table: str, documents: Sequence[Document], theirs: Condition) -> Returned | None:
    """Rows of the person, who is certainly back, that have the key of one in the vault."""
    system, bare = table.split(".", 1)
    mark = Mark(key=product.inventories[system].tables[bare].primary_key, born="", sure=False)
    sealed = {tuple(map(str, one.key)) for one in documents}
    rows = [tuple(row) for row in reader_of(product, table).rows(Selection(system=system, table=bare, where=theirs), mark.key)]
    return _returned(product, table, mark, {row_code(b"", table, row): row for row in rows if tuple(map(str, row)) in sealed})


def _returned(product: Product, table: str, mark: Mark, keys: Mapping[bytes, tuple[object, ...]]) -> Returned | None:
    backs = tuple(Back(code=code, key=key, at=product.clock()) for code, key in keys.items())
    how = DeleteRows()
    return Returned(table=table, promise="restriction/restricted", action=how, mark=mark, rows=backs) if backs else None


@dataclass(frozen=True, slots=True)
class _Nothing:
    """What is deleted is safe in the vault, so that no suspension keeps it in the table."""

    def current(self) -> Sequence[Suspension]:
        return ()

    def get(self, ids: Sequence[str]) -> Sequence[Suspension]:
        return ()


def _person(product: Product, one: Restriction, suspension: Suspension) -> Person | None:
    """Whose data it is: the key stands in what the suspension holds, and the code says whether it is theirs."""
    keys = dict.fromkeys(str(one.value) for _, where in suspension.holds for one in literals(where))
    people = (Person(people=kind, key=key) for kind in product.loaded.manifest.people for key in keys)
    return next((person for person in people if code_of(product, person) == one.code), None)


def objections(product: Product) -> Again:
    """Whoever objected to a purpose and is among those whom it uses again."""
    done, troubles = 0, []
    for name, activity in product.loaded.manifest.activities.items():
        if activity.objection:
            try:
                done += sum(count for _, count in enforce(product, name))
            except _TROUBLE as trouble:
                troubles.append(f"objections to {name}: {trouble}")
    return Again(what="objections", done=done, troubles=tuple(troubles))


def withdrawals(product: Product) -> Again:
    """Consents that were withdrawn and stand again; one that was given after the withdrawal is not touched."""
    done, troubles, since = 0, [], earliest(product)
    for one in product.state.withdrawals.all():
        try:
            done += sum(rows for _, rows in end_again(product, one)) if since is None or one.at >= since else 0
        except _TROUBLE as trouble:
            troubles.append(f"{one.id}: {trouble}")
    return Again(what="withdrawals", done=done, troubles=tuple(troubles))


def files(product: Product) -> Again:
    """Files of erased rows that are back without their rows."""
    register = register_of(product)
    if register is None:
        return Again(what="files")
    try:
        with product.changing():
            found = tuple(take_again(register))
    except _TROUBLE as trouble:
        return Again(what="files", troubles=(str(trouble),))
    troubles = tuple(one.trouble for one in found if one.trouble)
    return Again(
        what="files", done=sum(one.gone for one in found), left=sum(one.newer + one.unknown for one in found), troubles=troubles
    )


#: in this order: what is hidden is corrected before it leaves the tables, and its files before others are nobody's
AGAIN: tuple[Callable[[Product], Again], ...] = (corrections, restrictions, objections, withdrawals, files)
