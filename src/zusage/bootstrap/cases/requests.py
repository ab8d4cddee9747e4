"""Requests of people as cases: from receipt to answer, with the clock of Art. 12(3) GDPR."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zusage.planning.holding import HoldUnfit, Person
from zusage.planning.suspension import held_cases
from zusage.promises.law.working_days import closed_in
from zusage.rights.case import ASKED, UNIDENTIFIED, Case, CaseRefused, Event, Kind, Right, after, open_until
from zusage.rights.clock import OPEN, due, extendable_until, overdue
from zusage.rights.roles import Taker
from zusage.state.errors import CaseTorn

from ..days import begins, day_of, today
from .linked import refuse_unlinked
from .recording import seal_if_possible, seal_steps

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.promises.period import Period

    from ..product import Product


#: what the person is told of in a letter
TOLD: frozenset[Kind] = frozenset({"acknowledged", "identity asked", "extended", "refused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case and how its clock stands today."""

    case: Case
    #: None while the clock stands still
    due: date | None
    #: until when it can be extended
    extendable_until: date | None
    overdue: bool
    #: the day after which nobody waits any longer for an answer to the question of identity; None where that is open or was answered
    lapsed: date | None = None


def receive(
    product: Product,
    right: Right,
    by: str | Taker,
    content: Mapping[str, object],
    answer_by: date | None = None,
    received_on: date | None = None,
) -> Standing:
    """Open a case for a request; ``content`` is what it says of the person. Raises CaseRefused, SealingError or StepsBusy; then nothing was noted.

    ``answer_by`` is the day that a supervisory authority set, through which a complaint came; ``received_on`` is the day on which the
    request came in, where it is noted later: the clock runs from then.
    """
    event = _received(product, right, by, content, answer_by, received_on)
    seal_steps(product)
    found = product.state.cases.open(right, event, content)
    seal_if_possible(product)
    return standing(product, found)


def _received(
    product: Product,
    right: Right,
    by: str | Taker,
    content: Mapping[str, object],
    answer_by: date | None,
    received_on: date | None,
) -> Event:
    """The receipt of a request. Raises CaseRefused."""
    if answer_by and right != "complaint":
        raise CaseRefused("(new)", "opened", "only a complaint comes through an authority that sets a day", "Leave the day out.")
    detail = answer_by.isoformat() if answer_by else _came_in(product, received_on) if received_on else ""
    if answer_by and received_on:
        raise CaseRefused(
            "(new)", "opened", "the authority's day counts, whenever its letter came", "Leave the day of receipt out."
        )
    _refuse_unknown(product, str(content.get("person") or ""))
    who = named(by)
    return Event(kind="received", at=product.clock(), by=who.name, role=who.role, detail=detail)


def receive_once(
    product: Product,
    key: str,
    right: Right,
    by: str | Taker,
    content: Mapping[str, object],
    answer_by: date | None = None,
    received_on: date | None = None,
) -> Standing:
    """As ``receive``; for a day a request that is sent again with its key is the case that was opened for it, and another one is refused.

    Raises AlreadyOrdering too.
    """
    mine = f"{named(by).name} {key}"
    with product.state.ordering(mine):
        if known := product.state.case_links.opened(mine, product.clock()):
            return standing(product, _same(product, known, right, content))
        seal_steps(product)  # what was left open: not while two things are noted together
        with product.state.together():
            event = _received(product, right, by, content, answer_by, received_on)
            found = product.state.cases.open(right, event, content)
            product.state.case_links.keep(mine, found.id, product.clock())
        seal_if_possible(product)
        return standing(product, found)


def _same(product: Product, known: str, right: Right, content: Mapping[str, object]) -> Case:
    """The case that was opened for a request. Raises CaseRefused for a request that is another, which would be lost else."""
    case, kept = product.state.cases.get(known), product.state.cases.content(known)
    if case.right != right or (kept is not None and any(kept.get(name) != value for name, value in content.items())):
        why = "this key was given with another request within a day"
        raise CaseRefused("(new)", "opened", why, "Give each request a key of its own.")
    return case


def _refuse_unknown(product: Product, person: str) -> None:
    """A mistyped kind of people, or none of their keys, would lead to nobody when the case is carried out."""
    known, (kind, _, key) = product.loaded.manifest.people, person.partition("=")
    if person and not key:
        raise CaseRefused(
            "(new)", "opened", "whom it is about is not of the form people=key", "Write, for example, customer=4711."
        )
    if kind and known and kind not in known:
        advice = f"Name one of {', '.join(known)}, or leave it out while it is not known whose data it is about."
        raise CaseRefused("(new)", "opened", "the manifest knows no such kind of people", advice)


