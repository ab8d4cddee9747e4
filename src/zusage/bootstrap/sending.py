"""The sweep that sends what is due. A recipient that is down delays only itself.

1. Nobody else sends at the same time.
2. Steps that were interrupted are settled first: only what has happened is told.
3. Each recipient has its own line: one notice at a time, and after a failure the rest of its line waits as long.
4. Lines are sent side by side; what came of each attempt is noted as it comes, by one thread.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from zusage.connectors.notifying import Letter, NotDelivered, Post, Processor, Sent, ask, post, progress_of, send_mail
from zusage.connectors.port import SystemTrouble
from zusage.connectors.sql.address import fill
from zusage.rights.notification import PUBLIC, Notice, Way, escalated, wait_after

from .consents import secret
from .notifying import settle_interrupted

if TYPE_CHECKING:
    from zusage.promises.manifest import Notices, Telling, TellingMail

    from .product import Product

_LINES = 8
Deliver = Callable[[], Sent]


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

    told: tuple[Notice, ...]
    failed: tuple[Notice, ...]
    #: notices that only a human can send or close
    by_hand: tuple[Notice, ...]
    #: steps of which nobody can tell yet whether they happened, in words
    unsettled: tuple[str, ...]
    #: occasions that were forgotten because their time of keeping is over
    forgotten: int


def send(product: Product) -> Swept:
    """Send what is due now, ask processors how far they are, and forget what is too old. Raises NothingDeclared or AlreadySending."""
    telling = declared(product)
    with product.state.sending():  # 1
        unsettled = settle_interrupted(product)  # 2
        lines, by_hand = _lines(product)
        told, failed = _sent(product, telling, lines)
        _ask_on(product)
        return Swept(
            told=tuple(told), failed=tuple(failed), by_hand=by_hand, unsettled=unsettled, forgotten=_forget(product, telling)
        )


def reported(product: Product, key: str) -> Notice | None:
    """A processor reports by a callback on a request: nobody believes it, the processor is asked. None where we sent no such request.

    Raises NotDelivered.
    """
    notice = next((one for one in product.state.notices.all() if one.key == key and one.progress), None)
    notices = _notices(product, notice.recipient) if notice else None
    now = progress_of(_processor(notices), key) if notices else ""
    return product.state.notices.advance(key, now) if now else notice


def declared(product: Product) -> Telling:
    """How recipients are told. Raises NothingDeclared."""
    telling = product.loaded.manifest.telling
    if telling is None:
        raise NothingDeclared
    return telling


def way_of(product: Product, notice: Notice) -> Way:
    """How a recipient is told of this: OpenDSR has words for erasures alone."""
    notices = _notices(product, notice.recipient)
    if notice.recipient.startswith(PUBLIC):
        return "public"
    if notices is None:
        return "hand"
    if notices.by == "opendsr" and notice.occasion.kind != "erased":
        return "email" if notices.otherwise else "hand"
    return notices.by


def escalated_now(product: Product, notice: Notice) -> bool:
    """Whether a human must look at a notice."""
    telling = product.loaded.manifest.telling
    return telling is not None and escalated(notice, product.clock(), timedelta(days=telling.escalate.rough_days))


def content_of(product: Product, notice: Notice) -> Mapping[str, Any] | None:
    """What names the person to the recipient; None once they were told. Raises UnknownNotice or EntryTampered."""
    from zusage.vault import VaultWriter

    sealed = product.state.notices.sealed(notice.id)
    if sealed is None:
        return None
    found: dict[str, Any] = json.loads(VaultWriter(product.folder).unseal_note(f"notice {notice.key}", sealed))
    return found


def letter_of(product: Product, notice: Notice) -> Letter | None:
    """A notice as it is sent; None once it was told. It names a person."""
    from zusage.documents.notification import Notification, subject, text

    content = content_of(product, notice)
    if content is None:
        return None
    notices = _notices(product, notice.recipient)
    language, manifest = (notices.language if notices else "de"), product.loaded.manifest
    told = Notification(
        number=notice.key,
        what=notice.occasion.kind,
        on=day_of(product, notice.occasion.at),
        identities=content["identities"],
        corrected=content["corrected"],
        public=content["public"],
    )
    return Letter(
        key=notice.key,
        kind=notice.occasion.kind,
        at=notice.occasion.at,
        controller=manifest.controller.name,
        identities=content["identities"],
        corrected=content["corrected"],
        public=content["public"],
        subject=subject(notice.key, language),
        text=text(manifest, told, language),
    )


def signing_secret(product: Product, recipient: str) -> bytes:
    """The secret by which a recipient knows that a webhook is ours: another for each, from one key of our own folder."""
    return hmac.new(secret(product.folder / "notices.key"), f"webhook {recipient}".encode(), hashlib.sha256).digest()


def day_of(product: Product, at: datetime) -> date:
    """The calendar day of an instant in the manifest's time zone."""
    return at.astimezone(ZoneInfo(product.loaded.manifest.time_zone)).date()


