"""How long cookies are meant to live, and what passes the gate between a browser and the world."""

import asyncio
import socket
import struct
from collections.abc import Iterator

import pytest

from zusage.connectors.website.gate import Gate
from zusage.connectors.website.recorder import linked
from zusage.connectors.website.setting import longest, read

NOW = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("a=1; Path=/", None),
        ("a=1; Max-Age=60", 60),
        ("a=1; max-age=60; expires=Tue, 14 Nov 2023 23:13:20 GMT", 60),
        ("a=1; Expires=Tue, 14 Nov 2023 23:13:20 GMT", 3600),
        ("a=1; expires=Tue, 14-Nov-2023 23:13:20 GMT", 3600),
        ("a=; expires=Thu, 01 Jan 1970 00:00:00 GMT", -round(NOW)),
        ("a=1; Max-Age=soon", None),
        ("a=1; Expires=never", None),
    ],
)
def test_the_length_of_a_cookie_is_read_as_browsers_do(line: str, seconds: int | None) -> None:
    assert read(line, "shop.example", NOW).seconds == seconds


def test_a_cookie_belongs_to_the_host_that_it_names_and_its_value_is_not_kept() -> None:
    found = read("id=secret; Domain=.Shop.example; Secure; HttpOnly; SameSite=Lax", "www.shop.example", NOW)
    assert (found.name, found.host, found.secure, found.http_only, found.same_site) == ("id", "shop.example", True, True, "lax")
    assert "secret" not in repr(found)


def test_the_longest_life_counts_and_a_deleted_cookie_is_no_entry() -> None:
    found = [read(line, "shop.example", NOW) for line in ("a=1; max-age=9", "a=1; max-age=7", "b=1", "c=; max-age=0")]
    assert longest(found) == {("a", "shop.example"): 9, ("c", "shop.example"): 0}
    assert [one.entry is None for one in found] == [False, False, False, True]


# -- the gate ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def answering() -> Iterator[int]:
    """A port of this machine that says hello."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def serve() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    connection.sendall(b"hello")
                    connection.close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def ask(gate: Gate, host: str, port: int) -> tuple[int, bytes]:
    """What the gate answers (RFC 1928, section 6), and what then comes."""
    number = int(gate.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", number), 5) as connection:
        connection.sendall(b"\x05\x01\x00")
        assert connection.recv(2) == b"\x05\x00"
        connection.sendall(b"\x05\x01\x00\x03" + bytes([len(host)]) + host.encode() + struct.pack("!H", port))
        reply = connection.recv(10)
        return reply[1], connection.recv(16) if reply[1] == 0 else b""


def test_the_gate_lets_declared_names_through_and_writes_down_every_other(answering: int) -> None:
    gate = Gate(lambda host: host == "shop.example", {"shop.example": f"127.0.0.1:{answering}"})
    try:
        assert ask(gate, "shop.example", 443) == (0, b"hello")
        assert ask(gate, "elsewhere.example", 443) == (2, b"")
        assert gate.asked == {"shop.example", "elsewhere.example"}
    finally:
        gate.close()


def test_a_declared_host_that_does_not_answer_is_a_failure_and_no_refusal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = server.getsockname()[1]
    gate = Gate(lambda _: True, {"shop.example:443": f"127.0.0.1:{silent}"})
    try:
        assert ask(gate, "shop.example", 443)[0] == 4
    finally:
        gate.close()


def test_closing_the_gate_leaves_nothing_running(answering: int) -> None:
    gate = Gate(lambda _: True, {"shop.example": f"127.0.0.1:{answering}"})
    number = int(gate.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", number), 5):
        gate.close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", number), 1).close()
    assert not asyncio.all_tasks(gate._loop)


def test_addresses_to_connect_to_beforehand_are_read_from_a_header() -> None:
    header = '<https://one.example>; rel=preconnect, </style.css>; rel=preload; as=style, <//two.example/>; crossorigin; rel="preload dns-prefetch"'
    assert linked(header) == ["https://one.example", "//two.example/"]
    assert linked("") == linked("https://x.example; rel=preconnect") == []
