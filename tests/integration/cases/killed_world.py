"""Cases in which everything that can be ordered waits to be ordered, and all that a call may leave behind there."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db.transaction import Atomic
from sqlalchemy.engine import default as engines

from tests.integration.forked import in_child
from tests.integration.killing_calls import die_at
from zusage.bootstrap import Product, opened
from zusage.bootstrap.cases.recording import seal_steps
from zusage.bootstrap.consents import taking

from .asking_world import AT, Asking
from .office_calls import asked
from .transfer_world import RECIPIENT

#: whatever is durable is so by one of these
Moments = tuple[tuple[Any, str], ...]
MOMENTS: Moments = ((Atomic, "__exit__"), (os, "replace"), (os, "unlink"), (engines.DefaultDialect, "do_commit"))
Call = Callable[..., Any]
#: what came of an order, where a number that was given up is not given again, or the digest tells of a time or of a key
GIVEN_UP = re.compile(r" (plan|RC-|U-|\w+ sha256:)")
DOOR = 'door: {at: "https://shop.example/rights"}, mail: {server: "${CASE_SMTP}", sender: a@example.org}'
TABLES = """
CREATE TABLE reader (id INTEGER PRIMARY KEY, email TEXT, agreed INTEGER, at DATETIME);
CREATE TABLE mailing (id INTEGER PRIMARY KEY, customer_id INTEGER, email TEXT, at DATETIME);
CREATE TABLE alert (id INTEGER PRIMARY KEY, customer_id INTEGER, at DATETIME);
"""
#: in the first list stands an address that leads to a row of the second and stands nowhere else
SENT = "CREATE TABLE sent (id INTEGER PRIMARY KEY, email TEXT, used INTEGER, at DATETIME);"
MORE = """activities:
  news:
    title: {de: Brief, en: News}
    purpose: {de: Brief, en: news}
    legal_basis: art-6-1-a
    consent: {withdraw: {de: jederzeit, en: any time}, text_version: "1", records: [{data: shop.reader, address: email, only: agreed = 1, then: {set: {agreed: 0}}}]}
    data:
      shop.reader: {classes: {one: [email, agreed, at]}}
      shop.alert: {of: customer via customer_id, classes: {one: [at]}}
    keep: [{name: news, data: shop.reader, at_most: P9Y, from: at}, {name: alerts, data: shop.alert, at_most: P9Y, from: at}]
  adverts:
    title: {de: Werbung, en: Adverts}
    purpose: {de: Werbung, en: adverts}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    objection: {lists: [{data: shop.mailing, only: email IS NOT NULL, then: {set: {email: null}}}, {data: post.sent, address: email, only: used = 1, then: {set: {used: 0}}}]}
    data:
      shop.mailing: {of: customer via customer_id, classes: {one: [email, at]}}
      post.sent: {classes: {one: [email, used, at]}}
    keep: [{name: adverts, data: shop.mailing, at_most: P9Y, from: at}, {name: sent, data: post.sent, at_most: P9Y, from: at}]
"""
#: what people ask for, each in a case of its own
RIGHTS = (
    ("access", 1), ("restriction", 2), ("rectification", 3), ("restriction", 4), ("access", 5), ("erasure", 6), ("restriction", 7),
    ("objection", 8), ("objection", 1), ("withdrawal", 8), ("erasure", 8), ("objection", 2), ("objection", 2),
    ("portability", 3),
)  # fmt: skip
RIGHT = {"key": "one", "table": "shop.customer", "column": "name", "value": "Right Otter"}
USE = {"purpose": "consent", "reasons": "asked for"}
HOLD = {"reason": "claim 7", "review_on": "2099-01-01"}


def steps(call: Call, case: str, *taken: tuple[str, str]) -> None:
    for role, step in taken:
        how = {"how": "login"} if step == "identify" else {}
        answer = call("POST", f"/office/cases/{case}/steps", role, json={"step": step} | how)
        assert answer.status_code == 200, answer.text


def order(call: Call, case: str, **given: object) -> Any:
    return call("POST", f"/office/cases/{case}/operations", "decider", json=given)


def agree(call: Call, case: str, number: int) -> Any:
    return call("POST", f"/office/cases/{case}/operations/{number}/agreement", "second")


def _come(answer: Any, outcome: str) -> None:
    assert answer.json().get("outcome") == outcome, answer.text


def made(folder: Path) -> Path:
    """A world in which each order of ``OPERATIONS`` can be given."""
    world = Asking.make(folder)
    world.rewrite("recipients:\n", RECIPIENT)
    world.rewrite("requests: {kept: P1Y,", f"requests: {{kept: P1Y, {DOOR},")
    world.rewrite("activities:\n", 'consents: {sites: ["https://shop.example"]}\n' + MORE)
    world.rewrite("post.mail.sender]", "post.mail.sender, shop.mailing.email]")
    with closing(sqlite3.connect(folder / "shop.sqlite3")) as shop, closing(sqlite3.connect(folder / "post.sqlite3")) as post:
        shop.executescript(TABLES)
        post.executescript(SENT)
        for n in (7, 8):
            shop.execute("INSERT INTO customer VALUES (?, ?, ?, ?)", (n, f"name of {n}", world.address(n), AT))
        for n in (1, 2, 8):
            shop.execute("INSERT INTO reader VALUES (?, ?, 1, ?)", (n, world.address(n), AT))
            shop.execute("INSERT INTO mailing VALUES (?, ?, ?, ?)", (n, n, f"other{n}@mail.example", AT))
            shop.execute("INSERT INTO alert VALUES (?, ?, ?)", (n, n, AT))
            post.execute("INSERT INTO sent VALUES (?, ?, 1, ?)", (n, f"other{n}@mail.example", AT))
        shop.commit()
        post.commit()
    text = (folder / "zusage.yaml").read_text()
    (folder / "zusage.yaml").write_text(text.replace(str(folder), "${WORLD}"))
    return folder


def begun(folder: Path) -> None:
    """Whatever must be there before the next order can be given."""
    with opened(folder / "zusage.yaml") as product, asked(product) as call:
        with taking(product) as took:
            shown, subject = took.desk.text_of("de").digest, took.desk.person("account", "8")
            took.grouped.record(took.desk.draft(subject, shown, "de", "", "form", {"news": "given"})).result()
        for number, (right, n) in enumerate(RIGHTS, 1):
            sent = {"right": right, "person": f"customer={n}"}
            assert call("POST", "/office/cases", "intake", json=sent).status_code == 201
            steps(call, f"C-{number:04}", ("intake", "identify"))
            if number > 1:
                steps(call, f"C-{number:04}", ("decider", "grant"))
        for case in ("C-0005", "C-0012", "C-0013"):
            steps(call, case, ("decider", "done"))
        steps(call, "C-0011", ("second", "approve"))
        _come(order(call, "C-0003", operation="rectify", **RIGHT), "")
        for case, restriction in (("C-0004", "R-0001"), ("C-0007", "R-0002")):
            _come(order(call, case, operation="restrict", ground="a"), restriction)
            _come(order(call, case, operation="use", key="one", **USE, restriction=restriction), "")
        _come(agree(call, "C-0007", 6), "U-0001")
        _come(order(call, "C-0007", operation="tell-lifting", restriction="R-0002", how="x"), "R-0002")
        _come(order(call, "C-0007", operation="hold", **HOLD), "S-0003")
        _come(order(call, "C-0009", operation="object", activity="adverts"), "O-0001")
        answer = {"step": "answer", "words": "Here it is.", "way": "mailed-link"}
        answer = call("POST", "/office/cases/C-0013/steps", "decider", json=answer)
        assert answer.json()["events"][-1]["kind"] == "answer ready", answer.text
        product.state.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cases that wait for each order, and for each step that a call can bring."""
    folder = tmp_path_factory.mktemp("killed") / "world"
    folder.mkdir()

    def prepare() -> None:
        os.environ |= {"WORLD": str(made(folder)), "CASE_SMTP": "smtp://127.0.0.1:1"}
        begun(folder)

    _imported(tmp_path_factory.mktemp("imported"))
    in_child(prepare)
    return folder


