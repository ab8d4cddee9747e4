"""Questions about a product that look at several rooms at once."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.promises.derive import promises_of
from zusage.promises.naming import find
from zusage.promises.promise import Attested

from .days import today

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.explaining import Found, Point
    from zusage.evidence.status import Status
    from zusage.planning.plan import Step
    from zusage.planning.suspension import Suspension
    from zusage.promises.catalogue import Coverage
    from zusage.promises.period import Period
    from zusage.promises.promise import AnyPromise
    from zusage.rights.notification import Notice, NoticeGroup
    from zusage.state import UnfinishedRun

    from .product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How everything stands, and what waits for somebody."""

    status: Status
    anchoring: str
    to_review: tuple[Suspension, ...]
    unfinished: tuple[UnfinishedRun, ...]
    #: notices to recipients that have had no receipt for too long, of what was demanded
    escalated: tuple[Notice, ...]
    #: and of what rules took
    escalated_groups: tuple[NoticeGroup, ...]


def overview(product: Product, max_age: Period | None = None) -> Overview:
    """By the sealed log and our own state alone; no system is looked at."""
    there = has_state(product)
    return Overview(
        status=_status(product, max_age),
        anchoring=product.evidence.anchoring(),
        to_review=product.state.suspensions.to_review(today(product)) if there else (),
        unfinished=product.state.journal.unfinished() if there else (),
        escalated=_escalated(product) if there else (),
        escalated_groups=_escalated_groups(product) if there else (),
    )


def _escalated(product: Product) -> tuple[Notice, ...]:
    from .telling.sending import escalated_now

    return tuple(one for one in product.state.notices.of_demands(ended=False) if escalated_now(product, one))


def _escalated_groups(product: Product) -> tuple[NoticeGroup, ...]:
    from .telling.sending import group_escalated_now

    return tuple(one for one in product.state.notice_groups.all() if group_escalated_now(product, one))


def has_state(product: Product) -> bool:
    """Whether anything was ever noted; a state that was there and is gone counts, so that opening it says so."""
    if os.environ.get("ZUSAGE_STATE_URL"):
        return True
    return any((product.folder / name).exists() for name in ("state.sqlite3", "state.created"))


def _status(product: Product, max_age: Period | None = None) -> Status:
    from zusage.evidence.status import status

    promises = [promise.id for promise in promises_of(product.loaded.manifest)]
    return status(product.evidence.history(), promises, product.loaded.digest, product.clock(), max_age)


def coverage(product: Product, catalogue: Path) -> Coverage:
    """How each item of a catalogue stands by the last sealed verdicts. Raises ManifestError."""
    from zusage.promises.catalogue import bindings, covered, read_catalogue

    items = read_catalogue(catalogue)
    verdicts = {stand.promise: stand.verdict.value for stand in _status(product).stands}
    return covered(items, tuple(bindings(product.loaded)), verdicts)  # type: ignore[arg-type]


def explain(product: Product, id: str, language: Language, sign: str = "") -> tuple[Point, ...]:
    """One promise in plain words, with what would go now and what was seen last. Raises UnknownPromise."""
    from zusage.documents import explaining
    from zusage.enforcement.refusal import PlanRefused
    from zusage.planning.clock import Clock
    from zusage.planning.order import ForeignKeyCycle

    zone = product.loaded.manifest.time_zone
    promise = find(promises_of(product.loaded.manifest), id)
    said = explaining.explain(product.loaded, promise, language, Clock(product.clock(), zone))
    try:
        due = explaining.due_now(_steps(product, promise), language) if _plannable(promise) else ()
    except (SystemTrouble, PlanRefused, ForeignKeyCycle) as trouble:
        due = explaining.unreachable(str(trouble), language)
    return (*said, *due, *explaining.last_seen(_found(product, id), language, zone, sign))


def _plannable(promise: AnyPromise) -> bool:
    from zusage.promises.promise import Blocked, KeptAtMost

    return isinstance(promise, KeptAtMost | Blocked)


def _steps(product: Product, promise: AnyPromise) -> tuple[Step, ...]:
    """The steps of a plan made now that are for the promise; what earlier steps take away is counted with them."""
    return tuple(step for step in product.make_plan().steps if step.promise == promise.id)


def _found(product: Product, id: str) -> Found | None:
    from zusage.documents.explaining import Found
    from zusage.evidence.read import newest, partition

    standing = product.evidence.history().standings.get(id)
    last = newest(product.evidence.sealed(), id, 1)
    if standing is None or not last:
        return None
    return Found(
        verdict=standing.verdict.value,
        reason=standing.reason,
        since=standing.since,
        seen=standing.as_of,
        counts=partition(last[0].content),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attesting:
    """What was attested, by which role, and until when that holds."""

    promise: Attested
    holds_until: date


def attest(product: Product, id: str, by: str, note: Path | None) -> Attesting:
    """Note that the named role attests a promise; of the note only the digest is kept. Raises UnknownPromise."""
    known = [promise for promise in promises_of(product.loaded.manifest) if isinstance(promise, Attested)]
    promise = find(known, id if id.startswith("attested/") else f"attested/{id}")
    digest = hashlib.sha256(note.read_bytes()).hexdigest() if note else None
    product.state.attestations.attest(promise.id, promise.role, by, product.clock(), digest)
    return Attesting(promise=promise, holds_until=promise.every.after(today(product)))
