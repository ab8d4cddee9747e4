"""The sweep that sends what is due. A recipient that is down delays only itself.

1. Nobody else sends at the same time.
2. Steps that were interrupted are settled first: only what has happened is told.
3. Each recipient has its own line: one message at a time, and what rules took goes out together. Where the recipient is down the rest
   of its line waits as long; where it only refuses this one, the rest goes on.
4. Lines are sent side by side; what came of each attempt is noted as it comes, by one thread.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from zusage.connectors.notifying import NotDelivered, Sent, progress_of
from zusage.connectors.trouble import SystemTrouble
from zusage.enforcement.journal import AlreadyRunning
from zusage.rights.notification import Notice, NoticeGroup, escalated, group_escalated, wait_after

from ..days import begins
from ..rights.correction_notes import forget
from .attempts import Attempt, Line
from .delivering import nameless_of, notices_of, processor_of, way_of, way_to
from .groups import way_of_group
from .settling import settle_interrupted
from .tally import GroupTally, Tally
from .together import turns

if TYPE_CHECKING:
    from zusage.promises.manifest import Telling

    from ..product import Product

_LINES = 32
#: the rest of a line is tried before what failed, so that one notice that is never taken holds up no other
_BEFORE = timedelta(seconds=1)


class NothingDeclared(Exception):
    """The manifest does not say how recipients are told."""

    def __init__(self) -> None:
        super().__init__(
            "the manifest does not say how recipients are told, so that no notice is written and none is sent. "
            "Write telling: {within: P14D}, and notices: {by: …, to: …} for each recipient."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What became of a sweep."""

    #: of what was demanded
    told: tuple[Notice, ...]
    failed: tuple[Notice, ...]
    #: notices that only a human can send or close
    by_hand: tuple[Notice, ...]
    #: of what rules took, by plan and recipient how many
    groups: tuple[GroupTally, ...]
    #: in how many messages they were told of that
    messages: int
    #: steps of which nobody can tell yet whether they happened, in words
    unsettled: tuple[str, ...]
    #: occasions that were forgotten because their time of keeping is over
    forgotten: int


def send(product: Product) -> Swept:
    """Send what is due now, ask processors how far they are, and forget what is too old. Raises NothingDeclared or AlreadySending."""
    telling = declared(product)
    with product.state.sending():  # 1
        unsettled = _settled(product)  # 2
        tally = Tally()
        _sent(product, telling, _lines(product, tally), tally)
        _ask_on(product)
        return Swept(
            told=tuple(tally.told),
            failed=tuple(tally.failed),
            by_hand=tuple(tally.by_hand),
            groups=tuple(tally.groups.values()),
            messages=tally.messages,
            unsettled=unsettled,
            forgotten=_forget(product, telling),
        )


def _settled(product: Product) -> tuple[str, ...]:
    """Only while nothing is changed: what is under way looks like what was interrupted."""
    try:
        with product.state.lock():
            return settle_interrupted(product)
    except AlreadyRunning:
        return ("somebody changes data at this moment; what that tells of is sent by the next sweep",)


def reported(product: Product, key: str) -> Notice | None:
    """A processor reports by a callback on a request: nobody believes it, the processor is asked. None where we sent no such request.

    Raises NotDelivered.
    """
    notice = product.state.notices.in_progress_as(key)
    notices = notices_of(product, notice.recipient) if notice else None
    now = progress_of(processor_of(notices), key) if notices else ""
    return product.state.notices.advance(key, now) if now else notice


def declared(product: Product) -> Telling:
    """How recipients are told. Raises NothingDeclared."""
    telling = product.loaded.manifest.telling
    if telling is None:
        raise NothingDeclared
    return telling


def escalated_now(product: Product, notice: Notice) -> bool:
    """Whether a human must look at a notice."""
    telling = product.loaded.manifest.telling
    return telling is not None and escalated(notice, product.clock(), timedelta(days=telling.escalate.rough_days))


def group_escalated_now(product: Product, group: NoticeGroup) -> bool:
    """Whether a human must look at a notice of a group."""
    telling = product.loaded.manifest.telling
    return telling is not None and group_escalated(group, product.clock(), timedelta(days=telling.escalate.rough_days))


def _lines(product: Product, tally: Tally) -> dict[str, Line]:
    """What is due, for each recipient (3); what waits for a human is counted."""
    alone = defaultdict[str, list[Sequence[Notice]]](list)
    due = product.state.notices.due(product.clock())
    nameless = nameless_of(product, due)
    for notice in due:
        if way_of(product, notice, nameless) in ("hand", "public"):
            tally.by_hand.append(notice)
        else:
            alone[notice.recipient].append((notice,))
    together = dict[str, Iterator[Sequence[Notice]]]()
    for recipient in product.state.bundles.recipients(product.clock()):
        if way_to(product, recipient, demanded=False, erased=True) != "hand":
            together[recipient] = turns(product, recipient)
    for group in product.state.notice_groups.waiting():
        if group.recipient not in together and way_of_group(product, group) == "hand":
            tally.group(group.plan, group.recipient).by_hand += group.waiting
    return {name: Line(chain(alone[name], together.get(name, ()))) for name in dict.fromkeys((*alone, *together))}


def _sent(product: Product, telling: Telling, lines: Mapping[str, Line], tally: Tally) -> None:
    running: dict[Future[Sent], Attempt] = {}
    with ThreadPoolExecutor(max_workers=min(max(len(lines), 1), _LINES)) as pool:  # 4

        def next_of(recipient: str) -> None:
            if attempt := lines[recipient].begun(product, telling, tally):
                running[pool.submit(attempt.deliver)] = attempt

        for recipient in lines:
            next_of(recipient)
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                attempt = running.pop(future)
                trouble = _trouble(future)
                if trouble is None:
                    attempt.told(future.result(), tally)
                elif not lines[attempt.recipient].in_halves(attempt, trouble):
                    _failed(product, attempt, trouble, tally)
                if trouble is None or not trouble.down:
                    next_of(attempt.recipient)


def _trouble(future: Future[Sent]) -> NotDelivered | None:
    """Why an attempt failed; of an error that nobody foresaw only its kind, because its message may hold values."""
    error = future.exception()
    if error is None or isinstance(error, NotDelivered):
        return error
    return NotDelivered(str(error) if isinstance(error, SystemTrouble) else f"an unexpected {type(error).__name__}")


def _failed(product: Product, attempt: Attempt, trouble: NotDelivered, tally: Tally) -> None:
    notices = product.state.notices
    next_at = product.clock() + wait_after(notices.tries(attempt.recipient) if trouble.down else attempt.tries)
    attempt.failed(trouble, next_at, tally)
    if trouble.down:
        notices.postpone(attempt.recipient, next_at - _BEFORE)


def _ask_on(product: Product) -> None:
    """How far processors have come with what they were told; one that does not answer is asked again the next time."""
    silent: set[str] = set()
    for notice in product.state.notices.in_progress():
        notices = notices_of(product, notice.recipient)
        if notice.recipient in silent:
            continue
        try:
            if notices and (now := progress_of(processor_of(notices), notice.key)):
                product.state.notices.advance(notice.key, now)
        except SystemTrouble:
            silent.add(notice.recipient)


def _forget(product: Product, telling: Telling) -> int:
    """What is on record of who received what and was told goes after its time of keeping, and so do the notes of corrections."""
    before = begins(product, telling.kept)
    return product.state.notices.erase(before) + product.state.disclosures.erase(before) + forget(product, before)
