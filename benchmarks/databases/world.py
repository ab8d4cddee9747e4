"""Accounts with logins, purchases and their lines: one row each an account, made by the database itself.

One account in ten was closed more than three years ago; they lie scattered over the whole table, which is the worst case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TABLES = ("account", "login", "purchase", "purchase_line")

SCHEMA = """
CREATE TABLE account (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) NOT NULL, name VARCHAR(80), city VARCHAR(60),
  held INTEGER NOT NULL, closed_at {time}){engine};
CREATE TABLE login (id INTEGER NOT NULL PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account (id), at {time} NOT NULL,
  agent VARCHAR(80)){engine};
CREATE TABLE purchase (id INTEGER NOT NULL PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account (id),
  number VARCHAR(20) NOT NULL, street VARCHAR(80)){engine};
CREATE TABLE purchase_line (id INTEGER NOT NULL PRIMARY KEY, purchase_id INTEGER NOT NULL REFERENCES purchase (id),
  article VARCHAR(60) NOT NULL){engine};
CREATE TABLE dispute (id INTEGER NOT NULL PRIMARY KEY, account_id INTEGER NOT NULL, closed_at {time}){engine};
"""
INDEXES = """
CREATE INDEX account_closed ON account (closed_at);
CREATE INDEX login_account ON login (account_id);
CREATE INDEX purchase_account ON purchase (account_id);
CREATE INDEX line_purchase ON purchase_line (purchase_id);
CREATE INDEX dispute_account ON dispute (account_id);
"""


@dataclass(frozen=True)
class Words:
    """How a kind of database says what the benchmark needs."""

    time: str
    engine: str
    #: a relation with a column ``n`` from 1 to {rows}
    numbers: str
    #: a time of {n} days ago
    ago: str
    #: a number as text with a prefix
    text: str


WORDS = {
    "sqlite": Words(
        time="DATETIME",
        engine="",
        numbers="(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows}) SELECT n FROM c)",
        ago="strftime('%Y-%m-%d %H:%M:%S', 'now', '-' || ({n}) || ' days')",
        text="'{prefix}' || ({n})",
    ),
    "postgresql": Words(
        time="TIMESTAMP",
        engine="",
        numbers="generate_series(1, {rows}) AS c(n)",
        ago="(now() AT TIME ZONE 'UTC')::timestamp(0) - make_interval(days => ({n})::int)",
        text="'{prefix}' || ({n})",
    ),
    "mariadb": Words(
        time="DATETIME",
        engine=" ENGINE=InnoDB",
        numbers="(SELECT seq AS n FROM seq_1_to_{rows}) AS c",
        ago="DATE_SUB(UTC_TIMESTAMP(), INTERVAL ({n}) DAY)",
        text="CONCAT('{prefix}', {n})",
    ),
}


def schema(kind: str) -> list[str]:
    """Statements that make the empty tables."""
    words = WORDS[kind]
    return _statements(SCHEMA.format(time=words.time, engine=words.engine))


def filling(kind: str, accounts: int) -> list[str]:
    """Statements that fill the tables and then index them."""
    words = WORDS[kind]
    numbers = words.numbers.format(rows=accounts)

    def text(prefix: str, n: str = "n") -> str:
        return words.text.format(prefix=prefix, n=n)

    old = words.ago.format(n="1100 + n % 2000")
    recent = words.ago.format(n="n % 900")
    return [
        f"INSERT INTO account SELECT n, {text('person-')}, {text('Name ')}, {text('City ', 'n % 997')}, 0, "
        f"CASE WHEN n * 7 % 10 = 3 THEN {old} WHEN n * 7 % 10 = 5 THEN {recent} END FROM {numbers}",
        f"INSERT INTO login SELECT n, n, {recent}, {text('Agent ', 'n % 89')} FROM {numbers}",
        f"INSERT INTO purchase SELECT n, n, {text('P-')}, {text('Street ')} FROM {numbers}",
        f"INSERT INTO purchase_line SELECT n, n, {text('Article ', 'n % 499')} FROM {numbers}",
        f"INSERT INTO dispute SELECT n, n, CASE WHEN n % 2 = 0 THEN {recent} END FROM {numbers} WHERE n % 50 = 9",
        *_statements(INDEXES),
    ]


def _statements(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


HEAD = """
zusage: 1
controller: {name: Bench GmbH, address: "Weg 1, 12345 Musterstadt", email: b@bench.example, land: NW, officer: {email: o@bench.example}}
notice: {version: 2026-01-31, automated_decisions: none}
systems:
  shop: {url: "${BENCH_URL}", writer: "${BENCH_WRITER_URL}", not_personal: {%s}}
