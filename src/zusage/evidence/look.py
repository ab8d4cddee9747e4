"""Looking at the living systems, one promise at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol, assert_never
from zoneinfo import ZoneInfo

from zusage.connectors.port import Application, Entry, Identity, Probe, Reader
from zusage.connectors.transport.seen import Handshakes
from zusage.connectors.trouble import SystemTrouble
from zusage.connectors.website.seen import SiteLook
from zusage.planning.plan import Selection
from zusage.promises.condition import NEVER, Exists, Not, Surely, all_of, joined
from zusage.promises.law.working_days import closed_in
from zusage.promises.promise import (
    Accounted,
    AnyPromise,
    Attested,
    BackedUp,
    Blocked,
    CanaryFlown,
    ConsentRecords,
    CookieSeen,
    Encrypted,
    EveryRow,
    FilesOwned,
    KeptApart,
    KeptAtLeast,
    KeptAtMost,
    NoColumn,
    Objected,
    Protected,
    RecipientsTold,
    RequestCases,
    Rule,
    ShortLived,
    SiteSeen,
    SmallestGroup,
    Transported,
    Warned,
    Withdrawn,
)

from . import sorting
from .aim import system_of
from .apart import Store, compare
from .backups.looking import Vaults, look_at_backups
from .backups.observation import Drill
from .circles import with_trees
from .consents.looking import ConsentBooks, Sealed, look_at_keeping, look_at_ledger, look_at_papers, look_at_trial
from .groups import look_at_groups
from .limits import certainly_not, first_day_not_over
from .minimum import look_at_minimum
from .names import look_at_names
from .objections import Register, look_at_objections
from .observation import Held, Hidden, Lines, Names, Observation, Reach, Rows, Statement, Unseen
from .outside import look_at_server, look_at_site
from .recipients import TellingBooks, look_at_recipients
from .requests import CaseBooks, look_at_answers, look_at_decisions, look_at_kept_cases
from .residue.observation import CanaryObservation
from .row_files import look_at_files
from .steps.looking import StepBooks, look_at_steps
from .steps.sealing import SealedSteps
from .transport.observation import DatabaseLine
from .warnings import WarningBooks, look_at_warnings
from .witness.looking import Sight
from .witness.sighting import Witness
from .witness.watched import watched

_SAMPLE = 25
_NO_CHAINS = "the chain of the cases cannot be looked at"


class BlockedRows(Protocol):
    """Looks at what is blocked, without the key."""

    def census(self, rule: Rule) -> Mapping[int, int]:
        """Blocked rows of the rule's table by the year in which their period began."""

    def counts(self, rule: Rule, today: date, started_before: date | None = None) -> tuple[int, int] | None:
        """Blocked rows of the rule and those past their last day, none of them suspended; None without a vault."""

    def unsealed(self, rule: Rule, sample: int) -> int | None:
        """Of a sample, how many are not sealed; None without a vault."""

    def strange(self, system: str, rules: Collection[str], today: date) -> Sequence[tuple[str, str]]:
        """Each table and rule of blocked rows of a system past the day that was noted, of rules other than these; none that is suspended."""


