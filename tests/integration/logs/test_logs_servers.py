"""Real servers with our configuration: no full address reaches the disk, in no file, and the promise is shown to be kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from log_world import FIELDS, FORTNIGHT, MASKED, ZUSAGE, LogWorld
from web_servers import apache, get, nginx

from zusage.bootstrap import opened

FULL = (
    b"203.0.113.77",
    b"198.51.100.23",
    b"2001:db8:7:8:9:a:b:c",
    b"2001:db8::beef",
    b"cb00:714d",
    b"192.0.2.99",
    b"%37%37",
    b"u003a",
    b"203-0-113-77",
)


def configured(world: LogWorld, *arguments: str) -> str:
    ended = world.command("logs", "configure", "zusage.yaml", *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def visit(port: int) -> None:
    """What visitors do, with addresses wherever a visitor can put one."""
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6.7 Safari/537.36"
    assert get(port, "/", "203.0.113.77", User_Agent=chrome) == 200
    assert (
        get(
            port,
            "/?odd=203.0.113.%37%37&six=2001\\u003adb8\\u003a\\u003abeef",
            "2001:db8:7:8:9:a:b:c",
            User_Agent=chrome,
            Referer="https://from.example/x",
        )
        == 200
    )
    assert get(port, "/?short=1", "2001:db8::beef", User_Agent="Bot (+http://192.0.2.99/)") == 200
    assert get(port, "/?ip=198.51.100.23&x=1", "::ffff:203.0.113.77", Referer="https://from.example/?ip=2001:db8::beef") == 200
    assert get(port, "/?six=2001%3Adb8%3A%3Abeef&dots=192%2E0%2E2%2E99", "2002:cb00:714d::1", User_Agent="192.0.2.99") == 200
    assert get(port, "/missing/2001:db8::beef", "203.0.113.77", X_Forwarded_For="198.51.100.23, 192.0.2.99") == 404
    assert get(port, "/forbidden/?at=dsl-203-0-113-77.isp.example", "203.0.113.77", Referer="http://198.51.100.23/") == 403


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (folder / "log").iterdir() if path.is_file())


def settle(path: Path, lines: int) -> None:
    until = time.monotonic() + 20
    while path.read_bytes().count(b"\n") < lines if path.exists() else True:
        assert time.monotonic() < until, f"{path.name} has {path.read_bytes().count(b'x') if path.exists() else 'no'} lines"
        time.sleep(0.05)


def verdicts(folder: Path) -> dict[str, str]:
    with opened(folder / "zusage.yaml", clock=lambda: datetime.now(UTC)) as product:
        return {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}


def test_nginx_stores_shortened_addresses_only_by_its_own_configuration(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    with nginx(tmp_path, configured(world, "--server", "nginx")) as port:
        visit(port)
        settle(world.log, 7)
    data = stored(tmp_path)
    assert [full for full in FULL if full in data] == []
    assert b"%3Abeef" not in data
    assert b"192%2E0%2E2%2E99" not in data
    lines = world.log.read_bytes().splitlines()
    assert [text.split()[0] for text in lines] == [
        b"203.0.113.0", b"2001:db8:7::", b"2001:db8::", b"::ffff:203.0.113.0", b"2002:cb00:7100::", b"203.0.113.0", b"203.0.113.0",
    ]  # fmt: skip
    assert b"Chrome/120.0.6.7" in lines[0]
    assert lines[1].count(b"https://from.example/x") == 1
    assert verdicts(tmp_path) == {"log/truncated-ip-address": "kept", "log/lines/at-most": "kept", "accounted/weblogs": "kept"}


def test_without_our_configuration_the_same_visit_breaks_the_promise(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    with nginx(tmp_path, f"access_log {world.log} combined;") as port:
        visit(port)
        settle(world.log, 7)
    assert [full for full in FULL if full in stored(tmp_path)] != []
    assert verdicts(tmp_path)["log/truncated-ip-address"] == "broken"


def test_nginx_logs_browser_and_system_of_people_who_are_logged_in_only(tmp_path: Path) -> None:
    protect = f"{MASKED}, {{drop: user_agent, before: storage, unless: logged_in IS NOT NULL}}"
    form = '$remote_addr $logged_in [$time_local] "$request" $status "$http_user_agent"'
    world = LogWorld.make(tmp_path, form=form, protect=protect, fields="ip_address, logged_in, time, request, status, user_agent")
    flag = 'map $cookie_sid $logged_in { "" "-"; default "1"; }\n'
    with nginx(tmp_path, flag + configured(world, "--server", "nginx")) as port:
        get(port, "/", "203.0.113.77", User_Agent="Visitor/1.0")
        get(port, "/", "203.0.113.77", User_Agent="Player/2.0", Cookie="sid=4711")
        settle(world.log, 2)
    data = stored(tmp_path)
    assert b"Visitor/1.0" not in data
    assert b'"Player/2.0"' in data
    assert b"4711" not in data
    assert set(verdicts(tmp_path).values()) == {"kept"}


@contextmanager
def filtering(world: LogWorld, pipe: Path) -> Iterator[None]:
    os.mkfifo(pipe, 0o600)
    command = [ZUSAGE, "logs", "filter", "zusage.yaml", "--from", str(pipe), "--to", str(world.log)]
    work = subprocess.Popen(command, cwd=world.folder)
    try:
        until = time.monotonic() + 60
        while not world.log.exists():
            assert work.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield
    finally:
        work.send_signal(signal.SIGTERM)
        assert work.wait(timeout=30) == 0


def test_nginxs_error_log_goes_through_the_filter_because_nginx_cannot_shorten_it(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path, form="nginx-error", fields="time, text", more=", time_zone: UTC")
    refused = world.command("logs", "configure", "zusage.yaml", "--server", "nginx")
    assert refused.returncode == 3
    assert "nginx cannot shorten the addresses in its error log" in refused.stderr
    pipe = tmp_path / "error.pipe"
    main = configured(world, "--server", "nginx", "--pipe", str(pipe))
    with filtering(world, pipe), nginx(tmp_path, "access_log off;", main) as port:
        visit(port)
        settle(world.log, 2)
    data = stored(tmp_path)
    assert [full for full in FULL if full in data] == []
    assert data.count(b"client: 203.0.113.0,") == 2
    assert b"open() " in data
    assert verdicts(tmp_path) == {"log/truncated-ip-address": "kept", "log/lines/at-most": "kept", "accounted/weblogs": "kept"}


def test_apache_pipes_both_of_its_logs_through_the_filter(tmp_path: Path) -> None:
    both = LogWorld.make(tmp_path, form="common", fields="ip_address, ident, user, time, request, status, size")
    text = (tmp_path / "zusage.yaml").read_text()
    errors = f'  errors: {{kind: access-log, path: "{tmp_path}/log/error.log*", format: apache-error, time_zone: UTC}}\nclasses:'
    activity = text[text.index("  log:\n") :].replace("  log:", "  error-log:").replace("weblogs.line", "errors.line")
    activity = activity.replace("ip_address, ident, user, time, request, status, size", "time, text")
    (tmp_path / "zusage.yaml").write_text(text.replace("classes:", errors, 1) + activity)
    more = "".join(configured(both, "--server", "apache", "--system", name) for name in ("weblogs", "errors"))
    with apache(tmp_path, more) as port:
        visit(port)
        settle(both.log, 7)
        settle(tmp_path / "log" / "error.log", 2)
    data = stored(tmp_path)
    assert [full for full in FULL if full in data] == []
    assert b"[client 203.0.113.0:" in data
    assert b"/?ip=198.51.100.0&x=1" in data
    found = verdicts(tmp_path)
    assert found.pop("error-log/lines/at-most") == found.pop("log/lines/at-most") == "kept"
    assert set(found.values()) == {"kept"}


def test_what_a_server_cannot_do_is_said(tmp_path: Path) -> None:
    for number, (protect, form, server) in enumerate(
        (
            ("{hash: ip_address, before: storage}", "combined", "nginx"),
            ("{truncate: ip_address, before: storage, ipv4: 20}", "combined", "nginx"),
            (MASKED, "json", "nginx"),
            (MASKED, '$remote_addr [$time_local] "$request"', "apache"),
        )
    ):
        (tmp_path / str(number)).mkdir()
        world = LogWorld.make(tmp_path / str(number), protect=protect, form=form, fields=FIELDS, keep=FORTNIGHT)
        ended = world.command("logs", "configure", "zusage.yaml", "--server", server)
        assert ended.returncode == 3, (protect, form)
        assert "Traceback" not in ended.stderr


def test_nginx_writes_json_in_the_same_way(tmp_path: Path) -> None:
    form = '{"ip":"$remote_addr","time":"$time_iso8601","request":"$request","status":$status,"agent":"$http_user_agent"}'
    world = LogWorld.make(tmp_path, form=form, fields="ip_address, time, request, status, user_agent")
    with nginx(tmp_path, configured(world, "--server", "nginx")) as port:
        visit(port)
        settle(world.log, 7)
    data = stored(tmp_path)
    assert [full for full in FULL if full in data] == []
    assert {json.loads(text)["status"] for text in data.splitlines()} == {200, 403, 404}
    assert set(verdicts(tmp_path).values()) == {"kept"}
