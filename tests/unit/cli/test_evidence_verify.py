"""Offline checking needs nothing but the evidence and a key, and refuses what is not as it was sealed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_world import MARKER, Ended, World

from zusage.bootstrap import opened
from zusage.sealing import SigningKey
from zusage.testing.witness import WitnessServer


@pytest.fixture
def sealed(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Evidence of two looks, handed on to a place without manifest, database, keys, state or environment."""
    world.run("verify")
    shutil.copy(world.own / "evidence" / "0001" / "checkpoint", tmp_path / "kept.checkpoint")
    world.run("verify")
    world.ok("evidence", "export", "-o", tmp_path / "bundle.zip")
    shutil.copytree(world.own / "evidence", tmp_path / "evidence")
    shutil.copy(world.own / "log.vkey", tmp_path / "published.vkey")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TEST_SHOP_URL")
    shutil.rmtree(world.folder)
    world.folder = tmp_path
    return world


def check(world: World, what: str = "bundle.zip", *more: str) -> Ended:
    return world.run("evidence", "verify", what, "--key", "published.vkey", *more)


def log_key(world: World) -> SigningKey:
    with opened(world.manifest) as product:
        return product.key("log")


def reseal(world: World, change: Callable[[list[dict[str, object]]], None]) -> None:
    """What somebody who holds the log's key could do: write the log anew with other entries."""
    with opened(world.manifest) as product:
        entries = [json.loads(entry) for entry in product.evidence.entries()]
        change(entries)
        shutil.rmtree(world.own / "evidence")
        log = product.evidence.newest()
        log.append([json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() for entry in entries])


@pytest.mark.parametrize("what", ["bundle.zip", "evidence", "evidence/0001"])
def test_evidence_as_it_was_sealed_is_in_order(sealed: World, what: str) -> None:
    ended = check(sealed, what)
    assert ended.code == 0, ended.said
    assert "in order" in ended.out


def test_it_says_what_it_shows_and_what_it_does_not(sealed: World) -> None:
    said = check(sealed).out
    assert "judged again: 20 observations of 2 complete looks" in said
    assert "not shown: that what was observed was true" in said
    assert "unanchored" in said


def test_a_key_from_beside_the_evidence_proves_less_and_it_says_so(sealed: World) -> None:
    inside = sealed.run("evidence", "verify", "bundle.zip")
    assert inside.code == 0
    assert "same place as the evidence" in inside.out
    assert "same place" not in check(sealed).out
    shutil.copy("published.vkey", "log.vkey")
    assert "same place as the evidence" in sealed.run("evidence", "verify", "evidence/0001").out


def test_without_any_key_it_asks_for_one(sealed: World) -> None:
    ended = sealed.run("evidence", "verify", "evidence")
    assert ended.code == 3
    assert "--key" in ended.err


def test_the_key_can_be_given_as_text(sealed: World) -> None:
    key = Path("published.vkey").read_text().strip()
    assert sealed.run("evidence", "verify", "bundle.zip", "--key", key).code == 0


def test_a_key_that_is_none_is_a_mistake_in_the_call(sealed: World) -> None:
    assert sealed.run("evidence", "verify", "bundle.zip", "--key", "nonsense").code == 3


def test_another_key_is_refused(sealed: World) -> None:
    SigningKey.generate(Path("other.key"), "other")
    Path("other.vkey").write_text(SigningKey.load(Path("other.key")).verifier.encode())
    assert sealed.run("evidence", "verify", "bundle.zip", "--key", "other.vkey").code == 1


def test_a_flipped_bit_in_any_file_of_the_log_is_refused(sealed: World) -> None:
    files = sorted(path for path in Path("evidence").rglob("*") if path.is_file() and path.stat().st_size)
    assert len(files) >= 5
    for path in files:
        whole = path.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
            assert check(sealed, "evidence").code == 1, (path, place)
        path.write_bytes(whole)
    assert check(sealed, "evidence").code == 0


def test_no_flipped_bit_in_the_archive_changes_what_is_read_from_it(sealed: World) -> None:
    """A bit of the archive that says nothing, such as a time, may differ; then the same evidence is read from it."""
    whole = Path("bundle.zip").read_bytes()
    right = json.loads(check(sealed, "bundle.zip", "--json").out)
    codes = []
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        Path("changed.zip").write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        ended = check(sealed, "changed.zip", "--json")
        codes.append(ended.code)
        assert ended.code == 1 or json.loads(ended.out)["logs"] == right["logs"], place
    assert codes.count(1) > len(codes) // 2


def test_a_removed_file_is_refused(sealed: World) -> None:
    for path in sorted(path for path in Path("evidence").rglob("*") if path.is_file() and path.name != "lock"):
        whole = path.read_bytes()
        path.unlink()
        ended = check(sealed, "evidence")
        assert ended.code == 1 or "checkpoints" in path.parts, path
        path.write_bytes(whole)


