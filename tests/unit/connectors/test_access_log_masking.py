"""Addresses in log lines: hidden wherever they stand, and nothing else is touched."""

from __future__ import annotations

import os
import random
import re
import runpy
import shutil
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest
from log_lines import FORMATS, Lines
from slow_reference import mask_line

from zusage.connectors.access_log import loop, masking
from zusage.connectors.access_log.addresses import addresses
from zusage.connectors.access_log.formats import FormatUnfit, parse
from zusage.connectors.access_log.hiding import Drop, Hash, Truncate
from zusage.connectors.access_log.keys import RotatingKey
from zusage.connectors.access_log.loop import compiled
from zusage.connectors.access_log.masking import UNMASKABLE, Masker
from zusage.connectors.access_log.nginx import Nginx

#: of each format; ten thousand by `make thorough`
LINES = int(os.environ.get("ZUSAGE_LINES", "500"))


def masker(text: str = "combined") -> Masker:
    return Masker(parse(text), Truncate())


def whole(text: bytes) -> bytes:
    return Masker(parse("nginx-error"), Truncate()).line(text)


def both(one: Masker) -> list[Callable[[bytes], bytes]]:
    """Python, and the compiled loop where there is one."""
    quick = compiled(one)
    return [one.lines, *([quick] if quick else [])]


@pytest.mark.parametrize("name", FORMATS)
def test_generated_lines_of_every_format_agree_with_the_slow_reference(name: str) -> None:
    source = Lines(20261127)
    lines = [source.line(name) for _ in range(LINES)]
    expected = [mask_line(line, name) for line in lines]
    assert sum(one != other for one, other in zip(lines, expected, strict=True)) > LINES / 2
    for mask in both(masker(FORMATS[name])):
        found = mask(b"\n".join(lines) + b"\n").splitlines()
        wrong = [(line, one, other) for line, one, other in zip(lines, found, expected, strict=True) if one != other]
        assert not wrong, wrong[:3]


def test_the_compiled_loop_was_built_where_there_is_a_compiler() -> None:
    if shutil.which("cc") is None:
        pytest.skip("no compiler: Python does it")
    assert compiled(masker()) is not None


_PIECES = [
    *b'1 25 203.0.113.7 . : :: % %3A %2e %25 %253a \\ \\x22 \\u0022 x a fe80 2001:db8 %37 \\x3a \\u002e \\x5C 1:2:3:4:5:6:7:8:9 / " Chrome/ rv: g - ffff \xff \r unix: [ 0 9 %20 12:13:14 - - 77-1-2 p54A3B2C1 .isp.example .1 0.a.1.b 99999999 // :// 0x _ / -- d41d8cd98f00b204e9800998ecf8427e'.split(
        b" "
    ),
    b" ",
    b'" ',
    b", ",
    b"] ",
]


def test_the_compiled_loop_and_python_are_the_same_on_any_bytes_and_masking_twice_changes_nothing() -> None:
    choose = random.Random(7)
    forms = [parse(text) for text in ("combined", "common", "nginx-error", FORMATS["nginx"], "$http_user_agent")]
    for _ in range(LINES):
        form = choose.choice(forms)
        fields = (
            {"user_agent": choose.choice([None, form.names[0]])} if "user_agent" in form.names and choose.random() < 0.3 else {}
        )
        one = Masker(form, Truncate(choose.choice([24, 16, 20]), choose.choice([48, 32, 64])), fields)
        lines = [_random_line(choose, one) for _ in range(8)]
        masked = {mask(b"\n".join(lines) + b"\n") for mask in both(one)}
        assert len(masked) == 1, (form.names, lines)
        assert one.failed == 0
        if form.kind == "text":
            assert one.lines(masked.copy().pop()) in masked


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        (b"1203.0.113.71%2e9.a.1.b", b"-.a.1.b"),
        (b"203%2525252e0%2525252e113%2525252e77.a", b"-.a"),
        (b"::ffff:cb00:714d.a", b":::-.a"),
        (b"203%2e0%2e113%2e77.a", b"203%2e0%2e113%2e0.a"),
    ],
)
def test_what_becomes_a_name_once_an_address_in_it_is_hidden_goes_at_the_first_reading(line: bytes, masked: bytes) -> None:
    for mask in both(masker("nginx-error")):
        assert mask(line + b"\n") == masked + b"\n"
        assert mask(masked + b"\n") == masked + b"\n"


