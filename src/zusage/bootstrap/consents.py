"""Consent, wired: the desk over our own state, the thread that records, and the mail server."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from dateutil.relativedelta import relativedelta

from zusage.connectors.sql.address import fill

from . import filing

if TYPE_CHECKING:
    from zusage.consent.desk import Desk
    from zusage.consent.offer import Offer
    from zusage.consent.record import Record
    from zusage.state.grouping import Grouped

    from .product import Product

#: without it nobody's records are found again
KEY = "consents.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A desk with the thread that records what it takes."""

    desk: Desk
    grouped: Grouped
    post: Callable[[], smtplib.SMTP] | None


def offer(product: Product) -> Offer:
    """What the manifest asks for. Raises NothingAsked."""
    from zusage.consent.offer import offer_of

    return offer_of(product.loaded.manifest)


def desk(product: Product) -> Desk:
    """A desk over our own state. Raises NothingAsked or StateError."""
    from zusage.consent.desk import Desk

    return Desk(offer(product), product.state.consents, filing.key(product.folder / KEY), product.clock)


@contextmanager
def taking(product: Product) -> Iterator[Taking]:
    """Take choices until the block ends; what was handed in by then is recorded. Raises NothingAsked or StateError."""
    from zusage.state.acknowledged import Acknowledged
    from zusage.state.grouping import Grouped

    made, noted = desk(product), Acknowledged(product.folder)

    def acknowledged(record: Record) -> None:
        noted.note(record.number, record.digest)

    grouped = Grouped(product.state.consents, acknowledged)
    try:
        yield Taking(desk=made, grouped=grouped, post=_post(made.offer))
    finally:
        grouped.close()
        noted.close()


def erase(product: Product) -> int:
    """Empty the records whose time of keeping is over; returns how many. Raises NothingAsked."""
    return product.state.consents.erase(cutoff(offer(product), product.clock()), product.clock())


def cutoff(offer: Offer, now: datetime) -> datetime:
    """Records of choices that ended before this go."""
    kept = offer.consents.records_kept
    return now - relativedelta(years=kept.years, months=kept.months, days=kept.days, minutes=kept.minutes)


def _post(offer: Offer) -> Callable[[], smtplib.SMTP] | None:
    """How to reach the mail server that the manifest names."""
    mail = offer.consents.mail
    if mail is None:
        return None
    parts = urlsplit(fill("consents.mail", mail.server))

    def connect() -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        server = kind(parts.hostname or "localhost", parts.port or 0, timeout=15)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server

    return connect


def compare(product: Product, shown: object) -> str:
    """What is wrong with a receipt that somebody shows; empty where it is ours and its record is unchanged."""
    from zusage.consent.record import digest_of

    proof = shown.get("zusage:proof") if isinstance(shown, dict) else None
    if not isinstance(proof, dict) or not isinstance(proof.get("zusage:content"), str):
        return "this is no receipt: it has no zusage:proof with the content of a record"
    if digest_of(proof["zusage:content"]) != proof.get("zusage:contentDigest"):
        return "the content of the receipt does not have the digest that the receipt names: the receipt was altered"
    kept = product.state.consents.digests(proof.get("zusage:number"))
    if kept is None:
        return "there is no record of this number: the receipt is not ours, or the records have lost their end"
    if kept != (proof.get("zusage:contentDigest"), proof.get("zusage:digest")):
        return "the record of this number has another digest: the receipt is not ours, or the records were rewritten"
    return ""


def exported(product: Product, path: Path) -> int:
    """Write every record that is kept as a line of JSON-LD; returns how many. The file is whole or not there."""
    import json

    from zusage.consent.receipt import consent_record

    at, written, new = desk(product), 0, path.with_name(f".{path.name}.new")
    texts = dict(at.texts)
    with new.open("w", encoding="utf-8") as file:
        for record in product.state.consents.all():
            text = texts.setdefault(record.choice.text, at.text(record.choice.text))
            file.write(json.dumps(consent_record(record, text, at.offer), ensure_ascii=False) + "\n")
            written += 1
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return written
