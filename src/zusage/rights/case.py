"""A request of a person as a case: what may happen to it and in which order. Rules without I/O.

1.  A case begins with the receipt of a request and ends closed.
2.  Nothing of a person is decided or handed out before it was shown who asks; the question of it is never a copy of a passport by default.
    A mailed link shows whose an address is: whoever is named has it on their record, or a human says how else they are known.
3.  It may take two months longer only if the person is told so, with reasons, within the first (Art. 12(3) GDPR).
4.  A human decides, and the record shows who (Art. 22(1)): granted, or refused with reasons and remedies, within the first month (Art.
    12(4)).
5.  What cannot be taken back needs a second person, who is not the one who decided.
6.  A request that was refused is not carried out; one that was granted is answered after it was carried out.
7.  The person may withdraw the request until it is carried out.
8.  A question of identity that nobody answers lapses; the request is refused then, for it cannot be known whose it is (Art. 11(2), 12(2)).
9.  What only has the same address enters an answer or an erasure when a human has included it by name, with reasons, and as long as nobody
    left it out again. Whatever a second person has approved was approved as it was then.
    Whom a case is about can be said once where it did not say so when it was opened, until it is carried out or refused.
10. An answer that is mailed as a link, or lies ready for whoever is logged in, is given when a mail server has taken the word of it.
    What did not reach the person after all was not given, and the clock runs on; a question that was mailed with a link and came back was not
    asked.
11. What is done on the systems is noted as ordered and as effected, also after the answer, until the case is closed; to what needs a second
    human, somebody else than whoever ordered it agrees; of a correction that is the approval (5). What they are is told by `rights/operation.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from zusage.promises.law.working_days import Closed
from zusage.promises.period import Period

from .clock import OPEN, Times, extendable_until
from .roles import Stamp, same_holder

#: what a person can ask for: Art. 15, 20, 16, 17, 18, 21, 7(3), 22 and a complaint to the controller
Right = Literal[
    "access", "portability", "rectification", "erasure", "restriction", "objection", "withdrawal", "human-decision", "complaint"
]
RIGHTS: tuple[Right, ...] = get_args(Right)
#: those whose execution cannot be taken back
IRREVERSIBLE: frozenset[Right] = frozenset({"erasure", "rectification"})
Kind = Literal[
    "received", "acknowledged", "identity asked", "identity shown", "extended", "granted", "refused", "approved", "carried out",
    "answered", "withdrawn", "closed", "reminded", "included", "left out", "answer ready", "fetched", "not delivered",
    "person named", "ordered", "agreed", "effected", "link returned", "mail returned",
]  # fmt: skip
#: noted along the way: what a request is passing through stays what it was
_NOTES: frozenset[Kind] = frozenset(
    {
        "acknowledged",
        "identity asked",
        "extended",
        "reminded",
        "included",
        "left out",
        "answer ready",
        "fetched",
        "not delivered",
        "link returned",
        "mail returned",
        "person named",
        "ordered",
        "agreed",
        "effected",
    }
)
#: what is noted of what is done on the systems, also when the person has had their answer
_OF_ORDERS: frozenset[Kind] = frozenset({"ordered", "agreed", "effected"})
#: a mail of ours that came back, and what shows that a human has seen to it
_SEEN_TO: Mapping[Kind, frozenset[Kind]] = {
    "link returned": frozenset({"identity asked", "identity shown", "refused"}),
    "mail returned": frozenset({"acknowledged", "answer ready"}),
    "not delivered": frozenset({"answer ready", "answered"}),
}
#: rights for which rows that only have the same address can be included
CAN_INCLUDE: frozenset[Right] = frozenset({"access", "portability", "erasure"})
#: how a person can show who they are, in proportion: what they have already goes before anything new (Art. 12(6), 11 GDPR)
Shown = Literal["login", "mailed-link", "known-detail", "in-person", "authority"]
SHOWN: tuple[Shown, ...] = get_args(Shown)
#: how a person gets the answer: a link by mail, a place behind their login, or handed over by somebody of the staff
Way = Literal["mailed-link", "login", "e-mail", "post", "in-person", "orally"]
WAYS: tuple[Way, ...] = get_args(Way)
#: the ways that the program itself takes
BY_PROGRAM: frozenset[Way] = frozenset({"mailed-link", "login"})
#: begins the detail of a receipt that was noted later: when the request came in
ASKED = "asked "
#: the detail of a refusal because nobody has shown who asks
UNIDENTIFIED = "not identified"


#: what cannot be said of a case with the word for it
_SAID = {
    "answer ready": "answered",
    "not delivered": "noted as not delivered",
    "link returned": "noted as not reached",
    "mail returned": "noted as not reached",
    "person named": "given a person",
    "ordered": "acted on",
}


class CaseRefused(Exception):
    """Something may not happen to a case now: what, why and what to do. No message holds anything of the person."""

    def __init__(self, case: str, what: str, why: str, advice: str) -> None:
        self.what, self.why, self.advice = what, why, advice
        super().__init__(f"case {case} cannot be {_SAID.get(what, what)}: {why}. {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a case, and who did it. The words that a person may read are kept apart and can be erased."""

    kind: Kind
    at: datetime
    #: who, as the office calls them
    by: str
    #: of a receipt, by when a supervisory authority wants the answer, or when it came in before it was noted; of an extension, the later day
    #: that the authority granted; else how identity was shown, until
    #: when a question of identity is open, what was carried out, of what the staff was reminded, the name of what was included or left out,
    #: or how the answer was given;
    #: nothing of the person
    #: Of an order its name; of what was agreed to or effected the number of its event, and what came of it.
    detail: str = ""
    #: what their token is for; empty: nobody asked for one, and the name is what somebody gave
    role: Stamp = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as far as it has come."""

    id: str
    right: Right
    events: tuple[Event, ...]

    def last(self, *kinds: Kind) -> Event | None:
        """The newest event of these kinds."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)

    @property
    def state(self) -> Kind:
        """What happened last that a request passes through; questions and notes along the way do not count."""
        passed = [event.kind for event in self._standing if event.kind not in _NOTES]
        return passed[-1] if passed else "received"

    @property
    def _standing(self) -> tuple[Event, ...]:
        """The events without the answers that did not reach the person (10)."""
        lost = max((at for at, event in enumerate(self.events) if event.kind == "not delivered"), default=-1)
        return tuple(event for at, event in enumerate(self.events) if at > lost or event.kind != "answered")

    @property
    def given(self) -> Event | None:
        """The answer as it reached the person, or that they no longer ask; None while neither is so."""
        return next((event for event in reversed(self._standing) if event.kind in ("answered", "withdrawn")), None)

    @property
    def came_back(self) -> Event | None:
        """A mail of ours that did not arrive, while no human has seen to it and the case has not ended (10)."""
        after: set[Kind] = set()
        for event in reversed(self.events):
            if event.kind in _SEEN_TO and not after & _SEEN_TO[event.kind]:
                return None if self.ended else event
            after.add(event.kind)
        return None

    @property
    def ended(self) -> bool:
        """Nothing more is to be done for the person."""
        return self.given is not None or self.last("closed") is not None

    @property
    def included(self) -> frozenset[str]:
        """What a human has included by name, and nobody left out again."""
        found: set[str] = set()
        for event in self.events:
            if event.kind == "included":
                found.add(event.detail)
            elif event.kind == "left out":
                found.discard(event.detail)
        return frozenset(found)

    @property
    def received(self) -> datetime:
        """When the request came in: at the door that may have been some time before it was noted."""
        first = self.events[0]
        return datetime.fromisoformat(first.detail.removeprefix(ASKED)) if first.detail.startswith(ASKED) else first.at

    @property
    def demanded(self) -> date | None:
        """The day that a supervisory authority set, as it has set it last; None where the request did not come through one."""
        first = self.events[0].detail
        if not first or first.startswith(ASKED):
            return None
        return date.fromisoformat(
            next((one.detail for one in reversed(self.events) if one.kind == "extended" and one.detail), first)
        )

    def times(self, zone: str, on: date, within: Period = OPEN) -> Times:
        """What the clock goes by on a day. A question of identity stays open until the day that the person was told; where none is on
        record, for ``within``. Asking once more, as a reminder or in doubt, neither takes from the clock nor gives to it.
        """

        def day(event: Event) -> date:
            return event.at.astimezone(ZoneInfo(zone)).date()

        asked, shown = self._question()
        last = open_until(asked, day(asked), within) if asked else None
        return Times(
            received=self.received.astimezone(ZoneInfo(zone)).date(),
            asked=day(asked) if asked else None,
            shown=day(shown) if shown else None,
            lapsed=last if last and (day(shown) if shown else on) > last else None,
            extended=self.last("extended") is not None,
            refused=self.last("refused") is not None,
            demanded=self.demanded,
        )

    def _question(self) -> tuple[Event | None, Event | None]:
        """The first question of identity, and when somebody showed it then."""
        lost = max((at for at, event in enumerate(self.events) if event.kind == "link returned"), default=-1)
        asked = next(
            (
                at
                for at, event in enumerate(self.events)
                if event.kind == "identity asked" and (at > lost or event.role != "program")
            ),
            None,
        )  # a question that came back with its link was none (10)
        if asked is None:
            return None, None
        return self.events[asked], next((event for event in self.events[asked:] if event.kind == "identity shown"), None)

    def unanswered(self, zone: str, on: date, within: Period = OPEN) -> date | None:
        """The last day of the newest question of identity, where that is over on a day and nobody has shown who they are."""
        asked = self.last("identity asked")
        if asked is None or self.last("identity shown"):
            return None
        last = open_until(asked, asked.at.astimezone(ZoneInfo(zone)).date(), within)
        return last if on > last else None


