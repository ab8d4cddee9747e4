"""One promise in plain words: its sentence, its rule part by part, and what that means today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from zusage.planning.clock import Clock
from zusage.planning.plan import BlockRows, ChangeColumns, DeleteBlocked, DeleteRows, RefreshView, Step
from zusage.promises import promise as p
from zusage.promises.condition import to_text
from zusage.promises.loading import Loaded
from zusage.promises.manifest import Manifest
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint

from .catalogue import Catalogue, Language, catalogue
from .conditions import clause
from .events import Bound, bounded, when
from .lawful import duty_entry
from .lengths import day_in_words, every, length
from .outside import address_of
from .sentences import sentence
from .spoken import table_of


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is said of a promise: a stable key, a label for people, and the text."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a promise stood at the last look."""

    verdict: str
    reason: str
    since: datetime
    seen: datetime
    counts: Mapping[str, int]


def explain(loaded: Loaded, promise: p.AnyPromise, language: Language, clock: Clock) -> tuple[Point, ...]:
    """What a promise says, where it stands and which rows it is about, as of the clock's instant."""
    say = catalogue(language)
    points = [("sentence", sentence(promise, loaded.manifest, language)), ("place", _place(loaded, promise))]
    match promise:
        case p.KeptAtMost() | p.KeptAtLeast() | p.Blocked():
            points += _rule(promise, loaded.manifest, say, clock)
        case p.EveryRow(system=system, table=table, condition=condition, once=once):
            points += [("population", say("explain.every_row", table=f"{system}.{table}")), ("condition", to_text(condition))]
            if once:
                value = say("explain.period_value", words=length(once[1], say), iso=str(once[1]), start=str(once[0]))
                points.append(("period", value))
        case p.SmallestGroup(system=system, table=table, columns=columns, at_least=least):
            points += [("data", say("explain.columns", table=f"{system}.{table}", columns=", ".join(columns)))]
            points += [("smallest_group", str(least))]
        case p.NoColumn(system=system, table=table, patterns=patterns):
            points += [("data", f"{system}.{table}"), ("patterns", ", ".join(patterns))]
        case p.KeptApart(people=people, apart=apart, counts=counts):
            points += [("data", f"{people}, {apart}")]
            points += [("counts_only", ", ".join(map(".".join, counts)))] if counts else []
        case p.ShortLived(folder=folder, alive=alive, within=within):
            points += [("data", folder), ("alive", alive), ("within", str(within))]
        case p.FilesOwned(system=system, table=table, files=files):
            points += [("data", f"{system}.{table}"), ("patterns", ", ".join(files))]
        case p.Accounted(system=system):
            points += [("data", system)]
        case p.ConsentRecords(records_kept=kept) | p.RequestCases(kept=kept):
            points += [("records_kept", str(kept))]
        case p.Objected(lists=lists) | p.Withdrawn(lists=lists):
            points += [("data", ", ".join(f"{one.system}.{one.table}" for one in lists))]
        case p.Warned(rule=rule, before=within):
            points += [("data", f"{rule.system}.{rule.table}"), ("within", str(within))]
        case p.RecipientsTold(within=within):
            points += [("told_within", str(within))]
        case p.BackedUp(backup=backup, period=limit):
            points += [("data", ", ".join(loaded.manifest.backups[backup].of))]
            points += [("within", str(limit))] if limit else []
        case p.CanaryFlown(store=store, every=period):
            points += [("data", store)] if store else []
            points += [("every", every(period, say))]
        case p.Protected(system=system, table=table, change=change, unless=unless):
            points += [("data", f"{system}.{table}"), ("protected", _hidden(change))]
            points += [("condition", to_text(unless))] if unless is not None else []
        case p.Attested(role=role, every=period):
            points += [("role", role), ("every", every(period, say))]
        case p.SiteSeen() | p.CookieSeen() | p.Transported() | p.Encrypted():
            points += [("system", address_of(promise, loaded.manifest))]
        case _:
            assert_never(promise)
    if promise.refs:
        points.append(("refs", ", ".join(promise.refs)))
    return _labelled(points, say)


def due_now(steps: Sequence[Step], language: Language) -> tuple[Point, ...]:
    """What a plan made now would do for the promise."""
    say = catalogue(language)
    return _labelled([("now", _step(step, say)) for step in steps] or [("now", say("explain.now_nothing"))], say)


def unreachable(why: str, language: Language) -> tuple[Point, ...]:
    """That nobody could look, and why."""
    say = catalogue(language)
    return _labelled([("now", say("explain.now_unreachable", why=why))], say)


def last_seen(found: Found | None, language: Language, zone: str, sign: str = "") -> tuple[Point, ...]:
    """What the evidence says."""
    say = catalogue(language)
    if found is None:
        return _labelled([("evidence", say("explain.evidence_none"))], say)
    since, seen = (day_in_words(at.astimezone(ZoneInfo(zone)).date(), say) for at in (found.since, found.seen))
    verdict = say(f"explain.verdicts.{found.verdict}")
    text = say("explain.evidence_value", sign=sign, verdict=verdict, since=since, reason=found.reason, seen=seen).strip()
    counted = ", ".join(f"{rows:,} {name}" for name, rows in found.counts.items())
    return _labelled([("evidence", text), *([("counts", counted)] if counted else [])], say)


def _labelled(points: Sequence[tuple[str, str]], say: Catalogue) -> tuple[Point, ...]:
    return tuple(Point(key, say(f"explain.{key}"), text) for key, text in points)


