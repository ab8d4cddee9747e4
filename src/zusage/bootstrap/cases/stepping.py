"""One way for every face to move a case on: commands, interface and code take the same steps by the same names."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zusage.rights.case import BY_PROGRAM, WAYS, CaseRefused, Event, Kind, Way
from zusage.rights.roles import Step, Taker
from zusage.state.errors import AlreadySending

from ..rights.including import refuse_unfounded
from .by_itself import tells
from .carried_out import Done, executed
from .door import LinkWaits, want_link
from .erased_answer import BY_PLAN, keep
from .handing import Answering, answer, remember, undelivered
from .linked import refuse_unlinked
from .requests import Standing, event_of, happen, lapse, name_person, refuse, standing
from .tending import tend

if TYPE_CHECKING:
    from datetime import date

    from zusage.documents import Language

    from ..product import Product

#: a step → what it notes; ``identify``, ``done``, ``lapse`` and ``mail-link`` note more
KINDS: Mapping[Step, Kind] = {
    "acknowledge": "acknowledged",
    "ask-identity": "identity asked",
    "identify": "identity shown",
    "extend": "extended",
    "grant": "granted",
    "refuse": "refused",
    "approve": "approved",
    "done": "carried out",
    "answer": "answered",
    "withdraw": "withdrawn",
    "close": "closed",
    "include": "included",
    "leave-out": "left out",
    "undelivered": "not delivered",
    "person": "person named",
}
#: in the place of a role
UNAUTHENTICATED = "not authenticated"
#: steps of which the person is told something that a human must say
NEEDS_WORDS: frozenset[Step] = frozenset({"extend", "refuse", "answer"})
_INCLUDING: frozenset[Step] = frozenset({"include", "leave-out"})


def step(
    product: Product,
    case: str,
    name: Step,
    by: str | Taker,
    *,
    words: str = "",
    how: str = "",
    plan: Path | None = None,
    restriction: str = "",
    candidate: str = "",
    answer_by: date | None = None,
    way: Way | None = None,
    beside: Mapping[str, bytes] | None = None,
    person: str = "",
    language: Language | None = None,
) -> Standing:
    """Take one step. Raises CaseRefused, UnknownCase, CaseTorn or NotCarriedOut; then nothing was noted.

    ``candidate`` is what is included or left out, as system.table.column; ``answer_by`` the later day that a supervisory authority granted.
    ``person`` is whom a case is about that did not say so, as people=key. Of an answer ``way`` says how it reaches the person, ``beside``
    are files that go with it, ``language`` is that of its letter.
    """
    if name == "lapse":
        return lapse(product, case, by)
    if name == "mail-link":
        return mail_link(product, case)
    if name == "undelivered":
        return undelivered(product, case, by, words)
    if name == "person":
        return name_person(product, case, by, person)
    if name in NEEDS_WORDS and not words.strip() and not (name == "answer" and tells(product, product.state.cases.get(case))):
        raise CaseRefused(case, KINDS[name], "the person is told something, and nothing is said", "Say what they are told.")
    if name == "answer":
        return _answered(product, case, by, way, Answering(words=words, beside=beside or {}, language=language))
    if name == "grant":
        refuse(product, case, event_of(product, "granted", by))
        refuse_unlinked(product, case, "granted")
        remember(product, case)
    detail = ""
    if name == "extend" and answer_by:
        detail = answer_by.isoformat()
    elif name == "identify":
        detail = how
    elif name in _INCLUDING:
        refuse_unfounded(product, case, candidate, words)
        detail = candidate
    elif name == "done":
        refuse(product, case, event_of(product, "carried out", by))
        detail = executed(product, case, Done(plan=plan, restriction=restriction, words=words))
        if plan and detail.startswith(BY_PLAN):
            keep(product, case, plan)
    return happen(product, case, KINDS[name], by, detail=detail, words=words)


def _answered(product: Product, case: str, by: str | Taker, way: Way | None, given: Answering) -> Standing:
    """The answer goes out, or somebody says how they have given it."""
    if way not in WAYS:
        advice = f"Say one of {', '.join(WAYS)}."
        raise CaseRefused(case, "answered", "it is not said how the person gets the answer", advice)
    found = answer(product, case, by, way, given)
    if way not in BY_PROGRAM:
        return found
    with suppress(
        AlreadySending
    ):  # whoever mails at this moment, or the next sweep, takes it; a mail server that is down delays it
        tend(product)
        found = standing(product, product.state.cases.get(case))
    return found


def mail_link(product: Product, case: str) -> Standing:
    """Have a link mailed that shows who asks; the question is noted once a mail server has taken it.

    Raises LinkWaits where that is not yet so, and what ``want_link`` raises.
    """
    want_link(product, case)
    with suppress(AlreadySending):  # whoever mails at this moment, or the next sweep, takes it
        down = tend(product).down
        if down and product.state.case_links.waits(case):
            raise LinkWaits(case, down)
    return standing(product, product.state.cases.get(case))


def told(one: Standing) -> dict[str, Any]:
    """A case as data: what happened when and by whom, and nothing of the person."""
    return {
        "case": one.case.id,
        "right": one.case.right,
        "state": one.case.state,
        "answer_by": one.due.isoformat() if one.due else None,
        "overdue": one.overdue,
        "came_back": one.case.came_back.kind if one.case.came_back else None,
        "question_lapsed": one.lapsed.isoformat() if one.lapsed else None,
        "events": [_happened(event) for event in one.case.events],
    }


def _happened(event: Event) -> dict[str, str]:
    role = event.role or UNAUTHENTICATED
    return {"kind": event.kind, "at": event.at.isoformat(), "by": event.by, "role": role, "detail": event.detail}
