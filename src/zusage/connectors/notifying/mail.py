"""A notice by mail. The receipt is that the mail server has taken it (RFC 5321, 250)."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from .letter import PATIENCE, AddressRefused, Circular, Letter, NotDelivered, Sent

#: more than the server stores for one mail (RFC 1870)
_TOO_LONG = 552


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How mail goes out."""

    #: smtp://host:port, encrypted where the server offers it, or smtps://host:port
    server: str
    sender: str
    #: a file with the certificates that are trusted instead of the public ones
    authority: str | None = None


def send_mail(post: Post, to: str, letter: Letter | Circular) -> Sent:
    """Hand the mail over; a repetition has the same Message-ID. Raises NotDelivered."""
    try:
        message = _message(post.sender, to, letter)
    except ValueError:
        raise AddressRefused("the recipient's address cannot be written into a mail") from None
    try:
        with _connected(post) as smtp:
            smtp.send_message(message)
    except smtplib.SMTPNotSupportedError:
        raise AddressRefused("the mail server takes no address with such letters") from None
    except smtplib.SMTPRecipientsRefused as error:
        status = next(iter(error.recipients.values()), (0, b""))[0]
        why = f"the mail server refused the recipient's address with status {status}"
        raise (AddressRefused(why) if status >= 500 else NotDelivered(why)) from None
    except smtplib.SMTPResponseException as error:
        why = f"the mail server answered with status {error.smtp_code}"
        raise NotDelivered(why, down=error.smtp_code < 500, unfit=error.smtp_code == _TOO_LONG) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotDelivered(f"the mail server could not be reached or spoken to ({type(error).__name__})", down=True) from None
    return Sent("the mail server has taken it")


def _connected(post: Post) -> smtplib.SMTP:
    parts = urlsplit(post.server)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=_trust(post))
    else:
        smtp = smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE)
        smtp.ehlo_or_helo_if_needed()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=_trust(post))
    if parts.username:
        smtp.login(unquote(parts.username), unquote(parts.password or ""))
    return smtp


def _trust(post: Post) -> ssl.SSLContext:
    """Read only where it is needed: that takes thirty times as long as a mail."""
    return ssl.create_default_context(cafile=post.authority)


def _message(sender: str, to: str, letter: Letter | Circular) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = letter.subject
    made["From"] = sender
    made["To"] = to
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2].strip('<> ') or 'localhost'}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text)
    if isinstance(letter, Circular) and letter.table:
        name = f"{letter.key}.csv"
        made.add_attachment(letter.table, maintype="text", subtype="csv", params={"charset": "utf-8"}, filename=name)
    return made
