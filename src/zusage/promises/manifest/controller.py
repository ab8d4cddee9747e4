"""Who answers for the processing, and what a notice must say of them (Art. 13(1)(a), (b) GDPR)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from .texts import Country, Line, Name, Part, PeriodText, Texts


class Officer(Part):
    """How to reach the data protection officer."""

    email: Line
    address: Line | None = None


class NoOfficer(Part):
    """Why no data protection officer has to be designated (Art. 37 GDPR, § 38 BDSG)."""

    none_because: Texts


class Controller(Part):
    """The controller (Art. 4(7) GDPR)."""

    name: Line
    address: Line | None = None
    email: Line | None = None
    country: Country = "DE"
    #: the Land of the seat as in ISO 3166-2:DE, from which the competent authority follows
    land: Literal["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"] | None = None
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
    refs: tuple[str, ...] = ()


class Cookie(Part):
    """An entry that the site keeps in the visitor's browser."""

    purpose: Texts
    necessary: bool = False
    #: the activity whose consent it needs, where it is not necessary
    activity: Name | None = None
    owner: Line | None = None
    #: how long it lives; ``session`` until the browser closes
    lifetime: PeriodText | Literal["session"] | None = None
    refs: tuple[str, ...] = ()


class Backup(Part):
    """Copies for restoring."""

    of: tuple[Name, ...] = ()
    every: PeriodText | None = None
    kept: PeriodText | None = None
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
