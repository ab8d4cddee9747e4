"""The log on disk: creating, appending, reading, refusing."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seal_world import KEY, ORIGIN, OTHER_KEY, cosign, files_of, judge, make_log, numbered, steps

from zusage.evidence.seal import (
    EvidenceLog,
    SigningKey,
    Successor,
    leaf_hash,
    open_checkpoint,
    proves_consistency,
    proves_inclusion,
)
from zusage.evidence.seal.disk import locked
from zusage.evidence.seal.errors import (
    CheckpointUnknown,
    EntryTooLong,
    KeyNotForLog,
    LogBusy,
    LogDamaged,
    LogExists,
    LogMissing,
    NoSigningKey,
    NothingToAppend,
    ReservedEntry,
)
from zusage.evidence.seal.merkle import EMPTY_ROOT, tree_hash


def test_a_new_log_is_empty_and_signed(tmp_path: Path) -> None:
    log = EvidenceLog.create(tmp_path / "log", ORIGIN, KEY)
    checkpoint = open_checkpoint(log.signed_checkpoint(), [KEY.verifier])
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 0, EMPTY_ROOT)
    assert list(log.entries()) == []


def test_appended_entries_are_read_again_in_order(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [[b"a", b"b"], [b"", b"\0\xff"]])
    checkpoint = log.append([b"c"])
    assert checkpoint.size == 5
    assert checkpoint.root == tree_hash([b"a", b"b", b"", b"\0\xff", b"c"])
    assert list(EvidenceLog.open(tmp_path / "log").entries()) == [b"a", b"b", b"", b"\0\xff", b"c"]
    assert list(log.entries(3)) == [b"\0\xff", b"c"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.integers(1, 300), min_size=1, max_size=5), st.booleans())
def test_every_sequence_of_appends_verifies(tmp_path_factory: pytest.TempPathFactory, batches: list[int], reopen: bool) -> None:
    folder = tmp_path_factory.mktemp("any") / "log"
    log = EvidenceLog.create(folder, ORIGIN, KEY)
    done = 0
    for batch in batches:
        log = EvidenceLog.open(folder, KEY) if reopen else log
        log.append(numbered(done, done + batch))
        done += batch
    verdict = judge(files_of(folder))
    assert (verdict.ok, verdict.size, verdict.root) == (True, done, tree_hash(numbered(0, done)))
    assert [finding.step for finding in verdict.findings] == [7]
    assert list(log.entries(done // 2)) == numbered(done // 2, done)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_proofs_from_the_log_hold(tmp_path: Path, size: int) -> None:
    log = make_log(tmp_path / "log", [numbered(0, size)])
    root = log.checkpoint().root
    for index in {0, size // 2, size - 1}:
        leaf = leaf_hash(numbered(index, index + 1)[0])
        assert proves_inclusion(index, size, leaf, log.inclusion_proof(index), root)
    for old in {0, 1, size // 2, size - 1, size}:
        before = tree_hash(numbered(0, old))
        assert proves_consistency(old, size, before, root, log.consistency_proof(old))
    with pytest.raises(IndexError):
        log.consistency_proof(1, size + 1)


def test_every_checkpoint_issued_is_kept(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [])
    issued = [log.append(numbered(number, number + 1)) for number in range(4)]
    kept = [open_checkpoint(log.signed_checkpoint(size), [KEY.verifier]) for size in range(1, 5)]
    assert kept == issued


def test_partial_tiles_are_kept_until_they_are_full(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3), numbered(3, 5)])
    assert {"tile/0/000.p/3", "tile/0/000.p/5", "tile/entries/000.p/3"} <= set(files_of(tmp_path / "log"))
    log.append(numbered(5, 257))
    left = [path for path in files_of(tmp_path / "log") if path.startswith("tile/")]
    assert left == [
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/1",
    ]


def test_what_cannot_be_appended_changes_nothing(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    before = files_of(tmp_path / "log")
    with pytest.raises(NothingToAppend):
        log.append([])
    with pytest.raises(EntryTooLong):
        log.append([b"fits", b"a" * 65536])
    with pytest.raises(ReservedEntry, match="Entry 1 "):
        log.append([b"fits", Successor("log.example/b").encode()])
    with pytest.raises(ReservedEntry):
        log.append([Successor("log.example/b").encode().replace(b":", b": ")])
    with pytest.raises(NoSigningKey):
        EvidenceLog.open(tmp_path / "log").append([b"a"])
    assert files_of(tmp_path / "log") == before


def test_a_log_is_not_created_over_anything(tmp_path: Path) -> None:
    make_log(tmp_path / "log", [numbered(0, 1)])
    with pytest.raises(LogExists):
        EvidenceLog.create(tmp_path / "log", ORIGIN, KEY)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(LogExists):
        EvidenceLog.create(tmp_path / "other", ORIGIN, KEY)
    assert sorted(path.name for path in (tmp_path / "other").iterdir()) == ["file"]


def test_the_key_must_be_that_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(KeyNotForLog, match="another name"):
        EvidenceLog.create(tmp_path / "log", "log.example/other", KEY)
    make_log(tmp_path / "log", [numbered(0, 1)])
    with pytest.raises(KeyNotForLog, match="did not sign"):
        EvidenceLog.open(tmp_path / "log", OTHER_KEY)
    with pytest.raises(KeyNotForLog):
        EvidenceLog.open(tmp_path / "log", SigningKey("log.example/b", KEY.seed))


def test_a_missing_log_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(LogMissing):
        EvidenceLog.open(tmp_path / "nowhere", KEY)


@pytest.mark.parametrize("path", ["tile/0/000.p/3", "tile/entries/000.p/3"])
def test_a_damaged_log_takes_no_more_entries(tmp_path: Path, path: str) -> None:
    make_log(tmp_path / "log", [numbered(0, 3)])
    (tmp_path / "log" / path).write_bytes(b"\0" * 96)
    with pytest.raises(LogDamaged):
        EvidenceLog.open(tmp_path / "log", KEY).append([b"d"])
    (tmp_path / "log" / path).unlink()
    with pytest.raises(LogDamaged, match="missing"):
        EvidenceLog.open(tmp_path / "log", KEY).append([b"d"])


def test_a_second_writer_waits_and_then_gives_up(tmp_path: Path) -> None:
    make_log(tmp_path / "log", [numbered(0, 3)])
    second = EvidenceLog.open(tmp_path / "log", KEY, patience=0.02)
    with locked(tmp_path / "log", 1), pytest.raises(LogBusy, match=r"0\.02 seconds"):
        second.append([b"d"])
    assert second.append([b"d"]).size == 4


def test_two_objects_on_one_log_take_turns(tmp_path: Path) -> None:
    first = make_log(tmp_path / "log", [numbered(0, 3)])
    second = EvidenceLog.open(tmp_path / "log", KEY)
    for number in range(3, 9):
        (first if number % 2 else second).append(numbered(number, number + 1))
    assert list(first.entries()) == numbered(0, 9)
    assert judge(files_of(tmp_path / "log")).ok


def test_a_reader_is_not_disturbed_when_partial_tiles_become_full(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    log.append(numbered(3, 300))
    (tmp_path / "log/checkpoint").write_bytes(log.signed_checkpoint(3))  # as the reader found it a moment ago
    reader = EvidenceLog.open(tmp_path / "log")
    root = reader.checkpoint().root
    assert list(reader.entries()) == numbered(0, 3)
    assert proves_inclusion(2, 3, leaf_hash(numbered(2, 3)[0]), reader.inclusion_proof(2), root)


def test_cosignatures_are_kept_with_the_newest_checkpoint_and_its_copy(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    note = cosign(log)
    again = cosign(log, 1_800_000_000)
    assert note != again == log.signed_checkpoint() == log.signed_checkpoint(3)
    assert again.count("—".encode()) == 2
    log.append([b"d"])
    assert log.signed_checkpoint(3) == again


def test_cosignatures_of_a_checkpoint_never_issued_are_refused(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    with pytest.raises(CheckpointUnknown):
        log.keep_cosignatures(2, [])


def test_a_log_that_lost_the_copy_of_its_checkpoint_gets_it_back(tmp_path: Path) -> None:
    make_log(tmp_path / "log", [numbered(0, 3)])
    (tmp_path / "log/checkpoints/003").unlink()
    EvidenceLog.open(tmp_path / "log", KEY).append([b"d"])
    assert "checkpoints/003" in files_of(tmp_path / "log")
    assert steps(judge(files_of(tmp_path / "log"))) == []