def test_a_rolled_back_log_is_whole_but_not_since_a_later_checkpoint(sealed: World) -> None:
    shutil.copy("evidence/0001/checkpoint", "newest.checkpoint")
    assert check(sealed, "bundle.zip", "--since", "kept.checkpoint").code == 0
    earlier = Path("kept.checkpoint").read_bytes()
    Path("evidence/0001/checkpoint").write_bytes(earlier)
    for path in Path("evidence/0001/checkpoints").rglob("*"):
        if path.is_file() and path.read_bytes() != earlier:
            path.unlink()
    assert check(sealed, "evidence").code == 0
    ended = check(sealed, "evidence", "--since", "newest.checkpoint")
    assert ended.code == 1
    assert "taken back" in ended.out


def test_with_since_it_says_that_nothing_was_rewritten(sealed: World) -> None:
    assert "was changed or taken back" in check(sealed, "bundle.zip", "--since", "kept.checkpoint").out


def test_a_folder_without_a_log_is_refused(sealed: World) -> None:
    Path("empty").mkdir()
    ended = check(sealed, "empty")
    assert ended.code == 1
    assert "no log here" in ended.out


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 hello"])
def test_a_file_that_is_no_archive_is_refused(sealed: World, content: bytes) -> None:
    Path("other.zip").write_bytes(content)
    assert check(sealed, "other.zip").code == 1


def test_a_verdict_that_does_not_follow_is_refused_though_the_seal_is_whole(world: World) -> None:
    world.run("verify")

    def lie(entries: list[dict[str, object]]) -> None:
        entries[0].update(verdict="kept", reason="19 rows looked at")
        entries[-1]["verdicts"]["orders/claims/at-most"] = "kept"  # type: ignore[index]

    reseal(world, lie)
    assert world.run("status", "--json").json["promises"][0]["verdict"] == "kept"
    ended = world.run("evidence", "verify", ".zusage/evidence")
    assert ended.code == 1
    assert "as it was sealed" in ended.out
    assert "orders/claims/at-most was sealed as kept, but what was seen shows broken" in ended.out


def test_a_promise_left_out_of_a_look_is_refused_though_the_seal_is_whole(world: World) -> None:
    world.run("verify")
    reseal(world, lambda entries: entries.pop(0))
    ended = world.run("evidence", "verify", ".zusage/evidence")
    assert ended.code == 1
    assert "does not name exactly the promises" in ended.out


def test_a_rewritten_log_with_the_right_key_is_caught_by_a_kept_checkpoint(world: World, tmp_path: Path) -> None:
    world.run("verify")
    shutil.copy(world.own / "evidence" / "0001" / "checkpoint", tmp_path / "kept")
    reseal(world, lambda entries: [entry.update(program="zusage 9") for entry in entries])
    assert world.run("evidence", "verify", ".zusage/evidence").code == 0
    ended = world.run("evidence", "verify", ".zusage/evidence", "--since", tmp_path / "kept")
    assert ended.code == 1


def test_a_required_witness_that_did_not_sign_refuses(world: World) -> None:
    world.run("verify")
    with WitnessServer("witness.example", {}) as server:
        ended = world.run("evidence", "verify", ".zusage/evidence", "--witness", server.key.encode())
    assert ended.code == 1
    assert "lacks cosignatures of witness.example" in ended.out


def test_a_required_witness_that_signed_anchors(world: World) -> None:
    key = log_key(world)
    with WitnessServer("witness.example", {key.name: [key.verifier]}) as server:
        world.write(f'witnesses: {{"{server.url}": "{server.key.encode()}"}}')
        world.run("verify")
        ended = world.run("evidence", "verify", ".zusage/evidence", "--witness", server.key.encode())
    assert ended.code == 0, ended.said
    assert "anchored: witness.example cosigned" in ended.out
    assert (
        world.run("evidence", "verify", ".zusage/evidence", "--witness", server.key.encode(), "--json").json["anchored"] is True
    )


def test_the_report_can_be_read_by_machines(sealed: World) -> None:
    said = check(sealed, "bundle.zip", "--json").json
    assert said["ok"] is True
    assert said["anchored"] is False
    assert said["observations_judged_again"] == 20
    assert said["logs"][0]["entries"] == 22
    assert said["looks"][1]["verdicts"]["orders/claims/at-most"] == "broken"


def test_the_bundle_holds_no_value_of_a_row_and_no_secret(sealed: World) -> None:
    from zipfile import ZipFile

    with ZipFile("bundle.zip") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert MARKER.encode() not in content
    assert b"PRIVATE" not in content
    assert b"orders/claims/at-most" in content
