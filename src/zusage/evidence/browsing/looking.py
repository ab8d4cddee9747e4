"""From the promise alone to what is looked for: compares what a browser saw with what the manifest declares. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import TypeVar, assert_never

from zusage.connectors.website.seen import Contact, Entry, NoticePage, RoleLook, SiteLook, State
from zusage.promises.manifest import Cookie, Manifest
from zusage.promises.manifest.website import SiteAspect
from zusage.promises.outside import contact_named, contacts_of, cookie_named, cookies_of, pages_of_forms, permitted, purposes_of
from zusage.promises.period import Period
from zusage.promises.promise import CookieSeen, SiteSeen

from .observation import (
    Called,
    EqualChoice,
    Kept,
    Life,
    NoticeSeen,
    Published,
    Roles,
    RoleSeen,
    Screenshot,
    Sent,
    SiteObservation,
    Strays,
    Visit,
    Visits,
)

_HOUR, _DAY = 3600, 86_400
_ALL = "after-accept-all"
#: what in the name of an undeclared entry could tell who somebody is: an address, a long number, a code
_TELLING = re.compile(r"[^\s@]+@[^\s@]+|\d{4,}|(?=[0-9a-fA-F-]*\d)[0-9a-fA-F-]{8,}")
_MOST = 40
One = TypeVar("One")
Compared = TypeVar("Compared", Kept, Called)


@dataclass(frozen=True)
class Site:
    """A site's declarations beside what was seen of it on a day."""

    manifest: Manifest
    name: str
    look: SiteLook
    today: date
    #: language → the sentences of the notice that the manifest makes
    sentences: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def observe(self, promise: SiteSeen | CookieSeen) -> SiteObservation:
        """What bears on one promise."""
        if isinstance(promise, CookieSeen):
            return self._life(promise.cookie)
        return self._aspect(promise.aspect)

    def _aspect(self, aspect: SiteAspect) -> SiteObservation:
        match aspect:
            case (
                "before-choice"
                | "after-reject"
                | "after-accept-one"
                | "after-accept-all"
                | "after-withdraw"
                | "logged-in"
                | "forms"
            ):
                return self._visits(aspect)
            case "contacts":
                return self._strays(self._stray_contacts, self._unseen_contacts())
            case "storage":
                return self._strays(self._stray_entries, ())
            case "equal-choice":
                return self._equal()
            case "sent-encrypted":
                return self._sent()
            case "notice":
                return self._published()
            case "roles":
                return self._roles()
            case _:
                assert_never(aspect)

    # -- what is declared ------------------------------------------------------------------------------------------

    @cached_property
    def _cookies(self) -> dict[str, Cookie]:
        return cookies_of(self.manifest, self.name)

    def _key(self, entry: Entry) -> str | None:
        return cookie_named(self.manifest, self.name, entry.kind, entry.name, entry.host, self.look.own)

    def _kept(self, entry: Entry, state: State) -> Kept:
        key = self._key(entry)
        everything = state.situation == _ALL
        return Kept(
            kind=entry.kind,
            name=entry.name if key is not None else masked(entry.name),
            host=entry.host,
            declared=key,
            permitted=key is not None
            and (permitted(self._cookies[key], state.consented, everything=everything) or self._out_of_reach(entry, state)),
            seconds=entry.seconds,
            lasting=entry.lasting,
            flags=_flags(entry),
        )

    def _out_of_reach(self, entry: Entry, state: State) -> bool:
        """After a withdrawal a site cannot delete what another host keeps; that it is not called any more is looked at."""
        return state.situation == "after-withdraw" and entry.host.lstrip(".") not in self.look.own

    def _called(self, call: Contact, state: State) -> Called:
        declared = contacts_of(self.manifest, self.name)
        key = contact_named(declared, call.host)
        return Called(
            host=call.host,
            scheme=call.scheme,
            what=call.what,
            initiator=call.initiator,
            page=call.page,
            declared=key,
            permitted=key is not None and permitted(declared[key], state.consented, everything=state.situation == _ALL),
        )

    # -- promises about consent ------------------------------------------------------------------------------------

    def _visits(self, aspect: SiteAspect) -> Visits:
        states = [state for state in self.look.states if state.situation == aspect]
        needs = {f"entry {key}": key for key, cookie in self._cookies.items() if not cookie.necessary}
        needs |= {f"host {key}": key for key, one in contacts_of(self.manifest, self.name).items() if not one.necessary}
        return Visits(
            visits=tuple(map(self.visit, states)),
            recorder=self.look.recorder,
            needs_consent=tuple(sorted(needs)),
            seen_with_consent=tuple(sorted(needs.keys() & self._seen_with_consent())),
        )

    def visit(self, state: State) -> Visit:
        """One situation, each thing in it with its declaration."""
        return Visit(
            situation=state.situation,
            consented=state.consented,
            pages=state.pages,
            pages_declared=self._pages_declared(state),
            own_requests=state.own_requests,
            kept=_wrong_first(self._kept(entry, state) for entry in state.entries),
            called=_wrong_first(self._called(call, state) for call in state.contacts),
            obstacles=state.obstacles,
            lacking=state.lacking,
            screenshots=tuple(Screenshot(page=one.page, sha256=one.sha256) for one in state.pictures),
        )

    def _pages_declared(self, state: State) -> int:
        site = self.manifest.websites[self.name]
        if state.situation == "logged-in":
            return len(set(site.login.pages)) if site.login else 0
        if state.situation == "forms":
            return len(pages_of_forms(site).get(state.consented, ()))
        return len(set(site.pages))

    def _seen_with_consent(self) -> set[str]:
        states = [state for state in self.look.states if state.situation == _ALL or state.consented]
        entries = {f"entry {self._key(entry)}" for state in states for entry in state.entries}
        declared = contacts_of(self.manifest, self.name)
        return entries | {f"host {contact_named(declared, call.host)}" for state in states for call in state.contacts}

    # -- promises about what is declared ---------------------------------------------------------------------------

    def _strays(self, strays: Iterable[str], unseen: Sequence[str]) -> Strays:
        return Strays(
            undeclared=_first(dict.fromkeys(strays)),
            never_seen=tuple(unseen),
            situations=tuple(dict.fromkeys(state.situation for state in self.look.states)),
            pages=sum(len(state.pages) for state in self.look.states),
            own_requests=sum(state.own_requests for state in self.look.states),
            recorder=self.look.recorder,
            obstacles=self._obstacles,
        )

    @property
    def _stray_contacts(self) -> Iterator[str]:
        declared = contacts_of(self.manifest, self.name)
        for state in self.look.states:
            for call in state.contacts:
                if contact_named(declared, call.host) is None:
                    yield f"{call.what} from {call.host} by {call.initiator or 'the browser'} on {call.page}, {state.situation}"

    @property
    def _stray_entries(self) -> Iterator[str]:
        for state in self.look.states:
            for entry in state.entries:
                if self._key(entry) is None:
                    yield f"{entry.kind} {masked(entry.name)} of {entry.host}, {state.situation}"

    def _unseen_contacts(self) -> tuple[str, ...]:
        declared = contacts_of(self.manifest, self.name)
        seen = {contact_named(declared, call.host) for state in self.look.states for call in state.contacts}
        return tuple(sorted(declared.keys() - seen))

    @cached_property
    def _obstacles(self) -> tuple[str, ...]:
        found = (f"{state.situation}: {obstacle}" for state in self.look.states for obstacle in state.obstacles)
        return _first(dict.fromkeys(found))

    def _life(self, key: str) -> Life:
        cookie = self._cookies[key]
        found = [(state, entry) for state in self.look.states for entry in state.entries if self._key(entry) == key]
        return Life(
            found=_first(dict.fromkeys(f"{entry.host}, {state.situation}" for state, entry in found)),
            seconds=max((entry.seconds for _, entry in found if entry.seconds is not None), default=None),
            lasting=any(entry.lasting for _, entry in found),
            limit=longest(cookie.lifetime, self.today) if isinstance(cookie.lifetime, Period) else None,
            session=cookie.lifetime == "session",
            unlimited=cookie.lifetime == "until-deleted",
            readable=cookie.http_only and any(not entry.http_only for _, entry in found),
            recorder=self.look.recorder,
            obstacles=self._obstacles,
        )

    def _equal(self) -> EqualChoice:
        fair = self.look.fairness
        return EqualChoice(
            found=fair is not None,
            accept_clicks=fair.accept_clicks if fair else 0,
            reject_clicks=fair.reject_clicks if fair else 0,
            accept_area=fair.accept_area if fair else 0,
            reject_area=fair.reject_area if fair else 0,
            accept_style=fair.accept_style if fair else "",
            reject_style=fair.reject_style if fair else "",
            ticked=fair.ticked if fair else (),
            purposes=purposes_of(self.manifest, self.name),
            obstacles=tuple(o for state in self.look.states if state.situation == "after-accept-one" for o in state.obstacles),
        )

    def _published(self) -> Published:
        walked = (state for state in self.look.states if state.situation in ("before-choice", "logged-in"))
        site = self.manifest.websites[self.name]
        return Published(
            notices=tuple(self._compared(one) for one in self.look.notices),
            pages=self.look.leading,
            pages_declared=len({*site.pages, *(site.login.pages if site.login else ())}),
            without_link=self.look.unled,
            obstacles=tuple(one for state in walked for one in state.obstacles),
        )

    def _roles(self) -> Roles:
        declared = self.manifest.websites[self.name].roles
        return Roles(
            roles=tuple(_tried(one, declared[one.role].may if one.role else ()) for one in self.look.roles),
            declared=len(declared),
            pages=len({page for role in declared.values() for page in role.may}),
        )

    def _compared(self, page: NoticePage) -> NoticeSeen:
        sentences, there = self.sentences.get(page.language, ()), _bare(page.text)
        missing = [one for one in sentences if _bare(one) not in there]
        return NoticeSeen(
            language=page.language,
            path=page.path,
            status=page.status,
            sentences=len(sentences),
            missing=len(missing),
            first=tuple(one[:80] for one in missing[:5]),
        )

    def _sent(self) -> Sent:
        cookies = {entry for state in self.look.states for entry in state.entries if entry.kind == "cookie"}
        return Sent(
            unencrypted=tuple(sorted({host for state in self.look.states for host in state.unencrypted})),
            insecure=tuple(sorted({f"{self._key(one) or masked(one.name)} of {one.host}" for one in cookies if not one.secure})),
            requests=sum(state.own_requests for state in self.look.states),
            cookies=len({(entry.name, entry.host) for entry in cookies}),
            recorder=self.look.recorder,
            obstacles=self._obstacles,
        )


