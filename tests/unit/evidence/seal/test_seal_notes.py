"""Signed notes, vkeys and key files."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seal_world import KEY, OTHER_KEY, flip

from zusage.sealing import (
    ForgedSignature,
    KeyFileExists,
    KeyFileMissing,
    KeyFileTooOpen,
    MalformedKey,
    MalformedNote,
    NoKnownSignature,
    Note,
    SealingError,
    SigningKey,
    TextNotSignable,
    VerifierKey,
    sign_note,
    verify_note,
)

# The example in the specification of signed notes.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_TEXT = b"This is an example message.\n"
SPEC_NOTE = (
    SPEC_TEXT
    + (
        "\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    ).encode()
)
# RFC 8032, section 7.1, test 1.
RFC_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
RFC_SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)

texts = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]) | st.just("\n"), max_size=60)


def test_the_example_of_the_specification_verifies() -> None:
    assert verify_note(SPEC_NOTE, [VerifierKey.parse(SPEC_VKEY)]) == SPEC_TEXT


def test_a_vkey_is_written_as_it_was_read() -> None:
    assert VerifierKey.parse(SPEC_VKEY).encode() == SPEC_VKEY


def test_signing_follows_the_known_answers_of_ed25519() -> None:
    key = SigningKey("a", RFC_SEED)
    assert key.verifier.public == RFC_PUBLIC
    assert key.signature(b"").hex() == RFC_SIGNATURE


@pytest.mark.parametrize("length", range(len(SPEC_VKEY)))
def test_no_part_of_a_vkey_is_a_vkey(length: int) -> None:
    with pytest.raises(MalformedKey):
        VerifierKey.parse(SPEC_VKEY[:length])


@pytest.mark.parametrize("at", range(len(SPEC_VKEY)))
def test_no_character_of_a_vkey_can_be_changed(at: int) -> None:
    other = "0" if SPEC_VKEY[at] != "0" else "1"
    with pytest.raises(MalformedKey):
        VerifierKey.parse(SPEC_VKEY[:at] + other + SPEC_VKEY[at + 1 :])


@given(texts.map(lambda text: (text + "\n").encode()))
def test_what_was_signed_is_read_again(text: bytes) -> None:
    assert verify_note(KEY.sign(text), [KEY.verifier]) == text


@given(st.integers(0, len(SPEC_NOTE) * 8 - 1))
def test_no_bit_of_a_note_can_be_changed(bit: int) -> None:
    with pytest.raises(SealingError):
        verify_note(flip(SPEC_NOTE, bit), [VerifierKey.parse(SPEC_VKEY)])


def test_signatures_of_unknown_keys_are_ignored() -> None:
    note = sign_note(b"text\n", [SigningKey("stranger", b"\7" * 32), KEY])
    assert verify_note(note, [KEY.verifier]) == b"text\n"


def test_the_same_name_with_another_key_is_unknown() -> None:
    with pytest.raises(NoKnownSignature, match=r"signed by log\.example/evidence, known are log\.example/evidence"):
        verify_note(OTHER_KEY.sign(b"text\n"), [KEY.verifier])


def test_without_known_keys_no_note_is_believed() -> None:
    with pytest.raises(NoKnownSignature, match="known are none at all"):
        verify_note(KEY.sign(b"text\n"), [])


def test_one_false_signature_of_a_known_key_refuses_a_note_that_another_signed() -> None:
    honest = SigningKey("honest", b"\7" * 32)
    note = Note.parse(sign_note(b"text\n", [honest, KEY]))
    lines = (note.signatures[0], Note.parse(KEY.sign(b"other\n")).signatures[0])
    with pytest.raises(ForgedSignature, match=KEY.name):
        verify_note(Note(note.text, lines).encode(), [honest.verifier, KEY.verifier])


LINE = SPEC_NOTE.split(b"\n\n")[1]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n" + LINE,
        b"text\n\n" + LINE[:-1],
        b"text\r\n\n" + LINE,
        b"te\tt\n\n" + LINE,
        b"\xff\n\n" + LINE,
        b"text\n\n" + LINE + b"further\n",
        b"text\n\n" + LINE.replace("—".encode(), b"-"),
        b"text\n\n" + LINE.replace(b"example.com/foo", b"example.com+foo"),
        b"text\n\n" + LINE.replace(b"example.com/foo", "example.com\u00a0foo".encode()),
        b"text\n\n" + LINE.replace(b"M=", b"N="),
        b"text\n\n" + LINE.replace(b"=", b""),
        b"text\n\n" + LINE * 101,
        b"a" * (1 << 20) + b"\n\n" + LINE,
    ],
)
def test_what_is_not_exactly_a_note_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedNote):
        Note.parse(raw)


def test_sixteen_signatures_are_accepted() -> None:
    note = sign_note(b"text\n", [SigningKey(f"k{number}", b"\7" * 32) for number in range(15)] + [KEY])
    assert verify_note(note, [KEY.verifier]) == b"text\n"


@pytest.mark.parametrize("text", [b"", b"no newline", b"bell\a\n", b"\xff\n"])
def test_a_text_that_no_reader_would_accept_is_not_signed(text: bytes) -> None:
    with pytest.raises(TextNotSignable):
        KEY.sign(text)


def test_a_note_without_signer_is_not_made() -> None:
    with pytest.raises(TextNotSignable, match="nobody"):
        sign_note(b"text\n", [])


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "tab\t", "line\n"])
def test_a_key_needs_a_name_that_notes_can_carry(name: str) -> None:
    with pytest.raises(MalformedKey):
        SigningKey(name, b"\1" * 32)


def test_a_key_file_is_for_its_owner_alone_and_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = SigningKey.generate(path, "log.example/a")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.load(path) == key
    assert SigningKey.generate(tmp_path / "second", "log.example/a") != key


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    SigningKey.generate(path, "log.example/a")
    before = path.read_bytes()
    with pytest.raises(KeyFileExists):
        SigningKey.generate(path, "log.example/b")
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    SigningKey.generate(path, "log.example/a")
    path.chmod(mode)
    with pytest.raises(KeyFileTooOpen, match=f"{mode:04o}"):
        SigningKey.load(path)


@pytest.mark.parametrize("spoil", [lambda line: line[:-4], lambda line: line.replace("/a", "/b"), lambda line: "", str.lower])
def test_a_spoilt_key_file_is_refused_without_showing_it(tmp_path: Path, spoil: object) -> None:
    path = tmp_path / "key"
    key = SigningKey.generate(path, "log.example/a")
    assert callable(spoil)
    path.write_text(spoil(path.read_text()))
    with pytest.raises(MalformedKey) as caught:
        SigningKey.load(path)
    assert base64.b64encode(key.seed).decode()[4:20] not in str(caught.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing, match="nowhere"):
        SigningKey.load(tmp_path / "nowhere")


def test_a_key_does_not_show_its_secret() -> None:
    assert "seed" not in repr(KEY)
    assert repr(KEY.seed)[2:10] not in repr(KEY)
