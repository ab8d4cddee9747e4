"""A web site as a browser sees it, and a mail server as other mail servers see it: what is looked at, and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .texts import Line, Name, Part, PeriodText

#: what a look at a site can show, one promise each
SiteAspect = Literal[
    "before-choice",
    "after-reject",
    "after-accept-one",
    "after-accept-all",
    "after-withdraw",
    "equal-choice",
    "logged-in",
    "forms",
    "contacts",
    "storage",
    "sent-encrypted",
    "notice",
    "roles",
]
#: what a look at the connections of a server can show, one promise each
TransportAspect = Literal["tls", "certificate", "hsts", "https-only", "starttls"]
#: a path below the site's address
PagePath = Annotated[str, StringConstraints(pattern=r"^/\S*$", max_length=500)]
Host = Annotated[str, StringConstraints(pattern=r"^(\*\.)?[a-z0-9.:\[\]-]{1,253}$")]
#: a host, or host:port, and where on this machine it is
Resolved = Annotated[str, StringConstraints(pattern=r"^(127\.\d+\.\d+\.\d+|\[::1\]):\d{1,5}$")]


class Contact(Part):
    """Another host that the pages may speak to."""

    recipient: Name | None = None
    #: the activity for which they do, and for whose consent they wait
    activity: Name | None = None
    #: without this host the service that was asked for cannot be given: it needs no consent
    necessary: bool = False

    @property
    def rests_on(self) -> Literal["25-1", "25-2-2"]:
        """The part of § 25 TDDDG on which the terminal's part in it rests; Art. 6 GDPR is the activity's and stands apart."""
        return "25-2-2" if self.necessary else "25-1"


class Banner(Part):
    """Where the controls of a banner are, as CSS selectors; one of ours is found without them."""

    accept_all: Line
    reject_all: Line
    #: leads to the single purposes, where they are not on the first layer
    settings: Line | None = None
    #: activity → its box
    purposes: dict[Name, Line] = Field(default_factory=dict)
    #: takes over the boxes
    save: Line | None = None
    #: withdraws everything; must be reachable from every page
    withdraw: Line | None = None


class Fill(Part):
    """A form and what is typed into it."""

    page: PagePath
    #: CSS selector → text, or ``${NAME}`` from the environment; a box is ticked with ``true``
    fill: dict[Line, Line | bool] = Field(default_factory=dict)
    #: the control that sends it
    submit: Line
    #: what is there once it was accepted, here or where it leads
    done: Line


class Form(Fill):
    """A form that is sent, and what is agreed to with it."""

    #: activities to which whoever sends it consents: what comes of it is looked at by itself, as after that consent
    consents: tuple[Name, ...] = ()


class Login(Fill):
    """How somebody who exists only for the look logs in, and what is looked at then."""

    pages: tuple[PagePath, ...] = Field(default=("/",), max_length=50)


class Role(Fill):
    """How somebody of a role logs in who exists only for the look, and what they may see that others may not."""

    may: tuple[PagePath, ...] = Field(min_length=1, max_length=50)


class Transport(Part):
    """How connections to a server are encrypted."""

    #: no older version of TLS is offered
    minimum: Literal["1.2", "1.3"] = "1.2"
    #: a certificate with fewer days left is a broken promise
    days_left: int = Field(default=14, ge=0, le=398)
    #: for how long browsers are told to come encrypted only (RFC 6797); none where that is not promised
    hsts: PeriodText | None = Field(default="P180D", validate_default=True)


class Website(Part):
    """A web site, driven by a browser through its declared pages in each state of consent."""

    kind: Literal["website"]
    #: the address of its first page
    url: Line
    pages: tuple[PagePath, ...] = Field(default=("/",), min_length=1, max_length=50)
    #: where the notice stands that is published from this manifest, by language; a promise where it is said
    notice: dict[Literal["de", "en"], PagePath] = Field(default_factory=dict)
    #: other hosts of our own that pages load from; they are no third parties
    hosts: tuple[Host, ...] = ()
    contacts: dict[Host, Contact] = Field(default_factory=dict)
    #: ``zusage`` for our own; none where the site asks for nothing
    banner: Literal["zusage"] | Banner | None = None
    login: Login | None = None
    forms: dict[Name, Form] = Field(default_factory=dict)
    #: what one of them may see, another may not unless it says so too, and nobody may who is not logged in
    roles: dict[Name, Role] = Field(default_factory=dict)
    transport: Transport | None = None
    #: seconds between two pages, so that nobody is disturbed
    pause: float = Field(default=1.0, ge=0, le=60)
    #: seconds to wait on each page for what comes late
    wait: float = Field(default=1.5, ge=0, le=60)
    #: names that are on this machine, for trials
    resolve: dict[Host, Resolved] = Field(default_factory=dict)
    #: a file with the certificates that are trusted instead of the public ones
    authority: Line | None = None
    #: items of a catalogue by what shows them
    refs: dict[SiteAspect | TransportAspect, tuple[str, ...]] = Field(default_factory=dict)


class MailServer(Part):
    """A mail server as other mail servers see it."""

    kind: Literal["mail-server"]
    host: Host
    port: int = Field(default=25, ge=1, le=65535)
    #: ``smtp`` begins in the clear and is encrypted with STARTTLS, ``smtps`` at once
    speaks: Literal["smtp", "smtps"] = "smtp"
    transport: Transport = Field(default_factory=lambda: Transport(hsts=None))
    resolve: dict[Host, Resolved] = Field(default_factory=dict)
    authority: Line | None = None
    refs: dict[TransportAspect, tuple[str, ...]] = Field(default_factory=dict)
