"""A canary that asks the controller, as people do who have no form for it: a copy of their data, and a plan that erases them.

The plan is made, approved, carried out and answered as for anybody else; it holds nothing but the canary's rows. The second signature
is by the key that whoever lets the canary fly was given for it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.blocked import BlockedWriter
from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.residue import Needles, Residue, Trace
from zusage.evidence.residue.canary import kept_at
from zusage.planning.holding import HoldUnfit, Person, of_person, places_of
from zusage.planning.places import PersonUnfit
from zusage.planning.plan import Selection
from zusage.planning.suspension import held_by
from zusage.promises.condition import ALWAYS, NEVER, Possibly, Surely, all_of
from zusage.rights.person import NobodyFound

from ..days import day_of, today
from ..looking.looks import Looks
from ..plans import note_of

if TYPE_CHECKING:
    from zusage.promises.manifest.canary import CanaryStep
    from zusage.sealing import SigningKey
    from zusage.vault import Document

    from ..product import Product

#: what waits for rows that a plan changes goes with the next
_PLANS = 5
#: beside the demands of erasure themselves
_FOLDER = "erasures"


class AskedInVain(SystemTrouble):
    """The controller could not answer the canary, or not carry out what it asked for."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the canary asked the controller in vain: {reason} What was begun is on file and is cleared up by the next run."
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """Where requests of a canary are dealt with."""

    product: Product
    #: the second person's, without whom nothing is erased on demand
    key: SigningKey | None

    def refuse_unsigned(self) -> None:
        """Raise AskedInVain where nobody could sign an erasure, before anything is begun."""
        known = self.product.loaded.manifest.guard.approvers
        if self.key is None:
            raise AskedInVain("a second person must sign its erasure. Give a key of theirs with --key.")
        if self.key.verifier.encode() not in known:
            raise AskedInVain("the key of --key is not among guard.approvers. Add its public key there (`zusage key show`).")

    def person(self, people: str, email: str) -> Person | None:
        """Who they are among these people; None where nobody is known by the address. Raises AskedInVain."""
        from ..rights.persons import key_of

        with _explained():
            try:
                return Person(people=people, key=key_of(self.product, people, email))
            except NobodyFound:
                return None

    def rows(self, email: str) -> tuple[dict[str, int], tuple[str, ...]]:
        """By table in which people have rows, how many are theirs; and kinds of people as one of whom nobody could look for them.

        Raises AskedInVain, SystemTrouble.
        """
        from ..rights.erasing import rows_of

        found: dict[str, int] = {}
        manifest, unknown = self.product.loaded.manifest, list[str]()
        for kind, declared in manifest.people.items():
            owned = {place.table for place in places_of(manifest, kind)}
            if not any(known.rpartition(".")[0] in owned for known in declared.known_by):
                unknown.append(kind)
                continue
            person = self.person(kind, email)
            counted = rows_of(self.product, [person]) if person else dict.fromkeys(owned, 0)
            found |= {table: found.get(table, 0) + rows for table, rows in counted.items()}
        return found, tuple(unknown)

    def access(self, person: Person, step: CanaryStep) -> Mapping[str, bytes]:
        """The files of the copy, the paper among them where it can be printed here. Raises AskedInVain."""
        from zusage.documents.printing import NoPrinter

        from ..rights.answering import Asked, access

        asked = Asked(people=person.people, given=person.key, include=frozenset(step.include))
        with _explained():
            try:
                return _bytes(access(self.product, asked, step.language).files)
            except NoPrinter:
                return _bytes(access(self.product, asked, step.language, paper=False).files)

    def portability(self, person: Person, step: CanaryStep) -> Mapping[str, bytes]:
        """The files of the package. Raises AskedInVain."""
        from ..rights.answering import Asked, portability

        with _explained():
            asked = Asked(people=person.people, given=person.key, include=frozenset(step.include))
            return _bytes(portability(self.product, asked, step.language).files)

    def nothing_held(self, address: str, step: CanaryStep) -> Mapping[str, bytes] | None:
        """The confirmation that nothing is held of whoever has an address; None where something is. Raises AskedInVain, SystemTrouble."""
        from ..rights.nothing_held import Shown, SomethingHeld, confirm

        with _explained():
            try:
                made = confirm(self.product, Shown(address=address), today(self.product), step.language, paper=False)
            except SomethingHeld:
                return None
            return _bytes(made.files)

    def told_of(self, person: Person) -> Mapping[str, date]:
        """Recipient → the last day on which data of theirs went there, by the register of disclosures."""
        from ..people import code_of

        lines = self.product.state.disclosures.of(code_of(self.product, person))
        return {line.recipient: day_of(self.product, line.at) for line in lines}

    def erase(self, person: Person, email: str, mark: str, then: Callable[[Path | None], None] = lambda _: None) -> None:
        """Plan, sign, carry out, until nothing is planned any more; then forget who it was. Raises AskedInVain, SystemTrouble.

        ``then`` is given the last plan that was carried out, while it is on file who it was; None where there was none.

        A suspension wins over a canary too: where one holds rows of it, they stay and it is named.

        The plan is on file under the canary's mark while it is carried out: one that a kill interrupted is ended first. Before each plan
        the address must lead to them still: once their record is gone its key may be another person's.
        """
        from ..rights import demands, erasing

        self.refuse_unsigned()
        wish = erasing.Wish(people=[person], ground="a", by=_wished(mark), needed={})
        path = self._plan(person, mark)
        with _explained():
            if path.exists():
                self._end(path)
            for _ in range(_PLANS):
                if self.person(person.people, email) != person:
                    break
                plan = erasing.plan(self.product, wish).plan
                while self.product.state.journal.finished(plan.digest):
                    time.sleep(0.1)  # one before had the same key within this second, so that their plans are one to the journal
                    plan = erasing.plan(self.product, wish).plan
                self._refuse_held(person)
                if not plan.steps:
                    break
                self.product.save_plan(plan, path)
                self._carry_out(path)
                self._refuse_held(person)
            then(path if path.exists() else None)
            _remove(path)
            demands.forget(self.product, person, by=_wished(mark))

    def refuse_held_whole(self, people: Iterable[str]) -> None:
        """Raise AskedInVain where a suspension holds a whole table in which such people have rows, before anything is begun."""
        manifest = self.product.loaded.manifest
        theirs = {place.table for kind in people for place in places_of(manifest, kind)}
        for one in self.product.state.suspensions.current():
            for table, where in one.holds:
                if table in theirs and where == ALWAYS:
                    raise AskedInVain(
                        f"{one.id} holds every row of {table}, so that it could not be taken out again. Lift it first."
                    )

    def _refuse_held(self, person: Person) -> None:
        """Raise AskedInVain where a suspension holds rows of theirs. Raises SystemTrouble."""
        suspensions = self.product.state.suspensions.current()
        for hold in of_person(self.product.loaded.manifest, person, self.product.inventories) if suspensions else ():
            for one in suspensions:
                held = held_by([one], hold.system, hold.bare)
                where = all_of(Surely(hold.where), Possibly(held))
                rows = Selection(system=hold.system, table=hold.bare, where=where)
                if held != NEVER and Looks(self.product).count(rows):
                    raise AskedInVain(f"{one.id} holds rows of {hold.table} that are its own. Lift it, or hold less.")

    def settle(self, person: Person, email: str, mark: str) -> None:
        """End what was begun for somebody, if the address still leads to them. Raises AskedInVain, SystemTrouble.

        Otherwise what is on file of it is forgotten, and nothing is carried out: the key may be another person's by now.
        """
        from ..rights import demands

        if self.person(person.people, email) == person:
            self.erase(person, email, mark)
        else:
            _remove(self._plan(person, mark))
            demands.forget(self.product, person, by=_wished(mark))

    def _plan(self, person: Person, mark: str) -> Path:
        return self.product.folder / _FOLDER / f"canary-{mark}-{person.people}.plan"

    def _end(self, path: Path) -> None:
        """Carry out what an earlier run had begun; where that is refused by now, another plan takes its place."""
        from zusage.enforcement.refusal import PlanRefused

        with suppress(PlanRefused):
            self._carry_out(path)
        _remove(path)

    def _carry_out(self, path: Path) -> None:
        assert self.key is not None  # noqa: S101 - refuse_unsigned has said so
        self.product.approve_plan(path, self.key)
        self.product.apply_plan(path, lambda _: None)

    def blocked(self, people: Iterable[Person], store: str, needles: Needles) -> Residue:
        """What the vault keeps of them, opened as for an answer: table → kinds of value, as places of a store. Raises SystemTrouble."""
        vault, traces, looked_at = BlockedWriter(self.product.folder), set[Trace](), 0
        for person in people if vault.there else ():
            for document in vault.of_person(person.name):
                for table, text in _texts(document):
                    looked_at += 1
                    traces |= {Trace(store, kept_at(table), kind, form) for kind, form in needles.within(text)}
        return Residue(traces=tuple(sorted(traces)), looked_at=looked_at, unread=())


def _bytes(files: Mapping[str, str | bytes]) -> Mapping[str, bytes]:
    return {path: one.encode() if isinstance(one, str) else one for path, one in files.items()}


def _wished(mark: str) -> str:
    """By whom the demand is: a person who is given the same key may have one of their own."""
    return f"canary {mark}"


def _remove(path: Path) -> None:
    for file in (path, note_of(path)):
        file.unlink(missing_ok=True)


def _texts(document: Document) -> Iterator[tuple[str, bytes]]:
    for table, rows in ((document.table, (document.row,)), *document.parts):
        for row in rows:
            yield f"{document.system}.{table}", _plain(row).encode()


def _plain(row: Mapping[str, object]) -> str:
    return json.dumps(dict(row), ensure_ascii=False, default=str)


@contextmanager
def _explained() -> Iterator[None]:
    """Whatever keeps the controller from answering is said in its own words, which hold no value."""
    from zusage.enforcement.journal import AlreadyRunning
    from zusage.enforcement.refusal import PlanRefused
    from zusage.planning.order import ForeignKeyCycle

    try:
        yield
    except (PersonUnfit, HoldUnfit, PlanRefused, AlreadyRunning, ForeignKeyCycle) as trouble:
        raise AskedInVain(str(trouble)) from None
