"""A served shop, browsers that visit it over HTTP, and a sweep that looks for a marker everywhere."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count

import httpx
from sqlalchemy import event, select

from plate_shop import schema
from plate_shop.serve import start
from plate_shop.trade import team

_numbers = count(1)


@dataclass
class Form:
    action: str = ""
    inputs: dict[str, dict] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    buttons: int = 0

    @property
    def required(self):
        return {name for name, attributes in self.inputs.items() if "required" in attributes}

    @property
    def ticked(self):
        boxes = {n: a for n, a in self.inputs.items() if a.get("type") in ("checkbox", "radio")}
        return {name for name, attributes in boxes.items() if "checked" in attributes}


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
        elif self._open:
            self._inside(tag, attributes)

    def _inside(self, tag, attributes):
        if tag in ("input", "select", "textarea"):
            self._open.inputs.setdefault(attributes["name"], {}).update(attributes)
        self._open.buttons += tag == "button"
        if tag == "a":
            self._open.links.append(attributes.get("href", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None


class Visitor(httpx.Client):
    """A browser without scripts: it fetches a page, fills in its form and sends it."""

    def __init__(self, world):
        super().__init__(base_url=world.url, timeout=20, verify=False, trust_env=False)

    def page(self, path):
        return Page(self.get(path).text)

    def secret(self, path):
        """The token that a form of this page carries."""
        return next(form.inputs["csrf"]["value"] for form in self.page(path).forms)

    def submit(self, path, values=None, page=None):
        """Posts what the page's form would post."""
        return self.post(path, data={"csrf": self.secret(page or path), **(values or {})})


PLATE = {"district": "QA", "letters": "mu", "digits": "77", "suffix": "", "product": "standard", "quantity": "2"}
VEHICLE = {"vehicle_class": "car", "first_registration": "2019", "mileage": "", "use": "private", "drivers": "one"}


def somebody():
    """A person whose every value can be searched for."""
    number = next(_numbers)
    return {
        "name": f"Kundin Markerdachs{number:04d}",
        "street": f"Markergasse{number:04d} 1",
        "postal_code": "00123",
        "city": f"Markerstadt{number:04d}",
        "email": f"marker{number:04d}@example.org",
    }


@dataclass
class Order:
    person: dict
    number: str
    id: int
    pay_at: str


def _hurry(connection, _record):
    """No test pulls the plug, so no write needs to wait for the disk."""
    connection.execute("PRAGMA synchronous = OFF")


class World:
    """The shop and its town on the loopback, and what staff need to log in."""

    def __init__(self, folder, **more):
        self.folder = folder
        urls = (f"sqlite:///{folder}/shop.db", f"sqlite:///{folder}/mailbox.db")
        self.running = start(*urls, **more)
        self.url, self.town, self.shop = self.running.url, self.running.town, self.running.shop
        for engine in (self.shop.engine, self.shop.mailbox):
            engine.dispose()
            event.listen(engine, "connect", _hurry)
        self.passwords = {}

    def hire(self, login, role, **more):
        self.passwords[login] = f"pass-{login}"
        team.hire(self.shop.engine, login, role, self.passwords[login], **more)

    @contextmanager
    def staff(self, role):
        """Somebody of this role, logged in."""
        login = f"test-{role}"
        if login not in self.passwords:
            self.hire(login, role)
        with Visitor(self) as visitor:
            answer = visitor.submit("/intern/", {"login": login, "password": self.passwords[login]})
            assert answer.status_code == 303
            yield visitor

    def rows(self, table, **where):
        engine = self.shop.mailbox if table.metadata is schema.mailbox else self.shop.engine
        wanted = select(table).where(*(table.c[name] == value for name, value in where.items()))
        with engine.connect() as connection:
            return list(connection.execute(wanted))

    def traces(self, marker):
        """Every store in which the marker is found, by name; the databases also byte by byte."""
        found = set()
        for table in (*schema.shop.sorted_tables, *schema.mailbox.sorted_tables):
            if any(marker in str(value) for row in self.rows(table) for value in row):
                found.add(table.name)
        for file in self.folder.glob("*.db*"):
            if marker.encode() in file.read_bytes():
                found.add(file.name)
        for name in ("payment", "carrier", "fulfilment", "registration", "portal"):
            if marker in json.dumps(getattr(self.town, name).recorder.received, ensure_ascii=False):
                found.add(name)
        if any(marker in str(mail.message) for mail in self.town.mail.delivered):
            found.add("mail")
        return found

    def close(self):
        self.running.close()


def walk(visitor, person=None, *, reservation=False, consent=False, until="pruefen", plate=PLATE):
    """Fills in the steps of a checkout, up to but without this one."""
    person = person or somebody()
    steps = {
        "kennzeichen": plate | ({"reservation_wanted": "yes"} if reservation else {}),
        "adresse": person,
        "versand": {"method": "card"} | ({"carrier_consent": "yes"} if consent else {}),
    }
    for name, values in steps.items():
        if name == until:
            break
        answer = visitor.submit(f"/bestellen/{name}", values)
        assert answer.status_code == 303, answer.text
    return person


def order(world, visitor, **choices):
    """Walks through the checkout and binds it."""
    person = walk(visitor, **choices)
    answer = visitor.submit("/bestellen/pruefen")
    assert answer.headers["location"] == "/bestellung/danke"
    row = world.rows(schema.shop_order, email=person["email"])[-1]
    thanks = visitor.page("/bestellung/danke")
    pay_at = next((a for a in thanks.addresses if a.startswith(world.town.services["payment"])), None)
    return Order(person, row.number, row.id, pay_at)


def pay(visitor, placed, account="4000-1234-5678-9010"):
    """Types the card at the provider's own page and follows it back."""
    back = visitor.post(placed.pay_at, data={"account": account}).headers["location"]
    assert visitor.get(back).headers["location"] == "/bestellung/danke"


def received(service, since=0):
    return [entry["body"] for entry in service.recorder.received[since:]]
