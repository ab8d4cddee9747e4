"""The sentence of each promise: the same in the notice, in ``zusage explain`` and in a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from zusage.promises import promise as p
from zusage.promises.condition import Column, Condition, IsNull, Linked, Not
from zusage.promises.lines import ADDRESSES
from zusage.promises.manifest import Aggregate, Anonymise, Joined, Keep, Manifest, Pseudonymise
from zusage.promises.manifest import Link as TableLink
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint

from .catalogue import Catalogue, Language, catalogue, closed, opening, tidy
from .columns import table_in_words
from .conditions import clause
from .events import Bound, bounded, when
from .lawful import reason, remains
from .lengths import every, length
from .outside import outside
from .spoken import Spoken, Timed, Until, classes_of, table_of


def sentence(promise: Spoken, manifest: Manifest, language: Language) -> str:
    """What a promise says in plain text, with its exceptions."""
    say = catalogue(language)
    match promise:
        case p.KeptAtMost() | p.KeptAtLeast() | p.Blocked() | Until():
            return " ".join((_timed(promise, manifest, say), *_limits(promise, manifest, say)))
        case p.EveryRow():
            return closed(say.of(manifest.every_row[str(promise.path[-1])].says))
        case p.NoColumn():
            return closed(say.of(manifest.no_column[str(promise.path[-1])].says))
        case p.SmallestGroup():
            return _in_groups(promise, manifest, say)
        case p.KeptApart():
            return closed(say.of(manifest.kept_apart[str(promise.path[-1])].says))
        case p.ShortLived():
            return closed(say.of(manifest.short_lived[str(promise.path[-1])].says))
        case p.Accounted(system=system):
            return say("sentence.accounted", system=say.quoted(system))
        case p.ConsentRecords(aspect=aspect, records_kept=kept):
            return say(f"sentence.consents.{aspect}", period=length(kept, say, "accusative"))
        case p.RequestCases(aspect=of, kept=kept):
            return say(f"sentence.requests.{of}", period=length(kept, say, "accusative"))
        case p.Objected(activity=activity):
            return say("sentence.objected", title=say.quoted(say.of(manifest.activities[activity].title)))
        case p.Warned(before=before):
            return say("sentence.warned", period=length(before, say, "accusative"))
        case p.RecipientsTold(within=within):
            return say("sentence.recipients_told", period=length(within, say, "dative"))
        case p.BackedUp():
            return _backed_up(promise, manifest, say)
        case p.CanaryFlown(aspect="delivered", part=part, every=period):
            kind, _, block = part.partition("/")
            what = say(f"sentence.canary.{kind}.{block}")
            return say(
                "sentence.canary.delivered", every=every(period, say), asked=say(f"sentence.canary.{kind}.asked"), what=what
            )
        case p.CanaryFlown(aspect=aspect, store=store, every=period):
            return say(f"sentence.canary.{aspect}", store=say.quoted(store), every=every(period, say))
        case p.Withdrawn(activity=activity):
            return say("sentence.withdrawn", title=say.quoted(say.of(manifest.activities[activity].title)))
        case p.FilesOwned():
            return say("sentence.files", table=table_in_words(manifest, say, f"{promise.system}.{promise.table}"))
        case p.Protected():
            return _protected(promise, manifest, say)
        case p.Attested():
            says = closed(say.of(manifest.attested[str(promise.path[-1])].says))
            return say("sentence.attested", says=says, every=every(promise.every, say))
        case p.SiteSeen() | p.CookieSeen() | p.Transported() | p.Encrypted():
            return outside(promise, manifest, say)
    assert_never(promise)


def _backed_up(promise: p.BackedUp, manifest: Manifest, say: Catalogue) -> str:
    systems = say.listed(say.quoted(system) for system in manifest.backups[promise.backup].of)
    of = say("protection.backup_of", systems=systems) if systems else ""
    match promise.aspect, promise.period:
        case "made", Period() as period:
            return say("protection.backup_every", of=of, every=every(period, say))
        case "kept", Period() as period:
            return say("protection.backup_kept", of=of, period=length(period, say, "dative"))
        case "drilled", Period() as period:
            return say("sentence.backups.drilled", of=of, every=every(period, say))
    return say("sentence.backups.erased", of=of)


def _protected(promise: p.Protected, manifest: Manifest, say: Catalogue) -> str:
    protect = manifest.activities[promise.activity].protect[int(promise.path[-1])]
    if protect.truncate:
        return say("sentence.truncated", ipv4=str(protect.ipv4), ipv6=str(protect.ipv6))
    if protect.hash:
        return say("sentence.hashed", period=length(protect.rotate, say, "dative"))
    if promise.change.column == ADDRESSES:
        return say("sentence.no_address")
    data = manifest.activities[promise.activity].data[f"{promise.system}.{promise.table}"]
    titles = [say.of(manifest.classes[name]) for name, columns in data.classes.items() if promise.change.column in columns]
    text = closed(opening(say("sentence.left_out", data=titles[0] if titles else say.quoted(promise.change.column))))
    if protect.unless_says:
        return f"{text} {_exception(say.of(protect.unless_says), say)}"
    if promise.unless is None:
        return text
    table = f"{promise.system}.{promise.table}"
    return f"{text} {say('sentence.unless', condition=clause(promise.unless, manifest, table, say))}"


def data_label(manifest: Manifest, rule: p.Rule, say: Catalogue) -> str:
    """The classes that a rule is about, by their titles; nothing where its table has none."""
    return say.listed(say.of(manifest.classes[c]) for c in classes_of(manifest, rule))


def _timed(promise: Timed, manifest: Manifest, say: Catalogue) -> str:
    rule = promise.rule
    table = table_of(rule)
    why = "" if rule.at_least and isinstance(promise, p.KeptAtMost) else reason(rule.duty, say)

    def end(bound: Bound, start: StartingPoint | None, period: Period | None) -> str:
        return bounded(bound, when(manifest, table, start, period, say), period, say)

    match promise:
        case p.KeptAtMost():
            until = end("latest", rule.start, rule.at_most)
            text = say(f"sentence.{_verb(manifest, rule)}", when=until, reason=why)
        case p.KeptAtLeast():
            until = end("earliest", rule.start, rule.at_least)
            text = say(f"sentence.keep_{_verb(manifest, rule)}", when=until, reason=why)
        case p.Blocked():
            until = end("latest", rule.purpose_start, rule.purpose_ends)
            text = say("sentence.blocked", when=until, remains=remains(rule.duty, say))
        case Until():
            text = closed(say("sentence.until", until=tidy(promise.until)))
        case _:
            assert_never(promise)
    about = data_label(manifest, rule, say)
    return opening(say("sentence.about", data=about, text=text) if about else text)


def _limits(promise: Timed, manifest: Manifest, say: Catalogue) -> Iterator[str]:
    """For which cases the sentence holds, and which it leaves out; an exception only ever keeps data longer."""
    rule, keep, table = promise.rule, _keep(manifest, promise.rule), table_of(promise.rule)
    if keep.only_says:
        yield closed(say("sentence.only_said", text=tidy(say.of(keep.only_says))))
    elif rule.only and rule.only != _has_started(promise):
        yield say("sentence.only", condition=clause(rule.only, manifest, table, say))
    if isinstance(promise, p.KeptAtLeast):
        return
    if keep.unless_says:
        yield _exception(say.of(keep.unless_says), say)
    elif rule.unless:
        yield say("sentence.unless", condition=clause(rule.unless, manifest, table, say))
    if isinstance(promise, p.KeptAtMost | Until):
        yield from dict.fromkeys(say("sentence.waits", event=_waits(link, manifest, say)) for link in keep.waits_for)
    if keep.warning and isinstance(promise, p.KeptAtMost):
        yield say("sentence.warned", period=length(keep.warning.before, say, "accusative"))
    if keep.elsewhere and isinstance(promise, p.KeptAtMost):
        named = dict.fromkeys(table_in_words(manifest, say, one.rows.table) for one in keep.elsewhere)
        yield say("sentence.elsewhere", tables=say.listed(named))
    if isinstance(keep.then, Anonymise) and keep.then.stays and isinstance(promise, p.KeptAtMost):
        yield say("sentence.stays", what="; ".join(_stays(keep.then, say)))
    if isinstance(keep.then, Anonymise) and keep.then.aggregate and isinstance(promise, p.KeptAtMost):
        yield _aggregate(keep.then.aggregate, say)


def _in_groups(promise: p.SmallestGroup, manifest: Manifest, say: Catalogue) -> str:
    """Of a rule what remains of its rows; of a table of figures what it says itself, and how small a figure can be."""
    goes, least = say.listed(map(say.quoted, promise.goes)), str(promise.at_least)
    if promise.rule is None:
        says = closed(say.of(manifest.statistics[str(promise.path[-1])].says))
        return say("sentence.statistic", says=says, goes=goes, least=least) + _joined(promise.linked, say)
    title, columns = say.of(manifest.activities[promise.rule.activity].title), say.listed(map(say.quoted, promise.columns))
    return say("sentence.smallest_group", title=title, columns=columns, goes=goes, least=least) + _joined(promise.linked, say)


def _aggregate(aggregate: Aggregate, say: Catalogue) -> str:
    columns, goes = (
        say.listed(say.quoted(name) for name in aggregate.columns if name not in without) for without in ((), aggregate.always)
    )
    return say("sentence.aggregate", columns=columns, goes=goes, least=str(aggregate.at_least)) + _joined(aggregate.joined, say)


def _joined(links: Sequence[Joined] | Sequence[Linked], say: Catalogue) -> str:
    """What stays joined to what remains, and what becomes of it in a group that is too small."""
    named = dict.fromkeys(column for link in links for column in _said_beside(link))
    return " " + say("sentence.joined", columns=say.listed(map(say.quoted, named))) if named else ""


def _said_beside(link: Joined | Linked) -> Iterator[str]:
    yield from link.columns
    for further in link.joined if isinstance(link, Joined) else link.within:
        yield from _said_beside(further)


def _stays(then: Anonymise, say: Catalogue) -> Iterator[str]:
    """What stays in an anonymous row, and why it names nobody; of files the reason alone, for a path says nothing to readers."""
    for name, why in then.stays.items():
        yield tidy(say.of(why)) if "/" in name else f"{say.quoted(name)} ({tidy(say.of(why))})"


def _has_started(promise: Timed) -> Condition | None:
    """That the period has begun at all, which „nachdem …“ already says."""
    start = promise.rule.purpose_start if isinstance(promise, p.Blocked) else promise.rule.start
    return Not(IsNull(Column(start.columns[0]))) if start else None


def _exception(text: str, say: Catalogue) -> str:
    words: list[str] = say.entry("sentence.clause_words")
    first = text.split(" ", 1)[0].lower()
    return closed(say(f"sentence.unless_{'clause' if first in words else 'phrase'}", text=text))


def _waits(link: TableLink, manifest: Manifest, say: Catalogue) -> str:
    named = manifest.events.get(f"{link.table}.{link.column}")
    if named:
        return say.of(named)
    return say("sentence.waits_unnamed", table=table_in_words(manifest, say, link.table))


def _keep(manifest: Manifest, rule: p.Rule) -> Keep:
    return manifest.activities[rule.activity].keep[int(rule.path[-1])]


def _verb(manifest: Manifest, rule: p.Rule) -> str:
    keep = _keep(manifest, rule)
    if keep.then == "delete":
        return "delete"
    if isinstance(keep.then, Pseudonymise):
        return "pseudonymise"
    return "anonymise" if _anonymous(manifest, rule) else "replace"


def _anonymous(manifest: Manifest, rule: p.Rule) -> bool:
    """Whether the row is nobody's afterwards: what leads from it to somebody goes, or nothing does and no other rule ends the row later."""
    table, changed = table_of(rule), {change.column for change in rule.changes}
    about = [activity.data[table] for activity in manifest.activities.values() if table in activity.data]
    links = {key for data in about for link in (data.of, data.part_of, data.about) if link for key in link.columns}
    return links <= changed if links else not _ends(manifest, table)


def _ends(manifest: Manifest, table: str) -> bool:
    """Whether some rule deletes rows of a table."""
    return any(
        one.then == "delete" and (one.at_most or one.until) and table in ((one.data,) if one.data else activity.data)
        for activity in manifest.activities.values()
        for one in activity.keep
    )
