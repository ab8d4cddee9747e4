"""The public door: somebody asks under an address, and a mailed link that can be used once shows that it is theirs."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import jwt
import psycopg
import pytest
from click.testing import CliRunner

from tests.integration.killing_calls import die_at
from tests.integration.receivers import mail_server
from tests.integration.servers import Postgres
from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.cases import door, tending
from zusage.bootstrap.cases.requests import happen, receive
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.cases.tending import Tended, tend
from zusage.cli import cli
from zusage.cli.failing import reported
from zusage.office.cases.serving import BODY, STAFF_BODY, service
from zusage.state import open_state

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, since DATETIME);
INSERT INTO customer VALUES (7, 'Otter@Example.org', '2025-01-01'), (8, 'badger@example.org', '2025-01-01');
"""
ACTIVITY = "    data: {shop.customer: {classes: {one: [email, since]}}}\n    keep: [{name: long, at_most: P9Y, from: since}]\n"
REQUESTS = """requests:
  kept: P1Y
  mail: {server: "${CASE_SMTP}", sender: rights@example.org}
  door: {at: "https://shop.example/rights", valid: PT2H}
  login: {key: "${CASE_LOGIN_KEY}", people: customer}
  reminders: {to: [office@example.org], before: [P7D, P3D]}
"""
KEY = "k" * 32


@dataclass
class Door:
    """A world, what arrived in its mailboxes, and what browsers see."""

    world: SmallWorld
    mails: list[Message]
    after: timedelta = timedelta()

    def product(self) -> Any:
        return opened(self.world.folder / "zusage.yaml", clock=lambda: NOW + self.after)

    def tend(self) -> Tended:
        with self.product() as product:
            found = tend(product)
            product.state.close()
            return found

    def calls(self, *calls: tuple[str, str, dict[str, str]], per_minute: int = 0, **headers: str) -> list[httpx.Response]:
        """Calls of one browser, to the application itself."""

        async def run(application: Any) -> list[httpx.Response]:
            transport = httpx.ASGITransport(app=application)
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return [
                    await client.request(way, f"/rights/{path}", data=data or None, headers=headers) for way, path, data in calls
                ]

        with self.product() as product:
            found = asyncio.run(run(service(product, per_minute=per_minute)))
            assert "readers" not in vars(product)  # nobody was looked up
            return found

    def ask(self, address: str, right: str = "access", **headers: str) -> httpx.Response:
        (found,) = self.calls(("POST", "", {"right": right, "address": address, "words": "Kennwort-77"}), **headers)
        return found

    def link(self) -> str:
        """The last part of the newest mailed link."""
        (found,) = re.findall(r"https://shop\.example/rights/(link/\S+)", _text(self.mails[-1]))
        return str(found)

    def events(self, case: str = "C-0001") -> list[tuple[str, str, str]]:
        with self.product() as product:
            return [(one.kind, one.by, one.role) for one in product.state.cases.get(case).events]