def open_until(asked: Event, day: date, within: Period) -> date:
    """The last day of a question of identity: a manifest that was changed since does not move what the person was told."""
    return date.fromisoformat(asked.detail) if asked.detail else within.after(day)


def after(case: Case, event: Event, zone: str, closed: Closed, within: Period = OPEN) -> Case:
    """The case with one more event. Raises CaseRefused where a rule above forbids it."""
    day = event.at.astimezone(ZoneInfo(zone)).date()
    if event.detail == UNIDENTIFIED and case.unanswered(zone, day, within) is None:
        why = "no question of identity was left unanswered for long enough (rule 8)"
        raise CaseRefused(case.id, event.kind, why, "Wait for the answer, or ask.")
    against = _against(case, event, case.times(zone, day, within), day, closed)
    if against:
        raise CaseRefused(case.id, event.kind, *against)
    return replace(case, events=(*case.events, event))


def told(id: str, right: Right, events: Iterable[Event]) -> Case:
    """A case from its record, without asking again what was allowed then."""
    return Case(id=id, right=right, events=tuple(events))


def _against(case: Case, event: Event, times: Times, day: date, closed: Closed) -> tuple[str, str] | None:
    if event.kind in ("fetched", "not delivered"):
        return _against_arrival(case, event)
    if case.last("closed") or (case.ended and event.kind not in _OF_ORDERS | {"closed"}):
        return "it has ended", "Open a new case if the person asks again."
    match event.kind:
        case "received":
            return "it was received before", "Open a new case for a new request."
        case "extended":
            return _against_extension(case, event, times, day, closed)
        case "granted" | "refused":
            return _against_decision(case, event)
        case "approved":
            return _against_approval(case, event)
        case "carried out":
            return _against_execution(case)
        case "answered" | "answer ready":
            return _against_answer(case)
        case "withdrawn" if case.last("carried out"):
            return "it was carried out (rule 7)", "Answer it."
        case "identity shown" if event.detail not in SHOWN:
            return "it is not said how", f"Say one of {', '.join(SHOWN)}."
        case "identity shown" if event.detail == "authority" and case.right != "complaint":
            return (
                "a supervisory authority vouches for whoever complains to it, and for nobody else",
                "Record how it was shown to you.",
            )
        case "person named" if case.last("person named", "carried out", "refused"):
            return "it names somebody already, or was carried out or refused before (rule 9)", "Open a new case."
        case "included" | "left out":
            return _against_inclusion(case, event)
        case "agreed":
            return _against_agreement(case, event)
        case "closed" if not case.ended:
            return "the person has had no answer (rule 1)", "Answer it, or record that it was withdrawn."
        case _:
            return None


