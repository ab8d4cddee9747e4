"""What stands in the books on the first day: tables, organisations, fields, stakeholders, staff accounts."""

from datetime import date, datetime

from sqlalchemy import Connection, Engine, insert, select

from expert_pool import schema
from expert_pool.pool import OPERATOR
from expert_pool.work.team import TEAM, hire
from plate_shop.database import utcnow

FIELDS = (
    ("Wahlbeobachtung", "Election observation"),
    ("Friedensförderung", "Peacebuilding"),
    ("Humanitäre Hilfe", "Humanitarian aid"),
    ("Rechtsstaat und Polizei", "Rule of law and police"),
    ("Logistik", "Logistics"),
)
ORGANISATIONS = (
    (OPERATOR, "operator", "DE"),
    ("Akademie Nordhafen", "partner", "DE"),
    ("Institut Rivière", "partner", "FR"),
    ("Nothilfe Auental", "partner", "DE"),
)
#: organisation, contact, country, whether international, on what a transfer rests
STAKEHOLDERS = (
    ("Wahlbüro der Region West", "Leitung Entsendung", "DE", False, ""),
    ("Mission Delta", "Mission Personnel", "CH", False, "Angemessenheitsbeschluss 2000/518/EG (Art. 45 DSGVO)"),
    ("Rat der Küstenstaaten", "Secretariat", "XX", True, "ausdrückliche Einwilligung (Art. 49 Abs. 1 Buchst. a DSGVO)"),
    ("Agency Farland", "Recruiting", "XX", False, ""),
    ("Netzwerk Kolchis", "Coordination", "GE", False, "Standardvertragsklauseln 2021/914/EU (Art. 46 DSGVO)"),
)


def found(engine: Engine, *, now: datetime | None = None, since: date | None = None) -> None:
    """Creates the tables, and in an empty pool the books and the (locked) staff accounts."""
    now = now or utcnow()
    schema.pool.create_all(engine)
    with engine.begin() as connection:
        if connection.scalar(select(schema.organisation.c.id).limit(1)) is None:
            _fill(connection, now, since or now.date())


def _fill(connection: Connection, now: datetime, since: date) -> None:
    organisations = [
        {"name": name, "role": role, "country": country, "agreed_on": since} for name, role, country in ORGANISATIONS
    ]
    connection.execute(insert(schema.organisation), organisations)
    connection.execute(insert(schema.competence_field), [{"name_de": de, "name_en": en} for de, en in FIELDS])
    connection.execute(insert(schema.stakeholder), [_stakeholder(*one, now) for one in STAKEHOLDERS])
    for login, (role, unit) in TEAM.items():
        hire(connection, login, role, unit, since=since)


def _stakeholder(organisation: str, name: str, country: str, international: bool, basis: str, now: datetime) -> dict:
    words = organisation.lower().replace("ü", "ue").replace("ö", "oe").split()
    return {
        "organisation": organisation,
        "contact_name": name,
        "email": f"{words[0]}.{words[-1]}@stakeholder.example",
        "country": country,
        "international": international,
        "transfer_basis": basis,
        "added_at": now,
    }