def _came_in(product: Product, day: date) -> str:
    """The detail of a receipt that is noted later."""
    zone, now = ZoneInfo(product.loaded.manifest.time_zone), product.clock()
    if day > today(product):
        raise CaseRefused("(new)", "opened", "it cannot have come in on a day to come", "Give the day on which it reached you.")
    return f"{ASKED}{min(datetime.combine(day, time(12), zone), now).astimezone(UTC).isoformat()}"


def happen(product: Product, id: str, kind: Kind, by: str | Taker, *, detail: str = "", words: str = "") -> Standing:
    """Something happens to a case. Raises CaseRefused, UnknownCase or CaseTorn; then nothing did."""
    event = event_of(product, kind, by, detail)
    if kind in ("granted", "refused") and not words.strip() and product.state.cases.get(id).right == "human-decision":
        advice = "Say in words why it is decided so, after what the person has stated."
        raise CaseRefused(id, kind, "a human who decides in the place of a machine gives reasons (Art. 22(3) GDPR)", advice)
    seal_steps(product)
    with product.state.together():
        found = add(product, id, event, words)
        if kind == "withdrawn":  # whoever asks no more is not answered, held or not
            product.state.case_answers.stop(id, product.clock())
    seal_if_possible(product)
    if kind == "closed" and found.right == "erasure":
        forget_closed(product, id)
    return standing(product, found)


def name_person(product: Product, id: str, by: str | Taker, person: str) -> Standing:
    """Say whom a case is about that did not say so; the record shows who did, and sealed with it whom. Raises what ``happen`` raises."""
    content = product.state.cases.content(id) or {}
    why = "it names somebody already" if content.get("person") else "" if _is_person(product, person) else "nobody is named so"
    if why:
        advice = "Open a new case for somebody else, and say people=key, of a kind of people that the manifest has."
        raise CaseRefused(id, "person named", why, advice)
    refuse(product, id, event_of(product, "person named", by))
    refuse_unlinked(product, id, "person named", person)
    return happen(product, id, "person named", by, words=person)


def _is_person(product: Product, person: str) -> bool:
    people, _, key = person.partition("=")
    return people in product.loaded.manifest.people and bool(key)


def event_of(product: Product, kind: Kind, by: str | Taker, detail: str = "") -> Event:
    """What happens to a case now; a question of identity names the day until which it is open."""
    if kind == "identity asked":
        detail = _open(product).after(today(product)).isoformat()
    who = named(by)
    return Event(kind=kind, at=product.clock(), by=who.name, role=who.role, detail=detail)


def refuse(product: Product, id: str, event: Event) -> None:
    """Raises what ``add`` would raise now; nothing happens."""
    manifest = product.loaded.manifest
    closed = closed_in(manifest.controller.land, manifest.controller.country)
    after(product.state.cases.get(id), event, manifest.time_zone, closed, _open(product))


def add(product: Product, id: str, event: Event, words: str) -> Case:
    """One more event of a case, which is not sealed yet. Raises CaseRefused, UnknownCase or CaseTorn; then nothing happened."""
    manifest = product.loaded.manifest
    closed = closed_in(manifest.controller.land, manifest.controller.country)
    return product.state.cases.add(id, event, words, lambda case: after(case, event, manifest.time_zone, closed, _open(product)))


def named(by: str | Taker) -> Taker:
    """Whoever takes a step; a name alone is what somebody gave."""
    return Taker(name=by) if isinstance(by, str) else by


def forget_closed(product: Product, id: str) -> None:
    """Whose erasure it was stands in the case alone once no other request of theirs is open. May be repeated."""
    from ..rights.demanding import all_closed
    from ..rights.demands import forget, on_file

    named, closed = (product.state.cases.content(id) or {}).get("person"), product.state.cases.get(id).last("closed")
    try:
        if named and closed and on_file(product, person := Person.parse(str(named))) and all_closed(product, person):
            forget(product, person, before=closed.at)
    except HoldUnfit:  # the case was opened for nobody whom the manifest knows
        return


def standing(product: Product, case: Case) -> Standing:
    """How the clock of a case stands today."""
    manifest = product.loaded.manifest
    closed = closed_in(manifest.controller.land, manifest.controller.country)
    now, ended = today(product), case.given
    day = day_of(product, ended.at) if ended else None
    times = case.times(manifest.time_zone, day or now, _open(product))
    return Standing(
        case=case,
        due=due(times, closed),
        extendable_until=extendable_until(times, closed),
        overdue=overdue(times, day, now, closed),
        lapsed=case.unanswered(manifest.time_zone, day or now, _open(product)),
    )


