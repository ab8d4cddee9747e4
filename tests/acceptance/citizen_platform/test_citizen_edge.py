"""The web's edge: what nginx logs, what browsers are given, and that usage and accounts cannot be brought together."""

import gzip
import ipaddress
import re
from datetime import date, timedelta

import httpx
import pytest
from citizen_world import AGENT, Page, Visitor
from sqlalchemy import select

from citizen_platform import schema
from citizen_platform.community.own_data import TITLES
from citizen_platform.database import open_engine
from citizen_platform.forms import FORMS
from citizen_platform.texts_en import ENGLISH, SAME
from citizen_platform.usage import count

PUBLIC = (
    "/",
    "/teams/stadtbaeume",
    "/registrieren",
    "/anmelden",
    "/passwort",
    "/eltern",
    "/unter-16",
    "/kontakt",
    "/kontakt/danke",
    "/impressum",
    "/datenschutz",
    "/post",
    "/nowhere",
)


def test_public_pages_need_no_cookie_no_script_and_nobody_else(platform, visitor):
    for path in (*PUBLIC, *(f"/en{one}" for one in PUBLIC)):
        answer = visitor.get(path)
        page = Page(answer.text)
        assert answer.status_code == (404 if "nowhere" in path else 200), path
        assert "set-cookie" not in answer.headers
        assert not [tag for tag, _ in page.tags if tag in ("script", "iframe", "object", "embed")]
        foreign = [a for a in page.addresses if a.startswith("http") and not a.startswith(platform.url)]
        assert all(
            (tag, "external" in attributes.get("class", "")) == ("a", True)
            for tag, attributes in page.tags
            if attributes.get("href") in foreign
        )
        assert any(address.endswith("/datenschutz") for address in page.addresses)
        assert "accept-ch" not in answer.headers
        assert "etag" not in answer.headers


def test_every_word_of_every_page_is_there_in_english(platform):
    from pathlib import Path

    import citizen_platform

    said = set(TITLES.values())
    for form in FORMS.values():
        for one in form.fields:
            said |= {one.label, one.hint, one.because, one.wrong, *one.choices.values()} - {""}
    for file in Path(citizen_platform.__file__).parent.rglob("*.html"):
        said |= {found for pattern in (r'_\("([^"]*)"\)', r"_\('([^']*)'\)") for found in re.findall(pattern, file.read_text())}
    assert len(said) > 200
    assert said - set(ENGLISH) - SAME == set()


