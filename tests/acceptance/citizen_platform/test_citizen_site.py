"""The platform as a browser and another mail server see it, behind the real nginx; and each saboteur turns its promise red."""

import re
import shutil
import ssl
from pathlib import Path

import pytest

import citizen_platform
from citizen_platform.standins import mail
from citizen_platform.standins.certificate import make_certificate
from zusage.bootstrap import opened
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of
from zusage.promises.promise import CookieSeen, SiteSeen, Transported

MANIFEST = Path(citizen_platform.__file__).parent / "zusage.yaml"


def manifest_for(platform, folder, few, mail=None, more=""):
    """The manifest as it is shipped, with its names on this machine; for saboteurs that are on every page, few pages do."""
    text = MANIFEST.read_text(encoding="utf-8")
    if few:
        text = re.sub(r"pages: \[/, /en/.*\]", "pages: [/, /anmelden]", text)
        text = re.sub(r"pages: \[/konto/, .*\]", "pages: [/konto/]", text)
    plain = re.search(r"listen 127\.0\.0\.1:(\d+);", (platform.folder / "nginx" / "nginx.conf").read_text())[1]
    here = f"    authority: {platform.running.ca_file}\n"
    site = f"resolve: {{mitforschen.example: '{platform.url.removeprefix('https://')}', 'mitforschen.example:80': '127.0.0.1:{plain}'}}"
    port, authority = mail or (platform.mail.port, platform.running.ca_file)
    trusted = f"    resolve: {{mail.mitforschen.example: '127.0.0.1:{port}'}}\n    authority: {authority}\n"
    for line, added in (
        ("    url: https://mitforschen.example\n", f"    {site}\n    pause: 0\n    wait: 0.1\n{here}"),
        ("    host: mail.mitforschen.example\n", trusted),
        ("\ncookies:\n", more),
    ):
        assert text.count(line) == 1
        text = text.replace(line, line + added)
    (folder / "zusage.yaml").write_text(text, encoding="utf-8")
    return folder / "zusage.yaml"


def look(platform, folder, only="", few=False, **manifest):
    """What is seen from outside, judged, without sealing it."""
    with platform.member() as member, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOK_USER", member.person.username)
        patch.setenv("LOOK_PASSWORD", member.person.password)
        if lighter := shutil.which("chromium-headless-shell"):
            patch.setenv("ZUSAGE_CHROMIUM", lighter)
        with opened(manifest_for(platform, folder, few, **manifest), folder / "own") as product:
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
        "transport/site/hsts",
        "transport/mail/starttls",
    } <= set(seen)


def tampered(app, change):
    """The application as somebody meddles with its answers: ``change`` gets the headers and the text of a page, and its path."""

    def meddled(environ, start_response):
        status, headers = [], []

        def begin(said, given, _info=None):
            status.append(said)
            headers.extend(given)

        body = b"".join(app(environ, begin))
        if any(name == "Content-Type" and value.startswith("text/html") for name, value in headers):
            headers[:], body = change(headers, body, environ["PATH_INFO"])
            headers[:] = [(name, value) for name, value in headers if name != "Content-Length"]
        start_response(status[0], headers)
        return [body]

    return meddled


def without_policy(headers):
    return [(name, value) for name, value in headers if name != "Content-Security-Policy"]


def foreign_font(headers, body, _path):
    link = b'<link rel="stylesheet" href="https://fonts.elsewhere.example/nice.css"></head>'
    return without_policy(headers), body.replace(b"</head>", link)


def storing_script(headers, body, _path):
    return without_policy(headers), body.replace(b"</head>", b"<script>localStorage.setItem('seen', 'yes')</script></head>")


def visitor_cookie(headers, body, _path):
    return [*headers, ("Set-Cookie", "visitor=4711; Secure; HttpOnly; Path=/; SameSite=Lax")], body


def year_long_login(headers, body, _path):
    return [(n, v.replace("; Path", "; Max-Age=31536000; Path") if n == "Set-Cookie" else v) for n, v in headers], body


