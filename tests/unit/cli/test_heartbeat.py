"""After each complete look an outside address is called; that it was not is said, and changes no verdict."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cli_world import World


class Pulse:
    """An outside address on the loopback that notes every call."""

    def __init__(self, status: int = 200) -> None:
        self.calls: list[str] = []
        self.status = status
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/beat"

    def __enter__(self) -> Pulse:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pulse = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pulse.calls.append(self.path)
                self.send_response(pulse.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    with Pulse() as running:
        yield running


def test_each_look_is_told_with_its_verdict(world: World, pulse: Pulse) -> None:
    world.write(f"heartbeat: {pulse.url}")
    ended = world.run("verify")
    assert ended.code == 1
    assert ended.err == ""
    assert pulse.calls == ["/beat?verdict=broken"]


def test_what_is_told_follows_the_verdict(world: World, pulse: Pulse) -> None:
    world.keep_everything(f"heartbeat: {pulse.url}")
    assert pulse.calls[-1] == "/beat?verdict=kept"


def test_without_an_address_nobody_is_called(world: World, pulse: Pulse) -> None:
    assert world.run("verify").err == ""
    assert pulse.calls == []


def test_an_address_that_answers_with_an_error_is_a_warning(world: World) -> None:
    with Pulse(503) as failing:
        world.write(f"heartbeat: {failing.url}?token=s3cret")
        ended = world.run("verify", "--json")
    assert failing.calls == ["/beat?token=s3cret&verdict=broken"]
    assert ended.code == 1
    assert "HTTP status 503" in ended.err
    assert "The verdicts stand." in ended.err
    assert "s3cret" not in ended.said
    assert len(ended.json) == 10


def test_an_address_that_nobody_listens_at_is_a_warning(world: World, pulse: Pulse) -> None:
    with Pulse() as gone:
        url = gone.url
    world.write(f"heartbeat: {url}")
    ended = world.run("verify")
    assert ended.code == 1
    assert "the heartbeat could not be sent" in ended.err


@pytest.mark.parametrize("address", ["${NO_SUCH_ADDRESS}", "not an address", "http://[", "gopher://x"])
def test_an_address_that_cannot_be_called_is_a_warning(world: World, address: str) -> None:
    world.write(f'heartbeat: "{address}"')
    ended = world.run("verify")
    assert ended.code == 1
    assert "the heartbeat could not be sent" in ended.err
    assert "orders/claims/at-most" in ended.out
