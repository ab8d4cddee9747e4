"""A mail server that insists on TLS. It files what is meant for the operator, and keeps the rest to look at."""

import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from sqlalchemy import Engine

from citizen_platform.mails import DOMAIN
from citizen_platform.standins.filing import file_contact
from citizen_platform.standins.served import listen

#: Every address that is printed somewhere leads to the same mailbox.
OPERATOR = frozenset(f"{name}@{DOMAIN}" for name in ("kontakt", "datenschutz", "info"))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail as it arrived."""

    to: tuple[str, ...]
    tls: str | None  #: the protocol of the connection, or None when it came in clear
    message: EmailMessage


class MailServer:
    """Receives on the loopback. Without a certificate it offers no TLS, to see whether it is refused.

    With a ``spool`` what is not for the operator also lies there, as in the mailboxes of those to whom it goes.
    """

    def __init__(self, mailbox: Engine, certificate: tuple[Path, Path] | None, spool: Path | None = None) -> None:
        self.delivered: list[Delivery] = []
        self._spool = spool
        self._mailbox = mailbox
        options = {"require_starttls": True, "tls_context": _context(certificate)} if certificate else {}
        with listen() as bound:
            self.port = bound.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        """Called by aiosmtpd with a whole mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        tls = session.ssl and server.transport.get_extra_info("ssl_object").version()
        if OPERATOR.intersection(address.lower() for address in envelope.rcpt_tos):
            file_contact(self._mailbox, mail)
            mail = EmailMessage()  # the mailbox is the only place where it is kept
        elif self._spool:
            self._spool.mkdir(parents=True, exist_ok=True)
            (self._spool / f"{len(self.delivered):06d}.eml").write_bytes(envelope.content)
        self.delivered.append(Delivery(tuple(envelope.rcpt_tos), tls, mail))
        return "250 filed"

    def close(self) -> None:
        """Stops receiving."""
        self._controller.stop()


def _context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*map(str, certificate))
    return context
