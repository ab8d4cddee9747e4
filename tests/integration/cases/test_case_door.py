"""The public door: somebody asks under an address, and a mailed link that can be used once shows that it is theirs."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.integration.servers import Postgres
from zusage.bootstrap.cases.tending import Tended
from zusage.office.cases.serving import BODY, STAFF_BODY, service

from .door_world import Door, door_, empty_state, text_of

__all__ = ["door_", "empty_state"]


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
    assert "Art. 17 DSGVO" in text_of(door_.mails[-1])
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
    bodies = {re.sub(r"link/\S+", "", text_of(mail)) for mail in door_.mails}
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
