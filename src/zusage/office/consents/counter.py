"""The counter behind the interface: what each call does, without HTTP."""

from __future__ import annotations

import asyncio
import smtplib
import threading
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

from zusage.consent.cookie import Remembered, encode
from zusage.consent.desk import Desk
from zusage.consent.errors import Malformed, UnknownPurpose
from zusage.consent.mail import Wish, message, read_token, token, wished
from zusage.consent.offer import short
from zusage.consent.receipt import receipt
from zusage.consent.record import Choice, Record, stamp
from zusage.consent.shown import BRIEF
from zusage.consent.words import LANGUAGES, Language
from zusage.office.limits import RateLimit

#: seconds that a call waits for the disk
PATIENCE = 30
#: mails to one address in an hour
_LETTERS = 3


class Recorder(Protocol):
    """Records a choice; done when it is on disk."""

    def record(self, choice: Choice) -> Future[Record]:
        """Hand a choice in."""

    def recorded(self, choice: Choice) -> asyncio.Future[Record]:
        """The same for a caller in an event loop."""


@dataclass(frozen=True)
class Counter:
    """Everything that can be asked of the service."""

    desk: Desk
    recorder: Recorder
    #: opens a connection to the mail server
    post: Callable[[], smtplib.SMTP] | None
    #: address under which links of mails reach the service
    public: str
    #: one confirmation after the other: of the same link pressed twice at once the second finds what the first has recorded
    confirming: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    #: how often one address is written to, whoever asks for it
    letters: RateLimit = field(default_factory=lambda: RateLimit(_LETTERS, seconds=3600))

    def choose(self, told: object, site: str) -> Future[Record]:
        """Record a choice of a browser. Raises ChoiceRefused."""
        return self.recorder.record(self.choice(told, site))

    def choice(self, told: object, site: str) -> Choice:
        """Check a choice of a browser. Raises ChoiceRefused."""
        if not isinstance(told, dict):
            raise Malformed("the choice", "a JSON object")
        return self.desk.choice(told, site)

    def withdraw(self, subject: object, purposes: Iterable[str], site: str) -> Future[Record]:
        """Withdraw everything, or these purposes, of a browser: one call. Raises ChoiceRefused."""
        return self.recorder.record(self.desk.withdrawal(self.desk.browser(subject), site, "withdraw", purposes))

    def standing(self, subject: object) -> list[dict[str, Any]]:
        """How each purpose stands for a browser. Raises Malformed."""
        return [
            {
                "purpose": one.purpose,
                "stand": one.stand.value,
                "allowed": one.stand.value == "allowed",
                "ask": one.stand.asks,
                "since": stamp(one.since) if one.since else None,
                "until": stamp(one.until) if one.until else None,
            }
            for one in self.desk.standing(self.desk.browser(subject))
        ]

    def receipt(self, id: str) -> dict[str, Any]:
        """The receipt of a record. Raises UnknownReceipt."""
        record = self.desk.named(id)
        return receipt(record, self.desk.text(record.choice.text), self.desk.offer, self.desk.clock())

    def cookie(self, subject: str, record: Record) -> str:
        """The cookie that remembers a choice, as the script writes it."""
        choice = record.choice
        reaches = self.desk.text(choice.text).reaches
        choices = {
            name: frozenset(short(item) for item in reaches[name]) if answer == "given" else None
            for name, answer in choice.answers.items()
        }
        return encode(Remembered(subject=subject, at=choice.at, text=choice.text[:BRIEF], choices=choices, recorded=True))

    # -- by mail -------------------------------------------------------------------------------------------------

    def ask_by_mail(self, told: dict[str, Any], site: str) -> None:
        """Send the mail that asks for a confirmation; nothing is stored. Raises ChoiceRefused, SMTPException or OSError."""
        address, purposes, language = told.get("address"), told.get("purposes"), told.get("language")
        known = {purpose.name for purpose in self.desk.offer.asked_in("mail")}
        if not isinstance(address, str) or "@" not in address or not _writable(address) or len(address) > 254:
            raise Malformed("address", "an address of a mailbox that can be written")
        if not isinstance(purposes, list) or not purposes or not {str(one) for one in purposes} <= known:
            raise UnknownPurpose
        if language not in LANGUAGES:
            raise Malformed("language", f"one of {', '.join(LANGUAGES)}")
        if not self.letters.wait(address.casefold()):  # the answer says nothing of it
            self._send(address, [str(one) for one in purposes], language, site)

    def _send(self, address: str, purposes: list[str], language: Language, site: str) -> None:
        desk = self.desk
        subject = desk.person("mail", address)
        wish = wished(desk.offer, subject, purposes, desk.text_of(language).digest, language, site, desk.clock())
        link = f"{self.public}/mail/confirmations?token={token(wish, desk.key)}"
        if self.post is None:
            raise Malformed("consents.mail", "in the manifest, so that no mail can be sent")
        with self.post() as server:
            server.send_message(message(desk.offer, wish, address, link))

    def wish(self, text: str) -> Wish:
        """What a link stands for. Raises LinkRefused."""
        return read_token(text, self.desk.key, self.desk.clock())

    def confirm(self, wish: Wish) -> Future[Record]:
        """Record the consent of whoever read the mail; the same link again gives the same record."""
        desk = self.desk
        with self.confirming:
            for known in desk.records.of(wish.subject):
                requested = known.choice.requested_at
                if requested and int(requested.timestamp()) == wish.requested and known.choice.how == "mail":
                    done: Future[Record] = Future()
                    done.set_result(known)
                    return done
            made = self.recorder.record(desk.confirmed(wish))
            wait([made], PATIENCE)
            return made

    def withdraw_by_mail(self, wish: Wish) -> Future[Record]:
        """Withdraw what was confirmed by mail."""
        return self.recorder.record(self.desk.withdrawal(wish.subject, wish.site, "withdraw", wish.purposes))


def _writable(text: str) -> bool:
    """No control character, and no half of a character, which no encoding has."""
    return not any(unicodedata.category(one) in ("Cc", "Cs") for one in text)
