"""Members: those who came, those who never confirmed, those who have long gone quiet."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from citizen_platform import versions
from citizen_platform.community.consents import PROFILE, REGISTRATION, STUDY_GROUP, TEAMS
from citizen_platform.generating import values

Rows = defaultdict[str, list[dict]]

_LANGUAGES = ("de", "de", "de", "en", "nl", "pl")
_POSTAL = {"de": "{:05d}", "en": "{:05d}", "nl": "{:04d} AB", "pl": "{:02d}-{:03d}"}


def member(rows: Rows, random: Random, number: int, now: datetime, years: int) -> None:
    """One member with everything that hangs on the account alone."""
    registered = values.before(random, now, 0.1, years * 365)
    confirmed = random.random() > 0.06
    last = values.between(random, registered, now) if random.random() < 0.45 else values.before(random, now, 0, 200)
    last = max(last, registered) if confirmed else registered
    language = random.choice(_LANGUAGES)
    rows["account"].append(
        {
            "id": number,
            "username": values.username(random, number),
            "email": values.email(random, number),
            "password_hash": values.password_hash(random),
            "language": "en" if language in ("en", "nl", "pl") else "de",
            "state": "active" if confirmed else "unconfirmed",
            "registered_at": registered,
            "confirmed_at": registered + timedelta(hours=2) if confirmed else None,
            "last_seen_on": last.date(),
            "reminded_on": None,
            "teams_public": random.random() < 0.1,
            "age_stated": "16-or-older",
            "guardian_request_id": None,
        }
    )
    _consent(rows, random, number, REGISTRATION, registered)
    if confirmed:
        _optional(rows, random, number, language, registered, now)
    elif registered > now - timedelta(days=3):
        _token(rows, random, number, "confirm", registered, timedelta(days=3))


def _optional(rows: Rows, random: Random, number: int, language: str, registered: datetime, now: datetime) -> None:
    if random.random() < 0.4:
        study = random.random() < 0.2
        given = values.between(random, registered, now)
        _consent(rows, random, number, PROFILE, given)
        if study:
            _consent(rows, random, number, STUDY_GROUP, given)
        rows["profile"].append(_profile(random, number, language, study))
    elif random.random() < 0.1:
        _consent(rows, random, number, PROFILE, registered, values.between(random, registered, now))
    if random.random() < 0.3:
        _consent(rows, random, number, TEAMS, registered)
    if random.random() < 0.04:
        issued = values.before(random, now, 0, 400)
        if issued > registered:
            _token(rows, random, number, "reset", issued, timedelta(hours=1))


def _profile(random: Random, number: int, language: str, study: bool) -> dict:
    some = lambda value: value if random.random() < 0.7 else None  # noqa: E731
    return {
        "account_id": number,
        "main_language": some(language),
        "other_languages": some(random.choice(("Englisch", "Polnisch, Englisch", "Niederländisch"))),
        "country": some({"nl": "NL", "pl": "PL"}.get(language, "DE")),
        "postal_code": some(_POSTAL[language].format(random.randint(1, 99), random.randint(100, 999))),
        "birth_year": some(random.randint(1940, 2005)),
        "gender": some(random.choice(("female", "male", "diverse"))),
        "rri_group": some(random.choice(("public", "research", "policy", "business", "education"))),
        "study_group": random.choice(("yes", "no")) if study else None,
        "experience": some("Ich beobachte seit Jahren, was in meiner Straße wächst."),
        "interests": some(random.choice(("Bäume, Böden", "Stadtklima", "Gesundheit im Alter"))),
        "project_ends_on": date(2028, 12, 31) if random.random() < 0.8 else date(2024, 12, 31),
    }


def _consent(rows: Rows, random: Random, number: int, purpose: str, given: datetime, withdrawn: datetime | None = None) -> None:
    rows["consent"].append(
        {
            "id": values.token(random),
            "account_id": number,
            "purpose": purpose,
            "text_version": f"{versions.CONSENT}/de",
            "text_digest": values.digest(random),
            "given_at": given,
            "withdrawn_at": withdrawn,
        }
    )


def _token(rows: Rows, random: Random, number: int, kind: str, issued: datetime, life: timedelta) -> None:
    row = {"digest": values.digest(random), "account_id": number, "kind": kind, "new_email": None, "issued_at": issued}
    rows["token"].append(row | {"expires_at": issued + life})


def child(rows: Rows, random: Random, number: int, now: datetime) -> None:
    """A request to a parent: some long unanswered, some new, some agreed to with an account."""
    asked = values.before(random, now, 0, 300)
    agreed = asked + timedelta(hours=20) if number % 3 == 0 else None
    row = {"id": number, "token_digest": values.digest(random), "guardian_email": f"eltern.{number}@example.org"}
    rows["guardian_request"].append(row | {"asked_at": asked, "agreed_at": agreed})
    if agreed and number % 2 == 0:
        rows["account"][number - 1] |= {"age_stated": "guardian", "guardian_request_id": number}
