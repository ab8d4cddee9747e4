"""A synthetic person who goes in and out of the service by its own front door."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .texts import Line, Name, Part, PeriodText, TableName
from .website import PagePath

#: the store that is our own folder and our own state
OWN_STORE = "zusage"

#: the kinds of value that a canary has
Kind = Literal["given", "family", "email", "phone", "street", "note", "document", "password"]

#: the blocks of a copy: those of Art. 15(1)(a) to (h) and (2), the data (3), nothing of others (4), whether somebody is known at all
#: (1), that page, paper and data say the same (12(1)), and that whoever is not known is told that nothing is held (1)
CopyBlock = Literal[
    "confirmed", "purposes", "categories", "recipients", "period", "rights", "complaint", "source", "automated", "abroad", "data",
    "others", "forms", "nothing",
]  # fmt: skip
#: the conditions of a package: what they provided is in it (Art. 20(1)), on consent or contract alone (1)(a), nothing concluded about
#: them, nothing of others (4), in a format that a machine reads (1), without prejudice to an erasure (3)
PackageBlock = Literal["provided", "basis", "inferred", "others", "valid", "erasure"]

#: the conditions of a transfer: what arrived at the other controller is what was sealed, once and over TLS; it is a package by each
#: condition of one; the case and the ledger say so; nothing goes where no end point is declared (Art. 20(2))
TransferBlock = Literal["arrived", "content", "recorded", "refused"]

#: what can be asked for at the door
DoorBlock = Literal["access", "portability", "erasure"]
#: links that the door mails to one address in a day
_LINKS = 3


class CanaryStep(Part):
    """One thing that a browser without scripts does: look at a page, follow a link, send a form, or the form behind a mailed link.

    Or, with ``asks``, a request to the controller, which this program answers and carries out. Texts may hold ``{given}``, ``{family}``,
    ``{email}``, ``{phone}``, ``{street}``, ``{note}``, ``{document}`` and ``{password}``, and ``{day}`` for a day a month from now; paths
    and texts may hold ``${NAME}`` of the environment.
    """

    get: PagePath | None = None
    #: a regular expression for the path of a link in the answer before, which is looked at, or to which ``fill`` is sent
    linked: Line | None = None
    post: PagePath | None = None
    #: a regular expression for the path of the link in the newest mail that has one
    mailed: Line | None = None
    #: a regular expression for where a form in the answer before is sent; its hidden fields go along
    form: Line | None = None
    #: the kind of people as one of whom they ask for access, or for erasure
    asks: Name | None = None
    #: what a human has looked at, and what therefore enters an answer to ``asks``
    include: tuple[Line, ...] = ()
    #: the language in which they ask the controller, and are to be answered
    language: Literal["de", "en"] = "en"
    #: who of ``staff`` does it
    by: Name | None = None
    #: which of ``beside`` it is done at
    at: Name | None = None
    #: the page with the form, where it is another than the one that it is sent to; its hidden fields go along
    page: PagePath | None = None
    #: field → text
    fill: dict[Line, Line] = Field(default_factory=dict)
    #: field → a regular expression for what is chosen there: an option, or a box that is ticked
    choose: dict[Line, Line] = Field(default_factory=dict)
    #: field → text of a file that is uploaded
    attach: dict[Line, Line] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_thing(self) -> CanaryStep:
        if sum(part is not None for part in (self.get, self.linked, self.post, self.mailed, self.form, self.asks)) != 1:
            raise ValueError("a step is one of get, linked, post, mailed, form and asks")
        return self


class CanaryTransfer(Part):
    """They have their package sent straight to another controller, behind which a stand-in of the trial's own listens (Art. 20(2) GDPR)."""

    #: the kind of people as one of whom they ask
    asks: Name
    #: the recipient to whom it goes
    to: Name
    #: the folder in which the stand-in writes down what came; usually ${NAME}
    arrived: Line


class CanaryDoor(Part):
    """The page of requests (``requests: {door: …}``): what they ask the controller for is asked there, over HTTP, as by anybody."""

    #: where this trial reaches the page, such as http://127.0.0.1:8090/rights
    url: Line
    #: folder in which the mail server of the trial files what the page mails to them, one file each
    mailbox: Line


class CanaryRefs(Part):
    """Items of a catalogue that a canary shows."""

    #: nothing is left
    erased: tuple[str, ...] = ()
    #: the answer to the request for access holds all
    told: tuple[str, ...] = ()
    #: what a duty keeps is out of the application's reach
    blocked: tuple[str, ...] = ()
    #: every table of the manifest in which such people have rows was used
    used: tuple[str, ...] = ()
    #: no figure of a statistic was moved by them
    uncounted: tuple[str, ...] = ()
    #: a block of the copy that they were given says what it must
    copied: dict[CopyBlock, tuple[str, ...]] = Field(default_factory=dict)
    #: a condition of the package that they were given is fulfilled
    packed: dict[PackageBlock, tuple[str, ...]] = Field(default_factory=dict)
    #: a condition of what went straight to another controller is fulfilled
    transferred: dict[TransferBlock, tuple[str, ...]] = Field(default_factory=dict)
    #: what they ask for at the door is answered there
    at_the_door: dict[DoorBlock, tuple[str, ...]] = Field(default_factory=dict)


