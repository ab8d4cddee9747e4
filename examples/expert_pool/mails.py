"""Mail: written into a spool folder first, then sent encrypted with a checked certificate, or not at all."""

import smtplib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from secrets import token_urlsafe

from sqlalchemy import Connection, Engine, delete, insert, select

from expert_pool.schema import outbox
from plate_shop.database import utcnow

DOMAIN = "pool.example"
SENDER = Address("Fernbrücke Expertenpool", addr_spec=f"pool@{DOMAIN}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpRoute:
    """The mail server, and the file with the certificate authority that vouches for it."""

    host: str
    port: int
    ca_file: Path


class Post:
    """The spool folder and the way out of it."""

    def __init__(self, engine: Engine, spool: Path, route: SmtpRoute | None) -> None:
        self._engine, self.spool, self._route = engine, spool, route
        spool.mkdir(parents=True, exist_ok=True)

    def queue(self, connection: Connection, mail: EmailMessage, kind: str, person_id: int | None = None) -> str:
        """Puts one mail into the spool; it goes out with the next delivery."""
        name = token_urlsafe(32)
        row = {"id": name, "person_id": person_id, "kind": kind, "queued_at": utcnow()}
        connection.execute(insert(outbox).values(row))
        self._file(name).write_bytes(mail.as_bytes(policy=policy.SMTP))
        return name

    def drop(self, names: Iterable[str]) -> None:
        """Takes mail out of the spool unsent."""
        for name in names:
            with suppress(FileNotFoundError):
                self._file(name).unlink()

    def deliver(self) -> int:
        """Sends what is queued; a mail that cannot be sent now stays. Returns how many went."""
        if self._route is None:
            return 0
        with self._engine.connect() as connection:
            names = list(connection.scalars(select(outbox.c.id).order_by(outbox.c.queued_at)))
        return sum(self._send(name) for name in names)

    def _send(self, name: str) -> bool:
        try:
            self._hand_over(self._file(name).read_bytes())
        except FileNotFoundError:
            pass  # nothing to send any more
        except (OSError, smtplib.SMTPException):
            return False
        self.drop([name])
        with self._engine.begin() as connection:
            connection.execute(delete(outbox).where(outbox.c.id == name))
        return True

    def _hand_over(self, raw: bytes) -> None:
        with smtplib.SMTP(self._route.host, self._route.port, timeout=10) as server:
            context = ssl.create_default_context(cafile=str(self._route.ca_file))
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            server.starttls(context=context)
            server.send_message(message_from_bytes(raw, policy=policy.SMTP))

    def _file(self, name: str) -> Path:
        return self.spool / f"{name}.eml"


def compose(to: str, subject: str, body: str, *, stop: str = "", calendar: str = "") -> EmailMessage:
    """A plain mail to one person: no picture, no tracking. ``stop`` is where one click ends such mail (RFC 8058)."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, to, " ".join(subject.split())
    if stop:
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        body += f"\n\nAbbestellen / unsubscribe: {stop}"
    mail.set_content(body)
    if calendar:
        mail.add_alternative(
            calendar, subtype="calendar", params={"method": "CANCEL" if "METHOD:CANCEL" in calendar else "REQUEST"}
        )
    return mail
