"""Sends mail: encrypted with a checked certificate, or not at all; to members only what is on the closed list."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

DOMAIN = "mitforschen.example"
CONTACT = f"kontakt@{DOMAIN}"

#: Everything that ever goes to a member; there is no newsletter and no advertising.
SUBJECTS = {
    "confirm": ("Bitte bestätigen Sie Ihre Anmeldung", "Please confirm your registration"),
    "known": ("Sie haben schon ein Konto", "You already have an account"),
    "reset": ("Neues Passwort festlegen", "Set a new password"),
    "new-address": ("Bitte bestätigen Sie Ihre neue E-Mail-Adresse", "Please confirm your new e-mail address"),
    "address-changed": ("Ihre E-Mail-Adresse wird geändert", "Your e-mail address is being changed"),
    "activity": ("Neues in Ihrem Team", "News in your team"),
    "inactive": ("Ihr Konto ruht", "Your account is idle"),
    "guardian": ("Ihr Kind möchte mitforschen", "Your child would like to take part"),
}

_texts = Environment(
    loader=PackageLoader("citizen_platform", "templates/mail"),
    undefined=StrictUndefined,
    autoescape=False,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


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


def compose(template: str, to: str, language: str, values: Mapping[str, object], unsubscribe: str = "") -> EmailMessage:
    """A mail from its declared template, to one person, in their language."""
    body = _texts.get_template(f"{template}.{language}.txt").render(values)
    mail = message(sender=f"plattform@{DOMAIN}", to=to, subject=SUBJECTS[template][language == "en"], body=body)
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    return mail


def message(*, sender: str, to: str, subject: str, body: str, reply_to: Address | None = None) -> EmailMessage:
    """A plain-text mail: no picture, no tracking, nothing but the text."""
    mail = EmailMessage()
    mail["From"] = Address("Mitforschen Musterstadt", addr_spec=sender)
    mail["To"] = to
    mail["Subject"] = subject
    if reply_to:
        mail["Reply-To"] = reply_to
    mail.set_content(body)
    return mail
