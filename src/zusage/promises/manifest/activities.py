"""What is processed, why, on what basis and for how long."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from ..inside import DEEPEST
from .aggregates import Aggregate
from .consents import Consent
from .endings import Objections
from .texts import ConditionText, Line, LinkText, Name, Part, PeriodText, StartingPointText, TableName, Texts

LegalBasis = Literal[
    "art-6-1-a",
    "art-6-1-b",
    "art-6-1-c",
    "art-6-1-d",
    "art-6-1-e",
    "art-6-1-f",
    "art-9-2-a",
    "art-9-2-b",
    "art-9-2-c",
    "art-9-2-d",
    "art-9-2-e",
    "art-9-2-f",
    "art-9-2-g",
    "art-9-2-h",
    "art-9-2-i",
    "art-9-2-j",
]
#: those that are a consent, and that can be withdrawn (Art. 7(3) GDPR)
CONSENT: frozenset[LegalBasis] = frozenset({"art-6-1-a", "art-9-2-a"})
#: those to which one can object on grounds of one's situation (Art. 21(1) GDPR)
OBJECTIONABLE: frozenset[LegalBasis] = frozenset({"art-6-1-e", "art-6-1-f"})


#: a path of files on this machine, with a column of the row in braces: ${UPLOADS}/documents/{id}.pdf
FilePath = Annotated[str, StringConstraints(max_length=500, pattern=r"^(\$\{\w+\})?/[^{}]*(\{[^{}/]+\}[^{}]*)+$")]


def _through_lists(path: str) -> str:
    """It ends with a name, and goes through no more lists than can be gone through."""
    if path.endswith("[]"):
        raise ValueError("what is removed lies under a name: write the list without [] to remove it as a whole")
    if path.count("[]") > DEEPEST:
        raise ValueError(f"a path goes through {DEEPEST} lists at most")
    return path


#: a path in a JSON document; ``[]`` behind a name, or at the beginning, means every item of the list there, three times at most
JsonPath = Annotated[
    str,
    StringConstraints(pattern=r"^(\[\](\[\])?\.)?[A-Za-z_][A-Za-z0-9_-]*(\[\]){0,2}(\.[A-Za-z_][A-Za-z0-9_-]*(\[\]){0,2}){0,9}$"),
    AfterValidator(_through_lists),
]


class Replacement(Part):
    """What a column becomes when it is anonymised: nothing, a constant, its first characters, or something else in each row.

    In a log, what becomes of ``ip_address`` becomes of every address in the line; of it the first bits may stay.
    """

    constant: str | int | None = None
    first: int | None = Field(default=None, ge=0, le=64)
    #: a whole number becomes the multiple of so much at or below it: a year of birth its decade with 10
    multiple_of: int | None = Field(default=None, ge=2, le=1_000_000_000)
    #: a day becomes the first of its month, year or decade
    beginning_of: Literal["month", "year", "decade"] | None = None
    #: a text that is made different in each row by 32 random digits, in the place of a star or at its end
    unique: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^*]*\*?[^*]*$")] | None = None
    #: what lies at these paths in a JSON document is removed, the rest stays: names of objects with dots between, ``[]`` behind a list
    #: of which every item is meant
    json_: tuple[JsonPath, ...] = Field(default=(), alias="json")
    #: of addresses in a log so many bits stay
    ipv4: int | None = Field(default=None, ge=0, le=24)
    ipv6: int | None = Field(default=None, ge=0, le=64)

    @model_validator(mode="after")
    def _one(self) -> Replacement:
        """Two replacements at once cannot both be made."""
        given = [
            key for key in ("constant", "first", "multiple_of", "beginning_of", "unique") if getattr(self, key) is not None
        ] + ["json"] * bool(self.json_)
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} cannot both replace the column; write one of them")
        return self

    @property
    def generalises(self) -> bool:
        """Whether something of the value stays by which people are alike who were not before."""
        return self.first is not None or self.multiple_of is not None or self.beginning_of is not None


class Anonymise(Part):
    """Columns are changed so that nobody can be found through them any more; irreversible."""

    anonymise: dict[str, Replacement]
    #: what stays in the row as it is, a column or the path of a file, and why nobody can be found through it
    stays: dict[str, Texts] = Field(default_factory=dict)
    #: what stays and is shown to be nobody's: no group of rows that are alike in it is too small
    aggregate: Aggregate | None = None

    @model_validator(mode="after")
    def _either(self) -> Anonymise:
        """What is changed does not stay; what is emptied or made different in each row is no group."""
        if both := sorted(self.anonymise.keys() & self.stays.keys()):
            raise ValueError(f"{', '.join(both)} cannot both be changed and stay; name it once")
        columns = self.aggregate.columns if self.aggregate else ()
        gone = sorted(column for column in columns if column in self.anonymise and not self.anonymise[column].generalises)
        if gone:
            raise ValueError(
                f"{', '.join(gone)} cannot stand in the aggregate: of it nothing remains; keep its first characters or a multiple, or name it once"
            )
        return self


class Pseudonymise(Part):
    """Columns are replaced with a keyed code; who holds the key can still tell whether two codes are one person."""

    pseudonymise: tuple[str, ...] = Field(min_length=1)


class Elsewhere(Part):
    """Rows of another table that refer to the row, stay when it goes or changes, and are changed with it."""

    rows: LinkText
    become: dict[str, Replacement] = Field(min_length=1)


class PurposeEnd(Part):
    """When the purpose has ended, so that the data are kept only for the duty that remains, out of the application's reach."""

    from_: StartingPointText = Field(alias="from")
    after: PeriodText


