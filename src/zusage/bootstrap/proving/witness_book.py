"""What was noted of rows before rules took them, as the prover sees it, and noting it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from zusage.connectors.blocked import VaultTrouble
from zusage.vault.errors import VaultError

from ..people import Codes

if TYPE_CHECKING:
    from zusage.evidence.look import Eyes
    from zusage.evidence.witness.sighting import Sighting, Waiting

    from ..product import Product


@dataclass(frozen=True)
class WitnessBook(Codes):
    """Fulfils the prover's port ``Witness``."""

    #: what is noted on when the look is sealed; None until it has looked
    kept: list[Sequence[Sighting]] = field(default_factory=list)
    _worked: dict[datetime, frozenset[str]] = field(default_factory=dict)

    def sightings(self) -> Sequence[Sighting]:
        """What was noted at the last look."""
        return self.product.state.sightings.all()

    def keep(self, kept: Sequence[Sighting]) -> None:
        """What is noted on when this look is sealed."""
        self.kept[:] = [kept]

    def row(self, system: str, table: str, key: tuple[object, ...]) -> str | None:
        """The code under which it would be blocked. Raises VaultTrouble."""
        try:
            with _as_trouble():
                return self._vault.id_of(system, table, key)  # type: ignore[arg-type]
        except TypeError:
            return None

    def of_row(self, system: str, table: str, key: tuple[object, ...]) -> frozenset[str]:
        """The codes under which a notice can be about it."""
        names = [f"{system}.{table}:{','.join(map(str, key))}"]
        names += [f"entry {blocked}"] if (blocked := self.row(system, table, key)) else []
        with _as_trouble():
            return frozenset(map(self._vault.person_digest, names))

    def of_person(self, people: str, key: str) -> str:
        """The code of somebody by their key. Raises VaultTrouble."""
        with _as_trouble():
            return super().of_person(people, key)

    def covered(self, codes: Collection[str]) -> Mapping[str, frozenset[str]]:
        """A notice that is still to be sent covers whatever ends before it, and one of a demand all that had been told by then."""
        found: dict[str, frozenset[str]] = {}
        for code, name in self.product.state.notices.covering(codes):
            found[code] = found.get(code, frozenset()) | {name}
        return found

    def waiting(self, system: str, table: str) -> Waiting:
        """Which rows of a table are blocked. Raises VaultTrouble."""
        from zusage.evidence.witness.sighting import Waiting

        rows, within = self.product.blocked().holding(system, table)
        return Waiting(rows, frozenset(code for code in within if code), None in within)

    def worked(self, since: datetime) -> frozenset[str]:
        """The promises for which steps may have taken rows."""
        if since not in self._worked:
            steps = self.product.state.journal.worked(since)
            self._worked[since] = frozenset(step.partition("-")[2] for step in steps)
        return self._worked[since]


@contextmanager
def _as_trouble() -> Iterator[None]:
    """A key that cannot be used is trouble with what is looked at, and ends no look."""
    try:
        yield
    except VaultError as error:
        raise VaultTrouble(str(error)) from None


def note(product: Product, eyes: Eyes) -> None:
    """Note rows that rules will take next, in the place of those that were noted before, where these have been looked at."""
    from zusage.evidence.witness.taking import Taker
    from zusage.evidence.witness.watched import watched

    witness = eyes.witness
    if not isinstance(witness, WitnessBook) or not witness.kept:
        return
    rules, before = watched(eyes.outlook.manifest, eyes.outlook.rules), witness.sightings()
    if rules or before:
        last = max((one.at for one in before), default=None)
        taker = Taker(eyes.outlook, eyes.readers, witness, last)
        product.state.sightings.note(tuple(taker.take(rules, witness.kept[0])))
