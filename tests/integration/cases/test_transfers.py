"""A package goes straight to another controller: over TLS, as it was sealed, once, and nowhere else (Art. 20(2) GDPR)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.forked import killed
from tests.integration.killing_calls import die_at
from zusage.bootstrap.cases.operating import standing_orders
from zusage.bootstrap.cases.requests import sweep
from zusage.bootstrap.cases.transferring import TransferWaits, forward
from zusage.connectors import notifying
from zusage.rights.case import CaseRefused
from zusage.testing.authority import Authority
from zusage.testing.other_controller import other_controller

from .asking_world import Asking
from .killed_world import MOMENTS, Moments
from .transfer_world import Transferring, listening, made, opened_case

SENDING: Moments = ((notifying, "send_package"),)
#: before and after it is sent, and moments at which something becomes durable: some of them, or all with ZUSAGE_MOMENTS=all
PLACES = [
    *((place, SENDING) for place in (1, 2)),
    *((place, MOMENTS) for place in range(1, 200, 1 if os.environ.get("ZUSAGE_MOMENTS") == "all" else 9)),
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transfers") / "world"
    folder.mkdir()
    opened_case(made(folder))
    return folder


@pytest.fixture
def sending(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Transferring]:
    folder = tmp_path / "world"
    shutil.copytree(prepared, folder)
    text = (folder / "zusage.yaml").read_text().replace(str(prepared), str(folder))
    (folder / "zusage.yaml").write_text(text)
    with listening(tmp_path, monkeypatch) as other:
        yield Transferring(Asking(folder), other)


def _rows(package: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_a_package_arrives_as_it_was_sealed_and_the_case_and_the_ledger_say_so(sending: Transferring) -> None:
    done = sending.order()
    (package,), (request,) = sending.other.imports, sending.other.requests
    digest = hashlib.sha256(package).hexdigest()
    assert done.order.outcome == f"pool sha256:{digest}"
    assert (done.result["bytes"], done.result["confirmed"], done.result["status"]) == (len(package), True, 201)
    files = _rows(package)
    assert [one["email"] for one in files["data/shop-customer.json"]] == ["some1@mail.example"]
    assert files["datapackage.json"]["id"] == request["key"]
    assert (request["type"], request["tls"][:4]) == ("application/zip", "TLSv")
    assert "some2@mail.example" not in package.decode("latin-1")
    assert sending.events()[-2:] == [("ordered", "transfer"), ("effected", f"4 pool sha256:{digest}")]
    assert not sending.sealed()  # nobody needs it any more
    code, said = sending.world.run("disclosures list | customer=1 --letter en")
    assert (code, "Other Pool Ltd, last on" in said) == (0, True), said
    assert "Other Pool" not in sending.world.run("disclosures list | customer=2 --letter en")[1]


def test_whoever_orders_it_again_and_with_whatever_key_it_is_sent_once_in_a_case(sending: Transferring) -> None:
    first = sending.order(key="one", to="pool").order.outcome
    for more in ({"key": "one"}, {"key": "two"}, {"key": ""}):
        assert sending.order(to="pool", **more).order.outcome == first
    assert sending.order(by="clerk-2").order.outcome == first
    assert len(sending.other.requests) == 1


def test_what_waits_is_taken_up_by_another_clerk_under_its_key(sending: Transferring) -> None:
    sending.other.answers[:] = [503]
    with pytest.raises(TransferWaits):
        sending.order()
    done = sending.order(by="clerk-2").order
    assert len({one["key"] for one in sending.other.requests}) == len(sending.other.imports) == 1
    assert sending.events()[-1] == ("effected", f"5 {done.outcome}")
    assert sending.order().order.outcome == done.outcome  # so the first one ends too
    assert len(sending.other.requests) == 2


def test_what_was_killed_before_it_was_sent_is_sent_by_a_later_sweep(sending: Transferring) -> None:
    def work() -> None:
        die_at(1, SENDING)
        sending.order()

    assert killed(work)
    sending.after = timedelta(minutes=4)
    with sending.product() as product:
        assert forward(product).sent == 0
    sending.after = timedelta(minutes=6)
    with sending.product() as product:
        assert forward(product).sent == 1
        assert product.state.cases.get("C-0001").events[-1].role == "program"
    assert len(sending.other.imports) == 1


@pytest.mark.parametrize(
    ("to", "why"), [("carrier", "none is sent anywhere else"), ("https://elsewhere.example/take", "none is sent anywhere else")]
)
def test_nothing_is_sent_where_the_manifest_names_no_end_point(sending: Transferring, to: str, why: str) -> None:
    before = sending.events()
    with pytest.raises(CaseRefused, match=why):
        sending.order(to=to)
    assert (sending.events(), sending.other.requests) == (before, [])
    sending.order()
    assert len(sending.other.imports) == 1


def test_nobody_is_sent_anything_before_it_was_shown_and_decided_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "world").mkdir()
    world = made(tmp_path / "world")
    opened_case(world, granted=False)
    world.run("case open | --right portability --person customer=2 --by clerk-1")
    world.run("case open | --right access --person customer=3 --by clerk-1")
    for words in ("case identify | C-0003 --how login --by clerk-1", "case grant | C-0003 --by clerk-1"):
        world.run(words)
    with listening(tmp_path, monkeypatch) as other:
        sending = Transferring(world, other)
        for case, why in (
            ("C-0001", "not granted"),
            ("C-0002", "nobody has shown who asks"),
            ("C-0003", "not what it asks for"),
        ):
            with pytest.raises(CaseRefused, match=why):
                sending.order(case=case, to="pool")
        assert not other.requests
        world.run("case grant | C-0001 --by clerk-1")
        sending.order()
        assert len(other.imports) == 1


def test_an_end_point_that_is_down_is_tried_again_until_it_takes_the_very_same_package(sending: Transferring) -> None:
    sending.other.answers[:] = [503, 429]
    with pytest.raises(TransferWaits, match="tried again by itself"):
        sending.order()
    (sealed,) = sending.sealed()
    kept = sealed.read_bytes()
    assert b"some1@mail.example" not in kept
    assert len(sending.other.requests) == 1
    with sending.product() as product:
        assert (forward(product).waiting, len(sending.other.requests)) == (1, 1)  # not yet
        (order,) = standing_orders(product, "C-0001")
        assert (order.order.outcome, order.result["trouble"]) == ("", "the other controller answered with status 503")
        assert "not succeeded yet" in " ".join(_told(product))
    sending.after = timedelta(minutes=6)
    with sending.product() as product:
        assert forward(product).waiting == 1
    assert sealed.read_bytes() == kept
    sending.after = timedelta(minutes=20)
    with sending.product() as product:
        assert forward(product).sent == 1
    assert len({one["key"] for one in sending.other.requests}) == 1
    assert len(sending.other.imports) == 1
    assert [kind for kind, _ in sending.events()].count("effected") == 1
    assert not sending.sealed()


def _told(product: Any) -> tuple[str, ...]:
    from zusage.bootstrap.cases.transferring import told_in

    return told_in(product, product.state.cases.get("C-0001"), "en")


def test_after_the_declared_attempts_a_human_is_asked_who_orders_it_again(sending: Transferring) -> None:
    sending.other.answers[:] = [503, 503, 503]
    with pytest.raises(TransferWaits):
        sending.order()
    for minutes in (10, 60, 600):
        sending.after = timedelta(minutes=minutes)
        with sending.product() as product:
            found = forward(product)
    assert (found.stuck, len(sending.other.requests)) == (1, 3)
    for words in ("case done | C-0001 --by clerk-1", "case answer | C-0001 --by clerk-1 --way post --words X"):
        assert sending.world.run(words)[0] == 0  # nothing is overdue
    code, said = sending.world.run("case list")
    wanted = "C-0001: the package for pool was not taken in 3 attempts: the other controller answered with status 503"
    assert (code, wanted in said) == (1, True), said
    assert sending.order().order.outcome.startswith("pool sha256:")
    assert len(sending.other.imports) == 1
    code, said = sending.world.run("case list")
    assert (code, "package" in said) == (0, False), said


def test_a_receiver_that_has_something_else_than_was_sent_has_not_received_it(sending: Transferring) -> None:
    sending.other.loses = 7
    with pytest.raises(TransferWaits, match="something else than was sent"):
        sending.order()
    assert sending.events()[-1] == ("ordered", "transfer")


@pytest.mark.parametrize("trouble", ["plain", "stranger", "other host", "wrong token"])
def test_who_is_not_the_declared_end_point_by_its_certificate_gets_nothing(
    sending: Transferring, trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path / "stranger")
    host = "elsewhere.example" if trouble == "other host" else "127.0.0.1"
    with other_controller(tmp_path / "wrong", authority, host=host, plain=trouble == "plain") as wrong:
        monkeypatch.setenv("OTHER", wrong.url)
        if trouble in ("other host", "wrong token"):
            monkeypatch.setenv("OTHER_AUTHORITY", str(wrong.authority))
        if trouble == "wrong token":
            wrong.token = "another"
        with pytest.raises(TransferWaits):
            sending.order()
        assert not wrong.imports
        assert len(wrong.requests) == (trouble == "wrong token")
    assert not sending.other.requests
    monkeypatch.setenv("OTHER", sending.other.url)
    monkeypatch.setenv("OTHER_AUTHORITY", str(sending.other.authority))
    assert sending.order().order.outcome.startswith("pool sha256:")


def test_what_is_not_feasible_is_told_with_reasons_and_remedies_and_is_not_tried_any_more(sending: Transferring) -> None:
    sending.other.answers[:] = [503]
    with pytest.raises(TransferWaits):
        sending.order()
    refused = sending.order("refuse-transfer", controller="pool", reasons="The other pool takes no packages any more.")
    assert refused.order.outcome == "not feasible"
    assert not sending.sealed()
    assert sending.events()[-3:] == [
        ("ordered", "refuse-transfer"), ("effected", "4 refused"), ("effected", "5 not feasible"),
    ]  # fmt: skip
    code, said = sending.world.run("case letter | C-0001 --order 5 --language en")
    assert code == 0
    for words in (
        "not technically feasible",
        "Other Pool Ltd",
        "takes no packages any more.",
        "Art. 20(1)",
        "supervisory authority",
    ):
        assert words in said, said
    german = sending.world.run("case letter | C-0001 --order 5")[1]
    assert ("technisch nicht machbar" in german, "Anderer Pool GmbH" in german) == (True, True), german
    sending.order("refuse-transfer", controller="Somebody Ltd", reasons="There is no common interface.")
    for words in (
        "case done | C-0001 --by clerk-1",
        "case answer | C-0001 --by clerk-1 --way post --words X",
    ):
        assert sending.world.run(words)[0] == 0
    answer = sending.world.run("case letter | C-0001 --language en")[1]
    assert ("Somebody Ltd" in answer, "Other Pool Ltd" in answer) == (True, True), answer
    with sending.product() as product:
        assert forward(product).sent == 0
    assert len(sending.other.requests) == 1


def test_what_has_arrived_is_not_called_unfeasible_and_the_answer_says_to_whom_when_and_how_much(sending: Transferring) -> None:
    done = sending.order()
    with pytest.raises(CaseRefused, match="has the package already"):
        sending.order("refuse-transfer", controller="pool", reasons="X")
    letter = sending.world.run("case letter | C-0001 --order 4 --language en")[1]
    for words in (
        "Other Pool Ltd on 1 June 2026",
        f"{done.result['files']} files, {done.result['bytes']} bytes",
        "arrived unchanged",
        str(done.result["sha256"]),
    ):
        assert words in letter, letter


def test_whoever_no_longer_asks_has_nothing_sent(sending: Transferring) -> None:
    sending.other.answers[:] = [503]
    with pytest.raises(TransferWaits):
        sending.order()
    assert sending.world.run("case withdraw | C-0001 --by clerk-1")[0] == 0
    sending.after = timedelta(days=1)
    with sending.product() as product:
        found = forward(product)
    assert (found.sent, found.waiting, found.stuck, len(sending.other.requests)) == (0, 0, 0, 1)
    assert sending.events()[-1] == ("effected", "4 refused")
    assert not sending.sealed()


def test_what_was_sent_is_forgotten_with_the_case(sending: Transferring) -> None:
    sending.order()
    for words in ("case done", "case answer | --way post --words X", "case close"):
        name, _, rest = words.partition(" | ")
        assert sending.world.run(f"{name} | C-0001 --by clerk-1 {rest}")[0] == 0
    with sending.product() as product:
        assert (sweep(product), len(product.state.transfers.of("C-0001"))) == (0, 1)
    sending.after = timedelta(days=3 * 366)
    with sending.product() as product:
        assert (sweep(product), product.state.transfers.of("C-0001")) == (1, ())


def test_a_sealed_package_that_was_changed_is_not_sent(sending: Transferring) -> None:
    sending.other.answers[:] = [503]
    with pytest.raises(TransferWaits):
        sending.order()
    (sealed,) = sending.sealed()
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    with pytest.raises(TransferWaits, match="lost or was changed"):
        sending.order()
    assert len(sending.other.requests) == 1


def test_killed_at_any_moment_and_ordered_again_it_is_imported_once(sending: Transferring, tmp_path: Path) -> None:
    saved, died, doubled = tmp_path / "saved", 0, 0
    shutil.copytree(sending.folder, saved)
    for place, moments in PLACES:
        shutil.rmtree(sending.folder)
        shutil.copytree(saved, sending.folder)
        sending.other.clear()

        def work(place: int = place, moments: Moments = moments) -> None:
            die_at(place, moments)
            sending.order(key="one", to="pool")

        if not killed(work):
            break
        died += 1
        done = sending.order(key="one", to="pool")
        (package,) = sending.other.imports
        doubled += len(sending.other.requests) > 1
        assert done.order.outcome == f"pool sha256:{hashlib.sha256(package).hexdigest()}"
        assert sending.events()[-2:] == [("ordered", "transfer"), ("effected", f"4 {done.order.outcome}")]
        assert not sending.sealed()
        with sending.product() as product:
            assert [one.recipient for one in product.state.disclosures.of(_code(product))] == ["pool"]
            assert [one.received_at is not None for one in product.state.transfers.of("C-0001")] == [True]
    assert died > 6
    assert doubled  # some were sent twice, under one key


def _code(product: Any) -> str:
    from zusage.bootstrap.people import code_of
    from zusage.planning.holding import Person

    return code_of(product, Person(people="customer", key="1"))
