"""What was done of which recipients are told, and what is on record of who was told, as the prover sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from zusage.rights.notification import EXCUSES, RULE, Occasion

from .case_files import CaseFiles

if TYPE_CHECKING:
    from zusage.evidence.recipients import Noted, Operation

    from ..product import Product


@dataclass(frozen=True, slots=True)
class TellingFiles:
    """What was done of which recipients are told, by the registers of what was done, and what is on record of who was told."""

    product: Product
    cases: CaseFiles

    def operations(self) -> Iterator[Operation]:
        """Restrictions and their ends by their register, corrections by their sealed notes, erasures by the cases that name their plan and by
        the journal of what was carried out.
        """
        from zusage.evidence.recipients import Operation

        from ..rights.correction_notes import noted

        for one in self.product.state.restrictions.all():
            yield Operation(f"{one.id} placed", one.since)
            if one.lifted_at:
                yield Operation(f"{one.id} lifted", one.lifted_at)
        for name, at in noted(self.product):
            yield Operation(name, at)
        for filed in self.cases.register:
            done = filed.case.last("carried out") if filed.case and filed.case.right == "erasure" else None
            if done and done.detail.startswith("plan "):
                yield Operation(done.detail, done.at)
        yield from self._erased()
        yield from self._by_rules()

    def _erased(self) -> Iterator[Operation]:
        """Every plan for people of which the journal says that rows were changed, and who gets the data of everybody in its activities."""
        from zusage.enforcement.journal import manifest_of
        from zusage.evidence.recipients import Operation

        journal, loaded = self.product.state.journal, self.product.loaded
        known = {loaded.meaning.digest, loaded.digest}  # runs begun by an earlier version name the bytes
        everybody = {name for name, one in loaded.manifest.recipients.items() if one.notices and one.notices.everybody}
        for plan, at, about in journal.begun():
            made_by = manifest_of(about)
            changed = [id for id, step in journal.progress(plan).items() if step.rows or step.lost] if made_by else []
            touched = {id.partition("-")[2].partition("/")[0] for id in changed}
            activities = (one for name, one in loaded.manifest.activities.items() if name in touched and made_by in known)
            if changed:
                yield Operation(f"plan {plan}", at, frozenset(name for one in activities for name in one.recipients) & everybody)

    def _by_rules(self) -> Iterator[Operation]:
        """Every plan of rules, and who gets the data of everybody in the activities whose rows it deleted or changed, by the journal.

        A manifest that has changed since says nothing of it, and a batch that no line tells of may have taken nothing.
        """
        from zusage.enforcement.journal import manifest_of_rules
        from zusage.evidence.recipients import Operation
        from zusage.evidence.witness.watched import watched
        from zusage.promises.derive import rules_of

        journal, loaded = self.product.state.journal, self.product.loaded
        of_all = {one.rule.id: one.everybody for one in watched(loaded.manifest, rules_of(loaded.manifest)) if one.everybody}
        for plan, at, about in journal.begun() if of_all else ():
            if manifest_of_rules(about) == loaded.meaning.digest:
                done = {id.partition("-")[2] for id, step in journal.progress(plan).items() if step.rows}
                must = [of_all[rule] for rule in of_all if f"{rule}/at-most" in done]
                if must:
                    yield Operation(f"{RULE}{plan}", at, frozenset().union(*must))

    def ledger(self, code: str) -> Iterator[tuple[str, datetime]]:
        """Our own ledger of disclosures."""
        return ((line.recipient, line.at) for line in self.product.state.disclosures.of(code))

    def occasions(self) -> Iterator[Noted]:
        """Every occasion, with what became of each of its notices."""
        from zusage.evidence.recipients import Addressee, Noted

        for one in self.product.state.notices.lists():
            whom = None
            if one.whom is not None:
                whom = tuple(Addressee(told_at, state in EXCUSES, name) for name, state, told_at in one.whom)
            yield Noted(
                one.occasion.about,
                one.occasion.at,
                whom,
                one.occasion.code,
                _whole(one.occasion),
                one.occasion.about.startswith(RULE),
                one.settled,
            )

    def lost(self) -> tuple[tuple[datetime, int], ...]:
        """When a rule took rows of which lists are lost, and how many are, by what was counted when they were written."""
        return self.product.state.rule_notices.lost()


def _whole(occasion: Occasion) -> bool:
    """Whether it tells of everything that a recipient had of a person, and not of the rows that a rule took."""
    return occasion.kind == "erased" and not occasion.about.startswith(RULE)