def _notices(product: Product, recipient: str) -> Notices | None:
    found = product.loaded.manifest.recipients.get(recipient)
    return found.notices if found else None


def _lines(product: Product) -> tuple[dict[str, deque[Notice]], tuple[Notice, ...]]:
    """What is due, for each recipient (3), and what waits for a human."""
    lines, by_hand = defaultdict[str, deque[Notice]](deque), []
    for notice in product.state.notices.due(product.clock()):
        if way_of(product, notice) in ("hand", "public"):
            by_hand.append(notice)
        else:
            lines[notice.recipient].append(notice)
    return lines, tuple(by_hand)


def _sent(product: Product, telling: Telling, lines: Mapping[str, deque[Notice]]) -> tuple[Sequence[Notice], Sequence[Notice]]:
    told: list[Notice] = []
    failed: list[Notice] = []
    running: dict[Future[Sent], Notice] = {}
    with ThreadPoolExecutor(max_workers=_LINES) as pool:  # 4

        def next_of(recipient: str) -> None:
            if lines[recipient]:
                notice = lines[recipient].popleft()
                deliver = _delivery(product, telling, notice)
                running[pool.submit(deliver)] = product.state.notices.begin(notice.id)

        for recipient in lines:
            next_of(recipient)
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                notice = running.pop(future)
                if trouble := _trouble(future):
                    failed.append(_failed(product, notice, trouble))
                    continue
                sent = future.result()
                now = product.clock()
                told.append(product.state.notices.receive(notice.id, sent.receipt, now, progress=sent.progress))
                next_of(notice.recipient)
    return told, failed


def _delivery(product: Product, telling: Telling, notice: Notice) -> Deliver:
    """One attempt, ready to be made on another thread: it needs neither our state nor the vault any more."""
    notices = _notices(product, notice.recipient)
    try:
        letter = letter_of(product, notice)
        if notices is None or letter is None:
            raise NotDelivered("the manifest no longer says how it is told")
        to = fill(f"recipients.{notice.recipient}", notices.to)
        match way_of(product, notice):
            case "webhook":
                return partial(post, to, signing_secret(product, notice.recipient), letter, product.clock())
            case "opendsr":
                callback = fill("telling.callback", telling.callback) if telling.callback else None
                return partial(ask, _processor(notices), letter, callback, in_doubt=notice.in_doubt)
            case _:
                if telling.mail is None:
                    raise NotDelivered("the manifest names no mail server. Write telling: {mail: {server: …, sender: …}}")
                address = fill(f"recipients.{notice.recipient}", notices.otherwise or "") if notices.by == "opendsr" else to
                return partial(send_mail, _post(telling.mail), address, letter)
    except SystemTrouble as trouble:
        return partial(_fail, trouble)


def _post(mail: TellingMail) -> Post:
    authority = fill("telling.mail", mail.authority) if mail.authority else None
    return Post(server=fill("telling.mail", mail.server), sender=mail.sender, authority=authority)


def _processor(notices: Notices) -> Processor:
    where = "recipients"
    try:
        certificate = Path(fill(where, notices.certificate)).read_bytes() if notices.certificate else None
    except OSError:
        raise NotDelivered("the processor's certificate that the manifest names cannot be read") from None
    return Processor(url=fill(where, notices.to), certificate=certificate)


def _fail(trouble: SystemTrouble) -> Sent:
    raise trouble


def _trouble(future: Future[Sent]) -> str:
    """Why an attempt failed; of an error that nobody foresaw only its kind, because its message may hold values."""
    error = future.exception()
    if error is None:
        return ""
    return str(error) if isinstance(error, SystemTrouble) else f"an unexpected {type(error).__name__}"


def _failed(product: Product, notice: Notice, trouble: str) -> Notice:
    next_at = product.clock() + wait_after(notice.tries)
    found = product.state.notices.fail(notice.id, trouble, next_at)
    product.state.notices.postpone(notice.recipient, next_at)
    return found


def _ask_on(product: Product) -> None:
    """How far processors have come with what they were told; one that does not answer is asked again the next time."""
    silent: set[str] = set()
    for notice in _in_progress(product):
        notices = _notices(product, notice.recipient)
        if notice.recipient in silent:
            continue
        try:
            if notices and (now := progress_of(_processor(notices), notice.key)):
                product.state.notices.advance(notice.key, now)
        except SystemTrouble:
            silent.add(notice.recipient)


def _in_progress(product: Product) -> Iterator[Notice]:
    return (one for one in product.state.notices.all() if one.progress in ("pending", "in_progress"))


def _forget(product: Product, telling: Telling) -> int:
    """What is on record of who received what and was told goes after its time of keeping, and so do the notes of corrections."""
    from .correcting import forget
    from .requests import begins

    before = begins(product, telling.kept)
    return product.state.notices.erase(before) + product.state.disclosures.erase(before) + forget(product, before)
