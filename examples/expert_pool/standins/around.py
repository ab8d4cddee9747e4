"""A stakeholder, a partner organisation and a mail server, started together."""

import ssl
import tempfile
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from flask import Flask, abort

from expert_pool.mails import SmtpRoute
from plate_shop.standins.certificate import make_certificate
from plate_shop.standins.served import Recorder, Served, listen

ELSEWHERE = "localhost"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail as it arrived."""

    to: tuple[str, ...]
    tls: str | None
    message: EmailMessage


class MailServer:
    """Receives over TLS only, and keeps what it received to look at."""

    def __init__(self, certificate: tuple[Path, Path]) -> None:
        self.delivered: list[Delivery] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*map(str, certificate))
        with listen() as bound:
            self.port = bound.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, require_starttls=True, tls_context=context)
        self._controller.start()

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        """Called by aiosmtpd with a whole mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        tls = session.ssl and server.transport.get_extra_info("ssl_object").version()
        self.delivered.append(Delivery(tuple(envelope.rcpt_tos), tls, mail))
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that somebody received."""
        return [one.message for one in self.delivered if address in one.to]

    def close(self) -> None:
        """Stops receiving."""
        self._controller.stop()


class Body:
    """An organisation with a system of its own: takes registrations and notices under Art. 19 GDPR."""

    def __init__(self, name: str) -> None:
        self.app = Flask(name)
        self.recorder = Recorder(self.app)
        self.down = False  #: answers nothing, to see what the pool does then
        for path in ("/registrations", "/notices"):
            self.app.add_url_rule(path, path, self._take, methods=["POST"])

    def _take(self) -> dict:
        if self.down:
            abort(503)
        self.recorder.note()
        return {"taken": True}


class Surroundings:
    """All of them, each on a port of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="expert-pool-")
        certificate = make_certificate(Path(self._folder.name))
        self.mail = MailServer(certificate)
        self.smtp = SmtpRoute(host="127.0.0.1", port=self.mail.port, ca_file=certificate[0])
        self.partner, self.stakeholder = Body("partner"), Body("stakeholder")
        self._served = {name: Served(getattr(self, name).app, host=ELSEWHERE) for name in ("partner", "stakeholder")}

    @property
    def services(self) -> dict[str, str]:
        """Where each service is."""
        return {name: served.url for name, served in self._served.items()}

    def close(self) -> None:
        """Stops all of them."""
        for served in self._served.values():
            served.close()
        self.mail.close()
        self._folder.cleanup()
