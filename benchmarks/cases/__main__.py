"""Listing, showing, tending and judging cases, and listing and sending notices, with many on record. Each is measured in a process of its own.

python -m benchmarks.cases [--on KIND]… [--cases N] [--notices N]
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.databases.places import Server, server
from zusage.bootstrap import Product, opened
from zusage.bootstrap.cases.recording import seal_steps
from zusage.bootstrap.cases.requests import all_standing, event_of, some_standing, standing
from zusage.bootstrap.cases.tending import tend
from zusage.rights.case import Event
from zusage.rights.notification import Occasion

KINDS = ("sqlite", "postgresql")
MANIFEST = """
zusage: 1
controller: {name: Bench GmbH, address: "Weg 1, 12345 Musterstadt", email: b@bench.example, land: NW, officer: {email: o@bench.example}}
systems: {bench: {url: "${BENCH_URL}"}}
people: {customer: {record: bench.customer, key: id, known_by: [bench.customer.email], title: {de: Kunden, en: customers}}}
classes: {contact: {de: Kontaktdaten, en: contact data}}
requests: {kept: P3Y, mail: {server: "smtp://127.0.0.1:${BENCH_SMTP}", sender: b@bench.example}}
telling: {within: P14D}
recipients:
  carrier:
    title: {de: Bote, en: carrier}
    role: controller
    country: DE
    notices: {by: webhook, to: "http://127.0.0.1:${BENCH_HTTP}/", names: {email: bench.customer.email}}
activities:
  all:
    title: {de: Alles, en: Everything}
    purpose: {de: Führung des Kontos, en: keeping the account}
    legal_basis: art-6-1-b
    recipients: [carrier]
    data: {bench.customer: {classes: {contact: [email]}, structure: [since]}}
    keep: [{at_most: P9Y, from: since}]
