"""One invented person with everything that belongs to them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from expert_pool import notice
from plate_shop.generating.values import ANIMALS, CITIES, COLOURS, STREETS, digest, later, token

Rows = defaultdict[str, list[dict]]
AREAS = ("Wahlrecht", "Mediation", "Logistik", "Finanzen", "Menschenrechte", "Polizei", "IT", "Gesundheit")
TONGUES = ("Englisch", "Französisch", "Spanisch", "Russisch", "Arabisch")
PLACES = ("Kalevia", "Südmark", "Isoland", "Nordhafen", "Terra Alta")
GIVEN = ("Kim", "Toni", "Sascha", "Robin", "Luca", "Mika", "Noa", "Jona", "Charlie", "Eli")
#: how somebody stands, and how often
STANDINGS = ("member", "member", "member", "rejected", "rejected", "silent", "silent", "new", "unconfirmed", "withdrawn")


class Person:
    """Writes the rows of one person into ``rows``; the numbers of rows are given by ``numbers``."""

    def __init__(self, rows: Rows, random: Random, number: int, now: datetime, years: int) -> None:
        self.rows, self.random, self.number, self.now = rows, random, number, now
        self.standing = STANDINGS[number % len(STANDINGS)]
        self.registered = self._registered(years)
        self.last = self._last_active()
        self.email = f"person.{number}@example.org"
        self.code = sha256(self.email.encode()).hexdigest()
        self.documents: list[str] = []

    def _registered(self, years: int) -> datetime:
        if self.standing in ("new", "unconfirmed"):
            return self.now - timedelta(days=self.random.randint(1, 60))
        return self.now - timedelta(days=self.random.randint(200, 365 * years), seconds=self.random.randint(0, 86399))

    def _last_active(self) -> datetime:
        if self.standing == "silent":  # about half of them are long overdue
            return self.registered + timedelta(days=self.random.randint(0, 100))
        if self.standing in ("member", "rejected"):
            span = (self.now - self.registered).days
            return self.registered + timedelta(days=self.random.randint(span // 2, span))
        return self.registered

    def write(self) -> None:
        """The account, the profile and what hangs on it."""
        self._account()
        self._profile()
        if self.standing == "unconfirmed":
            return
        self._skills()
        self._documents()
        self._availability()
        self._history()

    def add(self, table: str, **values: object) -> None:
        """One row."""
        self.rows[table].append(values)

    def consent(self, purpose: str, at: datetime, stakeholder: int | None = None) -> str:
        """A row of the ledger; returns its number."""
        name = token(self.random)
        self.add(
            "consent",
            id=name,
            person_id=self.number,
            subject_digest=self.code,
            purpose=purpose,
            stakeholder_id=stakeholder,
            text_version=notice.VERSION,
            text_digest=notice.text_digest(purpose),
            shown_in="de" if self.number % 5 else "en",
            given_at=at,
            withdrawn_at=None,
        )
        return name

    def _account(self) -> None:
        classes = {"member": "kept", "unconfirmed": "unconfirmed", "withdrawn": "leaving"}
        left = self.standing == "withdrawn"
        self.add(
            "person",
            id=self.number,
            email=self.email,
            password_hash="!",
            state="member" if self.standing == "member" else "applicant",
            storage_class=classes.get(self.standing, "other"),
            language="de" if self.number % 5 else "en",
            registered_at=self.registered,
            confirmed_at=None if self.standing == "unconfirmed" else self.registered,
            last_active_at=self.last,
            consent_withdrawn_at=self.last + timedelta(days=5) if left and self.number % 20 != 19 else None,
            terminated_by_person_at=self.last + timedelta(days=9) if left and self.number % 20 == 19 else None,
            terminated_by_operator_at=self.last + timedelta(days=20) if left and self.number % 20 == 19 else None,
            origin=None,
        )
        self.consent("profile", self.registered)
        if self.standing == "withdrawn" and self.number % 20 != 19:
            self.rows["consent"][-1]["withdrawn_at"] = self.last + timedelta(days=5)

    def _profile(self) -> None:
        random = self.random
        self.surname = (random.choice(COLOURS) + random.choice(ANIMALS)).capitalize()
        self.add(
            "profile",
            person_id=self.number,
            given_name=random.choice(GIVEN),
            family_name=self.surname,
            gender=random.choice(("female", "female", "male", "male", "diverse", "")),
            birth_year=random.choice((None, random.randint(1955, 2003))),
            phone="" if random.random() < 0.5 else f"+49 30 000{random.randint(1000, 9999)}",
            street=f"{random.choice(STREETS)} {random.randint(1, 99)}",
            postal_code=f"00{random.randint(100, 999)}",
            city=random.choice(CITIES),
            country=random.choice(("DE", "DE", "DE", "AT", "FR", "PL")),
            headline=f"{random.choice(AREAS)} mit Erfahrung in {random.choice(PLACES)}",
            about=f"Ich arbeite seit Jahren zu {random.choice(AREAS)}. Fragen an {self.surname}.",
            source="self",
            informed_at=None,
            updated_at=self.last,
        )

    def _skills(self) -> None:
        random, at = self.random, self.registered
        for area in random.sample(AREAS, random.randint(1, 3)):
            self.add("competence", person_id=self.number, area=area, years=random.randint(1, 20), note="", added_at=at)
        for tongue in random.sample(TONGUES, random.randint(1, 2)):
            level = random.choice(("B1", "B2", "C1"))
            self.add("language_skill", person_id=self.number, tongue=tongue, level=level, added_at=at)
        self.add(
            "experience",
            person_id=self.number,
            employer=f"Mission {random.choice(PLACES)}",
            role=random.choice(AREAS),
            country=random.choice(PLACES),
            from_year=random.randint(2000, 2015),
            until_year=random.choice((None, 2018)),
            description=f"Gemeinsam mit {random.choice(GIVEN)} {random.choice(COLOURS)}{random.choice(ANIMALS)}.",
            added_at=at,
        )
        if self.number % 4 == 0:
            name = f"{random.choice(GIVEN)} {random.choice(COLOURS)}{random.choice(ANIMALS)}"
            mail = f"referee.{self.number}@example.net"
            self.add("referee", person_id=self.number, name=name, email=mail, relation="frühere Leitung", added_at=at)

    def _documents(self) -> None:
        for kind in ("cv", "course")[: self.random.randint(0, 2)]:
            name = token(self.random)
            self.documents.append(name)
            self.add(
                "document",
                id=name,
                person_id=self.number,
                kind=kind,
                file_name=f"{kind}-{self.surname}.txt",
                media_type="text/plain",
                size=len(self.content(kind)),
                sha256=sha256(self.content(kind)).hexdigest(),
                special=False,
                uploaded_at=self.registered,
                last_used_at=self.last if self.number % 3 else None,
            )

    def content(self, kind: str) -> bytes:
        """What stands in a document of this person."""
        return f"{self.surname}\n{self.email}\n{kind}\nNummer {self.number}\n".encode()

    def _availability(self) -> None:
        start = self.last.date()
        row = {"from_on": start, "until_on": start + timedelta(days=self.random.randint(10, 200))}
        self.add("availability", person_id=self.number, kind="available", entered_at=self.last, **row)

    def _history(self) -> None:
        actions = {"registered": self.registered, "logged-in": self.last}
        for action, at in actions.items():
            self.add("audit", at=at, actor="person", staff_id=None, person_id=self.number, action=action, detail=None)

    def moments(self, count: int) -> Iterator[datetime]:
        """Times between registration and the last activity."""
        return (later(self.random, self.registered, 0, max(0.01, (self.last - self.registered).days)) for _ in range(count))


__all__ = ["Person", "Rows", "digest"]
