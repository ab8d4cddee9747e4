"""A small service of two systems, a shop and its mailbox, and people who ask it for something; used by the command line alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from zusage.cli import cli
from zusage.cli.failing import reported
from zusage.sealing import SigningKey

SHOP = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT, since DATETIME);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), what TEXT, at DATETIME);
"""
POST = """
CREATE TABLE account (id INTEGER PRIMARY KEY, customer_id INTEGER, alias TEXT, since DATETIME);
CREATE TABLE mail (id INTEGER PRIMARY KEY, sender TEXT, body TEXT, at DATETIME);
"""
MANIFEST = """\
zusage: 1
controller: {name: Example GmbH, email: privacy@example.org, land: BE}
systems:
  shop: {url: "sqlite:///FOLDER/shop.sqlite3"}
  post: {url: "sqlite:///FOLDER/post.sqlite3"}
classes: {one: {de: Angaben, en: details}}
guard: {share: 1.0, batch: 2, approvers: [KEY]}
people: {customer: {record: shop.customer, key: id, title: {de: Kundinnen, en: customers}, known_by: [shop.customer.email, post.mail.sender]}}
requests: {kept: P1Y, identity_within: P14D}
telling: {}
recipients:
  carrier:
    title: {de: Paketblitz, en: Paketblitz}
    role: controller
    country: DE
    notices: {by: webhook, to: "https://carrier.example/notices", everybody: true}
activities:
  mailbox:
    title: {de: Postfach, en: Mailbox}
    purpose: {de: Postfach, en: mailbox}
    legal_basis: art-6-1-b
    data:
      post.account: {of: customer via customer_id, classes: {one: [alias, since]}}
      post.mail: {classes: {one: [sender, body, at]}}
    keep:
      - {name: accounts, data: post.account, at_most: P9Y, from: since}
      - {name: mails, data: post.mail, at_most: P9Y, from: at}
  orders:
    title: {de: Bestellung, en: Orders}
    purpose: {de: Bestellung, en: orders}
    legal_basis: art-6-1-b
    recipients: [carrier]
    data:
      shop.customer: {classes: {one: [name, email, since]}}
      shop.purchase: {of: customer via customer_id, classes: {one: [what, at]}}
    keep:
      - {name: purchases, data: shop.purchase, at_most: P9Y, from: at}
      - {name: customers, data: shop.customer, at_most: P9Y, from: since, waits_for: [shop.purchase via customer_id]}
"""
AT = "2026-01-01 10:00:00"


@dataclass
class Asking:
    """Six customers with two purchases, an account and a mail each; the fourth and the fifth have one address."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Asking:
        key = SigningKey.generate(folder / "second.key", "second-person")
        text = MANIFEST.replace("FOLDER", str(folder)).replace("KEY", f'"{key.verifier.encode()}"')
        (folder / "zusage.yaml").write_text(text, encoding="utf-8")
        made = cls(folder)
        with closing(sqlite3.connect(folder / "shop.sqlite3")) as shop, closing(sqlite3.connect(folder / "post.sqlite3")) as post:
            shop.executescript(SHOP)
            post.executescript(POST)
            for n in range(1, 7):
                shop.execute("INSERT INTO customer VALUES (?, ?, ?, ?)", (n, f"name of {n}", made.address(n), AT))
                post.execute("INSERT INTO account VALUES (?, ?, ?, ?)", (n, n, f"alias of {n}", AT))
                post.execute("INSERT INTO mail VALUES (?, ?, ?, ?)", (n, made.address(n).upper(), f"body of {n}", AT))
                for p in (2 * n, 2 * n + 1):
                    shop.execute("INSERT INTO purchase VALUES (?, ?, ?, ?)", (p, n, f"what of {n}", AT))
            shop.commit()
            post.commit()
        return made

    @staticmethod
    def address(n: int) -> str:
        """Of a customer."""
        return f"some{4 if n == 5 else n}@mail.example"

    def sql(self, statement: str, system: str = "shop") -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / f"{system}.sqlite3")) as database, database:
            return database.execute(statement).fetchall()

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything, by table."""
        tables = {"shop": ("customer", "purchase"), "post": ("account", "mail")}
        return {name: self.sql(f"SELECT * FROM {name}", system) for system, names in tables.items() for name in names}

    def theirs(self, n: int) -> int:
        """How many rows a customer has by a key."""
        counts = ("SELECT count(*) FROM customer WHERE id = {}", "SELECT count(*) FROM purchase WHERE customer_id = {}")
        there = sum(int(str(self.sql(one.format(n))[0][0])) for one in counts)
        return there + int(str(self.sql(f"SELECT count(*) FROM account WHERE customer_id = {n}", "post")[0][0]))

    def rewrite(self, old: str, new: str) -> None:
        path = self.folder / "zusage.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def down(self, system: str) -> None:
        """Nobody can reach a system any more."""
        (self.folder / f"{system}.sqlite3").rename(self.folder / f"{system}.away")

    def up(self, system: str) -> None:
        """It is back as it was."""
        (self.folder / f"{system}.away").rename(self.folder / f"{system}.sqlite3")

    def run(self, words: str, *more: str) -> tuple[int, str]:
        """A command without the manifest's name; returns its exit code and all that it says."""
        name, _, rest = words.partition(" | ")
        given = [*name.split(), str(self.folder / "zusage.yaml"), *rest.split(), *more]
        code = -1

        def main(arguments: list[str]) -> None:
            nonlocal code
            code = reported(cli, arguments)

        import click

        @click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
        @click.pass_context
        def shell(context: click.Context) -> None:
            main(context.args)

        found = CliRunner().invoke(shell, given, catch_exceptions=False, terminal_width=200)
        return code, found.output