def test_logged_in_browser_holds_one_session_cookie_and_nothing_else(platform, member):
    answer = member.submit("/anmelden", {"name": member.person.username, "password": member.person.password}, page="/konto/")
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(r"session=[A-Za-z0-9_-]{43}; Secure; HttpOnly; Path=/; SameSite=Lax", cookie)
    assert len(cookie) < 4096
    assert set(member.cookies.keys()) == {"session"}
    policy = member.get("/konto/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_tampered_cookie_is_a_new_visitor_without_an_error(platform, member):
    with Visitor(platform, cookies={"session": member.cookies["session"][:-1] + "!<x>"}) as other:
        answer = other.get("/")
        assert (answer.status_code, "<x>" in answer.text) == (200, False)
        assert other.get("/konto/").headers["location"] == "/anmelden"


def test_plain_http_answers_with_a_redirect_and_nothing_else(platform):
    config = (platform.folder / "nginx" / "nginx.conf").read_text()
    port = re.search(r"listen 127\.0\.0\.1:(\d+);", config)[1]
    answer = httpx.get(f"http://127.0.0.1:{port}/anmelden?x=1", trust_env=False)
    assert (answer.status_code, answer.headers["location"].startswith("https://")) == (308, True)
    assert "set-cookie" not in answer.headers
    assert "max-age=63072000" in httpx.get(platform.url, verify=False, trust_env=False).headers["strict-transport-security"]


def test_log_holds_the_nine_fields_with_a_shortened_address(platform, visitor):
    visitor.get("/unter-16", headers={"Referer": "https://search.example/find?q=marker-query"})
    line = platform.line("search.example")
    found = re.fullmatch(r'(\S+) - - \[([^\]]+)\] "GET /unter-16 HTTP/1\.1" 200 \d+ "https://search\.example" "([^"]*)"', line)
    assert found, line
    address = ipaddress.ip_address(found[1])
    assert int(address) & 0xFFFF == 0
    assert found[3] == AGENT
    assert re.fullmatch(r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}", found[2])


def test_nothing_of_a_person_gets_into_any_log(platform, member):
    marker = "Marker-im-Log"
    member.get(
        f"/teams/stadtbaeume?suche={marker}", headers={"Authorization": f"Basic {marker}", "X-Forwarded-For": "203.0.113.77"}
    )
    member.post("/kontakt", data={"csrf": member.secret("/kontakt"), "message": marker, "email": f"{marker}@example.org"})
    assert platform.line("POST /kontakt")
    logs = "".join(file.read_text() for file in platform.logs.iterdir())
    assert "/teams/stadtbaeume" in logs
    sensitive = (marker, member.cookies["session"], member.person.username, member.person.email, "203.0.113")
    assert not [value for value in sensitive if value in logs]


def test_tokens_of_mails_are_not_logged(platform, visitor):
    visitor.get("/bestaetigen/Marker-Token-1234")
    visitor.get("/en/passwort/Marker-Token-1234")
    assert platform.line("/passwort/-")
    assert "Marker-Token" not in "".join(platform.lines())


def test_no_connection_data_get_into_any_database(platform, member):
    member.get("/konto/")
    assert AGENT in platform.line("/konto/")
    assert platform.traces("MarkerBrowser") <= {"access.log", "conference.log"}
    with platform.platform.engine.connect() as connection:
        states = connection.scalars(
            select(schema.web_session.c.state).where(schema.web_session.c.account_id == member.row.id)
        ).all()
    assert states == ["{}"]


@pytest.mark.parametrize("signal", [{"Sec-GPC": "1"}, {"DNT": "1"}])
def test_whoever_objects_by_their_browser_is_not_counted(platform, visitor, signal):
    browser = f"Objecting/{next(iter(signal))}"
    visitor.get("/kontakt/danke", headers={**signal, "User-Agent": browser})
    assert '"GET - HTTP/1.1"' in platform.line(browser)


def test_usage_is_counted_in_numbers_of_five_and_more_and_names_nobody(tmp_path):
    day = date(2026, 3, 1)
    line = '10.0.0.0 - - [{day}:10:00:00 +0000] "GET {page} HTTP/1.1" 200 5 "-" "Mozilla/5.0 {browser}"\n'
    common = line.format(day="01/Mar/2026", page="/teams/x", browser="Firefox/130.0") * 6
    rare = line.format(day="01/Mar/2026", page="/vorschlaege/7", browser="Marker/1") * 4
    other = line.format(day="02/Mar/2026", page="/teams/x", browser="Firefox/130.0") * 9
    (tmp_path / "access.log").write_text(
        common + "broken line\n" + '203.0.0.0 - - [01/Mar/2026:10:00:00 +0000] "GET - HTTP/1.1" 200 5 "-" "x"\n'
    )
    with gzip.open(tmp_path / "access.log.1.gz", "wt") as packed:
        packed.write(rare + other)
    engine = open_engine(f"sqlite:///{tmp_path}/usage.db")
    schema.usage.create_all(engine)
    assert count(tmp_path, engine, day) == count(tmp_path, engine, day) == 2
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(select(schema.page_day))] == [(day, "/teams/x", 6)]
        assert [tuple(row) for row in connection.execute(select(schema.browser_day))] == [(day, "Firefox", 6)]
    engine.dispose()
    assert count(tmp_path, engine, day + timedelta(days=7)) == 0
