"""Somebody of whom nothing is held is told so, at the address that they have shown to be theirs, and nobody learns of any other."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from typing import Any

import pytest
from click.testing import CliRunner

from zusage.bootstrap.cases.confirming import confirm
from zusage.bootstrap.cases.requests import receive
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.people import code_of
from zusage.bootstrap.rights.nothing_held import Shown, SomethingHeld, search
from zusage.bootstrap.rights.restricting import Wish as Restricting
from zusage.bootstrap.rights.restricting import restrict
from zusage.cli import cli
from zusage.documents import nothing_held
from zusage.planning.holding import Person
from zusage.rights.case import CaseRefused

from .answers_world import mailed_link
from .door_world import Door, door_, empty_state, text_of
from .office import serving

__all__ = ["door_", "empty_state"]

NOBODY, THEIRS = "hare@example.org", "otter@example.org"


@pytest.fixture(autouse=True)
def _without_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing takes long, and is tried once."""
    monkeypatch.setattr(nothing_held, "printed", lambda html, style: b"%PDF-" + html.encode())


def _asked(door: Door, address: str) -> None:
    """A request from the door, confirmed by its link, granted and carried out."""
    door.ask(address)
    door.tend()
    door.calls(("POST", door.link(), {}))
    with door.product() as product:
        for name in ("grant", "done"):
            step(product, "C-0001", name, "clerk-1", words="Compared.")  # type: ignore[arg-type]
        product.state.close()


def _told(door: Door, words: str = "Wort-77", **more: Any) -> str:
    with door.product() as product:
        found = step(product, "C-0001", "answer", "clerk-1", words=words, **{"way": "mailed-link", "language": "en", **more})
        product.state.close()
        return str(found.case.state)


