"""Fills an empty pool and its folders with invented years. The same seed gives the same rows."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection, insert

from expert_pool import schema
from expert_pool.files import Files
from expert_pool.founding import found
from expert_pool.generating.people import Person, Rows
from expert_pool.generating.work import WRITER, Dealings, offers
from expert_pool.work.history import closed_on
from plate_shop.database import continue_numbering, is_empty, open_engine, utcnow
from plate_shop.generating.values import digest, token

Report = Callable[[int, int], None]
CHUNK = 500


class NotEmptyError(Exception):
    """The database already has rows; invented rows are never mixed with them."""


def generate(
    url: str,
    folder: Path,
    *,
    people: int = 5_000,
    years: int = 8,
    now: datetime | None = None,
    seed: int = 4711,
    report: Report = lambda done, total: None,
) -> None:
    """Writes ``years`` of an invented pool up to ``now`` (naive UTC) into an empty database and folder."""
    now, random = now or utcnow(), Random(seed)
    engine = open_engine(url)
    schema.pool.create_all(engine)
    with engine.connect() as connection:
        if not is_empty(connection, schema.pool):
            raise NotEmptyError(f"{engine.url.render_as_string()}: has rows; give an empty database")
    found(engine, now=now - timedelta(days=365 * years), since=(now - timedelta(days=365 * years)).date())
    files = Files(folder)
    (folder / "spool").mkdir(exist_ok=True)  # where mail waits; a pool that was never served has none
    with engine.begin() as connection:
        _write(connection, files, random, people, years, now, report)
        continue_numbering(connection, schema.pool)
    engine.dispose()


def _write(connection: Connection, files: Files, random: Random, people: int, years: int, now: datetime, report: Report) -> None:
    rows: Rows = defaultdict(list)
    offers(rows, random, now, years)
    dealings = Dealings(rows, random, now, years)
    counts: Counter[tuple[str, str, str]] = Counter()
    for number in range(1, people + 1):
        one = Person(rows, random, number, now, years)
        one.write()
        dealings.write(one)
        for name in one.documents:
            files.put(name, one.content("cv"), "text/plain", f"cv-{one.surname}.txt")
        if number % CHUNK == 0 or number == people:
            _count(counts, rows)
            _flush(connection, rows)
            report(number, people)
    _others(rows, random, now)
    rows["statistic"] = [
        {"month": month, "measure": measure, "category": category, "number": number, "closed_on": closed_on(month)}
        for (month, measure, category), number in sorted(counts.items())
    ]
    _flush(connection, rows)


def _flush(connection: Connection, rows: Rows) -> None:
    for table in schema.pool.sorted_tables:
        if rows.get(table.name):
            connection.execute(insert(table), rows.pop(table.name))
    rows.clear()


def _count(counts: Counter[tuple[str, str, str]], rows: Rows) -> None:
    """The figures that the running pool would have counted."""
    gender = {row["person_id"]: row["gender"] or "unstated" for row in rows["profile"]}
    for row in rows["person"]:
        counts[row["registered_at"].strftime("%Y-%m"), "registrations", "all"] += 1
    for row in rows["application"]:
        month = row["submitted_at"].strftime("%Y-%m")
        counts[month, "applications", row["kind"]] += 1
        counts[month, "applications-by-gender", gender[row["person_id"]]] += 1
        if row["closed_at"]:
            counts[row["closed_at"].strftime("%Y-%m"), f"applications-{row['state']}", row["kind"]] += 1


def _others(rows: Rows, random: Random, now: datetime) -> None:
    """What belongs to no person of the pool: contacts, sessions left open, holds, old choices, staff who left."""
    for number in range(1, 31):
        at = now - timedelta(days=random.randint(5, 1500))
        rows["contact"].append(
            {
                "id": number,
                "name": f"Kontakt {number}",
                "email": f"contact.{number}@example.net",
                "basis": ("consent", "inquiry", "interest")[number % 3],
                "source": "Teilnehmerliste der Fachtagung",
                "obtained_at": at,
                "informed_at": at + timedelta(days=3) if number % 2 else None,
                "token": token(random),
                "opted_out_at": None,
            }
        )
        if number % 2:
            sent = {"subject": "Einladung", "body": "Wir suchen Fachleute.", "sent_at": at + timedelta(days=3)}
            rows["contact_message"].append({"contact_id": number, "staff_id": WRITER, **sent})
    for number in range(40):
        at = now - timedelta(days=random.randint(1, 900))
        choice = {"choice": "all" if number % 3 else "essential", "text_version": "2026-11", "chosen_at": at}
        rows["cookie_choice"].append({"key_digest": digest(random), **choice})
        rows["suppression"].append({"digest": digest(random), "since": at})
    for number in range(4):
        at = now - timedelta(hours=number + 2)
        who = {"person_id": 1 + 10 * number, "staff_id": None, "created_at": at, "last_seen_at": at}
        rows["web_session"].append({"token_digest": digest(random), "bound_digest": digest(random), **who})
    _holds(rows, now)


def _holds(rows: Rows, now: datetime) -> None:
    """A court needs what two people would no longer have; a third hold ended long ago."""
    for number, ended in ((5, None), (6, None), (15, (now - timedelta(days=200)).date())):
        opened = (now - timedelta(days=400)).date()
        rows["legal_hold"].append(
            {
                "person_id": number,
                "reference": f"VG-{opened.year}-{number}",
                "authority": "Verwaltungsgericht",
                "scope": "Profil und Bewerbungen",
                "opened_on": opened,
                "review_on": (now + timedelta(days=60)).date(),
                "closed_on": ended,
            }
        )
    left = (now - timedelta(days=300)).date()
    since = (now - timedelta(days=900)).date()
    rows["staff"].append(
        {
            "login": "ehemals",
            "name": "Ehemals im Team",
            "password_hash": "!",
            "role": "pool",
            "unit": "office",
            "granted_until": left,
            "instructed_on": since,
            "bound_to_secrecy_on": since,
            "left_on": left,
        }
    )