def longest(period: Period, today: date) -> int:
    """The most seconds that a period can mean from some day on: months and years at their longest; and an hour for clocks."""
    if not period.is_calendar:
        return round(period.elapsed.total_seconds()) + _HOUR
    days = max((period.after(date(2023, month, 1)) - date(2023, month, 1)).days for month in range(1, 13))
    return max(days, (period.after(today) - today).days) * _DAY + _HOUR


def _flags(entry: Entry) -> tuple[str, ...]:
    """A cookie's flags in the words of its header."""
    named = {
        "Secure": entry.secure,
        "HttpOnly": entry.http_only,
        f"SameSite={entry.same_site.capitalize()}": bool(entry.same_site),
    }
    return tuple(name for name, there in named.items() if there)


def _tried(look: RoleLook, may: Sequence[str]) -> RoleSeen:
    return RoleSeen(
        role=look.role,
        entered=look.entered,
        beyond=tuple(page for page in look.reached if page not in may),
        missed=tuple(page for page in may if look.entered and page not in look.reached),
        unseen=look.unseen,
    )


def _bare(text: str) -> str:
    """Without what a browser may set otherwise: spaces, breaks and capitals."""
    return "".join(text.casefold().replace("\N{SOFT HYPHEN}", "").split())


def masked(name: str) -> str:
    """The name of an undeclared entry, without what could tell who somebody is."""
    return _TELLING.sub("…", name)[:100]


def _first(found: Iterable[One]) -> tuple[One, ...]:
    """Enough for every case that a person would read; a sealed entry has a limit."""
    return tuple(islice(found, _MOST))


def _wrong_first(found: Iterable[Compared]) -> tuple[Compared, ...]:
    """As many, beginning with what is not declared or not permitted."""
    return _first(sorted(found, key=lambda one: one.permitted))
