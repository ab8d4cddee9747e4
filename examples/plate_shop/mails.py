"""Sends mail: encrypted with a checked certificate, or not at all."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from plate_shop.products import euros

DOMAIN = "shop.example"
INQUIRIES = f"kontakt@{DOMAIN}"

_texts = Environment(
    loader=PackageLoader("plate_shop", "templates/mail"),
    undefined=StrictUndefined,
    autoescape=False,
    trim_blocks=True,
    keep_trailing_newline=True,
)
_texts.filters["euros"] = euros


class MailError(Exception):
    """The mail was not sent."""


class NotEncryptedError(MailError):
    """The mail server offers no STARTTLS; nothing was sent in clear."""


class NotDeliveredError(MailError):
    """The mail server could not be reached, could not be trusted or refused the mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpRoute:
    """The mail server, and the file with the certificate authority that vouches for it."""

    host: str
    port: int
    ca_file: Path


class Post:
    """Hands mail to the server of the route."""

    def __init__(self, route: SmtpRoute) -> None:
        self._route = route

    def send(self, message: EmailMessage) -> None:
        """Delivers to the mail server over TLS, or raises."""
        try:
            with smtplib.SMTP(self._route.host, self._route.port, timeout=10) as server:
                server.ehlo()
                if not server.has_extn("starttls"):
                    raise NotEncryptedError("the mail server offers no STARTTLS")
                context = ssl.create_default_context(cafile=str(self._route.ca_file))
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                server.starttls(context=context)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise NotDeliveredError(type(error).__name__) from None


def compose(template: str, to: str, subject: str, values: Mapping[str, object]) -> EmailMessage:
    """An order mail from its declared template."""
    body = _texts.get_template(f"{template}.txt").render(values)
    return message(sender=f"bestellung@{DOMAIN}", to=to, subject=subject, body=body)


def message(*, sender: str, to: str, subject: str, body: str, reply_to: Address | None = None) -> EmailMessage:
    """A plain-text mail: no picture, no tracking, nothing but the text."""
    mail = EmailMessage()
    mail["From"] = Address("Musterschild GmbH", addr_spec=sender)
    mail["To"] = to
    mail["Subject"] = subject
    if reply_to:
        mail["Reply-To"] = reply_to
    mail.set_content(body)
    return mail
