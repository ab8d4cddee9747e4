"""Who answers for the processing, and what a notice must say of them (Art. 13(1)(a), (b) GDPR)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from .telling import Notices, Transfer
from .texts import Country, Line, Name, Part, PeriodText, TableName, Texts


class Officer(Part):
    """How to reach the data protection officer."""

    email: Line
    address: Line | None = None


class NoOfficer(Part):
    """Why no data protection officer has to be designated (Art. 37 GDPR, § 38 BDSG)."""

    none_because: Texts


class Competent(Part):
    """The supervisory authority that is competent, where it does not follow from the seat."""

    name: Texts
    url: Line


class Controller(Part):
    """The controller (Art. 4(7) GDPR)."""

    name: Line
    address: Line | None = None
    email: Line | None = None
    country: Country = "DE"
    #: the Land of the seat as in ISO 3166-2:DE, from which the competent authority follows
    land: Literal["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"] | None = None
    #: the competent supervisory authority, where it is another than the seat's
    authority: Competent | None = None
    #: an authority or another body of public law: Art. 6(1)(f) GDPR is closed to it in the performance of its tasks
    public_body: bool = False
    officer: Officer | NoOfficer | None = None


class Notice(Part):
    """The published privacy notice as a document."""

    version: date | None = None
    url: Line | None = None
    #: statutes that the notice names, by short title
    names_laws: tuple[Line, ...] = ()
    #: whether the notice says that data go to third countries
    third_country_transfers: Literal["none", "listed"] | None = None
    automated_decisions: Literal["none", "described"] | None = None


class Recipient(Part):
    """Somebody to whom data are disclosed (Art. 4(9) GDPR)."""

    title: Texts
    role: Literal["processor", "controller", "joint-controller", "authority"]
    country: Country | None = None
    #: for a processor: the date of the contract under Art. 28(3) GDPR
    contract: date | None = None
    #: for a third country: adequacy decision, standard clauses, binding rules or another safeguard of Art. 45 to 49 GDPR
    safeguard: Texts | None = None
    #: the address at which people can read it, or have a copy of it (Art. 13(1)(f), 15(2) GDPR)
    safeguard_at: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=500)] | None = None
    #: what the service's own tables call it, where they say who received data
    known_as: tuple[Line, ...] = ()
    #: classes of data that go to it, where no table says what went
    receives: tuple[Name, ...] = ()
    #: how it is told of erasures, corrections and restrictions (Art. 19 GDPR)
    notices: Notices | None = None
    #: where it takes packages of people who have theirs sent there (Art. 20(2) GDPR)
    transfer: Transfer | None = None
    refs: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _another_controller(self) -> Self:
        if self.transfer and self.role == "processor":
            raise ValueError("a package is transferred to another controller (Art. 20(2) GDPR); a processor acts for this one")
        return self


class Cookie(Part):
    """An entry that the site keeps in the visitor's browser: a cookie, or any other storage."""

    purpose: Texts
    #: strictly necessary for the service that was asked for: no consent is needed
    necessary: bool = False
    #: on what storing and reading rests by § 25 TDDDG: paragraph 1 (consent), or paragraph 2 number 1 (transmission alone) or 2
    #: (strictly necessary); follows from ``necessary`` where it is not said
    terminal: Literal["25-1", "25-2-1", "25-2-2"] | None = None
    #: the activity for which it is kept: its basis under Art. 6 GDPR covers what is then done with it, and its consent is waited for
    activity: Name | None = None
    owner: Line | None = None
    #: how long it lives; ``session`` until the browser closes, ``until-deleted`` until somebody deletes it
    lifetime: PeriodText | Literal["session", "until-deleted"] | None = None
    kind: Literal["cookie", "local-storage", "session-storage", "indexed-db", "service-worker", "cache-storage"] = "cookie"
    #: its name in the browser, where it is another than here; ``*`` stands for anything
    named: Line | None = None
    #: the host that keeps it, where it is not one of the site's own
    host: Line | None = None
    #: no script can read it
    http_only: bool = False
    #: the web site, where there are several
    site: Name | None = None
    refs: tuple[str, ...] = ()

    @property
    def rests_on(self) -> Literal["25-1", "25-2-1", "25-2-2"]:
        """The part of § 25 TDDDG on which storing and reading it rests."""
        return self.terminal or ("25-2-2" if self.necessary else "25-1")

    @property
    def needs_consent(self) -> bool:
        """Whether it may be stored only after consent (§ 25(1) TDDDG)."""
        return not self.necessary


class Backup(Part):
    """Copies for restoring. Where it says of what kind they are and where, they are looked at, and erased data stay erased."""

    of: tuple[Name, ...] = ()
    #: how often one is made
    every: PeriodText | None = None
    #: how long one is kept
    kept: PeriodText | None = None
    #: what made them; ``database`` stands for whichever of the first three a file turns out to be, and ``folder`` is a copy of files,
    #: such as those of an access log
    kind: Literal["sqlite-file", "pg-dump", "mariadb-dump", "database", "folder"] | None = None
    #: where they are: a path in which ``*`` stands for anything, one match a backup
    path: Line | None = None
    #: how often one is restored for practice
    drill: PeriodText | None = None
    #: the column that says when a row came to be, and never changes: system.table → column
    born: dict[TableName, Line] = Field(default_factory=dict)
    refs: tuple[str, ...] = ()


class Measure(Part):
    """A technical or organisational measure under Art. 32 GDPR that the notice promises in words."""

    says: Texts
    #: how often it is done or reviewed, where the words are "regularly"
    every: PeriodText | None = None
    regular: bool = False
    refs: tuple[str, ...] = ()


class Attestation(Part):
    """A promise that no machine can look at: a named role attests it, again and again."""

    says: Texts
    role: Line
    every: PeriodText
    refs: tuple[str, ...] = Field(default=())
