"""What no machine can look at is said by a named role, and runs out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cli_world import MARKER, World

from zusage.bootstrap import opened


def test_an_attestation_makes_the_promise_kept(world: World) -> None:
    assert world.verdicts()["attested/locked-room"] == "undecided"
    world.ok("attest", "zusage.yaml", "locked-room", "--by", "Head of IT")
    assert world.verdicts()["attested/locked-room"] == "kept"


def test_the_full_id_names_the_same_promise(world: World) -> None:
    said = world.ok("attest", "zusage.yaml", "attested/locked-room", "--by", "Head of IT", "--json").json
    assert said["promise"] == "attested/locked-room"
    assert said["role"] == "Head of IT"
    assert world.verdicts()["attested/locked-room"] == "kept"


def test_an_attestation_that_has_run_out_is_broken(world: World) -> None:
    past = datetime.now(UTC).replace(microsecond=0) - timedelta(days=400)
    with opened(world.manifest, clock=lambda: past) as product:
        from zusage.bootstrap.asking import attest

        attest(product, "locked-room", "Head of IT", None)
    assert world.verdicts()["attested/locked-room"] == "broken"


def test_an_unknown_promise_is_refused_and_the_known_ones_are_named(world: World) -> None:
    ended = world.run("attest", "zusage.yaml", "open-door", "--by", "x")
    assert ended.code == 3
    assert "attested/locked-room" in ended.err


def test_what_a_machine_can_look_at_cannot_be_attested_away(world: World) -> None:
    ended = world.run("attest", "zusage.yaml", "orders/claims/at-most", "--by", "x")
    assert ended.code == 3
    assert world.verdicts()["orders/claims/at-most"] == "broken"


def test_of_a_note_only_the_digest_is_kept(world: World) -> None:
    (world.folder / "report.txt").write_text(f"seen by {MARKER}")
    world.ok("attest", "zusage.yaml", "locked-room", "--by", "Head of IT", "--note", "report.txt")
    with opened(world.manifest) as product:
        kept = product.state.attestations.latest("attested/locked-room")
    assert kept is not None
    assert kept.note_digest is not None
    assert len(kept.note_digest) == 64
    assert not any(MARKER.encode() in path.read_bytes() for path in world.own.rglob("*") if path.is_file())