def _random_line(choose: random.Random, one: Masker) -> bytes:
    def some() -> bytes:
        return b"".join(choose.choice(_PIECES) for _ in range(choose.randrange(16)))

    if choose.random() < 0.5 or one.format.kind != "fields":
        return some() + some()
    return one.format.before + b"".join(some() + field.after for field in one.format.fields)


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        (b"203.0.113.77", b"203.0.113.0"),
        (b"[203.0.113.77]:80", b"[203.0.113.0]:80"),
        (b"203.000.113.007", b"203.0.113.0"),
        (b"203%2e0%2E113%2e7", b"203%2e0%2e113%2e0"),
        (b"%20203.0.113.7", b"%20203.0.113.0"),
        (b"\\x22203.0.113.7", b"\\x22203.0.113.0"),
        (b"\\b2001:db8::1", b"\\b2001:db8::"),
        (b"2001:DB8:0:1:2:3:4:5", b"2001:db8::"),
        (b"2001%3Adb8%3A1%3A2%3A%3A3", b"2001%3Adb8%3A1%3A%3A"),
        (b"2001%253Adb8%253A%253A3", b"2001%253Adb8%253A%253A"),
        (b"[fe80::1%eth0]:80", b"[fe80::%eth0]:80"),
        (b"::ffff:203.0.113.7", b"::ffff:203.0.113.0"),
        (b"::FFFF:cb00:7107", b"::ffff:203.0.113.0"),
        (b"64:ff9b::203.0.113.7", b"64:ff9b::"),
        (b"2002:cb00:7107::1", b"2002:cb00:7100::"),
        (b"2001:db8::1: connection refused", b"2001:db8::: connection refused"),
        (b"203.0.113.7.dynamic.example", b"-.dynamic.example"),
        (b"203.0.113.7.443 > 192.0.2.1.80", b"203.0.113.0.443 > 192.0.2.0.80"),
        (b"a=1:2:3:4:5:6:7:8:443", b"a=[1:2:3::]:443"),
        (b"[client 2001:db8:7:8:9:a:b:c:51234] AH01630", b"[client [2001:db8:7::]:51234] AH01630"),
        (b"0:0:0:0:0:ffff:cb00:714d:80", b"[::ffff:203.0.113.0]:80"),
        (b"a=1:2:3:4:5:6:7:8:443.1", b"a=-"),
        (b"a=1:2:3:4:5:6:7:8:9:a", b"a=-"),
        (b"source:203.0.113.77:443", b"source:203.0.113.0:443"),
        (b"12:203.0.113.77", b"12:203.0.113.0"),
        (b"2001\\u003adb8\\u003A1\\u003a2\\u003a\\u003a77", b"2001:db8:1::"),
        (b"2001\\x5Cu003adb8\\x5Cu003a1\\x5Cu003a\\x5Cu003a77", b"2001:db8:1::"),
        (b"2001%5Cu003adb8%5Cu003a1%5Cu003a%5Cu003a77", b"2001:db8:1::"),
        (b"203\\x2e0\\x2e113\\x2e77", b"203.0.113.0"),
        (b"a=203.0.113.%37%37&b=%32%30%33.0.113.77;", b"a=203.0.113.0&b=203.0.113.0;"),
        (b"2001:db8:1:2:3:4:5:%2536", b"2001:db8:1::"),
        (b"%41%42 caf%C3%A9 \\x37 203.0.113.77", b"%41%42 caf%C3%A9 \\x37 203.0.113.0"),
        (b"x2001:db8::1y", b"xx"),
        (b"Chrome/120.0.1.2", b"Chrome/120.0.1.0"),
        (b"203-0-113-77.isp.example", b"-.isp.example"),
        (b"via ip-203-0-113-77", b"via ip--"),
        (b"/lookup/203-0-113-77", b"/lookup/-"),
        (b"ec2-203-0-113-77.eu-1.compute.example", b"ec-.eu-1.compute.example"),
        (b"77.113.0.203.in-addr.arpa", b"-.in-addr.arpa"),
        (b"4.d.7.1.7.0.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", b"-.ip6.arpa"),
        (b"?h=%20cb00714d.isp.example", b"?h=%20-.isp.example"),
        (b"https:\\/\\/p54A3B2C1.dip0.isp.example/", b"https:\\/\\/p-.dip0.isp.example/"),
        (b"dyn203000113077.pool.isp.example", b"dyn-.pool.isp.example"),
        (b"2001-db8-1-2-3-4-5-77.isp.example", b"-.isp.example"),
        (b"http://3405803853/ http://0xcb00714d:80/ http%3A%2F%2F3405803853%2F", b"http://-/ http://-:80/ http%3A%2F%2F-%2F"),
        (b"//2001-db8--77.ipv6-literal.net", b"//-.ipv6-literal.net"),
        (b"p20010db8000700080000000000000077.dip0.isp.example", b"p-.dip0.isp.example"),
        (b"203-0-113-%37%37.isp.example", b"-.isp.example"),
    ],
)
def test_every_spelling_of_an_address_is_masked(line: bytes, masked: bytes) -> None:
    assert whole(line) == masked
    assert {mask(line) for mask in both(Masker(parse("nginx-error"), Truncate()))} == {masked}


