"""The platform as a browser and another mail server see it, behind the real nginx; and each saboteur turns its promise red."""

import re
import shutil
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete

import citizen_platform
from citizen_platform import schema
from citizen_platform.community import staff
from citizen_platform.standins.certificate import make_certificate
from zusage.bootstrap import opened
from zusage.documents import publish
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of
from zusage.promises.loading import load
from zusage.promises.promise import CookieSeen, SiteSeen, Transported

MANIFEST = Path(citizen_platform.__file__).parent / "zusage.yaml"


def manifest_for(platform, folder, few):
    """The manifest as it is shipped, with its names on this machine; for saboteurs that are on every page, few pages do."""
    text = MANIFEST.read_text(encoding="utf-8")
    if few:
        text = re.sub(r"pages: \[/, /en/.*\]", "pages: [/, /anmelden]", text)
        text = re.sub(r"pages: \[/konto/, .*\]", "pages: [/konto/]", text)
        text = re.sub(r"may: \[/konto/, .*\]", "may: [/konto/]", text)
    plain = re.search(r"listen 127\.0\.0\.1:(\d+);", (platform.folder / "nginx" / "nginx.conf").read_text())[1]
    here = f"    authority: {platform.running.ca_file}\n"
    site = f"resolve: {{mitforschen.example: '{platform.url.removeprefix('https://')}', 'mitforschen.example:80': '127.0.0.1:{plain}'}}"
    mail = f"resolve: {{mail.mitforschen.example: '127.0.0.1:{platform.mail.port}'}}"
    for line, more in (
        ("    url: https://mitforschen.example\n", f"    {site}\n    pause: 0\n    wait: 0.1\n{here}"),
        ("    host: mail.mitforschen.example\n", f"    {mail}\n{here}"),
    ):
        assert text.count(line) == 1
        text = text.replace(line, line + more)
    (folder / "zusage.yaml").write_text(text, encoding="utf-8")
    return folder / "zusage.yaml"


@contextmanager
def published(platform, manifest):
    """The notice that the manifest makes, on the platform for a while."""
    folder = platform.folder / "notice"
    folder.mkdir()
    for name, text in publish(load(manifest), date.today()).items():
        (folder / name).write_text(text, encoding="utf-8")
    yield
    shutil.rmtree(folder)


@contextmanager
def colleagues(platform, password, support="support"):
    """Staff who exist only for the look."""
    engine = platform.platform.engine
    for role in ("support", "moderation"):
        staff.hire(engine, f"look-{role}", support if role == "support" else role, password)
    yield
    with engine.begin() as connection:
        connection.execute(delete(schema.staff).where(schema.staff.c.login.like("look-%")))


def look(platform, folder, only="", few=False, support="support"):
    """What is seen from outside, judged, without sealing it."""
    manifest = manifest_for(platform, folder, few)
    with (
        platform.member() as member,
        pytest.MonkeyPatch.context() as patch,
        published(platform, manifest),
        ExitStack() as enclosed,
    ):
        patch.setenv("LOOK_USER", member.person.username)
        patch.setenv("LOOK_PASSWORD", member.person.password)
        enclosed.enter_context(colleagues(platform, member.person.password, support))
        if lighter := shutil.which("chromium-headless-shell"):
            patch.setenv("ZUSAGE_CHROMIUM", lighter)
        with opened(manifest, folder / "own") as product:
            state, eyes = product.state, product.eyes()
            outside = [p for p in promises_of(product.loaded.manifest) if isinstance(p, SiteSeen | CookieSeen | Transported)]
            judged = {p.id: judge(eyes.look(p).observation) for p in outside if only in p.id}
        state.close()
    return {name: (one.verdict.value, one.reason) for name, one in judged.items()}


@pytest.fixture(scope="module")
def seen(platform, tmp_path_factory):
    return look(platform, tmp_path_factory.mktemp("site"))


def test_everything_that_can_be_seen_from_outside_is_kept(seen):
    assert {name: said for name, said in seen.items() if said[0] != "kept"} == {}
    assert {
        "cookie/session",
        "website/site/storage",
        "website/site/contacts",
        "website/site/notice",
        "transport/site/hsts",
        "transport/mail/starttls",
    } <= set(seen)


