"""The canary: a synthetic person goes in by the front door, is found, asks, is erased, and is looked for to the last byte.

1.  What an earlier run left, killed or not, is cleared up first.
2.  The values are random, in a reserved domain; where one of them is there already, nothing is begun.
3.  They are on file in our own folder before the first request, and until nothing of them is left.
4.  Presence is shown before the erasure, absence after it; what a duty keeps is looked for in the vault, where alone it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.front_door import DoorShut, FrontDoor, House
from zusage.connectors.sql.address import fill
from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.judgement import Judgement, Verdict
from zusage.evidence.look import Seen
from zusage.evidence.observation import Observation, Unseen
from zusage.evidence.prove import overall, seal_aside
from zusage.evidence.residue import Needles, Residue, Trace, scan_files
from zusage.evidence.residue.canary import Flight, Pages
from zusage.evidence.residue.figures import Figures, figures_of
from zusage.evidence.residue.judging import NOWHERE
from zusage.promises.derive import promises_of
from zusage.promises.manifest.canary import OWN_STORE, Canary, CanaryStep
from zusage.promises.promise import CanaryFlown

from ..days import today
from .at_the_door import AskedOver
from .bird import Bird, files, hatched, made, on_file, seeded
from .delivering import Asking, Company, put
from .desk import Desk
from .in_a_case import decide, end_cases
from .searching import paths, search
from .visiting import Visit

if TYPE_CHECKING:
    from zusage.sealing import SigningKey

    from ..product import Product

_PATIENCE = 600.0


class CanaryTrouble(SystemTrouble):
    """A canary cannot be let fly."""

    def __init__(self, reason: str, what_to_do: str) -> None:
        super().__init__(f"no canary was let fly: {reason}. {what_to_do}")


@dataclass(frozen=True, slots=True)
class Landed:
    """One promise and its verdict."""

    promise: CanaryFlown
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Flown:
    """A run and its verdicts."""

    flight: Flight
    landed: tuple[Landed, ...]

    @property
    def verdict(self) -> Verdict:
        """One word for all."""
        return overall(one.judgement.verdict for one in self.landed)


def fly(product: Product, url: str | None = None, key: SigningKey | None = None) -> Flown:
    """Let one canary fly through the service and seal what was seen; ``url`` instead of the declared address.

    ``key`` signs as the second person what the canary demands of the controller.

    Where the service did not take a step, that is sealed, and raised as SystemTrouble.
    """
    from zusage.state.locks import alone, file_lock

    declared = product.loaded.manifest.canary
    if declared is None:
        raise CanaryTrouble("the manifest has no section canary", "Declare the steps of the service's front door there.")
    product.trust_clock()
    product.folder.mkdir(parents=True, exist_ok=True)
    with alone(file_lock(product.folder / "canary.lock", _PATIENCE), _another):
        try:
            flight = _Run(product, declared, url or fill("canary", declared.url), Desk(product, key)).fly()
        except SystemTrouble as trouble:
            unseen = Unseen(reason=str(trouble))
            _seal(product, lambda _: unseen)
            raise
        return Flown(flight, _seal(product, lambda promise: flight.seen_for(promise, today(product))))


def _another() -> CanaryTrouble:
    return CanaryTrouble("another one has been flying for too long", "Wait until it has landed, or see who holds canary.lock.")


def _seal(product: Product, look: Callable[[CanaryFlown], Observation]) -> tuple[Landed, ...]:
    from zusage import PROGRAM

    promises = [promise for promise in promises_of(product.loaded.manifest) if isinstance(promise, CanaryFlown)]
    seen = [Seen(promise=promise, observation=look(promise)) for promise in promises]
    with product.evidence.looking():
        found = seal_aside(seen, product.log, as_of=product.clock(), manifest=product.loaded.digest, program=PROGRAM)
    return tuple(Landed(promise, judgement) for promise, judgement in zip(promises, found, strict=True))


@dataclass(slots=True)
class _Run:
    product: Product
    canary: Canary
    url: str
    desk: Desk

    def fly(self) -> Flight:
        if asked := {step.asks for step in self.canary.erase if step.asks}:
            self.desk.refuse_unsigned()
            self.desk.refuse_held_whole(asked)
        for old in self._on_file():
            if old.erased_at is None:
                self._clear_up(old)
        bird, *others = [self._hatch() for _ in range(1 + self.canary.is_answered)]
        if any(residue.traces for seen in self._look_for([bird, *others]).values() for residue in seen.values()):
            for one in (bird, *others):
                one.file.unlink()
            raise CanaryTrouble("a value that was made up is there already", "Run it again.")
        before = self._figures()
        flight = self._through(bird, others)
        after = self._figures()
        return replace(flight, figures={table: (found, after[table]) for table, found in before.items()})

    def _figures(self) -> Mapping[str, Figures]:
        """Of each declared statistic, as system.table."""
        tables = {one.table: one.table.split(".", 1) for one in self.product.loaded.manifest.statistics.values()}
        return {table: figures_of(self.product.readers[system], bare) for table, (system, bare) in tables.items()}

    def _through(self, bird: Bird, others: Sequence[Bird]) -> Flight:
        """Step 4."""
        with ExitStack() as stack:
            visit = stack.enter_context(closing(self._visit(bird, over=self._over(bird))))
            company = [Company(one, stack.enter_context(closing(self._visit(one)))) for one in others]
            known = frozenset(kind for kind in self._asked() if self.desk.person(kind, bird.values["email"]))
            for step in (*self.canary.join, *self.canary.enter, *self.canary.use):
                visit.take(step)
            for other in company:
                other.come(self.canary)
            looked, pages = self._look_for([bird, *others]), self._pages_before(bird)
            rows, unknown = self.desk.rows(bird.values["email"])
            asking = Asking(self.desk, visit, bird, put(bird, others, looked), known)
            answers, parts = asking.parts(self.canary)
            for other in company:
                other.go(self.canary)
            for step in self.canary.erase:
                visit.demand(step) if step.asks else visit.take(step)
            parts = asking.after(self.canary, parts)
        before, seen = looked[bird.mark], self._look_for([bird, *others])
        after = dict(seen[bird.mark])
        after[OWN_STORE] = Residue.joined([after[OWN_STORE], self.desk.blocked(bird.people, OWN_STORE, bird.needles)])
        told = frozenset(kind for kind, _ in bird.needles.within(b"\n\n".join(answers))) if answers else None
        flight = Flight(
            seeded=frozenset(bird.values),
            before=self._with_own(before, bird),
            told=told,
            after=after,
            stays=self.canary.stays,
            blocked=self.canary.blocked,
            rows=rows,
            unused=self.canary.unused,
            unknown=unknown,
            comes=self._comes(bird),
            never=frozenset(self.canary.never),
            pages=pages,
            parts=parts,
        )
        for one in (bird, *others):
            one.erased_at, one.left = self.product.clock(), bool(replace(flight, after=seen[one.mark]).left)
            one.keep()
        for one in others:
            if not one.left:
                one.file.unlink()  # in free pages the first is looked for: one is enough
        return self._with_physical(self._with_earlier(flight, bird))

    def _comes(self, bird: Bird) -> Mapping[str, tuple[str, ...]]:
        """Into our own folder all kinds came: they are on file there."""
        return {**self.canary.comes, OWN_STORE: tuple(kind for kind in bird.values if kind != NOWHERE)}

    def _with_own(self, before: Mapping[str, Residue], bird: Bird) -> Mapping[str, Residue]:
        """What is on file of the canary itself shows that it would be found in our own folder, where nothing else of it should be.

        A password is on file too, in the one place that is not judged.
        """
        control = scan_files(OWN_STORE, [bird.file], bird.needles)
        seen = replace(control, traces=tuple(trace for trace in control.traces if trace.kind != NOWHERE))
        return {**before, OWN_STORE: Residue.joined([before[OWN_STORE], seen])}

    def _with_earlier(self, flight: Flight, bird: Bird) -> Flight:
        """What earlier ones left in reach is still left, until somebody has taken it away."""
        for old in self._on_file():
            if old.file == bird.file or not old.left:
                continue
            seen = self._look(old)
            after = {name: Residue.joined([residue, seen[name]]) for name, residue in flight.after.items()}
            if not replace(flight, after=seen).left and not any(residue.unread for residue in seen.values()):
                old.left = False
                old.keep()
            flight = replace(flight, after=after)
        return flight

    def _pages_before(self, bird: Bird) -> Mapping[str, Pages]:
        seen = {name: self._physical(name, bird.needles) for name in self.canary.physical}
        return {name: Pages(shown=residue.kinds, unread=residue.unread) for name, residue in seen.items()}

    def _physical(self, name: str, needles: Needles) -> Residue:
        """The files of one database, and what it keeps beside them."""
        bases = self._bases(name)
        return scan_files(name, [*bases, *(path for path in _beside(bases) if path.exists())], needles)

    def _bases(self, name: str) -> list[Path]:
        declared = self.canary.physical[name]
        return [path for one in ([declared] if isinstance(declared, str) else declared) for path in paths(name, one)]

    def _with_physical(self, flight: Flight) -> Flight:
        """Every erased canary on file, all in one reading; those of which nothing is left go from the file."""
        birds = {bird.file.stem: bird for bird in self._on_file() if bird.erased_at is not None and not bird.left}
        needles = Needles.of(one for mark, bird in birds.items() for one in seeded(bird, f"{mark} "))
        pages, here = {}, set[str]()
        for name, page in flight.pages.items():
            seen = self._physical(name, needles)
            found = {
                mark: {replace(t, kind=t.kind.partition(" ")[2]) for t in seen.traces if t.kind.startswith(mark)}
                for mark in birds
            }
            late = {mark for mark, bird in birds.items() if self._late(bird)}
            pages[name] = replace(
                page,
                birds=len(birds),
                within=frozenset().union(*(found[mark] for mark in birds if mark not in late)),
                overdue=frozenset().union(*(found[mark] for mark in late)),
                unread=(*page.unread, *seen.unread),
            )
            here |= {mark for mark in birds if found[mark] or seen.unread}
        for mark in birds.keys() - here:
            birds[mark].file.unlink()
        return replace(flight, pages=pages)

    def _late(self, bird: Bird) -> bool:
        within = self.canary.physical_within.elapsed or timedelta(days=self.canary.physical_within.rough_days)
        return bird.erased_at is not None and self.product.clock() > bird.erased_at + within

    def _clear_up(self, bird: Bird) -> None:
        """Step 1: out again from wherever the earlier run stopped; then nothing may be left.

        What the controller had begun is ended. Then as the visitor who was there, then as one who comes in again, repeating no more steps
        than are needed.
        """
        decide(self.product, bird.mark, bird.values["email"])
        for person in bird.people:
            self.desk.settle(person, bird.values["email"], bird.mark)
        end_cases(self.product, bird.mark, bird.values["email"])
        canary, left = self.canary, self._reachable(bird)
        ways: list[tuple[CanaryStep, ...]] = [(), *((*canary.join[n:], *canary.enter) for n in range(len(canary.join), -1, -1))]
        for number, way in enumerate(ways):
            if not left:
                break
            self._out(bird, way, known=number == 0)
            left = self._reachable(bird)
        if left:
            places = ", ".join(sorted({f"{trace.store}.{trace.place}" for trace in left})[:10])
            raise CanaryTrouble(f"an earlier one is still in {places}", "Remove it there by hand; its values are on file.")
        bird.erased_at = self.product.clock()
        bird.keep()

    def _out(self, bird: Bird, way: Sequence[CanaryStep], *, known: bool) -> None:
        """In by some steps, and out by all that can be taken: which ones, depends on where the earlier run stopped."""
        with closing(self._visit(bird, known=known)) as visit:
            with suppress(DoorShut):
                for step in way:
                    visit.take(step)
            for step in self.canary.erase:
                with suppress(DoorShut):
                    visit.demand(step) if step.asks else visit.take(step)

    def _hatch(self) -> Bird:
        """Steps 2 and 3."""
        mark, values = made()
        steps = (*self.canary.join, *self.canary.enter, *self.canary.use)
        texts = [text for step in steps for text in (*step.fill.values(), *step.attach.values())]
        used = {kind: value for kind, value in values.items() if any("{" + kind + "}" in text for text in texts)}
        if "email" not in used:
            raise CanaryTrouble("its steps fill in no {email}", "Name it in a field of join.")
        return hatched(self.product.folder, mark, used)

    def _on_file(self) -> list[Bird]:
        return list(on_file(self.product.folder))

    def _over(self, bird: Bird) -> AskedOver | None:
        """The page of requests as it reaches it, where one is declared."""
        if (door := self.canary.door) is None:
            return None
        box = Path(fill("canary.door.mailbox", door.mailbox))
        house = House(url=fill("canary.door.url", door.url), mailbox=box, authority=self._authority)
        return AskedOver(self.desk, bird, FrontDoor(house, bird.values), box)

    @property
    def _authority(self) -> Path | None:
        return Path(fill("canary", self.canary.authority)) if self.canary.authority else None

    def _visit(self, bird: Bird, *, known: bool = False, over: AskedOver | None = None) -> Visit:
        box = Path(fill("canary", self.canary.mailbox)) if self.canary.mailbox else None
        beside = {name: fill("canary", url) for name, url in self.canary.beside.items()}
        house = House(url=self.url, beside=beside, mailbox=box, authority=self._authority)
        return Visit(house, bird, self.canary.staff, self.desk, today(self.product), known=known, over=over)

    def _reachable(self, bird: Bird) -> list[Trace]:
        """What is left and not declared to stay."""
        return [trace for trace in self._traces(bird) if f"{trace.store}.{trace.place}" not in self.canary.stays]

    def _traces(self, bird: Bird) -> list[Trace]:
        return [trace for residue in self._look(bird).values() for trace in residue.traces]

    def _look_for(self, birds: Sequence[Bird]) -> Mapping[str, Mapping[str, Residue]]:
        """Mark → what was found of each by itself, all in one reading."""
        needles = Needles.of(one for bird in birds for one in seeded(bird, f"{bird.mark} "))
        seen = search(self.product, self.canary, needles, self._left_out())
        return {bird.mark: {name: _of(residue, bird.mark) for name, residue in seen.items()} for bird in birds}

    def _asked(self) -> tuple[str, ...]:
        """Kinds of people as one of whom they ask for a copy."""
        return tuple(dict.fromkeys(step.asks for step in self.canary.access if step.asks))

    def _look(self, bird: Bird) -> Mapping[str, Residue]:
        return search(self.product, self.canary, bird.needles, self._left_out())

    def _left_out(self) -> list[Path]:
        bases = [path for name in self.canary.physical for path in self._bases(name)]
        return [*bases, *_beside(bases), *files(self.product.folder)]


def _of(residue: Residue, mark: str) -> Residue:
    """Of what was found of several, what is one's own; its kinds without the mark."""
    mine = (trace for trace in residue.traces if trace.kind.startswith(f"{mark} "))
    return replace(residue, traces=tuple(replace(trace, kind=trace.kind.partition(" ")[2]) for trace in mine))


def _beside(bases: Sequence[Path]) -> list[Path]:
    return [path.with_name(path.name + end) for path in bases for end in ("-wal", "-shm", "-journal")]
