"""The manifest as values: one frozen model a part, as it stands in the file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .activities import (
    CONSENT,
    OBJECTIONABLE,
    Activity,
    Anonymise,
    Automated,
    Data,
    Disclosed,
    Elsewhere,
    EveryRow,
    Keep,
    NoColumn,
    Protect,
    Pseudonymise,
    PurposeEnd,
    Replacement,
    Warn,
    WarningMail,
)
from .aggregates import Aggregate, Joined, Settled, Statistic
from .canary import Canary, CanaryStep
from .consents import Consent, ConsentMail, Consents, Signal
from .controller import Attestation, Backup, Competent, Controller, Cookie, Measure, NoOfficer, Notice, Officer, Recipient
from .endings import Ending, Objections, SetTo
from .requests import RequestDoor, RequestLogin, RequestRefs, RequestReminders, Requests
from .separation import KeptApart, ShortLived
from .systems import AccessLog, AnySystem, Store, System
from .telling import Notices, PublicPlace, Telling, TellingMail, Transfer, Untold
from .texts import Line, Link, Name, Part, PeriodText, TableName, Texts, VerifierKeyText
from .website import Banner, Contact, Fill, Form, Login, MailServer, Role, Transport, Website

__all__ = [
    "CONSENT",
    "OBJECTIONABLE",
    "AccessLog",
    "Activity",
    "Aggregate",
    "Anonymise",
    "Attestation",
    "Automated",
    "Backup",
    "Banner",
    "Canary",
    "CanaryStep",
    "Competent",
    "Consent",
    "ConsentMail",
    "Consents",
    "Contact",
    "Controller",
    "Cookie",
    "Data",
    "Disclosed",
    "Elsewhere",
    "Ending",
    "EveryRow",
    "Fill",
    "Form",
    "Guard",
    "Joined",
    "Keep",
    "KeptApart",
    "Link",
    "Login",
    "MailServer",
    "Manifest",
    "Measure",
    "NoColumn",
    "NoOfficer",
    "NotBound",
    "Notice",
    "Notices",
    "Objections",
    "Officer",
    "Part",
    "Person",
    "Protect",
    "Pseudonymise",
    "PublicPlace",
    "PurposeEnd",
    "Recipient",
    "Replacement",
    "RequestDoor",
    "RequestLogin",
    "RequestRefs",
    "RequestReminders",
    "Requests",
    "Role",
    "SetTo",
    "Settled",
    "ShortLived",
    "Signal",
    "Statistic",
    "Store",
    "Superseded",
    "System",
    "Telling",
    "TellingMail",
    "Texts",
    "Transfer",
    "Transport",
    "Untold",
    "Warn",
    "WarningMail",
    "Website",
]


class Person(Part):
    """A kind of people and the record that stands for one of them."""

    record: TableName
    key: str = "id"
    #: columns with their addresses, as system.table.column. In a table whose rows are known to be theirs an address leads to the
    #: person; in any other it makes a candidate, which enters nothing before a human has named it
    known_by: tuple[Line, ...] = ()
    title: Texts | None = None
    #: they depend on the controller, such as applicants and employees (§ 26(2) BDSG, recital 43 GDPR)
    dependent: bool = False


class Guard(Part):
    """What a plan may do without a second person."""

    #: the largest share of a table's rows, from 0 to 1, that a plan may remove unapproved
    share: float = Field(default=0.2, ge=0, le=1)
    #: another share for single tables, such as one of sessions, which empties every day
    tables: dict[TableName, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    #: public keys of those who may approve more, as C2SP verifier keys
    approvers: tuple[Line, ...] = ()
    #: how long a plan stays good
    plan_valid: PeriodText = Field(default="P1D", validate_default=True)
    #: rows changed in one transaction at most, up to 16 times as many where they hang together; twice as many where some came to match meanwhile
    batch: int = Field(default=50_000, ge=1, le=1_000_000)
    #: how long a batch in a database should last: the next has fewer or more rows by that, never more than ``batch``
    batch_seconds: float = Field(default=0.5, gt=0, le=60)
    #: the share of the time that is spent on changing rows at most; in the rest the systems are left to their other users
    pace: float = Field(default=1, gt=0, le=1)


class Superseded(Part):
    """A published promise that cannot be kept, because it is unlawful or contradicts another."""

    refs: tuple[str, ...] = Field(min_length=1)
    because: Line
    #: the promise that replaces it
    by: Line | None = None


class NotBound(Part):
    """Published promises that nothing in this manifest keeps, with the reason; for whoever asks what is not looked at."""

    refs: tuple[str, ...] = Field(min_length=1)
    because: Line


class Manifest(Part):
    """Everything an organisation promises about personal data."""

    zusage: Literal[1]
    controller: Controller
    notice: Notice = Notice()
    time_zone: Line = "Europe/Berlin"
    systems: dict[Name, AnySystem] = Field(default_factory=dict)
    people: dict[Name, Person] = Field(default_factory=dict)
    #: what has happened when a time column is set, as a clause of a sentence:
    #: system.table.column → {de: die Bestellung abgeschlossen wurde, en: the order was completed}
    events: dict[Line, Texts] = Field(default_factory=dict)
    #: what people read in the place of a column or a table: ``column``, ``system.table.column`` or ``system.table`` → its title
    titles: dict[Line, Texts] = Field(default_factory=dict)
    #: what people read in the place of a value that stands for something: ``column`` or ``system.table.column`` → value → its words
    words: dict[Line, dict[Line, Texts]] = Field(default_factory=dict)
    #: titles of the classes of data
    classes: dict[Name, Texts] = Field(default_factory=dict)
    #: classes with special categories of data (Art. 9(1) GDPR)
    special: tuple[Name, ...] = ()
    recipients: dict[Name, Recipient] = Field(default_factory=dict)
    activities: dict[Name, Activity] = Field(default_factory=dict)
    every_row: dict[Name, EveryRow] = Field(default_factory=dict)
    no_column: dict[Name, NoColumn] = Field(default_factory=dict)
    statistics: dict[Name, Statistic] = Field(default_factory=dict)
    kept_apart: dict[Name, KeptApart] = Field(default_factory=dict)
    short_lived: dict[Name, ShortLived] = Field(default_factory=dict)
    cookies: dict[Line, Cookie] = Field(default_factory=dict)
    #: how people are asked for consent on the web and by mail, and how long the records of it are kept
    consents: Consents | None = None
    #: how requests of people are handled, and how long the record of them speaks of somebody
    requests: Requests | None = None
    #: how recipients are told of what was erased, corrected or restricted
    telling: Telling | None = None
    #: where data of people were made public
    public: dict[Name, PublicPlace] = Field(default_factory=dict)
    #: a synthetic person who goes in and out by the front door of the running service
    canary: Canary | None = None
    backups: dict[Name, Backup] = Field(default_factory=dict)
    measures: dict[Name, Measure] = Field(default_factory=dict)
    attested: dict[Name, Attestation] = Field(default_factory=dict)
    superseded: tuple[Superseded, ...] = ()
    not_bound: tuple[NotBound, ...] = ()
    guard: Guard = Guard()
    #: an outside address that is called after each complete look; silence there means that nobody looks any more
    heartbeat: Line | None = None
    #: witnesses outside the operator's control that cosign the evidence log after each look:
    #: submission address → public key, a C2SP verifier key of the type for cosignatures
    witnesses: dict[Line, VerifierKeyText] = Field(default_factory=dict)

    @property
    def databases(self) -> dict[str, System]:
        """The systems that are databases, in the manifest's order."""
        return {name: system for name, system in self.systems.items() if isinstance(system, System)}

    @property
    def websites(self) -> dict[str, Website]:
        """The systems that are web sites, in the manifest's order."""
        return {name: system for name, system in self.systems.items() if isinstance(system, Website)}

    @property
    def mail_servers(self) -> dict[str, MailServer]:
        """The systems that are mail servers, in the manifest's order."""
        return {name: system for name, system in self.systems.items() if isinstance(system, MailServer)}

    @property
    def stores(self) -> dict[str, Store]:
        """The systems that have rows, which periods and conditions are about, in the manifest's order."""
        return {name: system for name, system in self.systems.items() if isinstance(system, System | AccessLog)}

    @property
    def logs(self) -> dict[str, AccessLog]:
        """The systems that are access logs, in the manifest's order."""
        return {name: system for name, system in self.systems.items() if isinstance(system, AccessLog)}