def tampered(app, change):
    """The application as somebody meddles with its answers: ``change`` gets its headers and, of pages, their text."""

    def meddled(environ, start_response):
        status, headers = [], []

        def begin(said, given, _info=None):
            status.append(said)
            headers.extend(given)

        body = b"".join(app(environ, begin))
        if any(name == "Content-Type" and value.startswith("text/html") for name, value in headers):
            headers[:], body = change(headers, body)
            headers[:] = [(name, value) for name, value in headers if name != "Content-Length"]
        start_response(status[0], headers)
        return [body]

    return meddled


def without_policy(headers):
    return [(name, value) for name, value in headers if name != "Content-Security-Policy"]


def shorter_notice(headers, body):
    return headers, body.replace("bei einer Aufsichtsbehörde beschweren".encode(), b"")


def foreign_font(headers, body):
    link = b'<link rel="stylesheet" href="https://fonts.elsewhere.example/nice.css"></head>'
    return without_policy(headers), body.replace(b"</head>", link)


def storing_script(headers, body):
    return without_policy(headers), body.replace(b"</head>", b"<script>localStorage.setItem('seen', 'yes')</script></head>")


def visitor_cookie(headers, body):
    return [*headers, ("Set-Cookie", "visitor=4711; Secure; HttpOnly; Path=/; SameSite=Lax")], body


def year_long_login(headers, body):
    return [(n, v.replace("; Path", "; Max-Age=31536000; Path") if n == "Set-Cookie" else v) for n, v in headers], body


def changed(*changes):
    """All of these at once."""

    def all_of_them(headers, body):
        for change in changes:
            headers, body = change(headers, body)
        return headers, body

    return all_of_them


def broken(seen):
    return {name for name, (verdict, _) in seen.items() if verdict == "broken"}


@pytest.fixture
def meddled(platform):
    """Meddles with what the application answers, until the test is over."""
    app = platform.running.app
    honest = app.wsgi_app

    def meddle(*changes):
        app.wsgi_app = tampered(honest, changed(*changes))

    yield meddle
    app.wsgi_app = honest


def test_a_shorter_notice_a_font_a_script_and_a_longer_cookie_turn_exactly_their_promises_red(platform, seen, tmp_path, meddled):
    meddled(shorter_notice, foreign_font, storing_script, year_long_login)
    now = look(platform, tmp_path, few=True)
    assert broken(now) == {"website/site/notice", "website/site/contacts", "website/site/storage", "cookie/session"}
    assert "seen" in now["website/site/storage"][1]


def test_a_cookie_of_visitors_and_staff_who_see_more_than_their_part_turn_exactly_their_promises_red(
    platform, seen, tmp_path, meddled
):
    meddled(visitor_cookie)
    now = look(platform, tmp_path, few=True, support="moderation")
    assert "/intern/beitraege by support" in now["website/site/roles"][1]
    assert "visitor" in now["website/site/storage"][1]
    assert broken(now) == {"website/site/roles", "website/site/storage"}


SERVER = {
    "no word to browsers": (
        'add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;',
        "",
        "transport/site/hsts",
    ),
    "content in the clear": ("return 308 https://$host$request_uri;", "return 200 'welcome';", "transport/site/https-only"),
    "an old protocol": (
        "ssl_protocols TLSv1.2 TLSv1.3;\n    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;",
        "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n    ssl_ciphers ALL:@SECLEVEL=0;",
        "transport/site/tls",
    ),
}


@pytest.mark.parametrize("name", SERVER)
def test_server_that_is_set_up_otherwise_turns_exactly_its_promise_red(platform, seen, tmp_path, name):
    wrong, instead, promise = SERVER[name]
    with platform.running.nginx.changed(lambda text: text.replace(wrong, instead)):
        now = look(platform, tmp_path, only="transport/site")
    assert broken(now) == {promise}


def test_certificate_that_has_run_out_turns_exactly_its_promise_red(platform, seen, tmp_path):
    certificate, key = make_certificate(tmp_path, days=-1)
    change = lambda text: re.sub(r"ssl_certificate \S+;", f"ssl_certificate {certificate};", text)  # noqa: E731
    with platform.running.nginx.changed(
        lambda text: re.sub(r"ssl_certificate_key \S+;", f"ssl_certificate_key {key};", change(text))
    ):
        now = look(platform, tmp_path, only="transport/site")
    assert broken(now) == {"transport/site/certificate"}
