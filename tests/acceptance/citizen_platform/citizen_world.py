"""A served platform, browsers that visit it over TLS, and a sweep that looks for a marker in every store."""

import gzip
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from time import monotonic, sleep

import httpx
from sqlalchemy import event, select

from citizen_platform import schema
from citizen_platform.community import staff
from citizen_platform.serve import start

_numbers = count(1)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) MarkerBrowser/77.7"


@dataclass
class Form:
    action: str = ""
    inputs: dict[str, dict] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)

    @property
    def required(self):
        return {name for name, attributes in self.inputs.items() if "required" in attributes}

    @property
    def chosen(self):
        return {name for name, attributes in self.inputs.items() if "checked" in attributes or "selected" in attributes}


class Page(HTMLParser):
    """The forms and the addresses of a page."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.addresses, self.tags = [], [], []
        self._open = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.addresses += [attributes[key] for key in ("href", "src", "action") if attributes.get(key)]
        if tag == "form":
            self._open = Form(attributes.get("action", ""))
            self.forms.append(self._open)
        elif self._open and tag in ("input", "select", "textarea") and "name" in attributes:
            self._open.inputs.setdefault(attributes["name"], {}).update(attributes)
        elif self._open and tag == "a":
            self._open.links.append(attributes.get("href", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None


class Visitor(httpx.Client):
    """A browser without scripts: it fetches a page, fills in its form and sends it."""

    def __init__(self, world, **more):
        super().__init__(base_url=world.url, timeout=20, verify=False, trust_env=False, headers={"User-Agent": AGENT}, **more)

    def page(self, path):
        return Page(self.get(path).text)

    def secret(self, path):
        """The token that a form of this page carries."""
        return next(form.inputs["csrf"]["value"] for form in self.page(path).forms if "csrf" in form.inputs)

    def submit(self, path, values=None, page=None):
        """Posts what the page's form would post."""
        return self.post(path, data={"csrf": self.secret(page or path), **(values or {})})


@dataclass
class Somebody:
    """A person whose every value can be searched for."""

    username: str
    email: str
    password: str


def somebody():
    number = next(_numbers)
    return Somebody(f"Markerdachs{number:04d}", f"marker{number:04d}@example.org", f"Sehr-geheim-{number:04d}-Wort")


def link_in(mail):
    """The path of the first link of a mail."""
    return re.search(r"https://[^/\s]+(/\S*)", mail.get_content())[1]


def _hurry(connection, _record):
    """No test pulls this plug, so no write needs to wait for the disk."""
    connection.execute("PRAGMA synchronous = OFF")


class World:
    """The platform on the loopback, and what staff need to log in."""

    def __init__(self, folder):
        self.folder = folder
        self.rooms = folder / "rooms"
        urls = (f"sqlite:///{folder}/platform.db", f"sqlite:///{folder}/mailbox.db")
        self.running = start(*urls, rooms=self.rooms, nginx=folder / "nginx", notice=folder / "notice")
        self.url, self.mail, self.platform = self.running.url, self.running.mail, self.running.platform
        self.logs = self.running.nginx.logs
        for engine in (self.platform.engine, self.platform.mailbox):
            engine.dispose()
            event.listen(engine, "connect", _hurry)
        self.passwords = {}

    def mails(self, to):
        return [mail.message for mail in self.mail.delivered if mail.to == (to,)]

    def register(self, visitor, person, path="/registrieren", **changes):
        values = {"username": person.username, "email": person.email, "password": person.password, "age": "16", "consent": "yes"}
        return visitor.submit(path, {k: v for k, v in (values | changes).items() if v is not None})

    def confirm(self, visitor, person):
        return visitor.submit(link_in(self.mails(person.email)[-1]))

    def login(self, visitor, person):
        return visitor.submit("/anmelden", {"name": person.username, "password": person.password})

    @contextmanager
    def member(self, person=None):
        """Somebody who is registered, confirmed and logged in."""
        person = person or somebody()
        with Visitor(self) as visitor:
            assert self.register(visitor, person).headers["location"] == "/post"
            assert self.confirm(visitor, person).status_code == 200
            assert self.login(visitor, person).status_code == 303
            visitor.person = person
            (visitor.row,) = self.rows(schema.account, username=person.username)
            yield visitor

    @contextmanager
    def staff(self, role):
        """Somebody of this role, logged in."""
        login = f"test-{role}"
        if login not in self.passwords:
            self.passwords[login] = f"pass-{login}"
            staff.hire(self.platform.engine, login, role, self.passwords[login])
        with Visitor(self) as visitor:
            answer = visitor.submit("/intern/", {"login": login, "password": self.passwords[login]})
            assert answer.status_code == 303
            yield visitor

    def rows(self, table, **where):
        engine = self.platform.mailbox if table.metadata is schema.mailbox else self.platform.engine
        wanted = select(table).where(*(table.c[name] == value for name, value in where.items()))
        with engine.connect() as connection:
            return list(connection.execute(wanted))

    def traces(self, marker):
        """Every store in which the marker is found: tables by name, files byte by byte, packed ones unpacked, and sent mails."""
        found = set()
        for table in (*schema.platform.sorted_tables, *schema.mailbox.sorted_tables):
            if any(marker in str(value) for row in self.rows(table) for value in row):
                found.add(table.name)
        for file in sorted(self.folder.rglob("*")):
            if file.is_file() and marker.encode() in (
                gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            ):
                found.add(file.name if self.rooms not in file.parents else "rooms")
        if any(marker in str(mail.message) for mail in self.mail.delivered):
            found.add("mail")
        return found

    def lines(self, name="access.log"):
        return (self.logs / name).read_text().splitlines()

    def line(self, word, name="access.log"):
        """The newest line with this word; nginx writes it a moment after its answer."""
        until = monotonic() + 60
        while not (found := [line for line in self.lines(name) if word in line]) and monotonic() < until:
            sleep(0.02)
        return found[-1]

    def close(self):
        self.running.close()