def _against_extension(case: Case, event: Event, times: Times, day: date, closed: Closed) -> tuple[str, str] | None:
    if times.demanded and not event.detail:
        return "the supervisory authority set the day", "Ask the authority for more time, and note the day that it grants."
    if times.demanded:
        later = date.fromisoformat(event.detail) > times.demanded
        return None if later else (f"that is no later than {times.demanded.isoformat()}, which stands", "Answer by then.")
    if event.detail:
        return "no supervisory authority set its day", "Leave the day out: the law allows two months more."
    if case.last("extended"):
        return "it was extended before, and the law allows it once (rule 3)", "Answer it."
    until = extendable_until(times, closed)
    if until and day > until:
        return f"that was possible until {until.isoformat()} (rule 3)", "Answer it now; it is overdue."
    return None


def _against_decision(case: Case, event: Event) -> tuple[str, str] | None:
    if not case.last("identity shown") and not (event.kind == "refused" and case.last("identity asked")):
        return "nobody has shown who asks (rule 2)", "Record how it was shown, or ask for it."
    if case.last("granted", "refused"):
        return "it was decided before (rule 4)", "Carry out and answer what was decided."
    return None


def _against_approval(case: Case, event: Event) -> tuple[str, str] | None:
    granted = case.last("granted")
    if granted is None:
        return "nothing was granted (rule 5)", "Decide first."
    if same_holder(granted.by, event.by):
        return "the same person decided it (rule 5)", "Let somebody else look at it."
    return None


