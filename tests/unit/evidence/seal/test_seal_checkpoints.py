"""Checkpoints, cosignatures and links between logs."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seal_world import KEY, SECONDS, WITNESS, WITNESS_SIGNER

from zusage.evidence.seal import Checkpoint, Predecessor, Successor, WitnessKey, anchored, cosigned_at, open_checkpoint, read_link
from zusage.evidence.seal.cosignature import cosigned_message, timestamp_of
from zusage.evidence.seal.errors import MalformedCheckpoint, MalformedLink
from zusage.sealing import ForgedSignature, MalformedKey, Note, SignatureLine, VerifierKey

# The example in the specifications of checkpoints and cosignatures.
SPEC_BODY = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SPEC_LINE = (
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
)
ROOT = base64.b64encode(b"\5" * 32).decode()


def cosignature(seconds: int, text: bytes) -> SignatureLine:
    signature = WITNESS_SIGNER.signature(cosigned_message(seconds, text))
    return SignatureLine(WITNESS.name, WITNESS.key_id, seconds.to_bytes(8, "big") + signature)


def test_the_example_of_the_specification_is_read_and_written() -> None:
    checkpoint = Checkpoint.parse(SPEC_BODY)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a91863e8e")
    assert checkpoint.encode() == SPEC_BODY


def test_the_cosignature_of_the_specification_has_the_layout_we_read() -> None:
    line = SignatureLine.parse(SPEC_LINE)
    assert line.key_id.hex() == "8d66cf3f"
    assert timestamp_of(line.signature) == 1679315147
    assert len(line.signature) == 72
    assert cosigned_message(1679315147, SPEC_BODY) == b"cosignature/v1\ntime 1679315147\n" + SPEC_BODY


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32), st.lists(st.from_regex(r"\A[a-z ]{1,9}\Z"), max_size=3))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint("log.example/a", size, root, tuple(extensions))
    assert Checkpoint.parse(checkpoint.encode()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n1\n",
        f"origin\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n+1\n{ROOT}\n",
        f"origin\n1_0\n{ROOT}\n",
        f"origin\n１\n{ROOT}\n",
        f"origin\n1 \n{ROOT}\n",
        f"origin\n{10**19}\n{ROOT}\n",
        f"origin\n1\n{ROOT[:-1]}\n",
        f"origin\n1\n{ROOT[:-2]}V=\n",
        "origin\n1\nAAAA\n",
        f"origin\n1\n{ROOT}\n\n",
        f"origin\n1\n{ROOT}\n\nextension\n",
        f"origin\r\n1\n{ROOT}\n",
    ],
)
def test_what_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(text.encode())


@pytest.mark.parametrize("origin", ["", "two\nlines"])
def test_an_origin_that_would_change_the_meaning_is_not_written(origin: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint(origin, 1, b"\5" * 32).encode()


def test_a_signed_checkpoint_is_opened_with_its_key() -> None:
    checkpoint = Checkpoint("log.example/a", 3, b"\5" * 32)
    assert open_checkpoint(KEY.sign(checkpoint.encode()), [KEY.verifier]) == checkpoint


def test_a_witness_key_is_no_log_key_and_the_other_way_round() -> None:
    assert WitnessKey.parse(WITNESS.encode()) == WITNESS
    with pytest.raises(MalformedKey, match="type is 4, wanted is 1"):
        VerifierKey.parse(WITNESS.encode())
    with pytest.raises(MalformedKey, match="type is 1, wanted is 4"):
        WitnessKey.parse(KEY.verifier.encode())


def test_a_checkpoint_is_anchored_when_every_required_witness_cosigned_it() -> None:
    note = Note.parse(KEY.sign(SPEC_BODY))
    cosigned = Note(note.text, (*note.signatures, cosignature(SECONDS, note.text))).encode()
    assert cosigned_at(cosigned, WITNESS) == SECONDS
    assert anchored(cosigned, [WITNESS])
    assert not anchored(note.encode(), [WITNESS])
    assert not anchored(cosigned, [WITNESS, WitnessKey("witness.example/w2", WITNESS.public)])


def test_without_witnesses_nothing_is_anchored() -> None:
    note = Note.parse(KEY.sign(SPEC_BODY))
    assert not anchored(Note(note.text, (*note.signatures, cosignature(SECONDS, note.text))).encode(), [])


def test_a_cosignature_with_another_time_is_forged() -> None:
    note = Note.parse(KEY.sign(SPEC_BODY))
    line = cosignature(SECONDS, note.text)
    later = SignatureLine(line.name, line.key_id, (SECONDS + 1).to_bytes(8, "big") + line.signature[8:])
    with pytest.raises(ForgedSignature, match="witness"):
        anchored(Note(note.text, (later,)).encode(), [WITNESS])


@pytest.mark.parametrize("seconds", [0, 1 << 63])
def test_a_cosignature_without_a_possible_time_is_forged(seconds: int) -> None:
    with pytest.raises(ForgedSignature):
        anchored(Note(SPEC_BODY, (cosignature(seconds, SPEC_BODY),)).encode(), [WITNESS])


def test_a_plain_signature_of_the_witness_is_no_cosignature() -> None:
    line = SignatureLine(WITNESS.name, WITNESS.key_id, WITNESS_SIGNER.signature(SPEC_BODY))
    with pytest.raises(ForgedSignature):
        anchored(Note(SPEC_BODY, (line,)).encode(), [WITNESS])


@pytest.mark.parametrize("link", [Predecessor("log.example/ä", 7, b"\5" * 32), Successor('log.example/"')])
def test_a_link_is_read_as_it_was_written(link: Predecessor | Successor) -> None:
    assert read_link(link.encode()) == link


@pytest.mark.parametrize(
    "entry", [b"", b"{}", b"[]", b'"zusage/log-successor/v1"', b'{"said":"zusage/log-successor/v1"}', b"{zusage/log-successor/v1"]
)
def test_other_entries_are_no_links(entry: bytes) -> None:
    assert read_link(entry) is None


@pytest.mark.parametrize(
    "entry",
    [
        b'{"type":"zusage/log-successor/v1"}',
        b'{"origin":"a", "type":"zusage/log-successor/v1"}',
        b'{"type":"zusage/log-successor/v1","origin":"a"}',
        b'{"also":1,"origin":"a","type":"zusage/log-successor/v1"}',
        b'{"origin":"a","origin":"b","type":"zusage/log-successor/v1"}',
        b'{"origin":"\\ud800","type":"zusage/log-successor/v1"}',
        b'{"origin":"a","root":"AAAA","size":1,"type":"zusage/log-predecessor/v1"}',
        Predecessor("a", 1, b"\5" * 32).encode().replace(b'"size":1', b'"size":true'),
        Predecessor("a", 1, b"\5" * 32).encode().replace(b'"size":1', b'"size":1.0'),
    ],
)
def test_a_link_that_could_be_read_in_two_ways_is_refused(entry: bytes) -> None:
    with pytest.raises(MalformedLink):
        read_link(entry)
