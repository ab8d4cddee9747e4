"""The records of consent as the prover sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zusage.evidence.consents.looking import Entry, Tried

    from ..product import Product


@dataclass(frozen=True, slots=True)
class Books:
    """The records of consent as the prover sees them: rows, the note beside them, and the service at the address that is declared."""

    product: Product

    def acknowledged(self) -> tuple[int, str] | None:
        """The note apart from the database."""
        from zusage.state.acknowledged import acknowledged

        return acknowledged(self.product.folder)

    def head(self) -> tuple[int, str] | None:
        """The row that counts."""
        from zusage.state.errors import ConsentsTorn

        try:
            return self.product.state.consents.head()
        except ConsentsTorn:
            return None

    def entries(self, upto: int) -> Iterator[Entry]:
        """Every row, a few at a time."""
        from zusage.evidence.consents.looking import Entry

        return (Entry(**row) for row in self.product.state.consents.rows(upto))

    def texts(self) -> Iterable[tuple[str, str]]:
        """The texts that are kept."""
        return self.product.state.consents.texts()

    def holds(self, records: Iterable[str]) -> frozenset[str]:
        """Those of these ids that are on record."""
        return frozenset(one for one in records if self.product.state.consents.holds(one))

    def trial(self) -> Tried:
        """Try the service out. Raises SystemTrouble."""
        from zusage.connectors.consent_trial import Trial
        from zusage.connectors.sql.address import fill
        from zusage.evidence.consents.looking import Tried

        consents = self.product.loaded.manifest.consents
        trial = Trial(fill("consents.probe", (consents and consents.probe) or ""))
        trial.run()
        return Tried(
            done=tuple(trial.done),
            failed=tuple(trial.failed),
            receipts=tuple(trial.receipts),
            calls_to_give=trial.calls_to_give,
            calls_to_withdraw=trial.calls_to_withdraw,
        )
