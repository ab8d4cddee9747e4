"""Handshakes with a real nginx and a real mail server under a private authority: the good one kept, each bad one broken."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Literal

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from toy_world import served

from zusage.connectors.outside import open_server
from zusage.evidence.look import look_at_server
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of
from zusage.promises.loading import load
from zusage.promises.manifest import MailServer, Manifest
from zusage.promises.promise import Transported
from zusage.testing.authority import Authority
from zusage.testing.ports import free_port
from zusage.testing.toy import Toy
from zusage.testing.toy.saboteurs import SHAKEN, WebSaboteur


def shaken(manifest: Manifest) -> dict[str, str]:
    """Promise about transport → verdict, with its reason."""
    probes = {name: open_server(name, one) for name, one in {**manifest.websites, **manifest.mail_servers}.items()}
    found = {}
    for promise in promises_of(manifest):
        if isinstance(promise, Transported):
            seen, _ = look_at_server(promise, probes[promise.system], manifest, datetime.now(UTC))
            judged = judge(seen)
            found[promise.id] = f"{judged.verdict.value}: {judged.reason}"
    return found


def of(toy: Toy) -> dict[str, str]:
    return shaken(load(toy.manifest()).manifest)


def test_a_site_whose_transport_is_as_promised_is_kept(tmp_path: Path) -> None:
    with served(tmp_path) as toy:
        found = of(toy)
    assert set(found) == {f"transport/site/{aspect}" for aspect in ("tls", "certificate", "hsts", "https-only")}
    assert all(verdict.startswith("kept: ") for verdict in found.values()), found


@pytest.mark.parametrize("saboteur", SHAKEN, ids=lambda one: one.name)
def test_a_saboteur_of_the_transport_breaks_its_promise_and_no_other(saboteur: WebSaboteur, tmp_path: Path) -> None:
    with served(tmp_path, saboteur.meddling) as toy:
        found = of(toy)
    assert found.pop(saboteur.breaks).startswith("broken: ")
    assert all(verdict.startswith("kept: ") for verdict in found.values()), found


def test_a_server_that_does_not_answer_leaves_everything_undecided(tmp_path: Path) -> None:
    with served(tmp_path) as toy:
        manifest = toy.manifest()
    found = shaken(load(manifest).manifest)
    assert found
    assert all(verdict.startswith("undecided: ") for verdict in found.values()), found


def test_a_site_that_speaks_plain_http_where_it_should_encrypt_is_broken(tmp_path: Path) -> None:
    with served(tmp_path) as toy:
        text = toy.manifest().read_text()
        secure = toy.resolve["shop.example"]
        text = text.replace(f'"shop.example": "{secure}"', f'"shop.example": "{toy.resolve["shop.example:80"]}"')
        plain = tmp_path / "plain.yaml"
        plain.write_text(text)
        found = shaken(load(plain).manifest)
    for aspect in ("tls", "certificate", "hsts"):
        assert found[f"transport/site/{aspect}"].startswith("broken: it answers, but not encrypted"), found


# -- mail --------------------------------------------------------------------------------------------------------------


@contextmanager
def mail_server(context: ssl.SSLContext | None) -> Iterator[int]:
    """A mail server on the loopback, with STARTTLS where there is a context."""
    port = free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port, tls_context=context)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mail(port: int, authority: Path, speaks: Literal["smtp", "smtps"] = "smtp") -> dict[str, str]:
    server = MailServer(
        kind="mail-server",
        host="mx.example",
        port=25,
        speaks=speaks,
        resolve={"mx.example": f"127.0.0.1:{port}"},
        authority=str(authority),
    )
    manifest = Manifest.model_validate({"zusage": 1, "controller": {"name": "x"}, "systems": {"mail": server}})
    return {promise.removeprefix("transport/mail/"): verdict for promise, verdict in shaken(manifest).items()}


def _context(authority: Authority, host: str, days: int = 90) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue(host, days=days))
    return context


def test_a_mail_server_with_starttls_and_a_good_certificate_is_kept(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with mail_server(_context(authority, "mx.example")) as port:
        found = mail(port, authority.path)
    assert set(found) == {"starttls", "tls", "certificate"}
    assert all(verdict.startswith("kept: ") for verdict in found.values()), found


@pytest.mark.parametrize(("host", "days"), [("mx.example", -2), ("elsewhere.example", 90)])
def test_a_mail_server_with_a_bad_certificate_is_broken_in_that_alone(host: str, days: int, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with mail_server(_context(authority, host, days)) as port:
        found = mail(port, authority.path)
    assert found.pop("certificate").startswith("broken: ")
    assert all(verdict.startswith("kept: ") for verdict in found.values()), found


def test_a_mail_server_without_starttls_is_broken_in_that_alone_and_of_the_rest_nothing_is_known(tmp_path: Path) -> None:
    with mail_server(None) as port:
        found = mail(port, Authority(tmp_path).path)
    assert found.pop("starttls") == "broken: the server does not offer STARTTLS: mail reaches it in the clear"
    assert set(found) == {"tls", "certificate"}
    assert all(verdict.startswith("undecided: ") for verdict in found.values()), found


def test_a_mail_server_that_speaks_in_the_clear_where_it_should_encrypt_at_once_is_broken(tmp_path: Path) -> None:
    with mail_server(None) as port:
        found = mail(port, Authority(tmp_path).path, speaks="smtps")
    assert found == dict.fromkeys(("tls", "certificate"), "broken: it answers, but not encrypted")


def _pass_on(one: socket.socket, other: socket.socket, change: Callable[[bytes], bytes]) -> None:
    with suppress(OSError):
        while said := one.recv(65536):
            other.sendall(change(said))
        other.shutdown(socket.SHUT_WR)


class Between(ThreadingTCPServer):
    """Somebody between a mail server and the others, who changes what the server says."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, change: Callable[[bytes], bytes]) -> None:
        outer = self

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection(("127.0.0.1", outer.behind)) as server, suppress(OSError):
                    Thread(target=_pass_on, args=(server, self.request, outer.change), daemon=True).start()
                    _pass_on(self.request, server, bytes)

        super().__init__(("127.0.0.1", 0), Handler)
        self.behind, self.change = port, change


@pytest.mark.parametrize(
    ("says", "instead", "verdict"),
    [
        (b"250-STARTTLS", b"250-XXXXXXXX", "broken"),
        (b"220 Ready to start TLS", b"454 TLS is not available", "broken"),
        (b"220 Ready to start TLS", b"502 no such command", "broken"),
        (b"no such words", b"", "kept"),
    ],
)
def test_somebody_between_who_strips_starttls_is_noticed(says: bytes, instead: bytes, verdict: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with (
        mail_server(_context(authority, "mx.example")) as port,
        Between(port, lambda said: said.replace(says, instead)) as between,
    ):
        thread = Thread(target=between.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        found = mail(between.server_address[1], authority.path)
        between.shutdown()
    assert found["starttls"].startswith(verdict), found
    assert all(
        said.startswith("kept" if verdict == "kept" else "undecided") for name, said in found.items() if name != "starttls"
    ), found
