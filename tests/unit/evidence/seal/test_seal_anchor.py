"""Anchoring at a witness that remembers and checks."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from seal_world import KEY, ORIGIN, OTHER_KEY, files_of, judge, make_log, numbered, steps

from zusage.evidence.seal import EvidenceLog, SigningKey, Witness, WitnessKey, anchor, anchored, cosigned_at
from zusage.evidence.seal.errors import (
    CosignatureInvalid,
    ForkSeen,
    NothingToAnchor,
    WitnessRefused,
    WitnessUnreachable,
)
from zusage.evidence.seal.witnessing import request_body
from zusage.sealing import Note, VerifierKey
from zusage.testing.witness import WitnessServer

NAME = "witness.example/w1"


@pytest.fixture
def server() -> Iterator[WitnessServer]:
    with WitnessServer(NAME, {ORIGIN: [KEY.verifier]}, clock=lambda: 1_700_000_000) as running:
        yield running


def statuses(server: WitnessServer) -> list[int]:
    return [status for _, status in server.requests]


def answering(status: int, body: bytes = b"", kind: str = "text/plain") -> httpx.Client:
    """A client whose witness always answers the same."""
    answer = httpx.Response(status, content=body, headers={"Content-Type": kind})
    return httpx.Client(transport=httpx.MockTransport(lambda request: answer))


def test_an_anchored_checkpoint_is_kept_and_verifies(tmp_path: Path, server: WitnessServer) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    note = anchor(log, server.witness)
    assert note == log.signed_checkpoint() == log.signed_checkpoint(3)
    assert anchored(note, [server.key])
    assert cosigned_at(note, server.key) == 1_700_000_000
    verdict = judge(files_of(tmp_path / "log"), witnesses=[server.key])
    assert (verdict.ok, verdict.anchored, verdict.anchored_size, verdict.findings) == (True, True, 3, ())


def test_each_anchoring_continues_what_the_witness_remembers(tmp_path: Path, server: WitnessServer) -> None:
    log = make_log(tmp_path / "log", [])
    for start, stop in [(0, 1), (1, 300), (300, 301), (301, 700)]:
        log.append(numbered(start, stop))
        anchor(log, server.witness)
    anchor(log, server.witness)
    assert statuses(server) == [200, 409, 200, 409, 200, 409, 200, 409, 200]
    assert judge(files_of(tmp_path / "log"), witnesses=[server.key]).findings == ()


def test_entries_after_the_last_anchoring_are_told_apart(tmp_path: Path, server: WitnessServer) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    anchor(log, server.witness)
    log.append(numbered(3, 5))
    verdict = judge(files_of(tmp_path / "log"), witnesses=[server.key])
    assert (verdict.ok, verdict.anchored, verdict.anchored_size) == (False, False, 3)
    assert steps(verdict) == [7]
    assert verdict.findings[0].what.startswith("Unanchored beyond 3 entries")
    assert judge(files_of(tmp_path / "log")).ok


def test_two_witnesses_are_both_demanded(tmp_path: Path, server: WitnessServer) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    with WitnessServer("witness.example/w2", {ORIGIN: [KEY.verifier]}, seed=b"\x66" * 32) as second:
        anchor(log, server.witness)
        keys = [server.key, second.key]
        assert steps(judge(files_of(tmp_path / "log"), witnesses=keys)) == [7]
        anchor(log, second.witness)
        assert judge(files_of(tmp_path / "log"), witnesses=keys).anchored


def test_a_rewritten_log_is_not_cosigned(tmp_path: Path, server: WitnessServer) -> None:
    anchor(make_log(tmp_path / "true", [numbered(0, 3)]), server.witness)
    rewritten = make_log(tmp_path / "false", [[*numbered(0, 2), b"something else"], numbered(3, 5)])
    with pytest.raises(ForkSeen, match="no continuation of the 3 entries"):
        anchor(rewritten, server.witness)
    assert statuses(server) == [200, 409, 422]
    assert not anchored(rewritten.signed_checkpoint(), [server.key])


def test_another_history_of_the_same_size_is_not_cosigned(tmp_path: Path, server: WitnessServer) -> None:
    anchor(make_log(tmp_path / "true", [numbered(0, 3)]), server.witness)
    with pytest.raises(ForkSeen):
        anchor(make_log(tmp_path / "false", [numbered(3, 6)]), server.witness)


def test_a_log_that_was_rolled_back_is_noticed(tmp_path: Path, server: WitnessServer) -> None:
    anchor(make_log(tmp_path / "log", [numbered(0, 3)]), server.witness)
    with pytest.raises(ForkSeen, match="has seen 3 entries, this log has 2"):
        anchor(make_log(tmp_path / "old", [numbered(0, 2)]), server.witness)


def test_an_empty_log_is_not_anchored(tmp_path: Path, server: WitnessServer) -> None:
    with pytest.raises(NothingToAnchor):
        anchor(make_log(tmp_path / "log", []), server.witness)
    assert statuses(server) == []


def test_anchoring_needs_no_signing_key(tmp_path: Path, server: WitnessServer) -> None:
    make_log(tmp_path / "log", [numbered(0, 3)])
    assert anchored(anchor(EvidenceLog.open(tmp_path / "log"), server.witness), [server.key])


def test_a_witness_that_does_not_know_the_log_says_so(tmp_path: Path, server: WitnessServer) -> None:
    stranger = make_log(tmp_path / "log", [numbered(0, 3)], SigningKey("log.example/stranger", KEY.seed))
    with pytest.raises(WitnessRefused, match=r"status 404.*take up this log's origin"):
        anchor(stranger, server.witness)


def test_a_witness_that_knows_another_key_says_so(tmp_path: Path, server: WitnessServer) -> None:
    with pytest.raises(WitnessRefused, match=r"status 403.*public key"):
        anchor(make_log(tmp_path / "log", [numbered(0, 3)], OTHER_KEY), server.witness)


def test_an_answer_signed_with_another_key_is_not_kept(tmp_path: Path, server: WitnessServer) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    before = log.signed_checkpoint()
    expected = Witness(server.url, WitnessKey(NAME, OTHER_KEY.verifier.public))
    with pytest.raises(CosignatureInvalid, match="no line"):
        anchor(log, expected)
    assert log.signed_checkpoint() == before


def test_an_answer_over_another_checkpoint_is_not_kept(tmp_path: Path, server: WitnessServer) -> None:
    other = anchor(make_log(tmp_path / "other", [numbered(0, 2)]), server.witness)
    line = Note.parse(other).signatures[-1].encode()
    with pytest.raises(CosignatureInvalid, match="does not fit"):
        anchor(make_log(tmp_path / "log", [numbered(0, 3)]), server.witness, answering(200, line))


@pytest.mark.parametrize("body", [b"", b"nonsense\n", "— witness.example/w1 AAAA\n".encode()])
def test_an_answer_that_is_no_signature_is_not_kept(tmp_path: Path, server: WitnessServer, body: bytes) -> None:
    with pytest.raises(CosignatureInvalid):
        anchor(make_log(tmp_path / "log", [numbered(0, 3)]), server.witness, answering(200, body))


@pytest.mark.parametrize("status", [302, 400, 429, 500, 503])
def test_other_answers_leave_the_log_unanchored(tmp_path: Path, server: WitnessServer, status: int) -> None:
    with pytest.raises(WitnessRefused, match=f"status {status}"):
        anchor(make_log(tmp_path / "log", [numbered(0, 3)]), server.witness, answering(status))


@pytest.mark.parametrize("body", [b"x\n", b"01\n", b"1", b"0\n"])
def test_a_conflict_without_a_usable_size_is_an_alarm(tmp_path: Path, server: WitnessServer, body: bytes) -> None:
    client = answering(409, body, "text/x.tlog.size")
    with pytest.raises(ForkSeen, match="holds another root for 0 entries"):
        anchor(make_log(tmp_path / "log", [numbered(0, 3)]), server.witness, client)


def test_a_witness_that_names_ever_other_sizes_is_not_asked_for_ever(tmp_path: Path, server: WitnessServer) -> None:
    sizes = iter([1, 2, 1, 2, 1, 2])

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(409, content=b"%d\n" % next(sizes), headers={"Content-Type": "text/x.tlog.size"})

    client = httpx.Client(transport=httpx.MockTransport(answer))
    with pytest.raises(WitnessRefused, match="changes with every request"):
        anchor(make_log(tmp_path / "log", [numbered(0, 3)]), server.witness, client)


def test_a_witness_that_is_not_there_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3)])
    with WitnessServer(NAME, {}) as gone:
        witness = gone.witness
    before = files_of(tmp_path / "log")
    with pytest.raises(WitnessUnreachable):
        anchor(log, witness)
    assert files_of(tmp_path / "log") == before


def test_the_request_has_the_form_of_the_specification(tmp_path: Path, server: WitnessServer) -> None:
    note = make_log(tmp_path / "log", [numbered(0, 3)]).signed_checkpoint()
    body = request_body(2, [b"\0" * 32, b"\1" * 32], note)
    lines = body.split(b"\n")
    assert lines[:4] == [b"old 2", b"A" * 43 + b"=", b"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", b""]
    assert body.endswith(b"\n\n" + note)
    assert request_body(0, [], note) == b"old 0\n\n" + note


# -- the stand-in itself: what the specification demands of a witness -------------------------------------------


def test_the_witness_answers_as_the_specification_demands(tmp_path: Path, server: WitnessServer) -> None:
    log = make_log(tmp_path / "log", [numbered(0, 3), numbered(3, 5)])
    three, five = log.signed_checkpoint(3), log.signed_checkpoint(5)
    proof = log.consistency_proof(3, 5)
    assert server.add_checkpoint(request_body(4, [], three))[0] == 400  # old size above new size
    assert server.add_checkpoint(request_body(1, [], three))[0] == 409
    assert server.add_checkpoint(request_body(0, proof, three))[0] == 422  # the proof must be empty from zero
    assert server.add_checkpoint(request_body(0, [], three))[0] == 200
    assert server.add_checkpoint(request_body(0, [], five))[1:] == ("text/x.tlog.size", b"3\n")
    assert server.add_checkpoint(request_body(3, proof[:-1], five))[0] == 422
    assert server.add_checkpoint(request_body(3, [*proof, proof[0]], five))[0] == 422
    assert server.add_checkpoint(request_body(3, proof, five))[0] == 200
    assert server.add_checkpoint(request_body(5, [], five))[0] == 200  # again
    assert server.add_checkpoint(request_body(3, [], three))[:1] == (409,)
    assert server.add_checkpoint(b"old 05\n\n" + five)[0] == 400
    assert server.add_checkpoint(request_body(5, [b"\0" * 32] * 64, five))[0] == 400


def test_the_witness_shows_what_it_cosigned(tmp_path: Path, server: WitnessServer) -> None:
    import hashlib

    url = f"{server.url}/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert httpx.get(url).status_code == 404
    note = anchor(make_log(tmp_path / "log", [numbered(0, 3)]), server.witness)
    assert httpx.get(url).content == note


def test_the_witness_does_not_cosign_a_false_empty_log(server: WitnessServer) -> None:
    from zusage.evidence.seal import Checkpoint

    note = KEY.sign(Checkpoint(ORIGIN, 0, b"\5" * 32).encode())
    assert server.add_checkpoint(request_body(0, [], note))[0] == 422


def test_the_witness_refuses_a_note_with_a_forged_signature_of_a_known_key(tmp_path: Path, server: WitnessServer) -> None:
    note = make_log(tmp_path / "log", [numbered(0, 3)]).signed_checkpoint()
    forged = note.replace(b"\n3\n", b"\n4\n", 1)
    assert server.add_checkpoint(request_body(0, [], forged))[0] == 403
    assert VerifierKey.parse(KEY.verifier.encode()) == KEY.verifier
