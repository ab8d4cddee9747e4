"""The demo: the licence-plate shop with twelve years of data, from broken promises to kept ones.

Runs the product's own commands, prints each before it runs, and leaves everything in ``demo/`` to look at. On a terminal it
ends by serving the shop and its notice until it is stopped; in a pipe it just ends.

The databases are SQLite files there, or the two empty databases of a server whose addresses are given with ``--shop`` and
``--mailbox`` or stand in SHOP_DATABASE_URL and MAILBOX_DATABASE_URL; that role must be able to make roles.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy import Select, func, select

from .backing_up import back_up
from .database import open_engine
from .generate import generate
from .roles import Roles, for_roles
from .schema import consent, customer, dispute, invoice, shop_order

HERE = Path(__file__).parent
CUSTOMERS = 20_000
YEARS = 12
#: the product's command; another may stand in for it that does the same
PROGRAM = os.environ.get("ZUSAGE_DEMO_PROGRAM") or str(Path(sys.executable).parent / "zusage")
_DISPUTED = select(dispute.c.order_id).where(dispute.c.closed_at.is_(None))
VISITORS = 12
#: what only a role can say
_ATTESTED = (
    "carrier-contract", "compliance-review", "physical-protection", "risk-review", "updates", "breach-drill", "sites-in-europe",
    "drill-of-operations",
)  # fmt: skip


class Demo:
    """One run in one folder."""

    def __init__(self, folder: Path, customers: int = CUSTOMERS, shop: str = "", mailbox: str = "") -> None:
        self.folder = folder
        self.customers = customers
        self.console = Console(highlight=False)
        self.on_a_server = bool(shop)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.consent = f"http://127.0.0.1:{self.port}/zusage"
        self.environment = {
            "SHOP_DATABASE_URL": shop or f"sqlite:///{folder / 'shop.sqlite3'}",
            "MAILBOX_DATABASE_URL": mailbox or f"sqlite:///{folder / 'mailbox.sqlite3'}",
            "SHOP_BACKUPS": str(folder / "backups"),
        }
        self.backups = folder / "backups"

    def run(self) -> None:
        """From an empty folder to kept promises."""
        self.prepare()
        if self.on_a_server:
            self.make_roles()
        self.back_up()
        with self.banner():
            self.visit()
            self.tell()

    def tell(self) -> None:
        """The story, while the shop's banner is being answered."""
        self.title("What is wrong with the manifest? Nothing stops us:")
        self.zusage("check", "zusage.yaml")
        self.title("Are the promises kept today? Nobody has ever deleted anything:")
        self.zusage("verify", "zusage.yaml", expect=(1,))
        held = self.hold()
        self.title("What would have to go, and why? Looking changes nothing:")
        self.zusage("plan", "zusage.yaml", "--out", "plan.json")
        self.title("It is more than one person may remove. A second person reads the plan and signs it:")
        self.zusage("approve", "plan.json", "--key", "second-person.key")
        before = self.survivors(held)
        self.title("Carry out that plan and no other:")
        self.zusage("apply", "zusage.yaml", "plan.json")
        self.attest()
        self.title("Last night's backups still know everybody. Restored for practice, they forget whom they must:")
        self.zusage("backup", "drill", "zusage.yaml")
        self.answer()
        self.withdraw()
        if not self.on_a_server:
            self.restrict()
        self.title("Are the promises kept now?")
        self.zusage("verify", "zusage.yaml")
        self.show_survivors(before, self.survivors(held))
        self.title("What the notice says, from the same manifest:")
        self.zusage("publish", "zusage.yaml", "--out", "notice")
        self.goodbye()

    def back_up(self) -> None:
        """As the shop does every night, with the programs of its database."""
        self.backups.mkdir()
        for system in ("shop", "mailbox"):
            back_up(self.environment[f"{system.upper()}_DATABASE_URL"], self.backups / f"{system}-{date.today()}")

    def prepare(self) -> None:
        """The databases, the manifest that names a second person, and that person's key."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        columns = (TextColumn("{task.description}"), BarColumn())
        with Progress(*columns, console=self.console, disable=not self.console.is_terminal) as progress:
            task = progress.add_task(f"making {YEARS} years of orders of {self.customers:,} invented customers")
            generate(
                self.environment["SHOP_DATABASE_URL"],
                self.environment["MAILBOX_DATABASE_URL"],
                customers=self.customers,
                years=YEARS,
                now=datetime.now(UTC).replace(tzinfo=None),
                seed=1,
                report=lambda done, total: progress.update(task, completed=done, total=total),
            )
        (self.folder / "shop.yaml").write_text((HERE / "zusage.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        printed = self.zusage("key", "new", "second-person.key", "--name", "second-person", quiet=True)
        key = re.search(r"second-person\+[0-9a-f]{8}\+\S+", printed)
        if key is None:
            raise SystemExit("the new key was not printed")
        approver = key[0].rstrip('",]')
        (self.folder / "approvers.yaml").write_text(f'guard: {{approvers: ["{approver}"]}}\n', encoding="utf-8")
        (self.folder / "backups.yaml").write_text((HERE / "backups.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        requests = (HERE / "requests.yaml").read_text(encoding="utf-8")
        if self.on_a_server:  # there the shop's own role owns the tables, and no row policy holds an owner
            requests = requests.replace("  restricted: true\n", "")
        (self.folder / "requests.yaml").write_text(requests, encoding="utf-8")
        parts = "import: [shop.yaml, backups.yaml, requests.yaml, approvers.yaml]\n"
        (self.folder / "zusage.yaml").write_text(parts, encoding="utf-8")
        self.note_environment()

    def note_environment(self) -> None:
        """What the commands need, for a shell."""
        exports = "".join(f"export {name}='{value}'\n" for name, value in self.environment.items())
        path = self.folder / "environment"
        path.touch(mode=0o600)
        path.write_text(exports, encoding="utf-8")

    def make_roles(self) -> None:
        """On a server: a role that can only look, and one that can only do what the manifest says, as the product asks for them."""
        self.title("A prover that could write could have made what it proves. The administrator makes two roles:")
        for system in ("shop", "mailbox"):
            address = f"{system.upper()}_DATABASE_URL"
            options = ("--grant", "--for", "zusage.yaml", "--system", system)
            self.zusage("init", f"${{{address}}}", *options)
            statements = json.loads(self.zusage("init", f"${{{address}}}", *options, "--json", quiet=True))
            self.environment |= Roles(self.environment[address], statements).make(system.upper())
        shop = self.folder / "shop.yaml"
        shop.write_text(for_roles(shop.read_text(encoding="utf-8")), encoding="utf-8")
        self.note_environment()

    @contextmanager
    def banner(self) -> Iterator[None]:
        """The service behind the shop's banner, for as long as the block runs."""
        arguments = ["consent", "serve", "zusage.yaml", "--port", str(self.port), "--behind-proxy", "--per-minute", "0"]
        command = [PROGRAM, *arguments]
        environment = {**os.environ, **self.environment}
        served = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL)
        try:
            yield
        finally:
            served.terminate()
            served.wait()

    def visit(self) -> None:
        """Visitors answer the banner: some allow, some refuse, one changes their mind."""
        self.title("Visitors answer the banner of the shop. Each choice is on record, the refusals too:")
        with httpx.Client(base_url=f"{self.consent}/", transport=httpx.HTTPTransport(retries=0), timeout=20) as client:
            text = self._text(client)
            yes, no = {"analytics": "given", "advertising": "given"}, {"analytics": "refused", "advertising": "refused"}
            for number in range(VISITORS):
                answer, how = (yes, "accept-all") if number % 3 == 0 else (no, "reject-all")
                said = {"subject": secrets.token_urlsafe(16), "text": text, "language": "de", "how": how, "choices": answer}
                client.post("choices", json=said).raise_for_status()
                if number == 0:
                    client.post("withdrawals", json={"subject": said["subject"]}).raise_for_status()
        self.zusage("consent", "status", "zusage.yaml")

    def _text(self, client: httpx.Client) -> str:
        """The digest of the German text, as soon as the service answers."""
        for _ in range(300):
            try:
                return re.findall(r'"digest":"([0-9a-f]{64})"', client.get("consent.js").text)[0]
            except httpx.TransportError:
                time.sleep(0.1)
        raise SystemExit("the service for consent does not answer")

    def hold(self) -> str:
        """Place a suspension on one order that would go; returns its number."""
        long_ago = datetime.now() - timedelta(days=6 * 366)
        old = select(shop_order.c.number).where(shop_order.c.status == "completed", shop_order.c.completed_at < long_ago)
        free = old.where(shop_order.c.id.not_in(_DISPUTED)).order_by(shop_order.c.id).limit(1)
        number = str(self.ask(free))
        self.title("A court asks for one old order. A suspension holds it, whatever any rule says:")
        review = (datetime.now(UTC) + timedelta(days=180)).strftime("%Y-%m-%d")
        where = f"number = '{number}'"
        arguments = (
            "--table",
            "shop.shop_order",
            "--where",
            where,
            "--reason",
            "order of a court, file 1",
            "--review-on",
            review,
        )
        self.zusage("suspend", "place", "zusage.yaml", *arguments, "--by", "data protection officer")
        return number

    def answer(self) -> None:
        """Somebody asks what the shop holds of them; a month is all that the law gives."""
        somebody = f"customer={self.ask(select(func.min(customer.c.id)))}"
        by = ("--by", "clerk-1")
        self.title("A customer asks what the shop holds of them. The clock of the law runs until they have their copy:")
        self.zusage("case", "open", "zusage.yaml", "--right", "access", "--person", somebody, *by)
        self.zusage("case", "identify", "zusage.yaml", "C-0001", "--how", "login", *by, quiet=True)
        self.zusage("case", "grant", "zusage.yaml", "C-0001", *by, quiet=True)
        self.zusage("person", "access", "zusage.yaml", somebody, "--to", "copy")
        self.zusage("case", "done", "zusage.yaml", "C-0001", *by, quiet=True)
        self.zusage("case", "answer", "zusage.yaml", "C-0001", *by, "--way", "post", "--words", "The copy went out by post.")

    def withdraw(self) -> None:
        """Somebody does not want the carrier to write to them any more: the shop's own note of their consent ends with it."""
        standing = consent.c.withdrawn_at.is_(None) & (consent.c.purpose == "carrier-announcement")
        somebody = self.ask(
            select(func.max(shop_order.c.customer_id)).join(consent, consent.c.order_id == shop_order.c.id).where(standing)
        )
        self.title("A third withdraws their consent to mails of the carrier. One command ends it, as one click gave it:")
        arguments = ("--person", f"customer={somebody}", "--by", "clerk-1", "--out", "withdrawal.json")
        self.zusage("withdrawal", "place", "zusage.yaml", "delivery-announcement", *arguments)

    def restrict(self) -> None:
        """Somebody says that what the shop has of them is wrong; until that is looked into, nobody may use it."""
        somebody = f"customer={self.ask(select(func.min(shop_order.c.customer_id)))}"
        self.title("Another one says that it is wrong. Until that is looked into, the shop itself cannot read it:")
        self.zusage("restriction", "place", "zusage.yaml", somebody, "--ground", "a", "--by", "clerk-1")

    def attest(self) -> None:
        """The promises that no machine can look at."""
        self.title("Eight promises no machine can see. The roles named in the manifest attest them:")
        for name in _ATTESTED:
            self.zusage("attest", "zusage.yaml", f"attested/{name}", "--by", "the role named there")

    def survivors(self, held: str) -> dict[str, int]:
        """Rows that must outlive the plan."""
        year = datetime.now(UTC).year
        vault = self.folder / ".zusage" / "vault.sqlite3"
        invoices = select(func.count()).select_from(invoice).where(invoice.c.issued_on >= date(year - 8, 1, 1))
        orders = select(func.count()).select_from(shop_order)
        disputed = orders.where(shop_order.c.completed_at < datetime(year - 3, 1, 1), shop_order.c.id.in_(_DISPUTED))
        blocked = 0
        if vault.exists():
            with sqlite3.connect(vault) as database:
                sql = "SELECT count(*) FROM entry WHERE \"table\" = 'invoice'"
                blocked = int(database.execute(sql).fetchone()[0])
        return {
            "invoices under the statutory minimum of eight years": int(str(self.ask(invoices))) + blocked,
            "old orders with an open dispute": int(str(self.ask(disputed))),
            "the order under a suspension": int(str(self.ask(orders.where(shop_order.c.number == held)))),
        }

    def show_survivors(self, before: dict[str, int], after: dict[str, int]) -> None:
        """Presence before and after."""
        self.title("What had to survive, counted by SQL of our own before and after:")
        for name, rows in before.items():
            self.console.print(f"  {name}: {rows:,} before, {after[name]:,} after")
            if rows != after[name] or not rows:
                raise SystemExit(f"{name}: this must not happen")

    def ask(self, question: Select) -> object:
        """One value from the shop's database."""
        engine = open_engine(self.environment["SHOP_DATABASE_URL"])
        with engine.connect() as connection:
            value = connection.scalar(question)
        engine.dispose()
        return value

    def title(self, text: str) -> None:
        """What comes next, for people."""
        self.console.print(f"\n[bold]{text}[/bold]", soft_wrap=True)

    def shell(self) -> str:
        """How somebody says SQL to the shop's database."""
        url = self.environment["SHOP_DATABASE_URL"]
        known = {"sqlite": "sqlite3 shop.sqlite3", "postgresql": 'psql "$SHOP_DATABASE_URL" -c'}
        return known.get(url.partition(":")[0].partition("+")[0], "mariadb … -e")

    def zusage(self, *arguments: str, expect: Sequence[int] = (0,), quiet: bool = False) -> str:
        """Run one command of the product as a user would, in the demo's folder."""
        shown = " ".join(f'"{a}"' if " " in a else a for a in arguments)
        if not quiet:
            self.console.print(f"[dim]$[/dim] [cyan]zusage {shown}[/cyan]", soft_wrap=True)
            self.console.file.flush()
        command = [PROGRAM, *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            check=False,
            text=True,
            stdout=subprocess.PIPE if quiet else None,
        )
        if done.returncode not in expect:
            raise SystemExit(f"zusage {arguments[0]} ended with {done.returncode}, not {' or '.join(map(str, expect))}")
        return done.stdout or ""

    def goodbye(self) -> None:
        """What there is to look at, and how to go on."""
        place = os.path.relpath(self.folder)
        self.title("Left to look at:")
        left = {
            "zusage.yaml, shop.yaml": "the manifest",
            "plan.json": "the plan, and its signatures in plan.json.note",
            "notice/notice.de.html": "the privacy notice, also in English and as Markdown",
            ".zusage/evidence": "the sealed evidence",
            "backups": "what the drill restored",
            "copy/access.pdf": "what the customer got who asked, also as HTML and JSON",
            "environment": "the addresses of the databases",
        }
        for name, what in left.items():
            self.console.print(f"  {place}/{name}  {what}", soft_wrap=True)
        self.title("Go on:")
        go_on = (
            f'cd {place}; . ./environment; export PATH="{Path(os.path.relpath(Path(sys.executable).parent, self.folder))}:$PATH"',
            "zusage status zusage.yaml",
            "zusage explain zusage.yaml orders/claims/at-most",
            "zusage evidence export zusage.yaml --out evidence.zip; zusage evidence verify evidence.zip",
            f"{self.shell()} 'DROP TABLE dispute'; zusage verify zusage.yaml    # break a promise",
        )
        for line in go_on:
            self.console.print(f"  {line}", soft_wrap=True)


