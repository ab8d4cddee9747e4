"""Registers of our own as the prover sees them: what was attested, who objected or withdrew, and who was warned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ..days import day_of
from ..people import Codes
from ..warning import code_of, told_at, warning_of

if TYPE_CHECKING:
    from zusage.promises.promise import Rule

    from ..product import Product


@dataclass(frozen=True, slots=True)
class Said:
    """What named roles have said, from our own state."""

    product: Product

    def latest(self, promise_id: str) -> date | None:
        """The day of the last attestation."""
        found = self.product.state.attestations.latest(promise_id)
        return day_of(self.product, found.at) if found else None


class Registers(Codes):
    """The registers of objections and withdrawals as the prover sees them."""

    def against(self, activity: str) -> Mapping[str, datetime]:
        """Codes of those whom the purpose may not use; an objection is not outlived by anything that came later."""
        return dict.fromkeys(self.product.state.objections.against(activity), datetime.max.replace(tzinfo=UTC))

    def withdrawn(self, activity: str) -> Mapping[str, datetime]:
        """Codes of those who withdrew their consent, and when they last did."""
        return self.product.state.withdrawals.of(activity)


@dataclass(frozen=True, slots=True)
class Warners:
    """The register of warnings as the prover sees it."""

    product: Product

    def any(self, rule: Rule) -> bool:
        """Whether anybody was ever warned."""
        return bool(self.product.state.warnings.of(rule.id))

    def told(self, rule: Rule) -> Callable[[tuple[object, ...]], bool]:
        """What is on record."""
        known, warning, code = (
            self.product.state.warnings.of(rule.id),
            warning_of(self.product, rule),
            code_of(self.product, rule),
        )
        now = self.product.clock()
        return lambda row: told_at(known.get(code(row)), warning, now) is not None
