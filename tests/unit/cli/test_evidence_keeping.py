"""The log goes on through rotations, can be handed on whole, and is anchored where a witness is declared."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from cli_world import World

from zusage.bootstrap import opened
from zusage.evidence.seal import EvidenceLog
from zusage.evidence.seal.links import Successor
from zusage.testing.witness import WitnessServer


@pytest.fixture
def witness(world: World) -> Iterator[WitnessServer]:
    """A witness that knows the log, declared in the manifest."""
    with opened(world.manifest) as product:
        key = product.key("log")
    with WitnessServer("witness.example", {key.name: [key.verifier]}) as server:
        world.write(f'witnesses: {{"{server.url}": "{server.key.encode()}"}}')
        yield server


# -- show ------------------------------------------------------------------------------------------------------------


def test_what_was_sealed_is_shown_newest_last(world: World) -> None:
    world.run("verify")
    world.sql("UPDATE purchase SET number = '' WHERE id = 5")
    world.run("verify")
    shown = world.ok("evidence", "show", "--promise", "every-row/purchases-have-a-number", "--json").json
    assert [one["verdict"] for one in shown] == ["kept", "broken"]
    assert [(one["log"], one["index"]) for one in shown] == [("0001", 6), ("0001", 17)]
    text = world.ok("evidence", "show", "--promise", "every-row/purchases-have-a-number", "--last", "1").out
    assert "1 must not be there, 18 fulfilled, 0 unplaceable, 19 in all" in text


def test_only_as_many_as_asked_for_are_shown(world: World) -> None:
    world.run("verify")
    assert len(world.ok("evidence", "show", "--last", "3", "--json").json) == 3


def test_a_promise_that_never_was_is_refused_with_the_nearest(world: World) -> None:
    world.run("verify")
    ended = world.run("evidence", "show", "--promise", "orders/claim/at-most")
    assert ended.code == 3
    assert "orders/claims/at-most" in ended.err


def test_nothing_sealed_is_said(world: World) -> None:
    assert "nothing is sealed yet" in world.ok("evidence", "show").out


# -- export ----------------------------------------------------------------------------------------------------------


def test_the_same_logs_give_the_same_bytes(world: World) -> None:
    world.run("verify")
    world.ok("evidence", "export", "-o", "one.zip")
    time.sleep(2.1)  # a .zip counts in steps of two seconds
    for path in (world.own / "evidence").rglob("*"):
        path.touch()
    world.ok("evidence", "export", "-o", "two.zip")
    assert Path("one.zip").read_bytes() == Path("two.zip").read_bytes()


def test_a_bundle_holds_logs_and_public_keys_and_nothing_else(world: World) -> None:
    world.run("verify")
    (world.own / "evidence" / "0001" / "notes.txt").write_text("not evidence")
    (world.own / "evidence" / "other").mkdir()
    world.ok("evidence", "rotate")
    world.ok("evidence", "export", "-o", "bundle.zip")
    with ZipFile("bundle.zip") as archive:
        names = archive.namelist()
        assert archive.read("log.vkey") == (world.own / "log.vkey").read_bytes()
    assert {name.split("/")[0] for name in names} == {"0001", "0002", "log.vkey"}
    assert not [name for name in names if "notes" in name or "lock" in name]


def test_nothing_is_exported_before_anything_is_sealed(world: World) -> None:
    assert world.run("evidence", "export", "-o", "bundle.zip").code == 3
    assert not Path("bundle.zip").exists()


# -- rotate ----------------------------------------------------------------------------------------------------------


def test_looks_go_on_in_the_new_log(world: World) -> None:
    world.run("verify")
    said = world.ok("evidence", "rotate", "--json").json
    assert (said["closed"], said["continues_in"]) == ("0001", "0002")
    assert "sealed in 0002" in world.run("verify").out
    assert world.run("evidence", "verify", ".zusage/evidence").code == 0
    assert [one["log"] for one in world.ok("evidence", "show", "--promise", "accounted/shop", "--json").json] == ["0001", "0002"]


def test_the_public_key_of_each_log_is_published(world: World) -> None:
    world.run("verify")
    first = (world.own / "log.vkey").read_text().splitlines()
    key = world.ok("evidence", "rotate", "--json").json["key"]
    assert (world.own / "log.vkey").read_text().splitlines() == [*first, key]


def test_what_was_counted_before_a_rotation_is_not_forgotten(world: World) -> None:
    world.run("verify")
    world.ok("evidence", "rotate")
    world.sql("DELETE FROM invoice WHERE id = 9")
    assert world.verdicts()["vouchers/tax/at-least"] == "broken"


def test_since_when_a_verdict_stands_is_not_forgotten(world: World) -> None:
    world.run("verify")
    before = world.run("status", "--json").json["promises"][0]["since"]
    world.ok("evidence", "rotate")
    world.run("verify")
    assert world.run("status", "--json").json["promises"][0]["since"] == before


def test_several_rotations_form_one_chain(world: World) -> None:
    for _ in range(3):
        world.run("verify")
        world.ok("evidence", "rotate")
    said = world.run("evidence", "verify", ".zusage/evidence", "--json").json
    assert said["ok"] is True
    assert [log["log"] for log in said["logs"]] == ["0001", "0002", "0003", "0004"]


def test_a_rotation_killed_after_closing_is_completed(world: World) -> None:
    world.run("verify")
    with opened(world.manifest) as product:
        origin = f"{product.log.checkpoint().origin}/0002"
        product.log.append_unguarded([Successor(origin).encode()])
    assert "sealed in 0002" in world.run("verify").out
    assert world.run("evidence", "verify", ".zusage/evidence").code == 0


def test_a_rotation_killed_before_the_first_entry_is_completed(world: World) -> None:
    world.run("verify")
    with opened(world.manifest) as product:
        origin = f"{product.log.checkpoint().origin}/0002"
        product.log.append_unguarded([Successor(origin).encode()])
        EvidenceLog.create(world.own / "evidence" / "0002", origin, product.key("log").named(origin))
    assert "sealed in 0002" in world.run("verify").out
    assert world.run("evidence", "verify", ".zusage/evidence").code == 0


def test_a_lost_key_is_not_replaced_by_a_new_one(world: World) -> None:
    world.run("verify")
    (world.own / "log.key").unlink()
    ended = world.run("verify")
    assert ended.code == 3
    assert "log.key" in ended.err
    assert not (world.own / "log.key").exists()


# -- anchor ----------------------------------------------------------------------------------------------------------


def test_without_a_witness_every_look_says_that_it_is_unanchored(world: World) -> None:
    assert "unanchored: the manifest declares no witness" in world.run("verify").out
    assert "unanchored" in world.run("status").out


def test_a_look_is_anchored_wherever_a_witness_is_declared(world: World, witness: WitnessServer) -> None:
    for _ in range(2):
        ended = world.run("verify")
        assert "; anchored by witness.example" in ended.out
        assert ended.err == ""
    assert [status for _, status in witness.requests if status == 200] == [200, 200]
    assert "; anchored by witness.example" in world.run("status").out


def test_a_witness_that_cannot_be_reached_is_a_warning_that_changes_no_verdict(world: World) -> None:
    world.run("verify")
    before = world.run("status", "--json").json["verdict"]
    key = "witness.example+8b7bb8d5+BDl7nXMnOeyXWHxHTCUkYY8Ut97GJVr4jYQxSg9AHCJx"
    with WitnessServer("witness.example", {}) as gone:
        key, url = gone.key.encode(), gone.url
    world.write(f'witnesses: {{"{url}": "{key}"}}')
    ended = world.run("verify")
    assert "could not be reached" in ended.err
    assert "The verdicts stand." in ended.err
    assert "unanchored: witness.example has not cosigned" in ended.out
    assert (ended.code, world.run("status", "--json").json["verdict"]) == (1, before)


def test_a_witness_that_refuses_is_a_warning_too(world: World) -> None:
    with WitnessServer("witness.example", {}) as server:
        world.write(f'witnesses: {{"{server.url}": "{server.key.encode()}"}}')
        ended = world.run("verify", "--json")
    assert "HTTP status 404" in ended.err
    assert ended.json[0]["promise"] == "orders/claims/at-most"


def test_another_look_leaves_the_newest_checkpoint_unanchored(world: World, witness: WitnessServer) -> None:
    world.run("verify")
    with opened(world.manifest) as product:
        product.verify()
        assert product.evidence.anchoring() == "unanchored: witness.example has not cosigned this checkpoint"
    ended = world.ok("evidence", "anchor")
    assert ended.out.startswith("anchored by witness.example")


def test_one_witness_of_two_is_said_as_it_is(world: World, witness: WitnessServer) -> None:
    with WitnessServer("second.example", {}, seed=b"\x66" * 32) as second:
        world.write(f'witnesses: {{"{witness.url}": "{witness.key.encode()}", "{second.url}": "{second.key.encode()}"}}')
        ended = world.run("verify")
        assert "but not by second.example" in ended.out
        assert world.run("evidence", "anchor", "--witness", witness.url).code == 0
        assert world.run("evidence", "anchor", "--witness", second.url).code == 3


def test_a_witness_that_is_not_declared_is_not_asked(world: World, witness: WitnessServer) -> None:
    world.run("verify")
    asked = len(witness.requests)
    ended = world.run("evidence", "anchor", "--witness", "http://127.0.0.1:9")
    assert ended.code == 3
    assert "declares no witness at" in ended.err
    assert len(witness.requests) == asked


def test_anchoring_without_any_witness_says_what_to_declare(world: World) -> None:
    world.run("verify")
    ended = world.run("evidence", "anchor")
    assert ended.code == 3
    assert "witnesses:" in ended.err


def test_a_cosignature_of_another_key_does_not_anchor(world: World, witness: WitnessServer) -> None:
    """The server signs, but the manifest names another key for it."""
    with WitnessServer("witness.example", {}, seed=b"\x66" * 32) as other:
        key = other.key.encode()
    world.write(f'witnesses: {{"{witness.url}": "{key}"}}')
    ended = world.run("verify")
    assert "unanchored" in ended.out
    assert "no line in it comes from the configured key" in ended.err


@pytest.mark.parametrize("key", ["nonsense", "witness.example+00000000+AAAA", ""])
def test_a_witness_key_that_is_none_is_refused_with_its_place(world: World, key: str) -> None:
    world.write(f'witnesses: {{"https://witness.example": "{key}"}}')
    ended = world.run("status")
    assert ended.code == 3
    assert "zusage.yaml:" in ended.said