class Attestations(Protocol):
    """What named roles have said."""

    def latest(self, promise_id: str) -> date | None:
        """When the promise was last attested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An observation and how it was made."""

    promise: AnyPromise
    observation: Observation
    identity: Identity | None = None
    #: the statements that were run, without values
    statements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """Everything through which the prover looks."""

    outlook: sorting.Outlook
    readers: Mapping[str, Reader | SystemTrouble]
    applications: Mapping[str, Application | SystemTrouble]
    blocked: BlockedRows
    attestations: Attestations
    #: the last sealed census of a promise
    earlier: Callable[[str], Mapping[int, int] | None]
    #: system → names of tables and columns that no activity accounts for
    unaccounted: Callable[[str], Sequence[str]]
    #: (id of the promise, folder, file that its process locks) → what lies in the folder
    entries: Callable[[str, str, str], Sequence[Entry]] = lambda *_: ()
    #: web sites and servers, as anybody sees them from outside
    sites: Mapping[str, Probe[SiteLook] | SystemTrouble] = field(default_factory=dict)
    servers: Mapping[str, Probe[Handshakes] | SystemTrouble] = field(default_factory=dict)
    #: the sentences of the notice that the manifest makes, by language
    sentences: Callable[[], Mapping[str, Sequence[str]]] = dict
    #: the records of consent; None where the manifest keeps none
    consents: ConsentBooks | None = None
    #: the register of cases; None where the manifest declares none
    cases: CaseBooks | None = None
    #: the chain of each case, and what was sealed of it
    chains: StepBooks | None = None
    steps: SealedSteps = field(default_factory=SealedSteps)
    #: what was done, and who was told of it; None where the manifest does not say how
    tellings: TellingBooks | None = None
    #: what was noted of rows before rules took them; None where nobody is told of that
    witness: Witness | None = None
    #: the register of warnings
    warnings: WarningBooks | None = None
    #: what restrictions in force hide, and what the application reaches of it all the same
    restricted: Callable[[], Hidden] | None = None
    #: the registers of objections and withdrawals; None where no purpose says what ends with one
    objections: Register | None = None
    #: backups, and the register of what was erased; None where no backup is looked at
    vaults: Vaults | None = None
    #: the last sealed drill of a promise
    drills: Callable[[str], Drill | None] = lambda _: None
    #: what the last canary showed of a promise
    flights: Callable[[str], CanaryObservation | Unseen | None] = lambda _: None
    #: the last sealed length and digest of a chain of records
    sealed: Sealed = lambda _: None
    statements: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The calendar day in the manifest's time zone."""
        return self.outlook.as_of.astimezone(ZoneInfo(self.outlook.zone)).date()

    def look(self, promise: AnyPromise) -> Seen:
        """Look for one promise; trouble with a system is an observation too, never an exception and never *kept*."""
        self.statements.clear()
        if isinstance(promise, SiteSeen | CookieSeen | Transported):
            observation, identity = self._from_outside(promise)
            return Seen(promise=promise, observation=observation, identity=identity)
        system = system_of(promise)
        reader = self.readers.get(system) if system else None
        if isinstance(reader, SystemTrouble):
            return Seen(promise=promise, observation=Unseen(reason=str(reader)))
        try:
            if reader is None:
                return Seen(promise=promise, observation=self._without_reader(promise))
            observation = self._observe(promise, reader)
            return Seen(promise=promise, observation=observation, identity=reader.identity(), statements=tuple(self.statements))
        except SystemTrouble as trouble:
            return Seen(promise=promise, observation=Unseen(reason=str(trouble)))

    def _from_outside(self, promise: SiteSeen | CookieSeen | Transported) -> tuple[Observation, Identity | None]:
        if isinstance(promise, Transported):
            return look_at_server(promise, self.servers.get(promise.system), self.outlook.manifest, self.outlook.as_of)
        return look_at_site(promise, self.sites.get(promise.system), self.outlook.manifest, self.today, self._sentences(promise))

    def _sentences(self, promise: SiteSeen | CookieSeen) -> Mapping[str, Sequence[str]]:
        return self.sentences() if isinstance(promise, SiteSeen) and promise.aspect == "notice" else {}

    def _without_reader(self, promise: AnyPromise) -> Observation:
        if isinstance(promise, Attested):
            said = self.attestations.latest(promise.id)
            return Statement(said_on=said, holds_until=promise.every.after(said) if said else None, today=self.today)
        if isinstance(promise, ShortLived):
            return self._held(promise)
        if isinstance(promise, Objected | Withdrawn) and self.objections is not None:
            return look_at_objections(promise, self.readers, self.objections, self.applications, self.outlook.suspensions)
        if isinstance(promise, ConsentRecords) and self.consents is not None:
            return self._consents(promise, self.consents)
        if isinstance(promise, RecipientsTold) and self.tellings is not None:
            return self._recipients(promise, self.tellings)
        if isinstance(promise, RequestCases) and self.cases is not None:
            zone = self.outlook.zone
            if promise.aspect == "restricted":
                return self.restricted() if self.restricted else Unseen(reason="the register of restrictions cannot be looked at")
            if promise.aspect == "kept":
                return look_at_kept_cases(self.cases, promise.kept, zone, self.today)
            if promise.aspect == "sealed":
                return look_at_steps(self.chains, self.steps, self.outlook.as_of) if self.chains else Unseen(reason=_NO_CHAINS)
            look = look_at_decisions if promise.aspect == "decided" else look_at_answers
            controller = self.outlook.manifest.controller
            closed = closed_in(controller.land, controller.country)
            return look(self.cases, zone, closed, self.today, promise.identity_within)
        if isinstance(promise, BackedUp) and self.vaults is not None:
            return look_at_backups(promise, self.vaults, self.drills(promise.id), self.readers, self.outlook, self.today)
        if isinstance(promise, CanaryFlown):
            last = self.flights(promise.id) or Unseen(reason="none was let fly yet; `zusage canary` lets one fly")
            return last if isinstance(last, Unseen) else replace(last, today=self.today)
        return Unseen(reason="the system is not among those that can be looked at")

    def _recipients(self, promise: RecipientsTold, books: TellingBooks) -> Observation:
        rules = watched(self.outlook.manifest, self.outlook.rules)
        sight = Sight(self.outlook, self.readers, self.witness, rules) if self.witness else None
        return look_at_recipients(books, promise, self.outlook.zone, self.today, sight)

    def _consents(self, promise: ConsentRecords, books: ConsentBooks) -> Observation:
        match promise.aspect:
            case "complete":
                return look_at_ledger(books, self.sealed(promise.id), promise.records_kept, self.outlook.as_of)
            case "documented":
                return look_at_papers(books)
            case "kept":
                return look_at_keeping(books, promise.records_kept, self.outlook.as_of)
            case "withdrawable":
                return look_at_trial(books)

    def _held(self, promise: ShortLived) -> Observation:
        found = self.entries(promise.id, promise.folder, promise.alive)
        since = self.outlook.as_of - (promise.within.elapsed or timedelta(days=promise.within.rough_days))
        held = sum(1 for entry in found if entry.held)
        unreadable = sum(1 for entry in found if entry.held is None)
        pending = sum(1 for entry in found if entry.held is False and entry.touched >= since)
        return Held(held=held, pending=pending, left=len(found) - held - unreadable - pending, unreadable=unreadable)

    def _apart(self, promise: KeptApart, reader: Reader) -> Observation:
        other = self.readers.get(promise.apart)
        if other is None or isinstance(other, SystemTrouble):
            return Unseen(reason=str(other or f"system {promise.apart!r} cannot be compared"))
        without = self.outlook.manifest.databases[promise.people].not_personal
        return compare(Store(reader, without=without), Store(other, counts=promise.counts))

    def _observe(self, promise: AnyPromise, reader: Reader) -> Observation:
        match promise:
            case KeptAtMost(rule=rule):
                return self._at_most(rule, reader)
            case KeptAtLeast(rule=rule):
                before = self.earlier(promise.id)
                return look_at_minimum(rule, self.outlook, reader, self.blocked.census, before, self.vaults)
            case Blocked(rule=rule):
                return self._blocked(rule, reader)
            case Warned():
                if self.warnings is None:
                    return Unseen(reason="the register of warnings cannot be looked at")
                return look_at_warnings(promise, self.warnings, self.outlook, reader)
            case EveryRow():
                return self._every_row(promise, reader)
            case SmallestGroup():
                return look_at_groups(promise, self.outlook, reader, self.statements)
            case NoColumn():
                return look_at_names(promise, reader)
            case Accounted(system=system):
                return self._accounted(system, reader)
            case KeptApart():
                return self._apart(promise, reader)
            case FilesOwned():
                return look_at_files(promise, reader, self.outlook.as_of)
            case Encrypted():
                line = reader.encryption()
                return DatabaseLine(encrypted=line.encrypted, local=line.local, how=line.how)
            case Protected():
                return self._protected(promise, reader)
            case (
                Attested()
                | ShortLived()
                | ConsentRecords()
                | RequestCases()
                | Objected()
                | RecipientsTold()
                | BackedUp()
                | CanaryFlown()
                | Withdrawn()
                | SiteSeen()
                | CookieSeen()
                | Transported()
            ):
                return self._without_reader(promise)
            case _:
                assert_never(promise)

    def _accounted(self, system: str, reader: Reader) -> Names:
        """What no activity accounts for; blocked rows of a rule that the manifest has no more are looked at by no other promise."""
        known = {rule.id for rule in self.outlook.rules if rule.at_most}
        past = (
            f"{table} (blocked under {rule}, past its day)" for table, rule in self.blocked.strange(system, known, self.today)
        )
        return Names(forbidden=(*self.unaccounted(system), *past), looked_at=len(reader.survey().tables))

    def _at_most(self, rule: Rule, reader: Reader) -> Observation:
        cases = sorting.at_most(self.outlook, rule)
        if rule.deletes:
            cases = with_trees(cases, reader.survey().tables.get(rule.table), sorting.waits(self.outlook, rule))
        rows = self._rows(rule.table, cases, reader)
        strays = self._strays(rule, reader)
        more = sum(strays.values())
        rows = replace(rows, unplaceable=rows.unplaceable + more, total=rows.total + more, strays=strays)
        blocked = self.blocked.counts(rule, self.today, self._begun_before(rule))  # also of a rule that blocks no more
        if blocked is None:
            return rows
        return replace(rows, blocked=blocked[0], blocked_overdue=blocked[1])

    def _protected(self, promise: Protected, reader: Reader) -> Observation:
        rows = self._rows(promise.table, sorting.protected(self.outlook, promise), reader)
        client = reader.survey().tables[promise.table].column("ip_address") is not None
        return Lines(
            forbidden=rows.forbidden,
            allowed=rows.allowed,
            unplaceable=rows.unplaceable,
            total=rows.total,
            control=rows.allowed.get("masked", 0) if promise.change.how == "mask" and client else None,
            visible=rows.visible,
            how_visible=rows.how_visible,
        )

    def _strays(self, rule: Rule, reader: Reader) -> dict[str, int]:
        """Rows of parts that belong to no row, and that no rule of their own is about: nothing ever ends them. By their table."""
        links = {part for other in self.outlook.rules if other.system == rule.system for part in other.parts}
        found: dict[str, int] = {}
        for table in dict.fromkeys(part.table for part in rule.parts):
            owners = [Exists(p.of, joined(p.referred, None, p.columns, table)) for p in links if p.table == table]
            ruled = [certainly_not(r.only) for r in self.outlook.rules if (r.system, r.table) == (rule.system, table)]
            where = all_of(*(Not(owner) for owner in sorted(owners, key=repr)), *ruled)
            if where != NEVER and (rows := reader.count(Selection(system=rule.system, table=table, where=where))):
                found[table] = rows
        return found

    def _begun_before(self, rule: Rule) -> date | None:
        """Blocked rows that began before this day are past the last day of the rule as it is today."""
        if rule.start is None or rule.at_most is None:
            return None
        zone = ZoneInfo(self.outlook.zone)
        periods = [period for period in (rule.at_most, rule.at_least) if period and period.is_calendar]
        days = (first_day_not_over(rule.start, period, self.outlook.as_of, zone) for period in periods)
        return min(days, default=None)

    def _rows(self, table: str, cases: sorting.Cases, reader: Reader) -> Rows:
        numbered = [(f"{n} {name}", condition) for n, (name, condition) in enumerate(cases)]
        with reader.snapshot():  # what can be seen is said of the state in which was counted
            seen = reader.partition(table, numbered)
            visibility = reader.visibility(table)
        self.statements.append(seen.statement)
        named: dict[str, int] = {}
        for key, rows in seen.counts.items():
            name = key.partition(" ")[2] or key
            named[name] = named.get(name, 0) + rows
        return Rows(
            forbidden=named.pop("rest", 0),
            unplaceable=named.pop("unplaceable", 0),
            allowed=named,
            total=seen.total,
            visible=visibility.shown,
            how_visible=visibility.how,
        )

    def _every_row(self, promise: EveryRow, reader: Reader) -> Observation:
        return self._rows(promise.table, sorting.every_row(self.outlook, promise), reader)

    def _blocked(self, rule: Rule, reader: Reader) -> Observation:
        cases = with_trees(sorting.purpose_ended(self.outlook, rule), reader.survey().tables.get(rule.table))
        rows = self._rows(rule.table, cases, reader)
        application = self.applications.get(rule.system)
        if application is None:
            return Unseen(reason="the manifest names no address of the application's own role (systems.*.application)")
        if isinstance(application, SystemTrouble):
            return Unseen(reason=str(application))
        ended = all_of(*(Not(Surely(condition)) for _, condition in cases))
        selection = Selection(system=rule.system, table=rule.table, where=ended)
        counts = self.blocked.counts(rule, self.today)
        return Reach(
            left=rows.forbidden,
            readable=application.reachable(selection),
            changeable=application.changeable(selection, _SAMPLE),
            application_sees=application.reachable(Selection(system=rule.system, table=rule.table)),
            total=rows.total,
            sorted_rows=rows.forbidden + rows.unplaceable + sum(rows.allowed.values()),
            unplaceable=rows.unplaceable,
            visible=rows.visible,
            how_visible=rows.how_visible,
            blocked=counts[0] if counts else None,
            unsealed=self.blocked.unsealed(rule, _SAMPLE),
        )