@pytest.mark.parametrize(
    "line",
    [
        b"12:34:56",
        b"aa:bb:cc:dd:ee:ff",
        b"std::vector<Foo::Bar>",
        b"300.1.2.3",
        b"1.2.3",
        b"::",
        b"1.2.3.4567",
        b"27/Nov/2026:12:34:56 +0000",
        b"2026-11-28 10-11-2026-12 28-11-26-12 backup-2026-11-28-12-30-05.tar 20261128-12-30-10-11.log",
        b"030-12-34-56 978-3-16-148410-0 v1.2.3-4 jquery-3.7.1.min.js 550e8400-e29b-41d4-a716-446655440000 bed--cafe.example",
        b"/static/main.3f2a1b4c.js /static/3f2a1b4c.min.js /1700000000.html https://shop.example/1700000000",
    ],
)
def test_what_is_no_address_stays(line: bytes) -> None:
    assert {mask(line) for mask in both(Masker(parse("nginx-error"), Truncate()))} == {line}


def test_versions_stay_in_a_browsers_name_and_addresses_there_do_not() -> None:
    agent = b'"Mozilla/5.0 (rv:1.9.0.2) Chrome/120.0.1.2 +http://bot.example/203.0.113.7 1.2.3.4"'
    line = b'203.0.113.7 - - [27/Nov/2026:12:34:56 +0000] "GET / HTTP/1.1" 200 1 "-" ' + agent
    for mask in both(masker()):
        assert mask(line).endswith(b'"Mozilla/5.0 (rv:1.9.0.2) Chrome/120.0.1.2 +http://bot.example/203.0.113.0 1.2.3.0"')


def test_a_clients_name_is_not_stored_in_place_of_its_address() -> None:
    rest = b' - - [x] "GET / HTTP/1.1" 200 1 "-" "-"'
    for client, stored in (
        (b"dsl-7.isp.example", b"-"),
        (b"unix:", b"unix:"),
        (b"-", b"-"),
        (b"fe80::1%eth0", b"fe80::%eth0"),
        (b"ip-abcdefghijkq", b"ip-abcdefghijkq"),
        (b"ip-abcdefghijkz", b"-"),
    ):
        for mask in both(masker()):
            assert mask(client + rest) == stored + rest


def test_browser_and_system_stay_for_people_who_are_logged_in_only() -> None:
    one = Masker(parse("combined"), Truncate(), {"user_agent": "user", "referrer": None})
    line = '203.0.113.7 - {} [x] "GET / HTTP/1.1" 200 1 "https://from.example/" "Browser/1.0"'
    for mask in both(one):
        assert mask(line.format("-").encode()).endswith(b'"-" "-"')
        assert mask(line.format("bob").encode()).endswith(b'"-" "Browser/1.0"')


def test_the_same_of_json_whatever_the_order_of_its_keys() -> None:
    one = Masker(parse("json"), Truncate(), {"user_agent": "uid"})
    assert (
        one.line(b'{"user_agent": ["A/1.2.3.4"], "uid": null, "ip": "203.0.113.7"}')
        == b'{"user_agent": "-", "uid": null, "ip": "203.0.113.0"}'
    )
    assert one.line(b'{"uid": 7, "user_agent": "A/1.2.3.4"}') == b'{"uid": 7, "user_agent": "A/1.2.3.4"}'
    assert one.line(b'{"user_agent": "A/1.2.3.4"') == b'{"user_agent": "A/1.2.3.0"'


def test_codes_are_the_same_for_the_same_address_until_the_key_is_gone() -> None:
    now = 0.0
    one = Masker(parse("nginx-error"), Hash(RotatingKey(3600, clock=lambda: now)))
    first = one.line(b"203.0.113.7 203.0.113.7 203.0.113.8")
    assert first.split()[0] == first.split()[1] != first.split()[2]
    assert not list(addresses(first))
    now = 3599.0
    assert one.line(b"203.0.113.7") == first.split()[0]
    now = 3600.0
    assert one.line(b"203.0.113.7") != first.split()[0]


