"""What else a platform holds after some years: contributions, mails, sessions, decisions, messages, numbers of visits."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from citizen_platform.generating import values

Rows = defaultdict[str, list[dict]]
_PAGES = ("/", "/teams/stadtbaeume", "/teams/nachtluft", "/teams/gesund-altern", "/kontakt", "/unter-16", "/registrieren")


def contributions(rows: Rows, random: Random, members: list[dict], count: int, now: datetime) -> None:
    """Suggestions and what was said about them; some by people who have left."""
    active = [one for one in members if one["state"] == "active"]
    for number in range(1, count + 1):
        author = random.choice(active)
        at = values.between(random, author["registered_at"], now)
        rows["suggestion"].append(
            {
                "id": number,
                "team_id": random.randint(1, 3),
                "account_id": author["id"] if random.random() < 0.9 else None,
                "title": random.choice(values.QUESTIONS),
                "text": f"{random.choice(values.QUESTIONS)} {random.choice(values.ANSWERS)}",
                "shown": random.choices(("visible", "review", "hidden"), (95, 3, 2))[0],
                "created_at": at,
            }
        )
        for _ in range(random.choice((0, 1, 1, 2, 3, 5))):
            _comment(rows, random, number, random.choice(active), at, now)


def _comment(rows: Rows, random: Random, suggestion: int, author: dict, since: datetime, now: datetime) -> None:
    row = {"suggestion_id": suggestion, "account_id": author["id"] if random.random() < 0.9 else None}
    at = values.between(random, max(since, author["registered_at"]), now)
    rows["comment"].append(row | {"text": random.choice(values.ANSWERS), "shown": "visible", "created_at": at})


def around(rows: Rows, random: Random, members: list[dict], now: datetime) -> None:
    """Memberships, mails of the last months, sessions that nobody ended."""
    for one in members:
        if one["state"] != "active":
            continue
        for team in random.sample((1, 2, 3), random.choice((0, 1, 1, 2))):
            joined = values.between(random, one["registered_at"], now).date()
            row = {"team_id": team, "account_id": one["id"], "joined_on": joined, "notify": random.random() < 0.3}
            rows["membership"].append(row)
        if random.random() < 0.3:
            sent = max(values.before(random, now, 0, 90), one["registered_at"])
            rows["mail_log"].append({"account_id": one["id"], "template": "activity", "sent_at": sent})
    for one in random.sample(members, min(30, len(members))):
        seen = values.before(random, now, 0, 40)
        row = {"token_digest": values.digest(random), "account_id": one["id"], "state": "{}"}
        rows["web_session"].append(row | {"created_at": seen - timedelta(minutes=20), "last_seen_at": seen})


def decisions(rows: Rows, random: Random, now: datetime) -> None:
    """What staff decided and looked at, some of it years ago."""
    for _ in range(40):
        row = {"kind": random.choice(("hide", "redact", "remove")), "target": "comment", "target_id": random.randint(1, 500)}
        decided = values.before(random, now, 0, 1500)
        rows["moderation"].append(
            row | {"staff_id": 2, "reason": "Kontaktdaten im Text", "decided_at": decided, "contested_at": None}
        )
    for _ in range(120):
        row = {"staff_id": 1, "seen": f"contact {random.randint(1, 300)}", "reason": "Bearbeitung der Nachricht"}
        rows["access_record"].append(row | {"seen_at": values.before(random, now, 0, 900)})


def contact(rows: Rows, random: Random, number: int, now: datetime, years: int) -> None:
    """One message to the operator and what became of it."""
    received = values.before(random, now, 0, years * 365)
    done = received + timedelta(days=random.uniform(0.2, 9))
    open_, held = done > now or random.random() < 0.04, random.random() < 0.03
    ended = {"state": "open", "done_at": None, "held_for": None, "held_until": None}
    if not open_:
        until = (received + timedelta(days=6 * 366)).date() if held else None
        ended = {"state": "done", "done_at": done, "held_for": "§ 147 Abs. 3 AO" if held else None, "held_until": until}
    rows["contact"].append(
        {
            "id": number,
            "thread_token": values.token(random),
            "subject": "Frage zum Projekt",
            "sensitive": random.random() < 0.05,
            "received_at": received,
            "last_message_at": min(done, now),
            "sender_email": f"anfrage.{values.email(random, number)}",
            "sender_name": f"{random.choice(values.WORDS)} {random.choice(values.ANIMALS).title()}",
            **ended,
        }
    )
    says = (("in", random.choice(values.QUESTIONS), received), ("out", random.choice(values.ANSWERS), min(done, now)))
    for direction, body, at in says[: 1 if open_ else 2]:
        rows["contact_message"].append({"contact_id": number, "direction": direction, "body": body, "created_at": at})


def usage(random: Random, now: datetime, days: int) -> Rows:
    """Numbers of visits, day by day."""
    rows: Rows = defaultdict(list)
    for back in range(1, days + 1):
        day = (now - timedelta(days=back)).date()
        rows["page_day"] += [{"day": day, "page": page, "views": random.randint(5, 400)} for page in _PAGES]
        rows["browser_day"] += [
            {"day": day, "browser": name, "views": random.randint(5, 300)} for name in ("Firefox", "Chrome", "Safari")
        ]
    return rows
