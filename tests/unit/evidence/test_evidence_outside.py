"""What follows from what was seen from outside: the table of all cases for sites and for encrypted transport."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from zusage.documents.reasons import in_words
from zusage.evidence.browsing.observation import (
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
from zusage.evidence.transport.observation import (
    Certificate,
    DatabaseLine,
    PlainHttp,
    StartTls,
    StrictTransport,
    TransportObservation,
    Versions,
)
from zusage.evidence.verdict import Verdict, judge

KEPT, BROKEN, UNDECIDED = Verdict.KEPT, Verdict.BROKEN, Verdict.UNDECIDED
ENTRY = Kept(kind="cookie", name="_stat", host="shop.example", declared="_stat", permitted=True, seconds=60, lasting=False)
CALL = Called(
    host="stats.example", scheme="https", what="script", initiator="", page="/", declared="stats.example", permitted=True
)
VISIT = Visit(
    situation="after-reject",
    consented=(),
    pages=("/", "/a"),
    pages_declared=2,
    own_requests=4,
    kept=(),
    called=(),
    obstacles=(),
    lacking=(),
    screenshots=(Screenshot(page="/", sha256="0" * 64),),
)
VISITS = Visits(visits=(VISIT,), recorder=True, needs_consent=("entry _stat",), seen_with_consent=("entry _stat",))
STRAYS = Strays(undeclared=(), never_seen=(), situations=("before-choice",), pages=3, own_requests=4, recorder=True, obstacles=())
LIFE = Life(
    found=("shop.example, after-accept-all",),
    seconds=80 * 86_400,
    lasting=False,
    limit=92 * 86_400,
    session=False,
    unlimited=False,
    readable=False,
    recorder=True,
    obstacles=(),
)
EQUAL = EqualChoice(
    found=True,
    accept_clicks=1,
    reject_clicks=1,
    accept_area=4000,
    reject_area=4000,
    accept_style="black on white",
    reject_style="black on white",
    ticked=(),
    purposes=("analytics",),
    obstacles=(),
)
SENT = Sent(unencrypted=(), insecure=(), requests=9, cookies=2, recorder=True, obstacles=())
NOTICE = NoticeSeen(language="de", path="/privacy", status=200, sentences=90, missing=0, first=())
PUBLISHED = Published(notices=(NOTICE,), pages=("/", "/a"), pages_declared=2, without_link=(), obstacles=())
NOBODY = RoleSeen(role="", entered=True, beyond=(), missed=(), unseen=())
ROLES = Roles(roles=(NOBODY, replace(NOBODY, role="office")), declared=1, pages=3)
VERSIONS = Versions(minimum="1.2", offered=("1.2", "1.3"), refused=("1.0", "1.1"), untried=(), unencrypted=False)
CERTIFICATE = Certificate(
    unencrypted=False,
    trusted=True,
    fault="",
    names_fit=True,
    names=("shop.example",),
    issuer="x",
    ended=False,
    days_left=60,
    days_declared=14,
    sha256="0" * 64,
)
STRICT = StrictTransport(
    unencrypted=False, header="max-age=31536000; includeSubDomains", seconds_declared=180 * 86_400, obstacles=()
)
PLAIN = PlainHttp(closed=False, status=301, location="https://shop.example", own=("shop.example",), obstacles=())
STARTTLS = StartTls(announced=True, offered=("1.3",))
DATABASE = DatabaseLine(encrypted=True, local=False, how="TLSv1.3")

#: a sound observation, what is changed in it, and what follows
CASES: list[tuple[SiteObservation | TransportObservation, dict[str, Any], Verdict]] = [
    (VISITS, {}, KEPT),
    (VISITS, {"needs_consent": (), "seen_with_consent": ()}, KEPT),
    (VISITS, {"visits": (replace(VISIT, kept=(replace(ENTRY, permitted=False),)),)}, BROKEN),
    (VISITS, {"visits": (replace(VISIT, called=(replace(CALL, permitted=False),)),)}, BROKEN),
    (VISITS, {"visits": (replace(VISIT, lacking=("reject-all",), obstacles=("no reject-all",)),)}, BROKEN),
    (VISITS, {"visits": (VISIT, replace(VISIT, obstacles=("/ did not answer",)))}, UNDECIDED),
    (VISITS, {"visits": (replace(VISIT, pages=("/",)),)}, UNDECIDED),
    (VISITS, {"visits": (replace(VISIT, own_requests=0),)}, UNDECIDED),
    (VISITS, {"visits": ()}, UNDECIDED),
    (VISITS, {"recorder": False}, UNDECIDED),
    (VISITS, {"seen_with_consent": ()}, UNDECIDED),
    # what is not declared at all is another promise
    (VISITS, {"visits": (replace(VISIT, called=(replace(CALL, declared=None, permitted=False),)),)}, KEPT),
    (STRAYS, {}, KEPT),
    (STRAYS, {"undeclared": ("font from elsewhere",), "obstacles": ("x",), "recorder": False}, BROKEN),
    (STRAYS, {"never_seen": ("maps.example",)}, UNDECIDED),
    (STRAYS, {"obstacles": ("x",)}, UNDECIDED),
    (STRAYS, {"recorder": False}, UNDECIDED),
    (STRAYS, {"pages": 0}, UNDECIDED),
    (STRAYS, {"situations": ()}, UNDECIDED),
    (STRAYS, {"own_requests": 0}, UNDECIDED),
    (LIFE, {}, KEPT),
    (LIFE, {"seconds": None, "limit": None, "session": True}, KEPT),
    (LIFE, {"seconds": None, "limit": None, "unlimited": True, "lasting": True}, KEPT),
    (LIFE, {"seconds": 92 * 86_400 + 1}, BROKEN),
    (LIFE, {"seconds": None, "lasting": True}, BROKEN),
    (LIFE, {"limit": None, "session": True}, BROKEN),
    (LIFE, {"readable": True}, BROKEN),
    (LIFE, {"found": ()}, UNDECIDED),
    (LIFE, {"found": (), "obstacles": ("x",)}, UNDECIDED),
    (LIFE, {"limit": None}, UNDECIDED),
    (LIFE, {"recorder": False}, UNDECIDED),
    (EQUAL, {}, KEPT),
    (EQUAL, {"reject_area": 3500}, KEPT),
    (EQUAL, {"reject_clicks": 2}, BROKEN),
    (EQUAL, {"reject_area": 2000}, BROKEN),
    (EQUAL, {"reject_style": "grey on white"}, BROKEN),
    (EQUAL, {"ticked": ("analytics",)}, BROKEN),
    (EQUAL, {"found": False}, UNDECIDED),
    (EQUAL, {"obstacles": ("x",)}, UNDECIDED),
    (EQUAL, {"accept_area": 0, "reject_area": 0}, UNDECIDED),
    (PUBLISHED, {}, KEPT),
    (PUBLISHED, {"notices": (NOTICE, replace(NOTICE, missing=1, first=("We keep nothing.",)))}, BROKEN),
    (PUBLISHED, {"notices": (replace(NOTICE, status=404, missing=90),)}, BROKEN),
    (PUBLISHED, {"without_link": ("/a",), "obstacles": ("x",)}, BROKEN),
    (PUBLISHED, {"notices": (replace(NOTICE, status=None, missing=90),)}, UNDECIDED),
    (PUBLISHED, {"notices": (replace(NOTICE, sentences=0),)}, UNDECIDED),
    (PUBLISHED, {"notices": ()}, UNDECIDED),
    (PUBLISHED, {"pages": ("/",)}, UNDECIDED),
    (PUBLISHED, {"obstacles": ("x",)}, UNDECIDED),
    (ROLES, {}, KEPT),
    (ROLES, {"roles": (replace(NOBODY, beyond=("/desk",)), replace(NOBODY, role="office", entered=False))}, BROKEN),
    (ROLES, {"roles": (NOBODY, replace(NOBODY, role="office", beyond=("/accounts",)))}, BROKEN),
    (ROLES, {"roles": (NOBODY, replace(NOBODY, role="office", entered=False))}, UNDECIDED),
    (ROLES, {"roles": (NOBODY, replace(NOBODY, role="office", missed=("/desk",)))}, UNDECIDED),
    (ROLES, {"roles": (replace(NOBODY, unseen=("/desk",)), replace(NOBODY, role="office"))}, UNDECIDED),
    (ROLES, {"roles": (replace(NOBODY, role="office"),)}, UNDECIDED),
    (ROLES, {"pages": 0}, UNDECIDED),
    (SENT, {}, KEPT),
    (SENT, {"unencrypted": ("stats.example",)}, BROKEN),
    (SENT, {"insecure": ("session of shop.example",), "recorder": False}, BROKEN),
    (SENT, {"obstacles": ("x",)}, UNDECIDED),
    (SENT, {"recorder": False}, UNDECIDED),
    (SENT, {"requests": 0}, UNDECIDED),
    (VERSIONS, {}, KEPT),
    (VERSIONS, {"offered": ("1.1", "1.2")}, BROKEN),
    (VERSIONS, {"minimum": "1.3"}, BROKEN),
    (VERSIONS, {"unencrypted": True}, BROKEN),
    (VERSIONS, {"untried": ("1.0",)}, UNDECIDED),
    (VERSIONS, {"untried": ("1.3",)}, KEPT),
    (VERSIONS, {"offered": ()}, UNDECIDED),
    (CERTIFICATE, {}, KEPT),
    (CERTIFICATE, {"days_left": 14}, KEPT),
    (CERTIFICATE, {"days_left": 13}, BROKEN),
    (CERTIFICATE, {"ended": True}, BROKEN),
    (CERTIFICATE, {"trusted": False}, BROKEN),
    (CERTIFICATE, {"names_fit": False}, BROKEN),
    (CERTIFICATE, {"unencrypted": True}, BROKEN),
    (STRICT, {}, KEPT),
    (STRICT, {"header": 'includeSubDomains; max-age="31536000"'}, KEPT),
    (STRICT, {"header": ""}, BROKEN),
    (STRICT, {"header": "max-age=3600"}, BROKEN),
    (STRICT, {"header": "max-age=0"}, BROKEN),
    (STRICT, {"unencrypted": True}, BROKEN),
    (STRICT, {"header": None}, UNDECIDED),
    (PLAIN, {}, KEPT),
    (PLAIN, {"closed": True, "status": None, "location": ""}, KEPT),
    (PLAIN, {"status": 200, "location": ""}, BROKEN),
    (PLAIN, {"status": 404, "location": ""}, BROKEN),
    (PLAIN, {"location": "http://shop.example"}, BROKEN),
    (PLAIN, {"location": "https://elsewhere.example"}, BROKEN),
    (PLAIN, {"status": None}, UNDECIDED),
    (PLAIN, {"status": 503, "location": ""}, UNDECIDED),
    (STARTTLS, {}, KEPT),
    (STARTTLS, {"announced": False}, BROKEN),
    (STARTTLS, {"offered": ()}, UNDECIDED),
    (DATABASE, {}, KEPT),
    (DATABASE, {"local": True, "encrypted": None}, KEPT),
    (DATABASE, {"encrypted": False}, BROKEN),
    (DATABASE, {"encrypted": None}, UNDECIDED),
]


@pytest.mark.parametrize(("sound", "changed", "verdict"), CASES, ids=lambda value: str(value)[:60])
def test_what_was_seen_from_outside_is_judged_as_the_table_says(
    sound: SiteObservation | TransportObservation, changed: dict[str, Any], verdict: Verdict
) -> None:
    assert judge(replace(sound, **changed)).verdict is verdict


def test_every_kind_is_in_the_table_with_every_verdict() -> None:
    kinds = {*get_args(SiteObservation), *get_args(TransportObservation)}
    seen = {(type(sound), verdict) for sound, _, verdict in CASES}
    assert seen == {(kind, verdict) for kind in kinds for verdict in Verdict if (kind, verdict) != (Certificate, UNDECIDED)}


def test_every_judgement_of_a_site_has_words_of_its_own_in_a_german_report() -> None:
    judged = {
        judge(replace(sound, **changed)).reason for sound, changed, _ in CASES if not isinstance(sound, StartTls | DatabaseLine)
    }
    said = {reason: in_words(reason, "de") for reason in judged}
    assert not [reason for reason, words in said.items() if words is None]
    assert said["3 pages seen in 1 situations, nothing there that is not declared"] == (
        "Angesehene Seiten: 3, in verschiedenen Lagen: 1; dort war nichts, was nicht erklärt ist"
    )
    both = "all 9 sentences on /notice.de.html, all 8 sentences on /notice.en.html; 5 pages lead there"
    assert in_words(both, "de") == "alle 9 Sätze stehen auf /notice.de.html, alle 8 auf /notice.en.html; 5 Seiten führen dorthin"
    assert {reason: words for reason in [*judged, both] if (words := in_words(reason, "en")) != reason} == {
        f"used without consent: {met}, after-reject": f"used without consent: {words}situation: After rejecting)"
        for met, words in {
            "cookie _stat of shop.example": "cookie _stat of shop.example (",
            "script from stats.example by the browser": "script from stats.example (caused by: the browser; ",
        }.items()
    }
    assert in_words("something that nobody ever says", "de") is None
