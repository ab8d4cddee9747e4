"""From what a browser saw to a judgement: pure.

1. What must not be there is *broken*, however much could not be looked at.
2. What could not be looked at, a recorder that was not shown to see, and nothing seen at all are *undecided*.
3. Absence means something only where presence was shown: what needs consent must have been seen once all was accepted.
4. Declared but never seen is *undecided*: the text may promise what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from zusage.evidence.judgement import Judgement, broken, kept, undecided

from .observation import EqualChoice, Life, Published, Roles, Sent, SiteObservation, Strays, Visit, Visits

_BLIND = "the recorder was not shown to see, so its silence shows nothing"
#: of the sizes of two controls, by how much the smaller may fall short
_LIKE = 0.8
_DAY = 86_400


def judge_site(seen: SiteObservation) -> Judgement:
    """Judge what was seen of a site."""
    match seen:
        case Visits():
            return _visits(seen)
        case Strays():
            return _strays(seen)
        case Life():
            return _life(seen)
        case EqualChoice():
            return _equal(seen)
        case Sent():
            return _sent(seen)
        case Published():
            return _published(seen)
        case Roles():
            return _roles(seen)
        case _:
            assert_never(seen)


def _visits(seen: Visits) -> Judgement:
    wrong = [what for visit in seen.visits for what in _forbidden(visit)]
    if wrong:
        return broken(f"used without consent: {_some(wrong)}")
    lacking = sorted({control for visit in seen.visits for control in visit.lacking})
    if lacking:
        return broken(f"the banner has no control {_some(lacking)}")
    obstacles = [obstacle for visit in seen.visits for obstacle in visit.obstacles]
    if obstacles:
        return undecided(f"not everything could be looked at: {_some(obstacles)}")
    if not seen.recorder:
        return undecided(_BLIND)
    if not seen.visits:
        return undecided("the first page could not be seen, so nothing could be tried")
    if any(not visit.own_requests or len(visit.pages) < visit.pages_declared for visit in seen.visits):
        return undecided("not every declared page was seen")
    unseen = sorted(set(seen.needs_consent) - set(seen.seen_with_consent))
    if seen.needs_consent and len(unseen) == len(set(seen.needs_consent)):
        return undecided(
            f"nothing that needs consent was seen once all was accepted, so its absence shows nothing: {_some(unseen)}"
        )
    pages = sum(len(visit.pages) for visit in seen.visits)
    shown = (
        f"; with consent {len(seen.seen_with_consent)} of {len(set(seen.needs_consent))} were seen" if seen.needs_consent else ""
    )
    return kept(f"{pages} pages seen, nothing used that needs a consent which was not given{shown}")


def _forbidden(visit: Visit) -> Iterable[str]:
    """What is declared, but not for this situation; what is not declared at all is another promise."""
    given = f" ({', '.join(visit.consented)})" if visit.consented else ""
    for entry in visit.kept:
        if entry.declared is not None and not entry.permitted:
            yield f"{entry.kind} {entry.name} of {entry.host}, {visit.situation}{given}"
    for call in visit.called:
        if call.declared is not None and not call.permitted:
            yield f"{call.what} from {call.host} by {call.initiator or 'the browser'}, {visit.situation}{given}"


def _strays(seen: Strays) -> Judgement:
    if seen.undeclared:
        return broken(f"not declared: {_some(seen.undeclared)}")
    if seen.obstacles:
        return undecided(f"not everything could be looked at: {_some(seen.obstacles)}")
    if not seen.recorder:
        return undecided(_BLIND)
    if not seen.situations or seen.pages <= 0 or seen.own_requests <= 0:
        return undecided("no page was seen")
    if seen.never_seen:
        return undecided(f"declared but never seen: {_some(seen.never_seen)}")
    return kept(f"{seen.pages} pages seen in {len(seen.situations)} situations, nothing there that is not declared")


def _life(seen: Life) -> Judgement:
    if seen.readable:
        return broken("scripts can read it, although that is excluded")
    if seen.found and seen.session and (seen.lasting or seen.seconds is not None):
        return broken(f"it outlives the session: {_length(seen.seconds)}")
    if seen.found and seen.limit is not None and (seen.lasting or (seen.seconds or 0) > seen.limit):
        return broken(f"it lives {_length(seen.seconds)}, declared are {_length(seen.limit)}")
    if seen.obstacles and not seen.found:
        return undecided(f"not everything could be looked at: {_some(seen.obstacles)}")
    if not seen.recorder:
        return undecided(_BLIND)
    if not seen.found:
        return undecided("declared but never seen")
    if seen.limit is None and not (seen.session or seen.unlimited):
        return undecided("no lifetime is declared with which it could be compared")
    lives = "until the browser closes" if seen.seconds is None and not seen.lasting else _length(seen.seconds)
    return kept(f"found as declared in {len(seen.found)} places; it lives {lives}")


def _equal(seen: EqualChoice) -> Judgement:
    if not seen.found:
        return undecided("the banner was not found")
    if seen.reject_clicks > seen.accept_clicks:
        return broken(f"rejecting takes {seen.reject_clicks} clicks, accepting {seen.accept_clicks}")
    if seen.ticked:
        return broken(f"ticked before anybody chose: {_some(seen.ticked)}")
    smaller, larger = sorted((seen.accept_area, seen.reject_area))
    if smaller < larger * _LIKE:
        return broken(f"the controls differ in size: accept {seen.accept_area}, reject {seen.reject_area} pixels")
    if seen.accept_style != seen.reject_style:
        return broken(f"the controls differ in looks: accept {seen.accept_style}, reject {seen.reject_style}")
    if seen.obstacles or smaller <= 0:
        return undecided(f"not everything could be looked at: {_some(seen.obstacles)}")
    return kept(f"one click each, alike in size and looks; no box of {len(seen.purposes)} was ticked")


def _sent(seen: Sent) -> Judgement:
    if seen.unencrypted:
        return broken(f"called unencrypted: {_some(seen.unencrypted)}")
    if seen.insecure:
        return broken(f"cookies without the flag Secure: {_some(seen.insecure)}")
    if seen.obstacles:
        return undecided(f"not everything could be looked at: {_some(seen.obstacles)}")
    if not seen.recorder or seen.requests <= 0:
        return undecided(_BLIND)
    return kept(f"{seen.requests} requests, none unencrypted; {seen.cookies} cookies, all of them Secure")


def _published(seen: Published) -> Judgement:
    lacking = [f"{one.path} ({one.status})" for one in seen.notices if one.status is not None and one.status >= 400]
    if lacking:
        return broken(f"where the notice should stand is nothing: {_some(lacking)}")
    for one in seen.notices:
        if one.status is not None and one.missing > 0:
            return broken(f"{one.missing} of {one.sentences} sentences do not stand on {one.path}: {_some(one.first)}")
    if seen.without_link:
        return broken(f"no link leads to the notice: {_some(seen.without_link)}")
    if seen.obstacles:
        return undecided(f"not everything could be looked at: {_some(seen.obstacles)}")
    if not seen.notices or any(one.status != 200 or one.sentences <= 0 or one.missing < 0 for one in seen.notices):
        return undecided("the notice could not be read")
    if not seen.pages or len(seen.pages) < seen.pages_declared:
        return undecided("not every declared page was seen")
    read = ", ".join(f"all {one.sentences} sentences on {one.path}" for one in seen.notices)
    return kept(f"{read}; {len(seen.pages)} pages lead there")


def _roles(seen: Roles) -> Judgement:
    beyond = [f"{page} by {one.role or 'somebody who is not logged in'}" for one in seen.roles for page in one.beyond]
    if beyond:
        return broken(f"seen by whom it is not for: {_some(beyond)}")
    if locked := [one.role for one in seen.roles if not one.entered]:
        return undecided(f"nobody could log in as {_some(locked)}")
    unseen = [page for one in seen.roles for page in (*one.missed, *one.unseen)]
    if unseen:
        return undecided(f"not shown even to whom it is for, so its absence shows nothing: {_some(unseen)}")
    if not seen.pages or len(seen.roles) != seen.declared + 1:
        return undecided("not every role was tried")
    return kept(f"{seen.pages} pages tried as {seen.declared} roles and by somebody who is not logged in")


def _some(found: Iterable[str]) -> str:
    """The first few of a list."""
    names = list(dict.fromkeys(found))
    return "; ".join(names[:5]) + (" …" if len(names) > 5 else "")


def _length(seconds: int | None) -> str:
    """A length of time for people."""
    if seconds is None:
        return "for ever"
    return f"{seconds / _DAY:.0f} days" if seconds >= _DAY else f"{seconds} seconds"