def _imported(folder: Path) -> None:
    """Whatever serves is imported once, here, and not by each process that is killed; nothing stays open."""
    Asking.make(folder)
    with opened(folder / "zusage.yaml") as product, asked(product) as call:
        assert call("GET", "/office/openapi.json").status_code == 200
        product.state.close()


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORLD", str(tmp_path / "copy"))
    monkeypatch.setenv("CASE_SMTP", "smtp://127.0.0.1:1")
    shutil.copytree(prepared, tmp_path / "copy")
    return tmp_path / "copy"


def calling(folder: Path, work: Callable[..., Any], place: int = 0, moments: Moments = MOMENTS) -> None:
    """Serve some work, and die at a moment of it."""
    with opened(folder / "zusage.yaml") as product, asked(product) as call:
        if place:
            die_at(place, moments)
        work(call)


def left(folder: Path, case: str) -> dict[str, object]:
    """All that a call may leave behind, without times and keys."""
    rows: dict[str, object] = {}
    for system in ("shop", "post"):
        with closing(sqlite3.connect(folder / f"{system}.sqlite3")) as database:
            tables = [str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows |= {name: sorted(map(str, database.execute(f"SELECT * FROM {name}"))) for name in tables}
    with opened(folder / "zusage.yaml") as product:
        seal_steps(product)  # as the next step does, and whoever looks
        found = {"rows": rows, **_registers(product, case), **_files(product)}
        product.state.close()
    return found


def _registers(product: Product, case: str) -> dict[str, object]:
    state = product.state
    events = state.cases.get(case).events
    return {
        "kinds": [(one.kind, one.detail if one.kind == "effected" and not GIVEN_UP.search(one.detail) else "") for one in events],
        "restrictions": [
            (one.id, one.ground, one.instead, one.told_at is None, one.lifted_at is None) for one in state.restrictions.all()
        ],
        "suspensions": [(one.suspension.lifted, len(one.reviews)) for one in state.suspensions.placements()],
        "notices": [(one.recipient, one.occasion.kind, one.settled) for one in state.notices.all()],
        "objections": [(one.activity, one.finding, one.second, one.ended_at is None) for one in state.objections.all()],
        "withdrawals": [one.activity for one in state.withdrawals.all()],
        "consents": [one.choice.answers for one in state.consents.all()],
        "chains": [found.case is not None for found in state.cases.filed()],
        "transfers": [(one.recipient, one.received_at is not None) for one in state.transfers.all()],
        "answers": (state.case_answers.cases(), len(state.case_answers.waiting(product.clock()))),
    }


def _files(product: Product) -> dict[str, object]:
    folder = product.folder

    def names(of: str) -> list[str]:
        return sorted(path.name for path in (folder / of).glob("*"))

    used = [one.id for one in product.state.restricted_uses.all() if one.closed_at is None]
    return {
        "corrections": len(names("rectifications")),
        "uses": (len(used), [name.removesuffix(".json") for name in names("restricted")] == used),
        "statements": names("statements"),
        "plans": names("plans"),
        "transfers to be sent": names("transfers"),
    }
