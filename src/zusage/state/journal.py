"""The journal in the state's database; fulfils the port ``zusage.enforcement.journal.Journal``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet

from zusage.enforcement.journal import JournalTorn, Outcome, StepRecord, together

from . import chain
from .errors import TimeWithoutZone, UnknownRun
from .models import JournalLine, Run
from .numbers import key_of, named
from .values import UnfinishedRun


class DjangoJournal:
    """An append-only list of lines per run. Each call is one transaction, on disk when it returns."""

    def __init__(self, alias: str, clock: Callable[[], datetime]) -> None:
        self._alias, self._clock = alias, clock

    def begin(self, plan: str, at: datetime, about: str = "") -> str:
        """Open a run of the plan with this digest, or continue its unfinished one; returns the run's id. Raises JournalTorn."""
        try:
            return self._begin(plan, at, about)
        except IntegrityError:  # another process opened it in this moment
            return self._begin(plan, at, about)

    def finished(self, plan: str) -> bool:
        """Whether a run of this plan has ended with everything done. Raises JournalTorn."""
        with transaction.atomic(using=self._alias):
            for run in self._runs().filter(plan=plan):
                self._read(run)
            lines = JournalLine.objects.using(self._alias)
            return lines.filter(run__plan=plan, kind="done").exists()

    def steps(self, run: str) -> dict[str, StepRecord]:
        """What the run has done so far, by step. Raises JournalTorn."""
        with transaction.atomic(using=self._alias):
            return self._read(self._run(run))

    def progress(self, plan: str) -> dict[str, StepRecord]:
        """What all runs of a plan together have done, by step; done once is done. Raises JournalTorn."""
        with transaction.atomic(using=self._alias):
            return together([self._read(run) for run in self._runs().filter(plan=plan).order_by("id")])

    def start_step(self, run: str, step: str) -> None:
        """The step is about to change rows."""
        self._note(run, "step started", step=step)

    def note_batch(self, run: str, step: str, rows: int, parts: Mapping[str, int] | None = None) -> None:
        """A batch of so many rows is committed in the system, and with it so many rows of other tables."""
        self._note(run, "batch", step=step, rows=rows, reason=chain.written(parts or {}))

    def end_step(self, run: str, step: str, outcome: Outcome, reason: str = "") -> None:
        """The step has ended; ``reason`` says why where it was stopped, without personal values."""
        self._note(run, "step done" if outcome == "done" else "step stopped", step=step, reason=reason)

    def end(self, run: str, at: datetime, outcome: Outcome) -> None:
        """The run has ended."""
        self._note(run, outcome, at=at)

    def unfinished(self) -> tuple[UnfinishedRun, ...]:
        """The runs that have begun and not ended: interrupted, or under way. Raises JournalTorn."""
        with transaction.atomic(using=self._alias):
            runs = list(self._runs().filter(ended=False).order_by("id"))
            return tuple(self._unfinished(run) for run in runs)

    def begun(self) -> tuple[tuple[str, datetime, str], ...]:
        """Every run, oldest first: its plan, when it was begun, and what it is about. Raises JournalTorn."""
        with transaction.atomic(using=self._alias):
            runs = list(self._runs().order_by("id"))
            for run in runs:
                self._read(run)
            lines = JournalLine.objects.using(self._alias).filter(number=1).values_list("run", "at", "reason")
            first = {run: (at, reason) for run, at, reason in lines}
            return tuple((run.plan, *first[run.pk]) for run in runs)

    def worked(self, since: datetime) -> frozenset[str]:
        """The steps that may have taken rows at or after an instant.

        One that was begun once, came to its end and noted no row took none. One that was begun twice may have lost the line of a batch.
        """
        lines = JournalLine.objects.using(self._alias).exclude(step="")
        begun, done = (Count("pk", filter=Q(kind=kind)) for kind in ("step started", "step done"))
        took = Count("pk", filter=Q(kind="batch") & ~Q(rows=0, reason=chain.written({})))
        of_runs = lines.filter(run__in=lines.filter(at__gte=since).values("run")).values("run", "step")
        found = of_runs.annotate(last=Max("at"), begun=begun, done=done, took=took).filter(last__gte=since)
        return frozenset(found.exclude(begun=1, done=1, took=0).order_by().values_list("step", flat=True))

    def _unfinished(self, run: Run) -> UnfinishedRun:
        done = self._read(run)
        begun = JournalLine.objects.using(self._alias).get(run=run, number=1).at
        return UnfinishedRun(run=_name(run), plan=run.plan, begun=begun, rows=sum(step.rows for step in done.values()))

    def _begin(self, plan: str, at: datetime, about: str) -> str:
        with transaction.atomic(using=self._alias):
            run = self._runs().filter(plan=plan).order_by("id").last()
            if run:
                self._read(run)
            if run and not run.ended:
                self._append(run, "continued", at=at)
                return _name(run)
            for left in self._runs().filter(ended=False):
                self._append(left, "stopped", at=at, reason="given up: another plan was begun")
            new = Run(plan=plan)
            new.save(using=self._alias, force_insert=True)
            self._append(new, "begun", at=at, reason=about)
            return _name(new)

    def _note(
        self, run: str, kind: chain.Kind, *, step: str = "", rows: int = 0, reason: str = "", at: datetime | None = None
    ) -> None:
        with transaction.atomic(using=self._alias):
            self._append(self._run(run), kind, step=step, rows=rows, reason=reason, at=at or self._clock())

    def _append(self, run: Run, kind: chain.Kind, *, at: datetime, step: str = "", rows: int = 0, reason: str = "") -> None:
        if at.tzinfo is None:
            raise TimeWithoutZone(what="a journal line")
        if run.ended:
            raise JournalTorn(_name(run), run.lines + 1)
        line = chain.Line(number=run.lines + 1, kind=kind, at=at, step=step, rows=rows, reason=reason)
        previous = run.head or chain.before_first(_name(run), run.plan)
        digest = chain.linked(previous, line)
        row = JournalLine(run=run, number=line.number, kind=kind, step=step, rows=rows, reason=reason, at=at, digest=digest)
        row.save(using=self._alias, force_insert=True)
        run.lines, run.head, run.ended = line.number, digest, kind in chain.ENDS
        run.save(using=self._alias, force_update=True)

    def _read(self, run: Run) -> dict[str, StepRecord]:
        head = chain.Head(run=_name(run), plan=run.plan, lines=run.lines, digest=run.head, ended=run.ended)
        return chain.read(head, self._lines(run))

    def _lines(self, run: Run) -> Iterator[tuple[chain.Line, str]]:
        fields = ("number", "kind", "at", "step", "rows", "reason", "digest")
        rows = JournalLine.objects.using(self._alias).filter(run=run).order_by("number").values_list(*fields)
        for number, kind, at, step, count, reason, digest in rows.iterator():
            known = cast(chain.Kind, kind)
            yield chain.Line(number=number, kind=known, at=at, step=step, rows=count, reason=reason), digest

    def _runs(self) -> QuerySet[Run]:
        return Run.objects.using(self._alias).select_for_update()

    def _run(self, name: str) -> Run:
        found = self._runs().filter(pk=key_of("RUN", name)).first()
        if not found:
            raise UnknownRun(run=name)
        return found


def _name(run: Run) -> str:
    return named("RUN", run.pk)
