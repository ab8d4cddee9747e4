"""A canary asks on the page of requests, over HTTP: it is answered there, and each saboteur turns red what it breaks."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.forked import fork, killed, wait
from tests.integration.killing_calls import die_at
from tests.integration.listening import answered, serving
from tests.integration.receivers import mail_server
from zusage.bootstrap import opened
from zusage.bootstrap.canary import at_the_door
from zusage.bootstrap.canary.at_the_door import AskedOver
from zusage.bootstrap.canary.desk import Desk
from zusage.bootstrap.canary.flight import Flown, fly
from zusage.bootstrap.cases import door, fetching, handing, parcels
from zusage.evidence.answers import unpacked
from zusage.evidence.answers.arrived import Arrival
from zusage.office.cases.serving import service
from zusage.office.door.tending import tending
from zusage.sealing import SigningKey
from zusage.testing.ports import free_port

from .canary_service import Book, served
from .test_canary_flight import changed, judged

#: before and after each call that a kill can part: some of them, or all with ZUSAGE_MOMENTS=all
MOMENTS = range(1, 19, 1 if os.environ.get("ZUSAGE_MOMENTS") == "all" else 8)
DOOR = {f"canary/door/{right}" for right in ("access", "portability", "erasure")}


@dataclass
class Place:
    """The service, the page of requests beside it, and what is mailed from there."""

    book: Book
    folder: Path
    key: SigningKey
    mails: list[Any]
    manifest: str = "door.yaml"

    def flown(self) -> Flown:
        with opened(self.folder / self.manifest, self.folder / "own") as product:
            run = fly(product, key=self.key)
            product.state.close()
            return run

    def cases(self) -> list[tuple[str, ...]]:
        """Of each case what happened to it."""
        with opened(self.folder / self.manifest, self.folder / "own") as product:
            found = [tuple(one.kind for one in case.events) for case in product.state.cases.all()]
            assert not product.state.case_links.asked()
            product.state.close()
            return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The page is served in this process, so that a test can spoil it."""
    with _at(tmp_path_factory.mktemp("at_the_door")) as (place, port), _page(place.folder, port):
        yield place


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The page is served by a process of its own: a flight that is killed is a fork, which must inherit none of SQLite's locks."""
    with _at(tmp_path_factory.mktemp("apart")) as (place, port):
        child = fork(lambda: _served_until_killed(place.folder, port))
        try:
            answered(port)
            yield place
        finally:
            os.kill(child, signal.SIGKILL)
            wait(child)


@contextmanager
def _at(folder: Path) -> Iterator[tuple[Place, int]]:
    """A place whose page is not served yet, and the port for it."""
    port = free_port()
    (folder / "mailbox").mkdir()
    with ExitStack() as stack:
        book, environment = stack.enter_context(served(folder, f"sqlite:///{folder}/book.db"))
        server, mails = stack.enter_context(mail_server(folder / "mailbox"))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        more = {"SMTP": server, "DOOR": f"http://127.0.0.1:{port}/rights", "DOOR_MAIL": str(folder / "mailbox")}
        for name, value in (environment | more).items():
            patch.setenv(name, value)
        key = SigningKey.generate(folder / "second.key", "second")
        (folder / "door.yaml").write_text(at_door(folder, key))
        yield Place(book, folder, key, mails), port


@contextmanager
def _page(folder: Path, port: int) -> Iterator[None]:
    with opened(folder / "door.yaml", folder / "own") as product:
        with tending(product, every=60) as tender, serving(service(product, tender.wake, per_minute=1_000), port):
            yield
        product.state.close()


def _served_until_killed(folder: Path, port: int) -> None:
    with _page(folder, port):
        threading.Event().wait()


