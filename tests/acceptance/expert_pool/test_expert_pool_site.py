"""The pool's pages in a real Chromium behind a real nginx, and its log: what the manifest promises of them is kept, and each can be broken."""

import re
import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from expert_pool import schema
from expert_pool.front import fronted
from expert_pool.work import team
from zusage.bootstrap import opened
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of

SEEN = ("website", "cookie", "transport")
LOG = ("accounted/weblogs", "server-log/lines/at-most", "every-row/nobody-is-logged-by-name", "kept-apart/log-and-people")


@contextmanager
def looking(pool):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in pool.environment.items():
            patch.setenv(name, value)
        if found := shutil.which("chromium-headless-shell"):
            patch.setenv("ZUSAGE_CHROMIUM", found)
        with opened(pool.manifest, pool.folder / "own") as product:
            yield product
            product.state.close()


def judged(product, wanted):
    """Promise → verdict and reason; nothing is sealed."""
    eyes = product.eyes()
    chosen = [one for one in promises_of(product.loaded.manifest) if wanted(one.id)]
    found = {one.id: judge(eyes.look(one).observation) for one in chosen}
    return {promise: (one.verdict.value, one.reason) for promise, one in found.items()}


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    with fronted(tmp_path_factory.mktemp("pool_on_the_web")) as place:
        narrowed(place, "/, /en/, /cookies, /registrieren", *team.RIGHTS, "person")
        yield place


def narrowed(place, pages, *roles):
    """Fewer pages and roles than the example has, which take as long as they show nothing else."""
    text = place.manifest.read_text(encoding="utf-8")
    assert "pages: [/, /en/, /stellen" in text
    text = re.sub(r"pages: \[/, /en/, .*\]", f"pages: [{pages}]", text)
    text = re.sub(r"pages: \[/ich/, .*\]", "pages: [/ich/]", text)
    for name in {*team.RIGHTS, "person"} - set(roles):
        text = re.sub(rf"\n      {name}:(\n        .*)+", "", text)
    place.manifest.write_text(text)


@pytest.fixture(scope="module")
def seen(pool):
    with looking(pool) as product:
        return judged(product, lambda name: name.split("/")[0] in SEEN)


def test_the_pool_keeps_what_it_promises_of_its_pages(seen):
    assert {promise: said for promise, said in seen.items() if said[0] != "kept"} == {}
    assert {"website/site/after-accept-one", "website/site/notice", "cookie/firstcontact", "cookie/jsessionid"} <= set(seen)


def test_what_somebody_slips_into_the_pages_turns_each_of_their_promises_red_and_no_other(seen, tmp_path):
    """A long cookie nobody agreed to, one that is not declared and goes in the clear, a weaker no, a foreign font, no notice, a role too wide."""
    meddling = """proxy_hide_header Content-Security-Policy; sub_filter_once off;
        add_header Set-Cookie "Firstcontact=direct; Path=/; Max-Age=63072000; Secure; HttpOnly; SameSite=Lax";
        add_header Set-Cookie "trace=1; Path=/; SameSite=Lax";
        sub_filter 'value="essential"' 'class="quiet small" value="essential"';
        sub_filter '<title>' '<link rel="stylesheet" href="https://fonts.elsewhere.example/nice.css"><title>';
        sub_filter '>Datenschutz</a>' '></a>'; sub_filter '>Datenschutzhinweise</a>' '></a>'; sub_filter '>Privacy</a>' '></a>';"""
    with fronted(tmp_path, meddling) as place:
        narrowed(place, "/", "person", "recruiting", "reporting")
        with place.running.pool.engine.begin() as connection:
            reporting = update(schema.staff).where(schema.staff.c.login == "look-reporting")
            assert connection.execute(reporting.values(role="legal")).rowcount == 1
        with looking(place) as product:
            now = judged(product, lambda name: name.split("/")[0] in SEEN)
    named = (
        "before-choice",
        "after-reject",
        "after-withdraw",
        "logged-in",
        "equal-choice",
        "contacts",
        "storage",
        "sent-encrypted",
        "notice",
        "roles",
    )
    expected = {"cookie/firstcontact", *(f"website/site/{one}" for one in named)}
    assert {promise: said for promise, said in now.items() if said[0] == "broken"}.keys() == expected, now


@contextmanager
def written(pool, line):
    """A file of the log with one line in it."""
    path = pool.folder / "pool" / "logs" / "access-2020-01-01.log"
    path.write_text(line + "\n", encoding="utf-8")
    yield path
    path.unlink()


LINE = '203.0.113.7 - {user} [{time}] "GET {path} HTTP/1.1" 200 12 "-" "Mozilla/5.0"'
NOW = {"user": "-", "time": "{now}", "path": "/"}
SABOTEURS = {
    "server-log/lines/at-most": {"time": "01/Jan/2020:12:00:00 +0000"},
    "every-row/nobody-is-logged-by-name": {"path": "/stellen?wo=Kalevia"},
    "kept-apart/log-and-people": {"path": "/von/look@example.org"},
}


def test_the_log_is_kept_as_promised(pool, seen):
    with looking(pool) as product:
        assert {promise: said for promise, said in judged(product, LOG.__contains__).items() if said[0] != "kept"} == {}


@pytest.mark.parametrize("promise", SABOTEURS)
def test_a_line_that_must_not_be_turns_its_promise_red_and_no_other(pool, seen, promise):
    from datetime import UTC, datetime

    now = f"{datetime.now(UTC):%d/%b/%Y:%H:%M:%S +0000}"
    with written(pool, LINE.format(**{"user": "-", "time": now, "path": "/"} | SABOTEURS[promise])), looking(pool) as product:
        found = judged(product, LOG.__contains__)
    assert {name for name, said in found.items() if said[0] == "broken"} == {promise}, found