def test_a_key_in_a_file_is_shared_within_its_period_and_replaced_after_it(tmp_path: Path) -> None:
    path = tmp_path / "key"
    old = RotatingKey(3600, path, clock=lambda: 10.0)()
    assert RotatingKey(3600, path, clock=lambda: 20.0)() == old
    assert path.stat().st_mode & 0o777 == 0o600
    assert RotatingKey(3600, path, clock=lambda: 4000.0)() != old
    assert old not in path.read_bytes()


def test_dropped_addresses_leave_nothing() -> None:
    one = Masker(parse("combined"), Drop())
    assert (
        one.line(b'203.0.113.7 - - [x] "GET /?a=::1 HTTP/1.1" 200 1 "-" "-"') == b'- - - [x] "GET /?a=- HTTP/1.1" 200 1 "-" "-"'
    )


def test_a_line_that_cannot_be_masked_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    one = masker()
    monkeypatch.setattr(masking, "addresses", lambda *_, **__: 1 / 0)
    assert one.line(b"203.0.113.7 and more") == UNMASKABLE
    assert one.failed == 1


def test_a_line_of_ten_megabytes_and_binary_junk_are_masked_and_otherwise_the_same() -> None:
    junk = bytes(range(256)).replace(b"\n", b"") * 20_000
    line = junk + b" 203.0.113.7 " + junk
    for mask in both(masker()):
        assert mask(line + b"\n") == line.replace(b"113.7", b"113.0") + b"\n"


def test_a_long_run_of_escaped_signs_is_not_stored_and_takes_no_time() -> None:
    line = b"203.0.113.7 /?a=" + b"%31" * 3_000_000 + b"&b=203.0.113.%37"
    for mask in both(Masker(parse("nginx-error"), Truncate())):
        assert mask(line + b"\n") == b"203.0.113.0 /?a=-&b=203.0.113.0\n"


def test_an_address_in_bytes_is_left_out_by_nginx() -> None:
    text = Nginx("weblogs", "$binary_remote_addr $remote_addr [$time_local]", Truncate(), {}).text("/var/log/x")
    assert "log_format zusage_weblogs '- ${zusage_weblogs_remote_addr} [${time_local}]'" in text
    assert "binary" not in text


def test_nginx_leaves_out_what_the_filter_would_mask_and_lets_dates_and_files_pass() -> None:
    pattern = re.compile(
        re.search(r'map \$request .*?"~(.*?)" -;', Nginx("w", "$remote_addr $request", Truncate(), {}).text("/x"), re.S)[1]
    )
    source = Lines(7)
    texts = [source.name() for _ in range(500)]
    assert [text for text in texts if whole(text.encode()) != text.encode() and not pattern.search(text)] == []
    for text in (
        "GET /2026-11-28-12-30-x HTTP/1.1",
        "/static/3f2a1b4c.min.js",
        "550e8400-e29b-41d4-a716-446655440000",
        "w1.shop-2.example",
    ):
        assert not pattern.search(text)


@pytest.mark.parametrize("text", ["", "no variable", "$a$b", "%h%u"])
def test_a_format_that_tells_nothing_apart_is_refused(text: str) -> None:
    with pytest.raises(FormatUnfit):
        parse(text)


def test_apaches_words_are_read_like_nginxs() -> None:
    ours = parse('%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"')
    assert ours == parse("combined")
    assert parse(r"%h %l %u %t \"%r\" %>s %b") == parse("common")
    assert ours.names == ("ip_address", "ident", "user", "time", "request", "status", "size", "referrer", "user_agent")


def test_a_loop_that_was_compiled_from_another_source_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("cc") is None:
        pytest.skip("no compiler")
    other = tmp_path / "other.so"
    subprocess.run(["cc", "-shared", "-fPIC", '-DZUSAGE_SOURCE="another"', "-o", other, loop.SOURCE], check=True)
    for library in (other, tmp_path / "missing.so"):
        monkeypatch.setattr(loop, "LIBRARY", library)
        loop._library.cache_clear()
        one = masker()
        assert compiled(one) is None
        assert loop.fastest(one) == one.lines
    loop._library.cache_clear()


def test_without_a_compiler_the_installation_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        sys.modules, "hatchling.builders.hooks.plugin.interface", types.SimpleNamespace(BuildHookInterface=object)
    )
    path = Path(__file__).parents[3] / "hatch_build.py"
    build = runpy.run_path(str(path))
    library = tmp_path / "_loop.so"
    for compiler in ("/nowhere/cc", "/bin/false"):
        monkeypatch.setenv("CC", compiler)
        assert build["compile_loop"](loop.SOURCE, library) is False
        assert list(tmp_path.iterdir()) == []