def at_door(folder: Path, key: SigningKey) -> str:
    """The manifest of a service whose people ask the controller, on its page."""
    head = """notice: {automated_decisions: none}
requests:
  mail: {server: "${SMTP}", sender: rights@book.example}
  door: {at: "https://book.example/rights"}
"""
    guard = f'guard: {{share: 1.0, approvers: ["{key.verifier.encode()}"]}}\n'
    return changed(
        folder,
        ("erase: [{post: /leave}]", "portability: [{asks: member}]\n  erase: [{post: /unmail}, {asks: member}]"),
        ("systems:", f"{head}{guard}systems:"),
        ('    - {post: /file, attach: {file: "{document}"}}\n', ""),
        ("access: [{get: /data.json}, {get: /file}]", "access: [{asks: member}]"),
        ("folder: [email, document]", "folder: [email]"),
        ("  outside: none\n", '  outside: none\n  door: {url: "${DOOR}", mailbox: "${DOOR_MAIL}"}\n'),
    )


@pytest.fixture
def brief(place: Place) -> Place:
    """Only an erasure is asked for, which needs nobody else to be there."""
    return _brief(place)


def _brief(place: Place) -> Place:
    text = (place.folder / "door.yaml").read_text()
    text = text.replace("access: [{asks: member}]", "access: [{get: /data.json}]").replace(
        "  portability: [{asks: member}]\n", ""
    )
    (place.folder / "brief.yaml").write_text(text)
    return replace(place, manifest="brief.yaml")


def test_it_asks_and_is_answered_over_http_and_every_case_is_closed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("access", "portability"):
        monkeypatch.setattr(Desk, name, None)  # nothing is handed over past the page
    run = place.flown()
    assert {**judged(run, "undecided"), **judged(run, "broken")} == {}
    assert {"canary/copy/data", "canary/copy/confirmed", "canary/package/provided", *DOOR} <= judged(run, "kept").keys()
    assert place.book.rows() == {"member": [], "entry": [], "liked": []}
    cases = place.cases()
    assert len(cases) == 3
    for case in cases:
        assert case[:3] == ("received", "identity asked", "identity shown")
        assert case[-4:] == ("answer ready", "answered", "fetched", "closed")
    assert "approved" in cases[2]


