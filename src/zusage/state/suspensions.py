"""The register of suspensions: what is placed holds until somebody lifts it, and is never read half."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import QuerySet

from zusage.planning.suspension import Suspension
from zusage.promises.condition import Condition, ConditionError, parse

from .errors import AlreadyLifted, HoldRefused, HoldsNothing, SuspensionChanged, UnknownSuspension
from .models import HoldRow, SuspensionRow
from .numbers import key_of, named
from .snapshot import snapshot
from .values import Placement, Review


class Suspensions:
    """Suspensions by number. Conditions are kept as the text that was given and read again each time."""

    def __init__(self, alias: str, clock: Callable[[], datetime]) -> None:
        self._alias, self._clock = alias, clock

    def place(
        self,
        holds: Iterable[tuple[str, str]],
        reason: str,
        review_on: date,
        placed_by: str,
        person_digest: str | None = None,
    ) -> Suspension:
        """Hold rows, given as pairs of system.table and condition, from now on; raises HoldRefused or HoldsNothing."""
        wanted = tuple(holds)
        for table, text in wanted:
            _checked(table, text)
        if not wanted and not person_digest:
            raise HoldsNothing
        row = SuspensionRow(
            reason=reason, review_on=review_on, person_digest=person_digest, placed_by=placed_by, placed_at=self._clock()
        )
        row.digest = _digest(row, wanted)
        with transaction.atomic(using=self._alias):
            row.save(using=self._alias, force_insert=True)
            for table, text in wanted:
                HoldRow(suspension=row, table=table, condition=text).save(using=self._alias, force_insert=True)
        return _value(row, wanted)

    def lift(self, id: str, by: str, reason: str) -> Suspension:
        """End a suspension; it stays on record. Raises UnknownSuspension or AlreadyLifted."""
        with self._changed(id) as row:
            row.lifted_by, row.lifted_at, row.lift_reason = by, self._clock(), reason
        return self.get([id])[0]

    def review(self, id: str, by: str, reason: str, next_on: date) -> Suspension:
        """Note that a suspension is still needed, why, and when to look again. Raises UnknownSuspension or AlreadyLifted."""
        with self._changed(id) as row:
            seen = [self._clock().isoformat(), by, reason, row.review_on.isoformat()]
            row.reviews, row.review_on = json.dumps([*json.loads(row.reviews), seen]), next_on
        return self.get([id])[0]

    @contextmanager
    def _changed(self, id: str) -> Iterator[SuspensionRow]:
        """A suspension in force, to be changed; what was changed is on disk afterwards."""
        with transaction.atomic(using=self._alias):
            row = self._rows().select_for_update().filter(pk=key_of("S", id)).first()
            if not row:
                raise UnknownSuspension(id=id)
            holds = self._holds()[row.pk]
            _placement(row, holds)
            if row.lifted_at:
                raise AlreadyLifted(id=id, at=row.lifted_at.isoformat(timespec="seconds"))
            yield row
            row.digest = _digest(row, holds)
            row.save(using=self._alias, force_update=True)

    def all(self) -> tuple[Suspension, ...]:
        """Every suspension that was ever placed, in order."""
        return tuple(placement.suspension for placement in self.placements())

    def current(self) -> tuple[Suspension, ...]:
        """The suspensions in force."""
        return tuple(suspension for suspension in self.all() if not suspension.lifted)

    def get(self, ids: Iterable[str]) -> tuple[Suspension, ...]:
        """These suspensions, lifted or not, in the order asked for; raises UnknownSuspension."""
        known = {suspension.id: suspension for suspension in self.all()}
        wanted = tuple(ids)
        for id in wanted:
            if id not in known:
                raise UnknownSuspension(id=id)
        return tuple(known[id] for id in wanted)

    def to_review(self, today: date) -> tuple[Suspension, ...]:
        """The suspensions in force whose day of review has passed. They hold on until they are lifted."""
        return tuple(suspension for suspension in self.current() if suspension.review_on < today)

    def placements(self) -> tuple[Placement, ...]:
        """Every suspension with who placed and who lifted it. Raises SuspensionChanged."""
        with snapshot(self._alias):
            rows = list(self._rows().order_by("id"))
            holds = self._holds()
        return tuple(_placement(row, holds[row.pk]) for row in rows)

    def _holds(self) -> Mapping[int, list[tuple[str, str]]]:
        holds = defaultdict[int, list[tuple[str, str]]](list)
        kept = HoldRow.objects.using(self._alias).order_by("id").values_list("suspension", "table", "condition")
        for suspension, table, condition in kept:
            holds[suspension].append((table, condition))
        return holds

    def _rows(self) -> QuerySet[SuspensionRow]:
        return SuspensionRow.objects.using(self._alias)


def _checked(table: str, text: str) -> Condition:
    system, dot, name = table.partition(".")
    if not (system and dot and name):
        raise HoldRefused(table=table, why="this is not of the form system.table")
    try:
        return parse(text)
    except ConditionError as error:
        raise HoldRefused(table=table, why=f"{error} (at character {error.offset + 1})") from None


def _placement(row: SuspensionRow, holds: Sequence[tuple[str, str]]) -> Placement:
    if _digest(row, holds) != row.digest:
        raise SuspensionChanged(id=_name(row), why="what it holds was changed or lost")
    return Placement(
        suspension=_value(row, holds),
        placed_by=row.placed_by,
        placed_at=row.placed_at,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
        lift_reason=row.lift_reason,
        reviews=tuple(_review(*seen) for seen in json.loads(row.reviews)),
    )


def _review(at: str, by: str, reason: str, was_due: str) -> Review:
    return Review(at=datetime.fromisoformat(at), by=by, reason=reason, was_due=date.fromisoformat(was_due))


def _value(row: SuspensionRow, holds: Sequence[tuple[str, str]]) -> Suspension:
    try:
        read = tuple((table, parse(text)) for table, text in holds)
    except ConditionError as error:
        raise SuspensionChanged(id=_name(row), why=f"a condition cannot be read any more: {error}") from None
    return Suspension(
        id=_name(row),
        reason=row.reason,
        review_on=row.review_on,
        holds=read,
        person_digest=row.person_digest,
        lifted=row.lifted_at is not None,
    )


def _digest(row: SuspensionRow, holds: Sequence[tuple[str, str]]) -> str:
    lifted = [row.lifted_by, row.lifted_at.astimezone(UTC).isoformat(), row.lift_reason] if row.lifted_at else None
    content = ["zusage suspension 1", row.reason, row.review_on.isoformat(), row.person_digest, list(holds), lifted]
    if row.reviews != "[]":
        content.append(row.reviews)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _name(row: SuspensionRow) -> str:
    return named("S", row.pk)