def _against_agreement(case: Case, event: Event) -> tuple[str, str] | None:
    ordered = case.events[int(event.detail) - 1]
    if same_holder(ordered.by, event.by):
        return "the same person ordered it (rule 11)", "Let somebody else look at it."
    return None


def _against_inclusion(case: Case, event: Event) -> tuple[str, str] | None:
    if case.right not in CAN_INCLUDE:
        return f"it asks for {case.right}, into which nothing enters by its address alone", "Leave it."
    if case.last("carried out", "refused"):
        return "it was carried out or refused before (rule 9)", "Open a new case."
    if event.kind == "left out" and event.detail not in case.included:
        return "nobody has included that (rule 9)", "See what the case includes."
    return None


def _against_execution(case: Case) -> tuple[str, str] | None:
    if case.last("carried out"):
        return "it was carried out before (rule 6)", "Answer it."
    if not case.last("granted"):
        return "it was not granted (rule 6)", "Decide first."
    if case.right == "rectification" and _agreed_to(case, "rectify"):
        return None  # somebody has agreed to the very value
    if case.right in IRREVERSIBLE and not case.last("approved"):
        return "it cannot be taken back, and no second person has approved it (rule 5)", "Let somebody else approve it."
    newest = case.last("approved", "included", "left out", "person named")
    if case.right in IRREVERSIBLE and newest and newest.kind != "approved":
        return (
            "whom it is about or what it includes was changed after a second person had approved it (rule 9)",
            "Let somebody else approve it again.",
        )
    return None


def _agreed_to(case: Case, order: str) -> bool:
    """Whether somebody has agreed to such an order, whose text is sealed in the chain."""
    agreed = (case.events[int(event.detail) - 1] for event in case.events if event.kind == "agreed")
    return any(ordered.detail == order for ordered in agreed)


def _against_answer(case: Case) -> tuple[str, str] | None:
    if case.last("refused") or case.last("carried out"):
        return None
    return "it was neither carried out nor refused (rule 6)", "Carry it out first, or refuse it with reasons and remedies."


def _against_arrival(case: Case, event: Event) -> tuple[str, str] | None:
    if event.kind == "not delivered" and case.last("closed", "withdrawn"):
        return "it has ended", "Open a new case if the person asks again."
    if not case.last("answer ready", *(("answered",) if event.kind == "not delivered" else ())):
        return "no answer was on its way (rule 10)", "Answer it."
    return None