"""


def main() -> None:
    """Measure each kind of database that was named: our own state is in it, and the service's records."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", action="append", choices=KINDS)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--notices", type=int, default=10_000)
    parser.add_argument("--of", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.of:
        _one(asked.of[0], Path(asked.of[1]))
        return
    print(f"{asked.cases:,} cases, one in ten open, one in twenty not acknowledged; {asked.notices:,} notices")
    for kind in asked.on or KINDS:
        with tempfile.TemporaryDirectory(prefix="zusage-bench-") as name, server(kind, Path(name)) as there:
            _measure(kind, there, Path(name), asked.cases, asked.notices)


def _measure(kind: str, there: Server, folder: Path, cases: int, notices: int) -> None:
    _records(there, cases)
    path = folder / "zusage.yaml"
    path.write_text(MANIFEST)
    os.environ["BENCH_URL"] = there.addresses.reader
    if kind == "postgresql":
        os.environ["ZUSAGE_STATE_URL"] = there.addresses.owner
    with _mailbox() as (smtp, http):
        os.environ |= {"BENCH_SMTP": str(smtp), "BENCH_HTTP": str(http)}
        with opened(path) as product:
            fill(product, cases, notices)
            product.state.close()
        for name in WORK:
            command = [sys.executable, "-m", "benchmarks.cases", "--of", name, str(path)]
            made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found, seconds, memory = json.loads(made)
            print(f"{kind:11} {name:22} {found:>7,} {seconds:7.2f} s {memory:5.0f} MiB", flush=True)
    os.environ.pop("ZUSAGE_STATE_URL", None)


def _records(there: Server, people: int) -> None:
    engine = there.engine(there.empty().owner)
    series = f"WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {people - 1}) "
    with engine.begin() as connection:
        run = connection.exec_driver_sql
        run("CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(80), since TIMESTAMP)")
        since = "CAST('2026-01-01 10:00:00' AS TIMESTAMP)" if engine.dialect.name == "postgresql" else "'2026-01-01 10:00:00'"
        run(f"INSERT INTO customer {series.rstrip()} SELECT n, 'mail' || n || '@bench.example', {since} FROM s")
    engine.dispose()
    there.let_read()


def fill(product: Product, cases: int, notices: int) -> None:
    """Nine cases of ten were answered; of the others every second was acknowledged."""
    from zusage.bootstrap.vaults import vault_of

    _ = product.state  # before its models can be named
    from zusage.state.notices import Draft

    at = product.clock() - timedelta(days=10)
    with product.state.together():
        for n in range(cases):
            content = {"person": f"customer={n}", "words": "What do you hold of me? " * 10}
            case = product.state.cases.open("access", Event(kind="received", at=at, by="clerk"), content).id
            kinds = ("acknowledged", "answered")[: 2 if n % 10 else n // 10 % 2]
            for kind in kinds:
                event = event_of(product, kind, "clerk", "post" if kind == "answered" else "")  # type: ignore[arg-type]
                product.state.cases.add(case, event, "words", lambda found: found)
    seal_steps(product)
    vault = vault_of(product)
    with product.state.together():
        for n in range(notices):
            key = str(uuid.uuid4())
            content = json.dumps({"identities": {"email": [f"mail{n}@bench.example"]}, "corrected": None, "public": False})
            draft = Draft(recipient="carrier", key=key, upto="", sealed=vault.seal_note(f"notice {key}", content.encode()))
            occasion = Occasion(kind="erased", about=f"plan {n:064x}", code=f"code {n}", at=product.clock())
            product.state.notices.prepare(occasion, [draft], b"[]")
            product.state.notices.settle(occasion.about, product.clock())


def _list(product: Product) -> int:
    return len(all_standing(product, ended=False))


def _list_all(product: Product) -> int:
    return len(all_standing(product))


def _show(product: Product) -> int:
    for _ in range(100):
        standing(product, product.state.cases.get("C-0500"))
    return 100


def _http_page(product: Product) -> int:
    return len(some_standing(product, ended=True, offset=1500, limit=100))


def _tend(product: Product) -> int:
    return tend(product).acknowledged


def _verify(product: Product) -> int:
    from zusage.bootstrap.proving.case_files import CaseFiles

    return len(CaseFiles(product).filed())


def _notices_list(product: Product) -> int:
    from zusage.bootstrap.telling.delivering import nameless_of, way_of

    every = product.state.notices.all()
    nameless = nameless_of(product, every)
    return len([way_of(product, one, nameless) for one in every])


def _notices_send(product: Product) -> int:
    from zusage.bootstrap.telling.sending import send

    return len(send(product).told)


WORK: dict[str, Callable[[Product], int]] = {
    "list": _list,
    "list --all": _list_all,
    "show, 100 times": _show,
    "a page over HTTP": _http_page,
    "answered in time": _verify,
    "tend": _tend,
    "tend, nothing new": _tend,
    "notices list": _notices_list,
    "notices send": _notices_send,
}


def _one(name: str, path: Path) -> None:
    with opened(path) as product:
        _ = product.state
        before, start = _memory(anew=True), time.perf_counter()
        found = WORK[name](product)
        seconds, grown = time.perf_counter() - start, _memory() - before
        product.state.close()
    print(json.dumps([found, seconds, grown]))


def _memory(*, anew: bool = False) -> float:
    """The most that this process has had in memory, in MiB; ``anew``: from now on."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@contextmanager
def _mailbox() -> Iterator[tuple[int, int]]:
    """A mail server and a web server that take whatever they are given."""
    from aiosmtpd.controller import Controller

    class Taking:
        async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - aiosmtpd names it
            return "250 OK"

    class Heard(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mail, web = Controller(Taking(), hostname="127.0.0.1", port=port), ThreadingHTTPServer(("127.0.0.1", 0), Heard)
    mail.start()
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        yield port, web.server_address[1]
    finally:
        mail.stop()
        web.shutdown()


if __name__ == "__main__":
    main()