def _place(loaded: Loaded, promise: p.AnyPromise) -> str:
    place = loaded.position(*promise.path)
    return f"{place.file}:{place.line}"


def _rule(
    promise: p.KeptAtMost | p.KeptAtLeast | p.Blocked, manifest: Manifest, say: Catalogue, clock: Clock
) -> list[tuple[str, str]]:
    rule = promise.rule
    points = [("activity", say.of(manifest.activities[rule.activity].purpose))]
    points.append(("data", say("explain.columns", table=table_of(rule), columns=", ".join(rule.columns))))
    if rule.parts:
        points.append(("parts", ", ".join(f"{rule.system}.{part.table}" for part in rule.parts)))
    points.append(("population", _population(rule, manifest, say)))
    points += _time(promise, manifest, say, clock)
    points.append(("end", _end(promise, say)))
    if not isinstance(promise, p.KeptAtLeast):
        points += _exceptions(rule, manifest, say)
    if rule.elsewhere and isinstance(promise, p.KeptAtMost):
        points.append(("elsewhere", "; ".join(_elsewhere(rule))))
    if rule.duty:
        points.append(("because", say.of(duty_entry(rule.duty).cite)))
    return points


def _elsewhere(rule: p.Rule) -> Iterator[str]:
    """Where rows refer to it and stay, and which of their columns are changed with it."""
    for one in rule.elsewhere:
        yield f"{rule.system}.{one.part.table}: {', '.join(change.column for change in one.changes)}"


def _population(rule: p.Rule, manifest: Manifest, say: Catalogue) -> str:
    table = table_of(rule)
    if rule.only is None:
        return say("explain.every_row", table=table)
    return say("explain.some_rows", table=table, condition=clause(rule.only, manifest, table, say))


def _time(
    promise: p.KeptAtMost | p.KeptAtLeast | p.Blocked, manifest: Manifest, say: Catalogue, clock: Clock
) -> Iterator[tuple[str, str]]:
    start, period, bound = _period(promise)
    if start is None or period is None:
        return
    words = bounded(bound, when(manifest, table_of(promise.rule), start, period, say), period, say)
    yield "period", say("explain.period_value", words=words, iso=str(period), start=str(start))
    local = clock.cutoff(start, period).astimezone(ZoneInfo(clock.zone))
    key = "still_due" if bound == "earliest" else "over_before_time" if local.hour or local.minute else "over_before"
    day = day_in_words(local.date(), say)
    yield "cutoff", say(f"explain.{key}", day=day, time=f"{local:%H:%M}", zone=clock.zone)


def _period(promise: p.KeptAtMost | p.KeptAtLeast | p.Blocked) -> tuple[StartingPoint | None, Period | None, Bound]:
    rule = promise.rule
    match promise:
        case p.KeptAtMost():
            return rule.start, rule.at_most, "latest"
        case p.KeptAtLeast():
            return rule.start, rule.at_least, "earliest"
        case p.Blocked():
            return rule.purpose_start, rule.purpose_ends, "latest"
    assert_never(promise)


def _hidden(change: p.Change) -> str:
    return f"{change.column}: {change.how}" + (f" {change.value}" if change.value else "")


def _end(promise: p.KeptAtMost | p.KeptAtLeast | p.Blocked, say: Catalogue) -> str:
    match promise:
        case p.KeptAtLeast():
            return say("explain.kept")
        case p.Blocked():
            return say("explain.blocked")
        case p.KeptAtMost(rule=rule) if rule.changes:
            return say("explain.changed", columns=", ".join(change.column for change in rule.changes))
        case p.KeptAtMost():
            return say("explain.deleted")
    assert_never(promise)


def _exceptions(rule: p.Rule, manifest: Manifest, say: Catalogue) -> Iterator[tuple[str, str]]:
    if rule.unless is not None:
        yield "unless", say("explain.unless_value", words=_words(rule, manifest, say), condition=to_text(rule.unless))
    if rule.waits:
        yield "waits", ", ".join(f"{rule.system}.{waits.table}.{', '.join(waits.columns)}" for waits in rule.waits)


def _words(rule: p.Rule, manifest: Manifest, say: Catalogue) -> str:
    said = manifest.activities[rule.activity].keep[int(rule.path[-1])].unless_says
    return say.of(said) if said else say("explain.no_words")


def _step(step: Step, say: Catalogue) -> str:
    table = f"{step.system}.{step.table}"
    text = say("explain.now_step", action=_action(step, say), rows=f"{step.rows:,}", total=f"{step.total:,}", table=table)
    parts = say.listed(f"{rows:,} {name}" for name, rows in step.part_rows if rows)
    if parts:
        text = say("explain.now_with", step=text, parts=parts)
    for obstacle in step.obstacles:
        text = say(
            "explain.now_stopped", step=text, rows=f"{obstacle.rows:,}", table=f"{obstacle.table}.{', '.join(obstacle.columns)}"
        )
    return text


def _action(step: Step, say: Catalogue) -> str:
    match step.action:
        case DeleteRows():
            return say("explain.actions.delete")
        case BlockRows():
            return say("explain.actions.block")
        case RefreshView():
            return say("explain.actions.refresh")
        case DeleteBlocked():
            return say("explain.actions.delete_blocked")
        case ChangeColumns(changes):
            return f"{say('explain.actions.change')} {', '.join(change.column for change in changes)}"
    assert_never(step.action)
