"""Everything that is no order: inquiries, comparison consents, rights requests, left checkouts."""

import json
from datetime import datetime, timedelta
from random import Random

from plate_shop import versions
from plate_shop.generating import values
from plate_shop.generating.orders import Rows
from plate_shop.recipients import PORTAL

_QUESTIONS = (
    "Frage zur Lieferzeit",
    "Passt das Maß 460 mm?",
    "Reservierung verlängern",
    "Rechnung als Kopie",
)

#: (state, kept_for, idle): every population that a rule about inquiries tells apart, in turn.
INQUIRY_CASES = (
    ("closed", None, False),
    ("closed", None, False),
    ("closed", "contract", False),
    ("closed", "letter", False),
    ("closed", "claim", False),
    ("answered", None, True),
    ("open", None, True),
    ("open", None, False),
)


def inquiry(rows: Rows, random: Random, number: int, now: datetime, years: int) -> None:
    """One thread of the mailbox with its messages."""
    state, kept_for, idle = INQUIRY_CASES[number % len(INQUIRY_CASES)]
    opened = _opened(random, now, years, closed=state == "closed", idle=idle)
    writer = values.person(random, number)
    times = sorted(values.later(random, opened, 0, 3) for _ in range(1 if state == "open" else 2))
    times = [opened, *times[1:]]
    thread = {
        "id": number,
        "thread_token": values.token(random),
        "subject": random.choice(_QUESTIONS),
        "state": state,
        "opened_at": opened,
        "last_message_at": times[-1],
        "closed_at": values.later(random, times[-1], 0, 5) if state == "closed" else None,
        "kept_for": kept_for,
        "reference": f"M{opened.year}-{number:06d}" if kept_for else None,
        "sender_email": writer["email"],
        "sender_name": writer["name"],
    }
    rows["inquiry"].append(thread)
    rows["inquiry_message"] += [_message(thread, moment, index) for index, moment in enumerate(times)]


def _opened(random: Random, now: datetime, years: int, *, closed: bool, idle: bool) -> datetime:
    if closed:
        return now - timedelta(days=random.randint(12, 365 * years), seconds=random.randint(0, 86399))
    if idle:
        return now - timedelta(days=random.randint(120, 700), seconds=random.randint(0, 86399))
    return now - timedelta(days=random.randint(0, 5), seconds=random.randint(0, 86399))


def _message(thread: dict, moment: datetime, index: int) -> dict:
    incoming = index % 2 == 0
    return {
        "inquiry_id": thread["id"],
        "direction": "in" if incoming else "out",
        "sender": thread["sender_email"] if incoming else "kontakt@shop.example",
        "body": f"{thread['subject']}\n\nMit freundlichen Grüßen\n{thread['sender_name']}",
        "created_at": moment,
    }


def comparison_consent(random: Random, now: datetime, years: int) -> dict:
    """A proof of consent that says nothing about who and what."""
    return {
        "id": values.token(random),
        "text_version": f"{versions.COMPARISON_CONSENT}/de",
        "portal": PORTAL,
        "consented_at": now - timedelta(seconds=random.randint(0, 365 * years * 86400)),
    }


def data_request(random: Random, number: int, now: datetime) -> dict:
    """A request of a person concerned; every fourth is still open, one of them late."""
    received = now - timedelta(days=(20 if number % 8 else 40) if number % 4 == 0 else random.randint(60, 1500))
    closed = None if number % 4 == 0 else values.later(random, received, 2, 25)
    return {
        "kind": ("access", "erasure", "rectification", "restriction")[number % 4],
        "contact_digest": values.digest(random),
        "received_at": received,
        "due_at": received + timedelta(days=30),
        "closed_at": closed,
        "outcome": "answered" if closed else None,
        "delete_after": closed.date().replace(day=1, year=closed.year + 3) if closed else None,
    }


def former_staff(now: datetime) -> list[dict]:
    """Two who left: one so long ago that the account is due, one just now."""
    since = (now - timedelta(days=900)).date()
    known = {"password_hash": "!", "instructed_on": since, "bound_to_secrecy_on": since}
    return [
        {**known, "login": "ehemals-auftrag", "role": "orders", "left_on": (now - timedelta(days=200)).date()},
        {**known, "login": "ehemals-betreuung", "role": "support", "left_on": (now - timedelta(days=20)).date()},
    ]


def left_checkout(random: Random, now: datetime) -> dict:
    """A session whose owner went away hours ago; the shop purges it at its next start."""
    seen = now - timedelta(hours=random.randint(1, 200))
    state = {"checkout": {"plate": {"district": "Q", "letters": "AB", "digits": "1"}}}
    return {
        "token_digest": values.digest(random),
        "state": json.dumps(state),
        "created_at": seen - timedelta(minutes=9),
        "last_seen_at": seen,
    }


def suppression(random: Random, now: datetime) -> dict:
    """Somebody who wants no advertising, known only by a digest."""
    return {"digest": values.digest(random), "since": now - timedelta(days=random.randint(1, 2000))}