class Canary(Part):
    """What the synthetic person does, and where is looked for what is left of them."""

    #: the front door of the running service
    url: Line
    #: a file with the certificates that are trusted instead of the public ones
    authority: Line | None = None
    #: what is behind the service for this trial: nothing real may be paid, booked or counted
    outside: Literal["stand-ins", "test-mode", "none"]
    #: stand-ins of recipients at which somebody types something, such as of a payment provider: name → address
    beside: dict[Name, Line] = Field(default_factory=dict)
    #: accounts of the trial with which staff do their part: name → how they log in
    staff: dict[Name, tuple[CanaryStep, ...]] = Field(default_factory=dict)
    #: folder with the mail to them, one file each
    mailbox: Line | None = None
    #: over which they ask; without it this program is asked without HTTP
    door: CanaryDoor | None = None
    join: tuple[CanaryStep, ...] = Field(min_length=1)
    #: what a person who has joined does to be let in again
    enter: tuple[CanaryStep, ...] = ()
    use: tuple[CanaryStep, ...] = ()
    #: how they ask for their data; the answers together must hold all that they gave
    access: tuple[CanaryStep, ...] = ()
    #: as whom they ask for what they provided, to take it elsewhere (Art. 20 GDPR); each step asks
    portability: tuple[CanaryStep, ...] = ()
    #: as whom they have it sent straight to another controller (Art. 20(2) GDPR)
    transfers: tuple[CanaryTransfer, ...] = ()
    erase: tuple[CanaryStep, ...] = Field(min_length=1)
    #: system → address with a role that may read every table, declared or not, where the system's own may not
    whole: dict[Name, Line] = Field(default_factory=dict)
    #: name → files and folders that are read to the last byte
    files: dict[Name, Line] = Field(default_factory=dict)
    #: name → files of a database, where deleted values may lie for a while; several of its paths as a list
    physical: dict[Name, Line | tuple[Line, ...]] = Field(default_factory=dict)
    #: how long they may
    physical_within: PeriodText = Field(default="P30D", validate_default=True)
    #: store.table.column, or store and file → why the value stays there
    stays: dict[Line, Line] = Field(default_factory=dict)
    #: table → why a duty keeps its rows of them out of the application's reach
    blocked: dict[TableName, Line] = Field(default_factory=dict)
    #: store → why nothing of anybody comes there at any time
    never: dict[Name, Line] = Field(default_factory=dict)
    #: store → kinds of value that come there; a store that is not named needs one of whatever kind
    comes: dict[Name, tuple[Kind, ...]] = Field(default_factory=dict)
    #: table in which such people have rows → why a trial does not use it; it is named in the verdict
    unused: dict[TableName, Line] = Field(default_factory=dict)
    #: how often one is let fly; what an older flight showed decides nothing any more
    every: PeriodText = Field(default="P30D", validate_default=True)
    refs: CanaryRefs = CanaryRefs()

    @property
    def is_answered(self) -> bool:
        """Whether they ask the controller for a copy, a package or a transfer, which is then judged block by block."""
        return bool(self.transfers) or any(step.asks for step in (*self.access, *self.portability))

    @property
    def asked_at_the_door(self) -> tuple[DoorBlock, ...]:
        """What they ask for at the door."""
        steps: dict[DoorBlock, tuple[CanaryStep, ...]] = {
            "access": self.access, "portability": self.portability, "erasure": self.erase,
        }  # fmt: skip
        return tuple(right for right, some in steps.items() if self.door and any(step.asks for step in some))

    @model_validator(mode="after")
    def _door_fits(self) -> Canary:
        """Raises ValueError where nobody asks at the door, or more often than it answers one address."""
        asked = sum(1 for step in (*self.access, *self.portability, *self.erase) if step.asks)
        if self.door and not 0 < asked <= _LINKS:
            raise ValueError(
                f"at the door they ask for one thing at least and {_LINKS} at most, for no more links a day go to one address"
            )
        return self

    @model_validator(mode="after")
    def _steps_fit(self) -> Canary:
        """Raises ValueError where a step names nobody, or is where it cannot be."""
        for step in (*self.join, *self.enter, *self.use, *self.access, *self.portability, *self.erase):
            if step.by is not None and step.by not in self.staff:
                raise ValueError(f"a step is done by {step.by}, who is not among staff")
            if step.by and step.post and not any("{" in text for text in step.fill.values()):
                raise ValueError(
                    "what staff send by themselves names the canary; for a form that stands beside its name write form"
                )
            if step.at is not None and step.at not in self.beside:
                raise ValueError(f"a step is done at {step.at}, which is not among beside")
        if unknown := sorted(self.comes.keys() & self.never.keys()):
            raise ValueError(f"{unknown[0]} stands under comes and under never")
        if any(step.asks for step in (*self.join, *self.enter, *self.use)) or not all(step.asks for step in self.portability):
            raise ValueError("asks is a step of access, of portability, which has no other, and of erase alone")
        if any(step.by or step.asks for steps in self.staff.values() for step in steps):
            raise ValueError("staff log in by themselves, with pages and forms")
        return self
