"""Closing a log and continuing in another."""

from dataclasses import replace
from pathlib import Path

import pytest
from seal_world import KEY, ORIGIN, files_of, make_log, numbered, steps

from zusage.evidence.seal import EvidenceLog, Predecessor, SigningKey, Successor, Verification, rotate, verify, verify_chain
from zusage.evidence.seal.errors import KeyNotForLog, LogClosed, LogExists, NoSigningKey, SuccessorMismatch

SECOND = "log.example/second"
KEYS = [KEY.verifier, KEY.named(SECOND).verifier]


def rotated(folder: Path) -> tuple[EvidenceLog, EvidenceLog]:
    first = make_log(folder / "first", [numbered(0, 3)])
    second = rotate(first, "second", SECOND)
    second.append([b"later"])
    return first, second


def chain(folder: Path, since: bytes | None = None) -> tuple[Verification, ...]:
    return verify_chain([files_of(folder / "first"), files_of(folder / "second")], keys=KEYS, since=since)


def test_the_logs_name_each_other(tmp_path: Path) -> None:
    first, second = rotated(tmp_path)
    final = first.checkpoint()
    assert list(first.entries())[-1] == Successor(SECOND).encode()
    assert next(second.entries()) == Predecessor(ORIGIN, 4, final.root).encode()
    assert second.folder == tmp_path / "second"
    assert first.successor() == Successor(SECOND)
    assert second.successor() is None


@pytest.mark.parametrize("size", [255, 256])
def test_a_closed_log_takes_no_more_entries(tmp_path: Path, size: int) -> None:
    first = make_log(tmp_path / "first", [numbered(0, size - 1)])
    rotate(first, "second", SECOND)
    before = files_of(tmp_path / "first")
    with pytest.raises(LogClosed, match=r"log\.example/second"):
        EvidenceLog.open(tmp_path / "first", KEY).append([b"late"])
    assert files_of(tmp_path / "first") == before


def test_both_logs_verify_as_a_chain(tmp_path: Path) -> None:
    rotated(tmp_path)
    first, second = chain(tmp_path)
    assert (first.ok, second.ok) == (True, True)
    assert first.successor == Successor(SECOND)
    assert [finding.step for finding in second.findings] == [7]


def test_a_successor_alone_names_the_missing_predecessor_and_its_root(tmp_path: Path) -> None:
    first, _ = rotated(tmp_path)
    verdict = verify(files_of(tmp_path / "second"), keys=KEYS)
    assert verdict.ok
    said = next(finding for finding in verdict.findings if finding.step == 8)
    assert said.what == f"Predecessor {ORIGIN} not present, its root was {first.checkpoint().root.hex()} at 4 entries."
    assert not said.fatal


def test_another_log_in_place_of_the_predecessor_is_refused(tmp_path: Path) -> None:
    rotated(tmp_path)
    (tmp_path / "other").mkdir()
    other = make_log(tmp_path / "other" / "first", [numbered(5, 8)])
    rotate(other, "second", SECOND)
    bundles = [files_of(tmp_path / "other" / "first"), files_of(tmp_path / "second")]
    first, second = verify_chain(bundles, keys=KEYS)
    assert first.ok
    assert steps(second) == [8]


def test_a_predecessor_in_a_state_before_its_end_is_refused(tmp_path: Path) -> None:
    make_log(tmp_path / "first", [numbered(0, 3)])
    early = verify(files_of(tmp_path / "first"), keys=KEYS)
    rotate(EvidenceLog.open(tmp_path / "first", KEY), "second", SECOND)
    assert steps(verify(files_of(tmp_path / "second"), keys=KEYS, predecessor=early)) == [8]


def test_a_predecessor_that_was_refused_refuses_its_successor(tmp_path: Path) -> None:
    rotated(tmp_path)
    first = chain(tmp_path)[0]
    assert first.ok
    spoilt = files_of(tmp_path / "first")
    del spoilt["tile/0/000.p/3"]
    verdicts = verify_chain([spoilt, files_of(tmp_path / "second")], keys=KEYS)
    assert [steps(verdict) for verdict in verdicts] == [[4], [8]]
    assert steps(verify(files_of(tmp_path / "second"), keys=KEYS, predecessor=replace(first, successor=None))) == [8]


def test_logs_in_the_wrong_order_are_refused(tmp_path: Path) -> None:
    rotated(tmp_path)
    verdicts = verify_chain([files_of(tmp_path / "second"), files_of(tmp_path / "first")], keys=KEYS)
    assert steps(verdicts[1]) == [8]


def test_an_earlier_checkpoint_counts_for_the_log_whose_it_is(tmp_path: Path) -> None:
    first, second = rotated(tmp_path)
    for since in (first.signed_checkpoint(3), second.signed_checkpoint(1)):
        assert [verdict.ok for verdict in chain(tmp_path, since)] == [True, True]
    stranger = make_log(tmp_path / "stranger", [[b"a"]], SigningKey("log.example/stranger", KEY.seed))
    refused = chain(tmp_path, stranger.signed_checkpoint())
    assert [steps(verdict) for verdict in refused] == [[], [6]]


def test_a_chain_without_logs_has_no_verdict() -> None:
    assert verify_chain([], keys=KEYS) == ()


def test_rotating_again_finds_the_same_successor(tmp_path: Path) -> None:
    first, second = rotated(tmp_path)
    before = files_of(tmp_path / "first")
    assert rotate(first, "second", SECOND).checkpoint() == second.checkpoint()
    assert files_of(tmp_path / "first") == before


def test_what_cannot_become_the_successor_leaves_the_log_open(tmp_path: Path) -> None:
    first = make_log(tmp_path / "first", [numbered(0, 3)])
    make_log(tmp_path / "taken", [numbered(0, 3)], SigningKey(SECOND, KEY.seed))
    with pytest.raises(SuccessorMismatch, match="another log already"):
        rotate(first, "taken", SECOND)
    with pytest.raises(SuccessorMismatch, match="same origin"):
        rotate(first, "second", ORIGIN)
    with pytest.raises(SuccessorMismatch, match="not a sibling"):
        rotate(first, "../second", SECOND)
    with pytest.raises(SuccessorMismatch, match="not a sibling"):
        rotate(first, "first", SECOND)
    with pytest.raises(KeyNotForLog):
        rotate(first, "second", SECOND, KEY)
    with pytest.raises(NoSigningKey):
        rotate(EvidenceLog.open(tmp_path / "first"), "second", SECOND)
    assert first.append([b"still open"]).size == 4


def test_a_closed_log_has_one_successor(tmp_path: Path) -> None:
    first, _ = rotated(tmp_path)
    with pytest.raises(SuccessorMismatch, match=r"its successor is log\.example/second"):
        rotate(first, "third", "log.example/third")
    (tmp_path / "stray").mkdir()
    (tmp_path / "stray" / "file").touch()
    with pytest.raises(LogExists):
        rotate(first, "stray", SECOND)


def test_a_successor_may_have_a_key_of_its_own(tmp_path: Path) -> None:
    first = make_log(tmp_path / "first", [numbered(0, 3)])
    key = SigningKey(SECOND, b"\x44" * 32)
    rotate(first, "second", SECOND, key)
    bundles = [files_of(tmp_path / "first"), files_of(tmp_path / "second")]
    verdicts = verify_chain(bundles, keys=[KEY.verifier, key.verifier])
    assert [verdict.ok for verdict in verdicts] == [True, True]