def login_in_the_clear(headers, body, _path):
    return [(n, v.replace("Secure; ", "").replace("; Secure", "") if n == "Set-Cookie" else v) for n, v in headers], body


#: declared, and allowed only with a consent that nobody is asked for on these pages
COUNTING = """  visitor:
    purpose: {de: zählt Besuche, en: counts visits}
    activity: research
    owner: Mitforschen Musterstadt e. V.
    lifetime: session
"""


def counting_strangers(headers, body, path):
    return visitor_cookie(headers, body, path) if path == "/" else (headers, body)


def counting_members(headers, body, path):
    return visitor_cookie(headers, body, path) if path == "/konto/" else (headers, body)


@pytest.mark.parametrize(
    ("change", "promise"),
    [(counting_strangers, "website/site/before-choice"), (counting_members, "website/site/logged-in")],
)
def test_what_needs_a_consent_that_nobody_gave_turns_the_state_red_in_which_it_comes(platform, seen, tmp_path, change, promise):
    app = platform.running.app
    honest = app.wsgi_app
    app.wsgi_app = tampered(honest, change)
    try:
        now = look(platform, tmp_path, few=True, more=COUNTING)
    finally:
        app.wsgi_app = honest
    assert {name for name, (verdict, _) in now.items() if verdict == "broken"} == {promise}, now


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        (login_in_the_clear, "website/site/sent-encrypted"),
        (foreign_font, "website/site/contacts"),
        (storing_script, "website/site/storage"),
        (visitor_cookie, "website/site/storage"),
        (year_long_login, "cookie/session"),
    ],
)
def test_what_is_slipped_into_the_pages_turns_exactly_its_promise_red(platform, seen, tmp_path, change, promise):
    app = platform.running.app
    honest = app.wsgi_app
    app.wsgi_app = tampered(honest, change)
    try:
        now = look(platform, tmp_path, few=True)
    finally:
        app.wsgi_app = honest
    assert now[promise][0] == "broken"
    assert {name for name, (verdict, _) in now.items() if verdict == "broken"} == {promise}


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
    assert {one for one, (verdict, _) in now.items() if verdict == "broken"} == {promise}


def test_certificate_that_has_run_out_turns_exactly_its_promise_red(platform, seen, tmp_path):
    certificate, key = make_certificate(tmp_path, days=-1)
    change = lambda text: re.sub(r"ssl_certificate \S+;", f"ssl_certificate {certificate};", text)  # noqa: E731
    with platform.running.nginx.changed(
        lambda text: re.sub(r"ssl_certificate_key \S+;", f"ssl_certificate_key {key};", change(text))
    ):
        now = look(platform, tmp_path, only="transport/site")
    assert {one for one, (verdict, _) in now.items() if verdict == "broken"} == {"transport/site/certificate"}


def weak(certificate):
    """A mail server as it was set up long ago."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*map(str, certificate))
    return context


@pytest.mark.parametrize(
    ("days", "old", "promises"),
    [
        (30, False, set()),
        (-1, False, {"transport/mail/certificate"}),
        (30, True, {"transport/mail/tls"}),
        (None, False, {"transport/mail/starttls", "transport/mail/tls", "transport/mail/certificate"}),
    ],
    ids=["as it should be", "a certificate that has run out", "an old protocol", "nothing is encrypted"],
)
def test_mail_server_that_is_set_up_otherwise_turns_its_promise_red(platform, tmp_path, monkeypatch, days, old, promises):
    certificate = make_certificate(tmp_path, days=days or 30)
    if old:
        monkeypatch.setattr(mail, "_context", weak)
    server = mail.MailServer(platform.platform.mailbox, certificate if days else None)
    try:
        now = look(platform, tmp_path, only="transport/mail", mail=(server.port, certificate[0]))
    finally:
        server.close()
    assert {name for name, (verdict, _) in now.items() if verdict == "broken"} == promises, now
    assert len(now) == 3