def test_somebody_unknown_gets_the_confirmation_at_the_address_that_they_have_shown(door_: Door) -> None:
    _asked(door_, NOBODY)
    assert _told(door_) == "answered"
    assert door_.mails[-1]["To"] == NOBODY
    assert "nothing" not in text_of(door_.mails[-1])  # the mail says that there is an answer, and nothing of it
    (got,) = door_.calls(("POST", mailed_link(door_), {}))
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        files = {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
    assert {"confirmation.json", "confirmation.html", "confirmation.pdf", "answer.txt"} <= set(files)
    said = json.loads(files["confirmation.json"])
    lines = said["information"]
    assert said["held"] is False
    assert "hold no personal data concerning you" in lines["confirmation"][0]
    assert "System shop" in str(lines["searched"])
    assert "not searched backups" in str(lines["backups"])
    assert "one year" in str(lines["request"])
    assert not [name for name, text in files.items() if NOBODY in text or "otter" in text.lower()]
    assert door_.world.verdicts()["requests/steps-sealed"] == "kept"


def test_whoever_is_known_or_may_be_is_told_no_such_thing(door_: Door) -> None:
    _asked(door_, THEIRS)
    with door_.product() as product:
        with pytest.raises(SomethingHeld, match=r"shop\.customer") as refused:
            confirm(product, "C-0001", "de")
        product.state.close()
    assert THEIRS not in str(refused.value).lower()


def test_nobody_is_looked_for_before_it_was_shown_who_asks(door_: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for case, address in (("C-0001", NOBODY), ("C-0002", THEIRS)):
        door_.ask(address)
        door_.tend()
        with door_.product() as product:
            with pytest.raises(CaseRefused) as refused:
                confirm(product, case, "de")
            said.append(str(refused.value).replace(case, "it"))
            assert "readers" not in vars(product)
            product.state.close()
    assert said[0] == said[1]


@pytest.mark.parametrize("how", ["known-detail", "in-person", "mailed-link"])
def test_an_address_that_somebody_merely_names_is_not_looked_for(door_: Door, how: str) -> None:
    with door_.product() as product:
        receive(product, "access", "clerk-1", {"person": None, "address": NOBODY})
        step(product, "C-0001", "identify", "clerk-1", how=how)  # no link of ours has gone there
        with pytest.raises(CaseRefused, match="nobody has shown an address or an account"):
            confirm(product, "C-0001", "de")
        product.state.close()


def test_the_letter_goes_nowhere_else(door_: Door) -> None:
    _asked(door_, NOBODY)
    with pytest.raises(CaseRefused, match="where it was shown who asks"):
        _told(door_, way="login")
    assert _told(door_) == "answered"


def test_whoever_came_meanwhile_is_found_however_the_address_is_spelt(door_: Door) -> None:
    _asked(door_, NOBODY)
    with closing(sqlite3.connect(door_.world.folder / "shop.sqlite3")) as shop, shop:
        shop.execute("INSERT INTO customer VALUES (9, 'HARE@example.org', '2025-01-01')")
    with pytest.raises(SomethingHeld):
        _told(door_)


def test_what_is_out_of_reach_is_held_too_and_what_registers_note_is_named(door_: Door) -> None:
    with door_.product() as product:
        otter = Person(people="customer", key="7")
        product.state.disclosures.record(code_of(product, otter), "carrier", ["name"], product.clock())
        restrict(product, Restricting(person=otter, ground="a", by="clerk-1", tables=None, instead=None))
        with closing(sqlite3.connect(door_.world.folder / "shop.sqlite3")) as shop:
            assert shop.execute("SELECT id FROM customer").fetchall() == [(8,)]
        for shown in (Shown(address=THEIRS), Shown(person=otter)):
            with pytest.raises(SomethingHeld):
                search(product, shown)
        found = search(product, Shown(address=NOBODY))
        assert (found.registers, found.tables) == ((), {"shop": ("shop.customer",)})
        gone = Person(people="customer", key="9")
        product.state.disclosures.record(code_of(product, gone), "carrier", ["name"], product.clock())
        assert search(product, Shown(person=gone)).registers == ("disclosures",)
        product.state.close()


def test_a_program_of_the_staff_sees_what_would_be_told(door_: Door) -> None:
    _asked(door_, NOBODY)
    with serving(door_.world.folder) as office:
        found = office.call("decider", "GET", "/cases/C-0001/nothing-held?language=en").json()
        assert (found["searched"], found["letter"]["held"]) == ({"shop": ["shop.customer"]}, False)
        assert office.call("auditor", "GET", "/cases/C-0001/nothing-held").status_code == 403
        with closing(sqlite3.connect(door_.world.folder / "shop.sqlite3")) as shop, shop:
            shop.execute("INSERT INTO customer VALUES (9, 'hare@example.org', '2025-01-01')")
        late = office.call("decider", "GET", "/cases/C-0001/nothing-held")
        assert (late.status_code, late.json()["code"], NOBODY in late.text) == (409, "refused", False)


def test_a_folder_of_the_letter_is_written_for_whoever_looks_at_it_first(door_: Door) -> None:
    _asked(door_, NOBODY)
    to = door_.world.folder / "letter"
    words = ["case", "nothing-held", str(door_.world.folder / "zusage.yaml"), "C-0001", "--to", str(to), "--json"]
    found = CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False)
    assert json.loads(found.stdout)["searched"] == {"shop": ["shop.customer"]}
    assert "Wir bestätigen Ihnen" in (to / "confirmation.html").read_text()


def test_what_was_searched_by_the_address_is_not_said_to_be_beyond_search(door_: Door) -> None:
    with closing(sqlite3.connect(door_.world.folder / "shop.sqlite3")) as shop, shop:
        shop.executescript(
            "CREATE TABLE letter (id INTEGER PRIMARY KEY, sender TEXT, at DATE); CREATE TABLE entry (id INTEGER PRIMARY KEY, at DATE);"
        )
    door_.world.rewrite(
        "shop.customer: {classes: {one: [email, since]}}",
        "shop.customer: {classes: {one: [email, since]}}, shop.letter: {classes: {one: [sender, at]}}, shop.entry: {structure: [at]}",
    )
    door_.world.rewrite("{name: long, at_most", "{name: long, data: shop.customer, at_most")
    door_.world.rewrite("known_by: [shop.customer.email]", "known_by: [shop.customer.email, shop.letter.sender]")
    with door_.product() as product:
        seen = search(product, Shown(address=NOBODY))
        assert "shop.letter" in seen.tables["shop"]
        assert seen.beyond == ("shop.entry",)
        product.state.close()
