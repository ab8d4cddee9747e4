"""A notice by mail. The receipt is that the mail server has taken it (RFC 5321, 250)."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from .letter import PATIENCE, Letter, NotDelivered, Sent


def send_mail(server: str, sender: str, to: str, letter: Letter) -> Sent:
    """Hand the mail over; a repetition has the same Message-ID. Raises NotDelivered."""
    try:
        with _connected(server) as smtp:
            smtp.send_message(_message(sender, to, letter))
    except smtplib.SMTPRecipientsRefused as error:
        status = next(iter(error.recipients.values()), (0, b""))[0]
        raise NotDelivered(f"the mail server refused the recipient's address with status {status}") from None
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(f"the mail server answered with status {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotDelivered(f"the mail server could not be reached or spoken to ({type(error).__name__})") from None
    return Sent("the mail server has taken it")


def _connected(server: str) -> smtplib.SMTP:
    parts = urlsplit(server)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE)
        smtp.ehlo_or_helo_if_needed()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
    if parts.username:
        smtp.login(unquote(parts.username), unquote(parts.password or ""))
    return smtp


def _message(sender: str, to: str, letter: Letter) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = letter.subject
    made["From"] = sender
    made["To"] = to
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2].strip('<> ') or 'localhost'}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text)
    return made
