"""Keys are made once, shown in public only, and go where the manifest wants them."""

from __future__ import annotations

import stat

import pytest
from cli_world import World

from zusage.promises.loading import load
from zusage.sealing import SigningKey, VerifierKey


def test_a_new_key_can_be_read_by_its_owner_alone(world: World) -> None:
    world.ok("key", "new", "second.key", "--name", "dpo.shop.example")
    assert stat.S_IMODE((world.folder / "second.key").stat().st_mode) == 0o600


def test_the_printed_lines_stand_in_a_manifest_as_they_are(world: World) -> None:
    said = world.ok("key", "new", "second.key", "--name", "dpo.shop.example").out
    world.write(said[said.index("guard:") :])
    key = SigningKey.load(world.folder / "second.key")
    assert load(world.manifest).manifest.guard.approvers == (key.verifier.encode(),)


def test_the_shown_key_checks_what_the_file_signs(world: World) -> None:
    world.ok("key", "new", "second.key", "--name", "dpo.shop.example")
    public = world.ok("key", "show", "second.key", "--json").json["public"]
    assert VerifierKey.parse(public) == SigningKey.load(world.folder / "second.key").verifier


def test_the_secret_half_is_never_printed(world: World) -> None:
    said = world.ok("key", "new", "second.key", "--name", "a").said + world.ok("key", "show", "second.key").said
    secret = (world.folder / "second.key").read_text().split("+", 4)[4].strip()  # which may hold that sign itself
    assert secret
    assert secret not in said


def test_an_existing_file_is_never_overwritten(world: World) -> None:
    world.ok("key", "new", "second.key", "--name", "a")
    before = (world.folder / "second.key").read_bytes()
    ended = world.run("key", "new", "second.key", "--name", "a")
    assert ended.code == 3
    assert "exists already" in ended.err
    assert (world.folder / "second.key").read_bytes() == before


@pytest.mark.parametrize("name", ["two words", "a+b", ""])
def test_a_name_that_no_note_can_carry_is_refused(world: World, name: str) -> None:
    ended = world.run("key", "new", "second.key", "--name", name)
    assert ended.code == 3
    assert not (world.folder / "second.key").exists()


def test_a_key_that_others_can_read_is_refused(world: World) -> None:
    world.ok("key", "new", "second.key", "--name", "a")
    (world.folder / "second.key").chmod(0o644)
    ended = world.run("key", "show", "second.key")
    assert ended.code == 3
    assert "0644" in ended.err