@click.command()
@click.option("--shop", envvar="SHOP_DATABASE_URL", default="", help="An empty database of a server, for the shop.")
@click.option("--mailbox", envvar="MAILBOX_DATABASE_URL", default="", help="Another, for the inquiries.")
def main(shop: str, mailbox: str) -> None:
    """Run the demo, then serve the shop where somebody watches."""
    if bool(shop) != bool(mailbox):
        raise click.UsageError("give both databases, the shop's and the mailbox's, or neither")
    customers = int(os.environ.get("ZUSAGE_DEMO_CUSTOMERS", CUSTOMERS))
    demo = Demo(Path(os.environ.get("ZUSAGE_DEMO_FOLDER", "demo")).resolve(), customers, shop, mailbox)
    demo.run()
    if not sys.stdout.isatty():
        return
    demo.title("The shop and its notice, until you press Ctrl-C:")
    arguments = ["--shop", demo.environment["SHOP_DATABASE_URL"], "--mailbox", demo.environment["MAILBOX_DATABASE_URL"]]
    arguments += ["--consent", demo.consent]
    command = [sys.executable, "-m", "plate_shop", "serve", *arguments, "--notice", str(demo.folder / "notice")]
    try:
        with demo.banner():
            subprocess.run(command, check=False)
    except KeyboardInterrupt:
        demo.console.print("stopped")


if __name__ == "__main__":
    main()