def test_an_answer_with_something_of_somebody_else_is_red(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    real = fetching.opened

    def mixed(*given: Any) -> bytes:
        """Whoever asks is given the address of whoever is there beside them."""
        files = dict(unpacked([Arrival(tls="", key="", archive=real(*given))]))
        if "access.json" in files:
            there = [row[1] for row in place.book.rows()["member"]]
            mine = next(one for one in there if one.encode() in files["access.json"])
            files["access.json"] = files["access.json"].replace(mine.encode(), next(x for x in there if x != mine).encode())
        return parcels.zipped(files)

    monkeypatch.setattr(fetching, "opened", mixed)
    red = judged(place.flown(), "broken")
    assert red.keys() == {"canary/copy/data", "canary/copy/others", "canary/door/access"}
    assert place.book.rows()["member"] == []


def _nothing(patch: pytest.MonkeyPatch) -> str:
    """The page hands nothing out."""
    from zusage.office.door import views

    patch.setattr(views.fetching, "fetch", lambda *_: None)
    return "the answer"


def _silent(patch: pytest.MonkeyPatch) -> str:
    """The mail with the link goes nowhere."""
    patch.setattr(door, "hand_over", lambda *_: None)
    patch.setattr(at_the_door, "_PATIENCE", 1.0)  # of the others each mail comes, on a busy machine later than that
    return "a mail with a link that shows who asks"


def _again(patch: pytest.MonkeyPatch) -> str:
    """A link to an answer is good as often as one likes."""
    from zusage.state.case_answers import CaseAnswers

    patch.setattr(CaseAnswers, "use", CaseAnswers.good)
    return "a link that is good twice"


def _anothers(patch: pytest.MonkeyPatch) -> str:
    """The page names another one's case."""
    from zusage.office.door import pages

    real = pages.confirmed
    patch.setattr(pages, "confirmed", lambda manifest, language, found, **more: _first(real(manifest, language, found, **more)))
    return "the number of another one's case"


def _first(page: Any) -> Any:
    page.content = re.sub(rb"C-\d+", b"C-0001", page.content)
    return page


@pytest.mark.parametrize("sabotage", [_nothing, _silent, _again, _anothers])
def test_a_page_that_does_not_answer_as_it_must_is_red_and_nothing_of_the_canary_stays(
    brief: Place, monkeypatch: pytest.MonkeyPatch, sabotage: Any
) -> None:
    before = brief.cases()
    words = sabotage(monkeypatch)
    run = brief.flown()
    assert judged(run, "broken").keys() == {"canary/door/erasure"}
    assert words in judged(run, "broken")["canary/door/erasure"]
    assert judged(run, "undecided") == {}
    assert brief.book.rows()["member"] == []
    after = brief.cases()
    assert after[: len(before)] == before
    assert [case[-1] for case in after] == ["closed"] * len(after)


DUTY = """  duty:
    title: {de: Belege, en: Vouchers}
    purpose: {de: Belege, en: vouchers}
    legal_basis: art-6-1-c
    data: {book.entry: {of: member via member_id, classes: {one: [text, at]}}}
    keep: [{name: tax, at_least: P8Y, at_most: P8Y, from: at, duty: ao-147-vouchers}]
canary:
  blocked: {book.entry: "a duty keeps entries"}
"""


def _unsaid(patch: pytest.MonkeyPatch) -> str:
    """The letter does not say what stays."""
    from zusage.documents import erased

    patch.setattr(erased, "_stays", lambda *_: ())
    return "what stays of book.entry"


def _wrongly_said(patch: pytest.MonkeyPatch) -> str:
    """The letter says of another purpose that something of it stays."""
    from zusage.documents import erased

    real = erased._stays

    def more(manifest: Any, say: Any, kept: Any) -> Any:
        yield from real(manifest, say, kept)
        yield from real(manifest, say, [replace(one, activity="writing", rule="entries") for one in kept])

    patch.setattr(erased, "_stays", more)
    return "that something of writing stays"


@pytest.mark.parametrize("sabotage", [None, _unsaid, _wrongly_said])
def test_the_letter_about_an_erasure_names_what_stays_and_nothing_else(
    brief: Place, monkeypatch: pytest.MonkeyPatch, sabotage: Any
) -> None:
    text = (brief.folder / "brief.yaml").read_text()
    assert text.count("\ncanary:\n") == 1
    (brief.folder / "kept.yaml").write_text(text.replace("\ncanary:\n", f"\n{DUTY}"))
    words = sabotage(monkeypatch) if sabotage else ""
    run = replace(brief, manifest="kept.yaml").flown()
    assert judged(run, "undecided") == {}
    assert judged(run, "broken").keys() == ({"canary/door/erasure"} if sabotage else set())
    assert words in judged(run, "broken").get("canary/door/erasure", "")


def test_a_letter_about_an_erasure_that_names_somebody_else_is_red(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    real, there = handing._letter, set[str]()

    def mixed(product: Any, case: Any, *more: Any) -> bytes:
        """It names whoever was there beside them when they asked for their copy."""
        there.update(str(row[1]) for row in place.book.rows()["member"])
        return real(product, case, *more) + (" ".join(there).encode() if case.right == "erasure" else b"")

    monkeypatch.setattr(handing, "_letter", mixed)
    red = judged(place.flown(), "broken")
    assert len(there) == 2
    assert red.keys() == {"canary/door/erasure"}
    assert "another person's email" in red["canary/door/erasure"]


def test_what_cannot_be_looked_at_is_undecided(brief: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOOR_MAIL", str(brief.folder / "nowhere"))
    run = brief.flown()
    assert (judged(run, "undecided").keys(), judged(run, "broken")) == ({"canary/door/erasure"}, {})
    assert brief.book.rows()["member"] == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_flight_that_is_killed_at_the_page_is_cleared_up_by_the_next(apart: Place, moment: int) -> None:
    brief = _brief(apart)
    calls = ((AskedOver, "_mailed"), (AskedOver, "_once"), (at_the_door, "step"), (Desk, "erase"))

    def work() -> None:
        die_at(moment, calls)
        run = brief.flown()
        raise AssertionError(f"it came through: {judged(run, 'undecided')}, {judged(run, 'broken')}")

    assert killed(work)
    run = brief.flown()
    assert {**judged(run, "undecided"), **judged(run, "broken")} == {}
    assert brief.book.rows()["member"] == []
    assert [case[-1] for case in brief.cases()] == ["closed"] * len(brief.cases())
