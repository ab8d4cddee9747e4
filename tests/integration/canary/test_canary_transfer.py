"""A canary has its package sent straight to another controller: what arrived is looked at, and each saboteur turns red what it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cases.transfer_world import Transferring, listening, made
from tests.integration.forked import killed
from tests.integration.killing_calls import die_at
from zusage.bootstrap import opened
from zusage.bootstrap.canary.bird import Bird, seeded
from zusage.bootstrap.canary.delivering import Asking
from zusage.bootstrap.canary.desk import Desk
from zusage.bootstrap.canary.flight import fly
from zusage.bootstrap.canary.in_a_case import end_cases
from zusage.bootstrap.canary.visiting import Visit
from zusage.bootstrap.cases import transferring
from zusage.bootstrap.cases.transferring import forward
from zusage.connectors import notifying
from zusage.connectors.front_door import House
from zusage.connectors.notifying import package, speaking
from zusage.connectors.notifying.package import Taken
from zusage.evidence.answers import Part, Put
from zusage.evidence.residue import Needles
from zusage.promises.manifest.canary import CanaryTransfer
from zusage.testing.authority import Authority
from zusage.testing.other_controller import other_controller

from .canary_service import served
from .test_canary_flight import judged

RECIPIENT = """recipients:
  pool:
    title: {de: Anderer Pool, en: Other Pool}
    role: controller
    country: DE
    transfer: {to: "${OTHER}", authority: "${OTHER_AUTHORITY}"}
activities:
"""
WISH = "  transfers: [{asks: member, to: pool, arrived: '${OTHER_TAKEN}'}]\n  erase:"
ALL = ("arrived", "content", "recorded", "refused")


def test_in_a_flight_what_was_sealed_arrives_once_over_tls_and_is_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        served(tmp_path, f"sqlite:///{tmp_path}/book.db") as (_, environment),
        other_controller(tmp_path / "taken", Authority(tmp_path / "authority")) as other,
    ):
        more = {"OTHER": other.url, "OTHER_AUTHORITY": str(other.authority), "OTHER_TAKEN": str(other.folder)}
        for name, value in (environment | more).items():
            monkeypatch.setenv(name, value)
        manifest = tmp_path / "zusage.yaml"
        text = manifest.read_text().replace("activities:\n", RECIPIENT)
        manifest.write_text(text.replace("  access: [{get: /data.json}, {get: /file}]\n  erase:", WISH))
        with opened(manifest, tmp_path / "own") as product:
            run = fly(product)
            assert {**judged(run, "undecided"), **judged(run, "broken")} == {}
            assert judged(run, "kept").keys() >= {f"canary/transfer/{block}" for block in ALL}
            (archive,), (request,) = other.imports, other.requests
            assert (request["tls"][:5], archive[:2]) == ("TLSv1", b"PK")
            (case,) = product.state.cases.all()
            assert (case.right, case.state) == ("portability", "closed")
            assert not list((product.folder / "transfers").glob("*"))
            product.state.close()


@pytest.fixture
def sending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Transferring]:
    """The world of cases, in which somebody is known who has the values of a canary."""
    (tmp_path / "world").mkdir()
    world = made(tmp_path / "world")
    with listening(tmp_path, monkeypatch) as other:
        yield Transferring(world, other)


def parts(sending: Transferring) -> Mapping[str, Part]:
    """What is found of a transfer, as in a flight."""
    with sending.product() as product:
        values = {"email": "some1@mail.example", "given": "name of 1", "note": "what of 1"}
        bird, other = (
            Bird(sending.folder / "1234567.json", values),
            Bird(sending.folder / "7654321.json", {"email": "some2@mail.example"}),
        )
        desk = Desk(product, None)
        visit = Visit(House(url="http://127.0.0.1:1"), bird, {}, desk, product.clock().date())
        there = Put(needles=bird.needles, values=values, others=Needles.of(seeded(other)), there=frozenset({"email"}))
        wish = CanaryTransfer(asks="customer", to="pool", arrived=str(sending.other.folder))
        found = Asking(desk, visit, bird, there, frozenset())._transferred(wish)
        visit.close()
        assert all(one.last("closed") for one in product.state.cases.all())
        assert not product.state.transfers.open()
    assert tuple(found) == ALL
    return found


def red(sending: Transferring) -> set[str]:
    """The conditions that are broken; each of the others was looked at and is fulfilled."""
    found = parts(sending)
    assert not [one.unread for one in found.values() if one.unread]
    assert all(one.wanted or one.sought for one in found.values())
    return {name for name, one in found.items() if one.lacking or one.wrong}


def test_what_is_as_it_must_be_is_red_nowhere(sending: Transferring) -> None:
    assert red(sending) == set()
    assert red(sending) == set()  # what an earlier one left there is not taken for this one's
    assert len(sending.other.imports) == 2


@contextmanager
def _nothing(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Says that it was sent."""
    patch.setattr(notifying, "send_package", lambda *_: Taken(status=200, confirmed=True))
    yield


