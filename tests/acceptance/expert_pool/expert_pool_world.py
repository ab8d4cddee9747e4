"""A served pool, browsers that visit it over HTTP, and a sweep that looks for a marker everywhere."""

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import httpx
from sqlalchemy import event, func, insert, select, update

from expert_pool import schema
from expert_pool.passwords import hashed
from expert_pool.serve import start
from expert_pool.work import team
from plate_shop.database import utcnow

_numbers = count(1)
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
PASSWORD = "ein langes passwort"
_STAFF_HASH = hashed("staff-password")


class Visitor(httpx.Client):
    """A browser without scripts: it fetches a page, fills in its form and sends it."""

    def __init__(self, world):
        super().__init__(base_url=world.url, timeout=20, trust_env=False)

    def submit(self, path, values=None, *, page=None, files=None, **more):
        """Posts what the page's form would post."""
        found = _TOKEN.search(self.get(page or path).text)
        sent = {"csrf": found[1] if found else "", **(values or {})}
        return self.post(path, data=sent, files=files, **more)


@dataclass
class Somebody:
    """A person of the pool whose every value can be searched for, and their browser."""

    id: int
    given: str
    family: str
    email: str
    visitor: Visitor

    def submit(self, *args, **more):
        return self.visitor.submit(*args, **more)

    def get(self, path):
        return self.visitor.get(path)


class World:
    """The pool and everybody around it on the loopback."""

    def __init__(self, folder, url):
        self.folder = folder
        self.running = start(url, folder)
        self.url, self.around, self.pool = self.running.url, self.running.around, self.running.pool
        if url.startswith("sqlite"):
            self.pool.engine.dispose()
            event.listen(self.pool.engine, "connect", lambda c, _: c.execute("PRAGMA synchronous = OFF"))
        self._staff = {}

    def register(self, visitor, **more):
        """The form only; the mailed link is not followed yet."""
        number = next(_numbers)
        given, family = f"Markerin{number:04d}", f"Markerotter{number:04d}"
        email = f"marker{number:04d}@example.org"
        values = {
            "given_name": given,
            "family_name": family,
            "country": "DE",
            "email": email,
            "password": PASSWORD,
            "consent": "yes",
        }
        answer = visitor.submit("/registrieren", values | more)
        assert answer.status_code == 200, answer.text
        return Somebody(self.one(schema.person, email=email).id, given, family, email, visitor)

    @contextmanager
    def person(self, *, messages=True):
        """Somebody who registered, confirmed and logged in through the front door."""
        with Visitor(self) as visitor:
            one = self.register(visitor, **({"messages": "yes"} if messages else {}))
            (mail,) = self.around.mail.to(one.email)
            visitor.submit(re.search(r"/bestaetigen/\S+", mail.get_content())[0])
            assert self.enter(one).status_code == 303
            yield one

    def enter(self, one, password=PASSWORD):
        return one.submit("/anmelden", {"email": one.email, "password": password})

    @contextmanager
    def staff(self, role, unit="office", name=""):
        """Somebody of this role, logged in."""
        login = f"test-{role}{name}"
        if login not in self._staff:
            with self.pool.engine.begin() as connection:
                self._staff[login] = team.hire(connection, login, role, unit, password_hash=_STAFF_HASH)
        with Visitor(self) as visitor:
            answer = visitor.submit("/intern/", {"login": login, "password": "staff-password"})
            assert answer.status_code == 303, answer.text
            yield visitor

    def rows(self, table, **where):
        wanted = select(table).where(*(table.c[name] == value for name, value in where.items()))
        with self.pool.engine.connect() as connection:
            return list(connection.execute(wanted))

    def one(self, table, **where):
        (row,) = self.rows(table, **where)
        return row

    def count(self, table):
        with self.pool.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table))

    def change(self, table, where, **values):
        with self.pool.engine.begin() as connection:
            changed = connection.execute(
                update(table).where(*(table.c[n] == v for n, v in where.items())).values(values)
            ).rowcount
        assert changed

    def insert(self, table, **values):
        with self.pool.engine.begin() as connection:
            return connection.execute(insert(table).values(values)).inserted_primary_key[0]

    def vacancy(self, **more):
        values = {"organisation_id": 1, "field_id": 1, "country": "Kalevia", "employment": False, "members_only": False}
        words = {"title_de": "Stelle", "title_en": "Position", "text_de": "Text", "text_en": "Text"}
        days = {"published_at": utcnow(), "closes_on": utcnow().date() + timedelta(days=30)}
        number = self.insert(schema.vacancy, **values | words | days | more)
        self.insert(
            schema.vacancy_posting,
            vacancy_id=number,
            channel="members" if more.get("members_only") else "site",
            posted_at=utcnow(),
        )
        return number

    def training(self, organisation=1, **more):
        words = {"title_de": "Kurs", "title_en": "Course", "text_de": "Text", "text_en": "Text", "members_only": False}
        start = utcnow().date() + timedelta(days=20)
        days = {"published_at": utcnow(), "starts_on": start, "ends_on": start, "places": 8, "fee_cents": 0}
        number = self.insert(schema.training, organisation_id=organisation, **words | days | more)
        self.insert(schema.training_posting, training_id=number, channel="site", posted_at=utcnow())
        return number

    def upload(self, one, text="Lebenslauf", name="cv.txt", **more):
        values = {"kind": "cv", **more}
        answer = one.submit("/ich/dokumente", values, files={"file": (name, text.encode(), "text/plain")})
        return answer, (self.rows(schema.document, person_id=one.id) or [None])[-1]

    def admit(self, one, field=1):
        """Through the whole approval loop, by two people of the staff."""
        assert one.submit(f"/ich/bewerben/feld/{field}").status_code == 303
        asked = self.rows(schema.membership, person_id=one.id, field_id=field)[-1]
        self.decide("felder", asked.id)

    def decide(self, word, number, step="approve"):
        path = f"/intern/pruefung/{word}/{number}"
        with self.staff("approval", "peace", "-1") as first:
            assert first.submit(path, {"step": "check"}, page="/intern/pruefung").status_code == 303
        with self.staff("approval", "peace", "-2") as second:
            return second.submit(path, {"step": step, "reason": "geprüft"}, page="/intern/pruefung")

    def traces(self, marker):
        """Every store in which the marker is found, by name: tables, files by name and content, spool, logs."""
        found = set()
        for table in schema.pool.sorted_tables:
            if any(marker in str(value) for row in self.rows(table) for value in row):
                found.add(table.name)
        for path in self.folder.rglob("*"):
            inside = path.is_file() and path.suffix not in (".db", ".db-journal") and marker.encode() in path.read_bytes()
            if marker in path.name or inside:
                found.add(str(path.relative_to(self.folder).parts[0]))
        return found

    def close(self):
        self.running.close()
