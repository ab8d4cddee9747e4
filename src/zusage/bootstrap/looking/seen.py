"""What planning and proving see of a product."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from zusage.rights.case import ASKED
from zusage.rights.notification import EXCUSES

from ..coding import Codes
from ..days import day_of
from .side_by_side import weights

if TYPE_CHECKING:
    from zusage.connectors.port import Reader
    from zusage.evidence.consents.looking import Entry, Tried
    from zusage.evidence.recipients import Noted, Operation
    from zusage.evidence.requests import Filed
    from zusage.evidence.steps.looking import RecordedCase
    from zusage.planning.count import Weighed
    from zusage.planning.plan import Selection, Weight
    from zusage.promises.condition import Condition
    from zusage.promises.promise import Part, Rule
    from zusage.rights.case import Event
    from zusage.state.cases import Filed as Standing

    from ..product import Product


@dataclass(frozen=True, slots=True)
class Looks:
    """What planning needs to see, through Readers."""

    product: Product
    #: in place of the product's own, of the systems named here
    readers: Mapping[str, Reader] = field(default_factory=dict)
    _totals: dict[tuple[str, str], int] = field(default_factory=dict)

    def _reader(self, system: str) -> Reader:
        return self.readers.get(system) or self.product.reader(system)

    def ahead(self, asked: Sequence[tuple[str, Callable[[Looks], Weighed]]]) -> Generator[Weighed, None, None]:
        """The answers in the order of the questions, two at once where there are many."""
        return weights(self, asked)

    def total(self, system: str, table: str) -> int:
        """All rows of a table; counted once."""
        from zusage.planning.plan import Selection

        if (system, table) not in self._totals:
            self._totals[system, table] = self._reader(system).count(Selection(system=system, table=table))
        return self._totals[system, table]

    def still(self, system: str) -> AbstractContextManager[None]:
        """All that is asked of the system inside is answered from one state of it."""
        return self._reader(system).snapshot()

    def count(self, selection: Selection) -> int:
        """Rows of a selection."""
        return self._reader(selection.system).count(selection)

    def rows(self, selection: Selection, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
        """The values of some columns: for whoever may learn them, and for nothing else."""
        return self._reader(selection.system).rows(selection, columns)

    def weigh(
        self, selection: Selection, parts: Sequence[Part], marks: Sequence[Condition], sets: Mapping[str, Selection]
    ) -> Weight:
        """Rows of a selection and what hangs on them."""
        return self._reader(selection.system).weigh(selection, parts, marks, sets)

    def blocked(self, system: str, before: date, limits: Mapping[str, date]) -> tuple[int, int]:
        """Blocked rows that must go, and all."""
        return self.product.blocked().due(system, before, limits)

    def blocked_of(self, code: str) -> Sequence[tuple[str, int]]:
        """What is blocked of a person, by rule, unless a suspension holds it."""
        return [(rule, rows) for rule, rows, _ in self.product.blocked().until(code, held=False)]


@dataclass(frozen=True, slots=True)
class Said:
    """What named roles have said, from our own state."""

    product: Product

    def latest(self, promise_id: str) -> date | None:
        """The day of the last attestation."""
        found = self.product.state.attestations.latest(promise_id)
        return day_of(self.product, found.at) if found else None


@dataclass(frozen=True)
class CaseFiles:
    """The register of cases as the prover sees it: opened once for all promises that one look is about."""

    product: Product

    @cached_property
    def register(self) -> Sequence[Standing]:
        """Every case as it stood when it was first asked for."""
        return tuple(self.product.state.cases.filed())

    @cached_property
    def _filed(self) -> Sequence[Filed]:
        return self._read()

    def chains(self) -> Iterator[RecordedCase]:
        """Every case, as its steps stand there."""
        from zusage.evidence.steps.looking import RecordedCase

        from ..cases.recording import recorded

        for one in self.product.state.case_steps.chains():
            steps = tuple(recorded(step) for step in one.steps)
            yield RecordedCase(
                id=one.case, right=one.right, content=one.content_digest, length=one.events, head=one.head, steps=steps
            )

    def filed(self) -> Sequence[Filed]:
        """Every case, and every request that waits at the door; one whose record is not whole has no events."""
        return self._filed

    def _read(self) -> Sequence[Filed]:
        from zusage.evidence.requests import Filed, Happened
        from zusage.planning.suspension import held_cases

        held = held_cases(self.product.state.suspensions.current())
        waiting = [
            Filed((Happened("received", one.at),), None, True, str(one.content["right"]))
            if one.content
            else Filed(None, None, True)
            for one in self.product.state.case_links.asked()
        ]
        return waiting + [
            Filed(
                tuple(
                    Happened(event.kind, _came_in(event), bool(event.by.strip()), said, _until(event))
                    for event, said in zip(one.case.events, one.said, strict=True)
                )
                if one.case
                else None,
                one.ended_at,
                one.speaks,
                one.right,
                one.case is not None and one.case.id in held,
            )
            for one in self.register
        ]


def _until(event: Event) -> date | None:
    named = event.kind in ("received", "identity asked", "extended") and event.detail and not event.detail.startswith(ASKED)
    return date.fromisoformat(event.detail) if named else None


def _came_in(event: Event) -> datetime:
    """A request that was noted later says when it came in."""
    return datetime.fromisoformat(event.detail.removeprefix(ASKED)) if event.detail.startswith(ASKED) else event.at


class Registers(Codes):
    """The registers of objections and withdrawals as the prover sees them."""

    def against(self, activity: str) -> Mapping[str, datetime]:
        """Codes of those whom the purpose may not use; an objection is not outlived by anything that came later."""
        return dict.fromkeys(self.product.state.objections.against(activity), datetime.max.replace(tzinfo=UTC))

    def withdrawn(self, activity: str) -> Mapping[str, datetime]:
        """Codes of those who withdrew their consent, and when they last did."""
        return self.product.state.withdrawals.of(activity)


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

        from ..rights.correcting import noted

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

    def _erased(self) -> Iterator[Operation]:
        """Every plan for people of which the journal says that rows were changed, and who gets the data of everybody in its activities."""
        from zusage.enforcement.journal import manifest_of
        from zusage.evidence.recipients import Operation

        journal, loaded = self.product.state.journal, self.product.loaded
        everybody = {name for name, one in loaded.manifest.recipients.items() if one.notices and one.notices.everybody}
        for plan, at, about in journal.begun():
            made_by = manifest_of(about)
            changed = [id for id, step in journal.progress(plan).items() if step.rows or step.lost] if made_by else []
            touched = {id.partition("-")[2].partition("/")[0] for id in changed}
            activities = (one for name, one in loaded.manifest.activities.items() if name in touched and made_by == loaded.digest)
            if changed:
                yield Operation(f"plan {plan}", at, frozenset(name for one in activities for name in one.recipients) & everybody)

    def ledger(self, code: str) -> Iterator[tuple[str, datetime]]:
        """Our own ledger of disclosures."""
        return ((line.recipient, line.at) for line in self.product.state.disclosures.of(code))

    def occasions(self) -> Iterator[Noted]:
        """Every occasion, with what became of each of its notices."""
        from zusage.evidence.recipients import Addressee, Noted

        for one in self.product.state.notices.told():
            whom = None
            if one.notices is not None:
                whom = tuple(Addressee(n.told_at, n.state in EXCUSES, n.recipient) for n in one.notices)
            yield Noted(one.occasion.about, one.occasion.at, whom, one.occasion.code, one.occasion.kind == "erased")


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


@dataclass(frozen=True, slots=True)
class Warners:
    """The register of warnings as the prover sees it."""

    product: Product

    def any(self, rule: Rule) -> bool:
        """Whether anybody was ever warned."""
        return bool(self.product.state.warnings.of(rule.id))

    def told(self, rule: Rule) -> Callable[[tuple[object, ...]], bool]:
        """What is on record."""
        from ..warning import code_of, told_at, warning_of

        known, warning, code = (
            self.product.state.warnings.of(rule.id),
            warning_of(self.product, rule),
            code_of(self.product, rule),
        )
        now = self.product.clock()
        return lambda row: told_at(known.get(code(row)), warning, now) is not None