class WarningMail(Part):
    """The mail server that takes warnings."""

    #: smtp://host:port or smtps://host:port; usually ${NAME}
    server: Line
    sender: Line
    #: a file with the certificates that are trusted instead of the public ones
    authority: Line | None = None


class Warn(Part):
    """Whoever would lose what they have by a rule is told so before, and has time to come back."""

    #: how long before the end; nobody loses anything sooner after their warning
    before: PeriodText
    #: the column of the same row that holds the address
    to: Line
    mail: WarningMail
    #: what becomes of a row whose address no mail server takes: it is held until somebody looks, or goes all the same
    undeliverable: Literal["hold", "delete"] = "hold"
    refs: tuple[str, ...] = ()


class Keep(Part):
    """How long some classes of data of some rows are kept for this purpose."""

    #: a name for this rule; the promise is called activity/name
    name: Name | None = None
    data: TableName | None = None
    classes: tuple[Name, ...] = ()
    only: ConditionText | None = None
    #: the published words for ``only``, as the object of a sentence: "completed orders"
    only_says: Texts | None = None
    at_least: PeriodText | None = None
    at_most: PeriodText | None = None
    #: kept until this has happened and then deleted without delay; a text, which no machine can time
    until: Line | None = None
    from_: StartingPointText | None = Field(default=None, alias="from")
    #: rows for which this holds are kept; unknown counts as holding
    unless: ConditionText | None = None
    #: the published reason for ``unless``
    unless_says: Texts | None = None
    #: ``table via column``: rows there that, while they refer to a row here, keep it
    waits_for: tuple[LinkText, ...] = ()
    #: copies of what goes, and references to it, in rows that stay
    elsewhere: tuple[Elsewhere, ...] = ()
    purpose_ends: PurposeEnd | None = None
    #: the statutory duty: an entry of the law data
    duty: Name | None = None
    then: Literal["delete"] | Anonymise | Pseudonymise = "delete"
    #: people are warned by mail before
    warning: Warn | None = None
    refs: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _warned_of_an_end(self) -> Keep:
        """A warning is about one end that a machine can time, and that nothing else puts off."""
        if self.warning and not (self.at_most and self.from_):
            raise ValueError("warning needs at_most and from: nobody can be warned of an end that has no day")
        if self.warning and (self.at_least or self.purpose_ends or self.duty):
            raise ValueError(
                "warning does not go with at_least, purpose_ends or duty: whoever comes back cannot put such an end off"
            )
        return self


class Protect(Part):
    """What is taken out of the lines of a log before they are stored: one of truncate, hash and drop."""

    #: a name for it; the promise is called activity/name
    name: Name | None = None
    #: the log; may be left out where the activity has one
    data: TableName | None = None
    #: of every address in the line only the first bits stay
    truncate: Literal["ip_address"] | None = None
    #: every address in the line becomes a keyed code, with a new key for each period
    hash: Literal["ip_address"] | None = None
    #: a field that is left out; with ``ip_address`` every address in the line
    drop: Line | None = None
    before: Literal["storage"]
    #: how many bits stay
    ipv4: int = Field(default=24, ge=0, le=24)
    ipv6: int = Field(default=48, ge=0, le=64)
    #: how long a key lives before it is destroyed
    rotate: PeriodText = Field(default="P1D", validate_default=True)
    #: lines in which the field may stay
    unless: ConditionText | None = None
    #: the published words for ``unless``
    unless_says: Texts | None = None
    refs: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> Protect:
        given = [key for key in ("truncate", "hash", "drop") if getattr(self, key)]
        if len(given) != 1:
            raise ValueError("say what is done before storage with one of truncate, hash and drop")
        if self.unless is not None and (not self.drop or self.drop == "ip_address"):
            raise ValueError("unless goes with drop of a field: addresses are hidden in every line")
        return self


