"""What a browser saw, as values: names, hosts and lengths of time; never what a cookie or an entry held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: what a browser can keep; ``http-cache`` and its tags are not looked at
StorageKind = Literal["cookie", "local-storage", "session-storage", "indexed-db", "service-worker", "cache-storage"]

#: before any choice; after each choice of the banner; as somebody who is logged in; after forms were sent
Situation = Literal[
    "before-choice", "after-reject", "after-accept-one", "after-accept-all", "after-withdraw", "logged-in", "forms"
]


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """Something kept in the browser."""

    kind: StorageKind
    #: name of the cookie, key, database or cache; scope of a service worker
    name: str
    #: the host that can read it; a cookie for all hosts below begins with a dot
    host: str
    #: how long it lives from the moment it was set, in seconds; None: until the browser closes, or for ever where ``lasting``
    seconds: int | None = None
    #: stays until somebody deletes it
    lasting: bool = False
    secure: bool = False
    http_only: bool = False
    same_site: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Contact:
    """A request to a host that is not the site's own."""

    host: str
    #: http, https, ws or wss; ``connection`` where only the network saw it
    scheme: str
    #: document, script, font, image, ping …, as the browser calls it
    what: str
    #: what caused it: the host of a script, ``page``, ``redirect`` …
    initiator: str
    #: the declared page on which it happened
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A screenshot: the file beside the evidence is named after its digest."""

    page: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that was seen in one situation."""

    situation: Situation
    #: the purposes that had been consented to
    consented: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    contacts: tuple[Contact, ...] = ()
    #: requests to the site's own hosts: shows that the recorder was on
    own_requests: int = 0
    #: of these, and of the contacts, those that went unencrypted, by host
    unencrypted: tuple[str, ...] = ()
    #: what kept us from looking: a page that did not answer, a control that is not there
    obstacles: tuple[str, ...] = ()
    #: the banner lacks this control although another one is there
    lacking: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """How the two choices of a banner look, side by side."""

    #: clicks until the choice is made
    accept_clicks: int
    reject_clicks: int
    #: width × height in pixels
    accept_area: int
    reject_area: int
    #: colours, weight and size of the letters, as one text each
    accept_style: str
    reject_style: str
    #: purposes whose box was ticked before anybody touched it
    ticked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """The page on which the notice should stand. What stands there is public."""

    language: str
    path: str
    #: None: it did not answer
    status: int | None
    #: as a person reads it, hidden words left out
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLook:
    """Which of the pages that are only for some somebody reached."""

    #: empty: somebody who is not logged in
    role: str
    #: they could log in
    entered: bool
    reached: tuple[str, ...] = ()
    #: pages that did not answer at all
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLook:
    """A walk through all declared pages in all situations."""

    #: the site's own hosts
    own: frozenset[str]
    states: tuple[State, ...]
    #: a page of our own was seen to set and to call everything that the recorder must notice
    recorder: bool
    fairness: Fairness | None = None
    notices: tuple[NoticePage, ...] = ()
    #: pages that were seen before any choice, and those of them on which nothing leads to the notice
    leading: tuple[str, ...] = ()
    unled: tuple[str, ...] = ()
    roles: tuple[RoleLook, ...] = ()