people:
  person: {record: shop.account, key: id}
classes:
  contact: {de: Kontaktdaten, en: contact data}
guard: {share: 1%s}
activities:
  accounts:
    title: {de: Konten, en: Accounts}
    purpose: {de: Führung des Kontos, en: keeping the account}
    legal_basis: art-6-1-b
    data:
      shop.account: {classes: {contact: [email, name, city, held, closed_at]}}
"""
PARTS = """\
      shop.login: {part_of: shop.account via account_id, classes: {contact: [at, agent]}}
      shop.purchase: {part_of: shop.account via account_id, classes: {contact: [number, street]}}
      shop.purchase_line: {part_of: shop.purchase via purchase_id, classes: {contact: [article]}}
"""
DISPUTES = "      shop.dispute: {part_of: shop.account via account_id, classes: {contact: [closed_at]}}\n"
SWEEP = "    keep: [{name: closed, data: shop.account, at_most: P3Y, from: closed_at}]\n"
JOIN = """\
    keep:
      - name: closed
        data: shop.account
        only: held = 0
        at_most: P3Y
        from: closed_at
        unless: EXISTS (SELECT 1 FROM dispute WHERE account_id = account.id AND closed_at IS NULL)
"""
ANONYMISE = """\
    keep:
      - name: closed
        data: shop.account
        at_most: P3Y
        from: closed_at
        then: {anonymise: {email: {constant: gone}, name: {}, city: {first: 3}}}
"""
#: the lines of who received what go before the accounts do, so that they are remembered before the first step
TOLD = """\
      shop.login:
        part_of: shop.account via account_id
        classes: {contact: [at, agent]}
        discloses: {recipient: agent, at: at}
      shop.purchase: {part_of: shop.account via account_id, classes: {contact: [number, street]}}
      shop.purchase_line: {part_of: shop.purchase via purchase_id, classes: {contact: [article]}}
    keep:
      - {name: lines, data: shop.login, at_most: P1D, from: at}
      - {name: closed, data: shop.account, at_most: P3Y, from: closed_at}
    recipients: [carrier]
telling: {within: P14D, escalate: P3D, mail: {server: "mail.bench.example", sender: notices@bench.example}}
recipients:
  carrier:
    title: {de: Bote, en: carrier}
    role: controller
    country: DE
    known_as: [AGENTS]
    notices: {by: webhook, to: "https://carrier.bench.example/", names: {name: shop.account.name}, rules: told}
""".replace("AGENTS", ", ".join(f"Agent {n}" for n in range(89)))


def manifest(folder: Path, task: str, guard: Mapping[str, float]) -> Path:
    """The manifest of a task, in a folder of its own; ``guard`` has what is said there beside the share."""
    others = {
        "sweep": "dispute: bench",
        "join": "",
        "told": "dispute: bench",
        "anonymise": "dispute: b, login: b, purchase: b, purchase_line: b",
    }[task]
    body = {"sweep": PARTS + SWEEP, "join": PARTS + DISPUTES + JOIN, "told": TOLD, "anonymise": ANONYMISE}[task]
    path = folder / "zusage.yaml"
    path.write_text(HEAD % (others, "".join(f", {name}: {value}" for name, value in guard.items())) + body)
    return path