class Disclosed(Part):
    """Where a row says who received data, and when (Art. 15(1)(c) GDPR)."""

    recipient: str
    at: str | None = None
    #: names of the fields or classes that went, with commas between
    what: str | None = None


class Data(Part):
    """Which columns of a table the activity holds, in classes."""

    of: LinkText | None = None
    #: rows that live and die with a row of another table of this activity
    part_of: LinkText | None = None
    #: rows that are about the person whose the other row is, and neither live nor die with it
    about: LinkText | None = None
    classes: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    #: columns that hold the row together and say nothing about a person by themselves
    structure: tuple[str, ...] = ()
    #: the row belongs to several people: only these columns are the share of the person to whom the link leads
    shared: tuple[str, ...] = ()
    #: columns about somebody else, such as a referee: never in an answer (Art. 15(4), 20(4) GDPR)
    others: tuple[str, ...] = ()
    #: free text in which others may be named: in an answer only after a human has looked
    mentions: tuple[str, ...] = ()
    #: columns that were concluded, not provided or observed: in the copy, but not portable (Art. 20(1) GDPR)
    inferred: tuple[str, ...] = ()
    #: column → system.table.column with the name of what the column refers to, so that an answer says what it is
    named: dict[str, Line] = Field(default_factory=dict)
    #: files that live and die with a row
    files: tuple[FilePath, ...] = ()
    #: the rows say to whom data of the person were disclosed
    discloses: Disclosed | None = None


class Automated(Part):
    """Decisions that a machine makes alone, with legal or similarly significant effect (Art. 22 GDPR)."""

    #: what is decided, by what logic, and what follows for the person (Art. 13(2)(f))
    decides: Texts
    logic: Texts
    follows: Texts
    #: the exception that allows it (Art. 22(2)): needed for a contract, allowed by law, or with explicit consent
    allowed_by: Literal["contract", "law", "explicit-consent"]
    #: the statute, where the law allows it
    statute: Line | None = None

    @model_validator(mode="after")
    def _which(self) -> Automated:
        if (self.allowed_by == "law") != (self.statute is not None):
            raise ValueError("name the statute where the law allows the decision, and only there")
        return self


class Activity(Part):
    """One purpose with all that belongs to it (Art. 13(1)(c), 30(1) GDPR)."""

    title: Texts
    purpose: Texts
    legal_basis: LegalBasis
    #: the interest pursued, where the basis is Art. 6(1)(f) (Art. 13(1)(d) GDPR)
    legitimate_interest: Texts | None = None
    consent: Consent | None = None
    #: whether people must give the data and what follows if they do not (Art. 13(2)(e) GDPR)
    obligation: Texts | None = None
    #: from where the data are, if not from the person (Art. 14(2)(f), 15(1)(g) GDPR)
    source: Texts | None = None
    recipients: tuple[Name, ...] = ()
    data: dict[TableName, Data] = Field(default_factory=dict)
    keep: tuple[Keep, ...] = ()
    protect: tuple[Protect, ...] = ()
    #: what a machine decides alone; a human decides anew on request (Art. 22(3) GDPR)
    automated: Automated | None = None
    #: what ends when somebody objects (Art. 21 GDPR)
    objection: Objections | None = None
    refs: tuple[str, ...] = ()


class Once(Part):
    """From when on a row must be as it is said."""

    from_: StartingPointText = Field(alias="from")
    after: PeriodText


class EveryRow(Part):
    """A rule that every row of a table fulfils at all times, or once a time of its own is over."""

    says: Texts
    table: TableName
    condition: ConditionText
    #: rows need not fulfil it before
    once: Once | None = None
    refs: tuple[str, ...] = ()


class NoColumn(Part):
    """Columns that must not exist, because what they would hold is promised never to be stored."""

    says: Texts
    table: TableName
    #: names or parts of names with ``*``
    columns: tuple[Line, ...] = Field(min_length=1)
    refs: tuple[str, ...] = ()