def _open(product: Product) -> Period:
    """For how long a question of identity stays open."""
    requests = product.loaded.manifest.requests
    return requests.identity_within if requests else OPEN


def lapse(product: Product, id: str, by: str | Taker) -> Standing:
    """Refuse a request because nobody has shown who asks, with these reasons. Raises CaseRefused, UnknownCase or CaseTorn."""
    from zusage.documents.requested import unidentified

    return happen(
        product, id, "refused", by, detail=UNIDENTIFIED, words="\n".join(unidentified(product.state.cases.get(id).right))
    )


def letter(product: Product, id: str, language: Language) -> tuple[str, ...]:
    """What the person is told of the newest thing that happened to their case. Raises UnknownCase, CaseTorn or NothingToTell."""
    from zusage.documents.requested import Requested, requested

    from ..rights.restricting import letter as restricted
    from .by_itself import told_in
    from .carried_out import instead_of

    case, words = product.state.cases.get(id), product.state.cases.words(id)
    found = standing(product, case)
    done = case.last("carried out")
    if done and (number := instead_of(done.detail)):
        return restricted(product, number, language)
    kinds = TOLD if case.last("refused") else TOLD | {"answered"}  # what was refused is answered by its reasons
    told = next((n for n in reversed(range(len(case.events))) if case.events[n].kind in kinds), None)
    if told is None:
        raise NothingToTell(id)
    event = case.events[told]
    if event.kind == "answered" and not words[told]:  # by the program, in the words of whoever had it mailed
        told = next((n for n in reversed(range(told)) if case.events[n].kind == "answer ready"), told)
    asked = day_of(product, event.at)
    until = open_until(event, asked, _open(product)) if event.kind == "identity asked" else found.due
    said = "" if event.detail == UNIDENTIFIED else words[told] or ""
    received = day_of(product, case.received)
    detail = event.detail if event.kind == "refused" else ""
    letter = Requested(
        right=case.right, received=received, until=until, words=said, rests=found.due is None,
        through=str((product.state.cases.content(id) or {}).get("reference") or "") if case.demanded else None,
    )  # fmt: skip
    paragraphs = requested(product.loaded.manifest, language, event.kind, detail, letter)
    if event.kind != "answered":
        return paragraphs
    return paragraphs + told_in(product, case, language)


def all_standing(product: Product, *, ended: bool = True) -> tuple[Standing, ...]:
    """Every case, or those that have not ended, the most urgent first. Raises CaseTorn."""
    found = [standing(product, case) for case in product.state.cases.all(ended=ended)]
    return tuple(sorted(found, key=lambda one: (one.case.ended, one.due is None, one.due)))


def some_standing(product: Product, *, ended: bool, offset: int, limit: int) -> tuple[Standing, ...]:
    """A page of the cases that have not ended, the most urgent first, and behind them, if they are wanted, of those that have, newest first.

    Of those that have ended no other is read. Raises CaseTorn.
    """
    open_ = all_standing(product, ended=False)
    page = open_[offset : offset + limit]
    if ended and len(page) < limit:
        more = product.state.cases.ended(max(0, offset - len(open_)), limit - len(page))
        page += tuple(standing(product, case) for case in more)
    return page


def sweep(product: Product) -> int:
    """Empty the cases whose time of keeping is over and that no suspension holds; returns how many. Raises NothingSaid without a period in the manifest."""
    requests = product.loaded.manifest.requests
    if requests is None:
        raise NothingSaid
    from .operating import forget_plans
    from .transferring import forget_transfers

    held = held_cases(product.state.suspensions.current())
    product.state.cases.seal_what_lies_open()
    product.state.cases.index()
    _forget_left_behind(product)
    gone = product.state.cases.erase(begins(product, requests.kept), product.clock(), held)
    forget_plans(product)
    forget_transfers(product)
    return gone


def _forget_left_behind(product: Product) -> None:
    """A kill may have come between the closing of a case and the forgetting of whose it was."""
    from ..rights.demands import people_on_file

    for person in tuple(people_on_file(product)):
        with suppress(CaseTorn):  # the proof finds it
            for case, _ in product.state.cases.about("erasure", [f"{person.people}={person.key}"]):
                forget_closed(product, case.id)


class NothingToTell(Exception):
    """Nothing has happened to a case of which a letter tells."""

    def __init__(self, id: str) -> None:
        super().__init__(f"nothing has happened to case {id} yet of which the person must be told. Acknowledge it first.")


class NothingSaid(Exception):
    """The manifest does not say how long cases are kept."""

    def __init__(self) -> None:
        super().__init__(
            "the manifest does not say for how long cases are kept. Without a period none is emptied. "
            "Write requests: {kept: P3Y}."
        )