@contextmanager
def _cut(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    sending.other.loses, sending.other.confirms = 40, False
    yield


@contextmanager
def _elsewhere(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """To somebody else who is known by a good certificate too."""
    with other_controller(folder / "elsewhere", Authority(folder / "elses")) as wrong:
        there = notifying.EndPoint(url=wrong.url, authority=str(wrong.authority))
        patch.setattr(transferring, "_end_point", lambda *_: there)
        yield
        assert wrong.imports


@contextmanager
def _twice_without_key(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    real = speaking.speak

    def speak(method: str, url: str, headers: dict[str, str], *more: Any) -> Any:
        bare = {name: value for name, value in headers.items() if name != "Idempotency-Key"}
        real(method, url, bare, *more)
        return real(method, url, bare, *more)

    patch.setattr(package, "speak", speak)
    yield
    assert len(sending.other.imports) == 2


@contextmanager
def _plain(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Over http, which the program itself refuses."""

    def send(point: Any, sent: Any) -> Taken:
        answer = speaking.speak("POST", point.url, {"Idempotency-Key": sent.key}, sent.content)
        return Taken(status=answer.status, confirmed=False)

    with other_controller(folder / "plain", Authority(folder / "plains"), plain=True) as plain:
        patch.setenv("OTHER", plain.url)
        patch.setattr(sending, "other", plain)
        assert all("not https" in one.unread[0] for one in parts(sending).values())
        assert not plain.requests
        patch.setattr(notifying, "send_package", send)
        yield


@contextmanager
def _forgetful(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Notes no disclosure."""
    patch.setattr(transferring, "disclosed", lambda *_, **__: True)
    yield


@contextmanager
def _silent(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """The case does not say what was sent."""
    real = transferring.transfer
    patch.setattr(transferring, "transfer", lambda *given: (real(*given)[0].partition(" ")[0], {}))
    yield


@contextmanager
def _credulous(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Takes orders to anybody."""
    patch.setattr(transferring, "refuse_unfit", lambda *_: None)
    yield


@contextmanager
def _swapped(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Other bytes than were sealed."""
    real = notifying.send_package
    other = notifying.Package
    patch.setattr(notifying, "send_package", lambda point, sent: real(point, other(key=sent.key, content=b"PK of others")))
    yield


@contextmanager
def _talkative(sending: Transferring, patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Somebody else stands in the package."""
    real = transferring.portability

    def more(*given: Any) -> Any:
        found = real(*given)
        text = str(found.files["data/shop-customer.json"]).replace("name of 1", "name of 1, some2@mail.example")
        return replace(found, files={**found.files, "data/shop-customer.json": text})

    patch.setattr(transferring, "portability", more)
    yield


@pytest.mark.parametrize(
    ("sabotage", "wanted"),
    [
        (_nothing, {"arrived", "content"}),
        (_cut, {"arrived", "content"}),
        (_elsewhere, {"arrived", "content"}),
        (_twice_without_key, {"arrived"}),
        (_plain, {"arrived"}),
        (_forgetful, {"recorded"}),
        (_silent, {"arrived", "recorded"}),
        (_credulous, {"refused"}),
        (_swapped, {"arrived", "content"}),
        (_talkative, {"content"}),
    ],
)
def test_each_saboteur_of_a_transfer_turns_red_what_it_breaks(
    sending: Transferring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sabotage: Any, wanted: set[str]
) -> None:
    with sabotage(sending, monkeypatch, tmp_path):
        assert red(sending) == wanted


def test_what_could_not_be_sent_or_looked_at_is_undecided_and_nothing_waits_afterwards(
    sending: Transferring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sending.other.answers[:] = [503]
    found = parts(sending)
    assert all("status 503" in one.unread[0] for one in found.values())
    assert not sending.sealed()
    monkeypatch.setattr(sending.other, "folder", "${NOT_SET_77}")
    assert all("NOT_SET_77 is not set" in one.unread[0] for one in parts(sending).values())
    monkeypatch.setattr(sending.other, "folder", tmp_path / "nowhere")
    assert all("cannot be read" in one.unread[0] for one in parts(sending).values())


@pytest.mark.parametrize("place", [1, 2])
def test_a_transfer_in_which_a_flight_was_killed_is_ended_by_the_next_and_not_sent_again(
    sending: Transferring, place: int
) -> None:
    def work() -> None:
        die_at(place, ((notifying, "send_package"),))
        parts(sending)

    assert killed(work)
    with sending.product() as product:
        assert product.state.transfers.open()
        end_cases(product, "1234567", "some1@mail.example")
        end_cases(product, "1234567", "some1@mail.example")
        assert not product.state.transfers.open()
        (case,) = product.state.cases.all()
        assert [one.kind for one in case.events][-3:] == ["effected", "withdrawn", "closed"]
        assert forward(product).sent == 0
    assert len(sending.other.imports) == place - 1
