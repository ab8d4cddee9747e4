"""What stands in the books on the first day: tables, teams, providers, links, staff accounts."""

from datetime import date, datetime, timedelta

from sqlalchemy import Engine, insert, select

from citizen_platform import schema

LOCKED = "!"  # no password verifies against it
STAFF = {"postfach": "support", "moderation": "moderation"}
TEAMS = (
    (
        "stadtbaeume",
        "Stadtbäume",
        "City trees",
        "Wie geht es den Bäumen in unseren Straßen? Wir messen Stammumfang und Bodenfeuchte.",
        "How are the trees in our streets? We measure girth and soil moisture.",
    ),
    (
        "nachtluft",
        "Nachtluft",
        "Night air",
        "Wir vergleichen, wie schnell sich Viertel nach heißen Tagen abkühlen.",
        "We compare how quickly quarters cool down after hot days.",
    ),
    (
        "gesund-altern",
        "Gesund altern",
        "Healthy ageing",
        "Welche Fragen sollte Forschung zum Älterwerden stellen? Wir sammeln und gewichten sie.",
        "Which questions should research on ageing ask? We collect and weigh them.",
    ),
)
PROVIDERS = (
    ("Rechenzentrum Musterstadt", "processor", "DE", "platform, e-mail, website"),
    ("Konferenzhaus Musterland", "processor", "DE", "conference room"),
)
LINKS = ("https://www.gesetze-im-internet.de/", "https://www.bfdi.bund.de/")


def found(platform: Engine, mailbox: Engine, *, now: datetime, years: int = 1) -> None:
    """Creates the tables, and on an empty platform what an operator has from the first day."""
    schema.platform.create_all(platform)
    schema.mailbox.create_all(mailbox)
    since = (now - timedelta(days=366 * years)).date()
    with platform.begin() as connection:
        if connection.scalar(select(schema.team.c.id).limit(1)) is not None:
            return
        names = ("slug", "name_de", "name_en", "about_de", "about_en")
        connection.execute(insert(schema.team), [dict(zip(names, one, strict=True)) for one in TEAMS])
        connection.execute(insert(schema.provider), [_provider(one, since, now.date()) for one in PROVIDERS])
        connection.execute(insert(schema.staff), [_account(login, role, since) for login, role in STAFF.items()])
        checked = {"checked_on": now.date(), "checked_by": "Redaktion"}
        connection.execute(insert(schema.external_link), [{"address": address, **checked} for address in LINKS])


def _provider(one: tuple[str, str, str, str], since: date, today: date) -> dict:
    name, role, country, services = one
    dates = {"selected_on": since, "contract_on": since, "controlled_on": max(since, today - timedelta(days=90))}
    return {"name": name, "role": role, "country": country, "services": services, **dates}


def _account(login: str, role: str, since: date) -> dict:
    return {"login": login, "password_hash": LOCKED, "role": role, "bound_to_secrecy_on": since}