def _text(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.fixture(scope="module")
def empty_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own state with its tables and nothing in them, so that they are made once."""
    folder = tmp_path_factory.mktemp("state") / "own"
    open_state(None, folder).close()
    return folder


@pytest.fixture
def door_(tmp_path: Path, empty_state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    shutil.copytree(empty_state, tmp_path / ".zusage")
    world = SmallWorld.make(tmp_path, TABLES, {"customers": ACTIVITY})
    head = "controller: {name: Example GmbH}"
    world.rewrite(head, f"{head.replace('}', ', email: privacy@example.org}')}\n{REQUESTS.rstrip()}")
    people = "{record: shop.customer, key: id, known_by: [shop.customer.email], title: {de: X, en: X}}"
    world.rewrite("activities:", f"people: {{customer: {people}}}\nactivities:")
    with mail_server() as (address, mails):
        monkeypatch.setenv("CASE_SMTP", address)
        monkeypatch.setenv("CASE_LOGIN_KEY", KEY)
        yield Door(world, mails)


def test_whoever_asks_shows_by_a_link_that_the_address_is_theirs_and_is_acknowledged(door_: Door) -> None:
    page, asked = door_.calls(
        ("GET", "", {}), ("POST", "", {"right": "erasure", "address": "otter@example.org", "language": "de"})
    )
    assert (page.status_code, asked.status_code) == (200, 202)
    assert door_.mails == []  # nobody has waited for a mail server
    assert door_.tend() == Tended(admitted=1, links=1)
    (mail,) = door_.mails
    assert (mail["To"], mail["From"]) == ("otter@example.org", "rights@example.org")
    assert "Bitte bestätigen" in str(mail["Subject"]) or "=?utf-8?" in str(mail["Subject"])
    with door_.product() as product:
        assert (product.state.cases.content("C-0001") or {})["person"] == "customer=7"
    link = door_.link()
    seen = door_.calls(("GET", link, {}), ("HEAD", link, {}), ("GET", link, {}))  # mail scanners look
    assert [one.status_code for one in seen] == [200, 200, 200]
    assert [kind for kind, _, _ in door_.events()] == ["received", "identity asked"]
    first, second = door_.calls(("POST", link, {}), ("POST", link, {}))
    assert (first.status_code, "C-0001" in first.text) == (200, True)
    assert second.status_code == 404
    assert door_.events()[2:] == [("identity shown", "zusage", "program")]
    assert door_.tend() == Tended(acknowledged=1)
    assert "Art. 17 DSGVO" in _text(door_.mails[-1])
    assert door_.tend() == Tended()
    assert len(door_.mails) == 2
    assert door_.world.verdicts()["requests/steps-sealed"] == "kept"


def test_our_own_state_on_postgresql_does_the_same_and_shows_a_step_that_was_altered(
    door_: Door, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres_server.database("office_door")
    monkeypatch.setenv("ZUSAGE_STATE_URL", address)
    door_.ask("otter@example.org")
    assert door_.tend() == Tended(admitted=1, links=1)
    found = door_.calls(("POST", door_.link(), {}), ("POST", door_.link(), {}))
    assert [one.status_code for one in found] == [200, 404]
    assert door_.tend() == Tended(acknowledged=1)
    assert door_.world.verdicts()["requests/steps-sealed"] == "kept"
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE zusage_case_event SET \"by\" = 'somebody else' WHERE number = 3")
    assert door_.world.verdicts()["requests/steps-sealed"] == "broken"


def test_the_answer_is_the_same_whether_or_not_an_address_is_known(door_: Door) -> None:
    found = [door_.ask(address) for address in ("otter@example.org", "nobody@example.com", "badger@example.org")]
    assert len({(one.status_code, one.content, str(sorted(one.headers.items()))) for one in found}) == 1
    door_.tend()
    assert [mail["To"] for mail in door_.mails] == ["otter@example.org", "nobody@example.com", "badger@example.org"]
    bodies = {re.sub(r"link/\S+", "", _text(mail)) for mail in door_.mails}
    assert len(bodies) == 1  # nor does the mail tell it


def test_a_link_that_was_used_is_too_old_or_was_never_made_is_answered_alike_and_nothing_is_noted(
    door_: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door_.ask("otter@example.org")
    door_.tend()
    link = door_.link()
    door_.after = timedelta(hours=2, minutes=1)
    late = door_.calls(("GET", link, {}), ("POST", link, {}))
    assert len(door_.events()) == 2
    door_.after = timedelta(hours=1)
    assert door_.calls(("POST", link, {}))[0].status_code == 200
    used = door_.calls(("GET", link, {}), ("POST", link, {}))
    caplog.clear()
    foreign = door_.calls(("GET", "link/never-made", {}), ("POST", "link/never-made", {}))
    assert {(one.status_code, one.content) for one in (*late, *used)} == {(foreign[0].status_code, foreign[0].content)}
    assert foreign[0].status_code == foreign[1].status_code == 404
    assert "never-made" not in caplog.text
    assert "privacy@example.org" in foreign[0].text
    assert len(door_.events()) == 3


def test_neither_link_nor_address_nor_words_lie_open_in_any_file(door_: Door) -> None:
    door_.ask("otter@example.org")
    door_.tend()
    secret = door_.link().removeprefix("link/").encode()
    with door_.product() as product:
        assert (product.state.cases.content("C-0001") or {})["words"] == "Kennwort-77"
    files = [path.read_bytes() for path in (door_.world.folder / ".zusage").rglob("*") if path.is_file()]
    assert any(b"identity asked" in content for content in files)  # so that what lies open would be found
    assert not [1 for content in files for value in (secret, b"Kennwort-77", b"otter") if value in content]
    with closing(sqlite3.connect(door_.world.folder / ".zusage" / "state.sqlite3")) as state:
        assert state.execute("SELECT content FROM zusage_case_link").fetchall() == [(None,)]


def test_pages_keep_nothing_in_the_browser_run_nothing_and_are_german_and_english(door_: Door) -> None:
    german, english = door_.calls(("GET", "", {}), ("GET", "?language=en", {}), **{"Accept-Language": "de-DE"})
    assert "Ihre Rechte" in german.text
    assert "Your rights" in english.text
    for page in (german, english, door_.ask("otter@example.org")):
        assert "set-cookie" not in page.headers
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in page.text


UNFIT = (
    {"address": "otter"}, {"address": "a@example.org\nBcc: b@example.org"}, {"address": "a@example.org, b@example.org"},
    {"address": "<a@example.org>"}, {"right": "gold"}, {"words": "x" * 4001}, {"address": "a" * 300 + "@example.org"},
)  # fmt: skip


def test_what_does_not_fit_is_asked_for_again_and_nothing_is_stored(door_: Door) -> None:
    found = door_.calls(*(("POST", "", {"right": "access", "address": "otter@example.org", **given}) for given in UNFIT))
    assert [one.status_code for one in found] == [422] * len(UNFIT)
    assert door_.tend() == Tended()


def test_nobody_asks_without_an_end_nor_has_somebody_else_flooded_with_mail(door_: Door) -> None:
    asked = ("POST", "", {"right": "access", "address": "otter@example.org"})
    found = door_.calls(*[asked] * 6, per_minute=5)
    assert [one.status_code for one in found] == [202] * 5 + [429]
    assert found[-1].headers["retry-after"]
    assert door_.calls(("POST", "", {"words": "x" * 70_000}))[0].status_code == 413
    door_.ask("otter@example.org", "erasure")
    assert door_.tend() == Tended(admitted=3, links=3)
    door_.after = timedelta(hours=25)
    assert door_.tend() == Tended(admitted=2, links=2), "what was beyond waits, and of what is asked for again the first"
    with door_.product() as product:
        assert sorted(one.right for one in product.state.cases.all()) == ["access"] * 4 + ["erasure"]
        product.state.close()
    door_.ask("otter@example.org")
    assert door_.tend().links == 1


def test_the_staff_has_a_link_mailed_to_the_address_on_record(door_: Door) -> None:
    with door_.product() as product:
        case = receive(product, "access", "clerk-1", {"person": "customer=8", "address": "somebody@example.com"}).case.id
        assert step(product, case, "mail-link", "clerk-1").case.state == "received"
        product.state.close()
    link, acknowledged = door_.mails
    assert (link["To"], acknowledged["To"]) == ("badger@example.org", "badger@example.org")
    assert [kind for kind, _, _ in door_.events()] == ["received", "identity asked", "acknowledged"]
    assert re.search(r"Art\. 15 DSGVO.*Art\. 15 GDPR", _text(link), re.DOTALL)  # nobody knows their language


def test_a_request_whose_service_was_down_counts_from_when_it_was_made(door_: Door) -> None:
    door_.ask("otter@example.org")
    door_.after = timedelta(days=3)  # the service was down
    door_.tend()
    door_.calls(("POST", door_.link(), {}))
    with door_.product() as product:
        case = product.state.cases.get("C-0001")
        assert (case.received, case.events[0].at) == (NOW, NOW + timedelta(days=3))
    assert door_.world.verdicts(NOW + timedelta(days=3))["requests/steps-sealed"] == "kept"


def test_the_staff_is_reminded_once_before_an_answer_is_due_and_once_when_it_is_overdue(door_: Door) -> None:
    with door_.product() as product:
        receive(product, "access", "clerk-1", {"words": "please"})  # due on 1 July
    told = []
    for day in (22, 23, 24, 27, 28, 29, 30, 31, 32):
        door_.after = timedelta(days=day)
        told.append(door_.tend().reminded)
    assert told == [0, 1, 0, 1, 0, 0, 0, 1, 0]  # 24 June, 28 June, 2 July
    assert {mail["To"] for mail in door_.mails} == {"office@example.org"}
    assert "überfällig" in _decoded(door_.mails[-1]["Subject"])
    assert [kind for kind, _, _ in door_.events()] == ["received", "reminded", "reminded", "reminded"]
    assert not [mail for mail in door_.mails if "please" in _text(mail)]


def _decoded(text: str) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(text)))


def test_a_sweep_that_was_down_for_long_reminds_once_and_an_ended_case_not_at_all(door_: Door) -> None:
    with door_.product() as product:
        for _ in range(2):
            receive(product, "access", "clerk-1", {"words": "please"})
        happen(product, "C-0002", "withdrawn", "clerk-1")
    door_.after = timedelta(days=29)
    assert door_.tend().reminded == 1


def test_a_mail_server_that_is_down_is_told_and_the_next_sweep_goes_on(door_: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door_.ask("otter@example.org")
    up = os.environ["CASE_SMTP"]
    monkeypatch.setenv("CASE_SMTP", "smtp://127.0.0.1:9")
    sweep = ["case", "sweep", str(door_.world.folder / "zusage.yaml")]
    assert reported(cli, sweep) == 2
    monkeypatch.setenv("CASE_SMTP", up)
    done = CliRunner().invoke(cli, sweep)
    assert (done.exit_code, "1 links mailed" in done.output) == (0, True), done.output


def word(key: str = KEY, algorithm: str = "HS256", **changed: Any) -> str:
    """What the service says of somebody who is logged in."""
    given = int(NOW.timestamp())
    said = {"sub": "8", "aud": "https://shop.example/rights", "iat": given, "exp": given + 300, "jti": "one"}
    return jwt.encode({name: value for name, value in (said | changed).items() if value is not None}, key, algorithm=algorithm)


def test_whoever_is_logged_in_needs_no_link_and_the_word_of_the_service_is_good_once(door_: Door) -> None:
    asked = ("POST", "", {"right": "erasure", "login": word(), "words": "please", "language": "en"})
    first, second = door_.calls(asked, asked)
    assert (first.status_code, "C-0001" in first.text) == (200, True)
    assert (second.status_code, "log in again" in second.text) == (403, True)
    assert door_.events() == [("received", "zusage", "program"), ("identity shown", "zusage", "program")]
    with door_.product() as product:
        assert product.state.cases.content("C-0001") == {"person": "customer=8", "words": "please"}
        assert len(product.state.cases.all()) == 1
    assert door_.tend() == Tended(acknowledged=1)
    assert door_.mails[-1]["To"] == "badger@example.org"  # the address on their record
    assert door_.world.verdicts()["requests/steps-sealed"] == "kept"


WRONG: tuple[dict[str, Any], ...] = (
    {"key": "x" * 32}, {"algorithm": "HS512"}, {"aud": "https://other.example"}, {"jti": None}, {"sub": None}, {"sub": ""}, {"aud": None},
    {"exp": int(NOW.timestamp())}, {"exp": int(NOW.timestamp()) + 601}, {"exp": None}, {"iat": int(NOW.timestamp()) + 60}, {"iat": None},
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:The HMAC key")
def test_a_word_that_does_not_fit_or_is_not_signed_opens_nothing(door_: Door) -> None:
    unsigned = jwt.encode(jwt.decode(word(), options={"verify_signature": False}), "", algorithm="none")
    given = [*(word(**changed) for changed in WRONG), unsigned, f"{word()}x", "nonsense", ""]
    found = door_.calls(*(("POST", "", {"right": "erasure", "login": one}) for one in given))
    assert [one.status_code for one in found] == [403] * len(given)
    with door_.product() as product:
        assert product.state.cases.empty


def test_an_address_that_no_mail_server_takes_delays_nobody_else(door_: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door_.ask("ötter@example.org")
    door_.ask("otter@example.org")
    with mail_server(enable_SMTPUTF8=False) as (address, mails):
        monkeypatch.setenv("CASE_SMTP", address)
        assert door_.tend() == Tended(admitted=2, links=1, refused=1)
        assert [mail["To"] for mail in mails] == ["otter@example.org"]
        assert door_.tend() == Tended()


@pytest.mark.parametrize("place", range(1, 9))
def test_killed_at_any_call_a_request_is_whole_and_its_last_link_is_good(door_: Door, place: int) -> None:
    door_.ask("otter@example.org")
    child = os.fork()
    if not child:
        _killed(door_, place)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    until = time.monotonic() + 10
    door_.tend()
    while not door_.mails and time.monotonic() < until:
        time.sleep(0.05)
    assert len(door_.mails) == (2 if place in (6, 7, 8) else 1)  # handed over, and not noted
    assert [kind for kind, _, _ in door_.events()] == ["received", "identity asked"]
    assert door_.calls(("POST", door_.link(), {}))[0].status_code == 200
    if place in (2, 8):  # within the transaction of the case, and of the question
        assert door_.world.verdicts()["requests/steps-sealed"] == "kept"


@pytest.mark.parametrize("place", range(1, 7))
def test_killed_at_any_call_a_reminder_is_noted_once_and_known_again_by_its_number(door_: Door, place: int) -> None:
    with door_.product() as product:
        receive(product, "access", "clerk-1", {"words": "please"})
        product.state.close()
    door_.after = timedelta(days=23)
    child = os.fork()
    if not child:
        _killed(door_, place, reminding=True)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert door_.tend().reminded == 1
    assert door_.tend().reminded == 0
    assert [kind for kind, _, _ in door_.events()] == ["received", "reminded"]
    assert len(door_.mails) == (2 if place in (4, 5, 6) else 1)
    assert len({mail["Message-ID"] for mail in door_.mails}) == 1


def _killed(door_: Door, at: int, *, reminding: bool = False) -> None:
    with door_.product() as product:
        mails, links = product.state.case_mails, product.state.case_links
        reminder = ((mails, "begin"), (tending, "hand_over"), (mails, "sent"))
        link = ((links, "admitted"), (links, "make"), (door, "hand_over"), (links, "mailed"))
        die_at(at, (*reminder, *link) if reminding else link)
        tending.tend(product)


@pytest.mark.parametrize(("path", "most", "words"), [("/rights/", BODY, b"4000"), ("/office/cases", STAFF_BODY, b"too-much")])
def test_a_body_without_end_is_turned_away_before_it_is_kept(door_: Door, path: str, most: int, words: bytes) -> None:
    taken, told = [], []

    async def endless() -> dict[str, Any]:
        taken.append(most // 4)
        return {"type": "http.request", "body": b"x" * (most // 4), "more_body": len(taken) < 40}

    async def send(message: Any) -> None:
        told.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": []}
    with door_.product() as product:
        asyncio.run(service(product)({**scope, "http_version": "2", "scheme": "https"}, endless, send))  # type: ignore[arg-type]
        product.state.close()
    assert told[0]["status"] == 413
    assert words in told[1]["body"]
    assert most < sum(taken) <= most * 2
