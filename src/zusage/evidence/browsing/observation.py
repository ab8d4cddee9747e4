"""What a browser saw of a site, compared with what is declared. Names and hosts, never what an entry holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An entry in the browser."""

    kind: str
    name: str
    host: str
    #: its key in the manifest; None: it is not declared
    declared: str | None
    #: it may be there in this situation
    permitted: bool
    #: how long it lives; None: until the browser closes, or for ever where ``lasting``
    seconds: int | None
    lasting: bool
    #: of a cookie, what it was set with: Secure, HttpOnly, SameSite=…
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A request to a host that is not the site's own."""

    host: str
    scheme: str
    what: str
    initiator: str
    page: str
    declared: str | None
    permitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """A picture that lies beside the evidence under its digest."""

    page: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One walk through the declared pages in one situation."""

    situation: str
    consented: tuple[str, ...]
    #: pages that were seen, and how many are declared
    pages: tuple[str, ...]
    pages_declared: int
    #: requests to the site's own hosts: shows that something was recorded at all
    own_requests: int
    kept: tuple[Kept, ...]
    called: tuple[Called, ...]
    obstacles: tuple[str, ...]
    #: controls that the banner lacks although it is there
    lacking: tuple[str, ...]
    screenshots: tuple[Screenshot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The walks that show one promise about consent."""

    visits: tuple[Visit, ...]
    #: the recorder noticed everything on a page of our own
    recorder: bool
    #: what needs consent, and which of it was seen once all was accepted: only that shows that its absence means something
    needs_consent: tuple[str, ...]
    seen_with_consent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strays:
    """What is not declared, in any situation, and what is declared but was never seen."""

    #: as name, host, cause and situation in one text each
    undeclared: tuple[str, ...]
    never_seen: tuple[str, ...]
    #: situations that were walked through, and pages seen in all of them together
    situations: tuple[str, ...]
    pages: int
    own_requests: int
    recorder: bool
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One declared entry, as it was found."""

    #: where it was found: host and situation
    found: tuple[str, ...]
    #: the longest life it had; None: until the browser closes, unless it is ``lasting``
    seconds: int | None
    lasting: bool
    #: what is declared: the most seconds, until the browser closes, until somebody deletes it, or nothing
    limit: int | None
    session: bool
    unlimited: bool
    #: a script can read it although that is excluded
    readable: bool
    recorder: bool
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualChoice:
    """Accepting and rejecting, side by side on the first layer; None where the banner was not found."""

    found: bool
    accept_clicks: int
    reject_clicks: int
    accept_area: int
    reject_area: int
    accept_style: str
    reject_style: str
    #: purposes that were ticked before anybody touched them
    ticked: tuple[str, ...]
    #: purposes whose boxes were looked at
    purposes: tuple[str, ...]
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Whether what a browser sends is encrypted."""

    #: hosts that were called unencrypted
    unencrypted: tuple[str, ...]
    #: cookies that would also go over an unencrypted connection
    insecure: tuple[str, ...]
    requests: int
    cookies: int
    recorder: bool
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSeen:
    """The notice in one language, compared with the sentences of the manifest. All of it is public."""

    language: str
    path: str
    #: what the page answered; None: nothing
    status: int | None
    sentences: int
    #: how many of them do not stand there, and the beginnings of the first
    missing: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The published notice, and the pages from which somebody finds it."""

    notices: tuple[NoticeSeen, ...]
    #: pages that were seen, how many are declared, and those without a visible link to the notice
    pages: tuple[str, ...]
    pages_declared: int
    without_link: tuple[str, ...]
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSeen:
    """What somebody of a role saw of the pages that are only for some; an empty role: somebody who is not logged in."""

    role: str
    entered: bool
    #: pages that are not theirs and were shown all the same
    beyond: tuple[str, ...]
    #: pages of theirs that were not shown
    missed: tuple[str, ...]
    #: pages that did not answer
    unseen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Every role, and nobody, at every page that is only for some."""

    roles: tuple[RoleSeen, ...]
    declared: int
    pages: int


SiteObservation = Visits | Strays | Life | EqualChoice | Sent | Published | Roles
