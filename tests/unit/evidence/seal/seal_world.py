"""What the tests of the sealed log share: fixed keys, a log in memory, and ways to spoil it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from zusage.evidence.seal import EvidenceLog, SigningKey, Verification, WitnessKey, read_bundle, verify
from zusage.evidence.seal.cosignature import cosigned_message
from zusage.sealing import Note, SignatureLine

ORIGIN = "log.example/evidence"
KEY = SigningKey(ORIGIN, b"\x01" * 32)
OTHER_KEY = SigningKey(ORIGIN, b"\x02" * 32)
WITNESS_SIGNER = SigningKey("witness.example/w1", b"\x03" * 32)
WITNESS = WitnessKey(WITNESS_SIGNER.name, WITNESS_SIGNER.verifier.public)
SECONDS = 1_700_000_000  #: when the fixed witness cosigns


def make_log(folder: Path, batches: Sequence[Sequence[bytes]], key: SigningKey = KEY) -> EvidenceLog:
    log = EvidenceLog.create(folder, key.name, key)
    for batch in batches:
        log.append(batch)
    return log


def cosign(log: EvidenceLog, seconds: int = SECONDS) -> bytes:
    """Cosign the newest checkpoint without HTTP."""
    text = Note.parse(log.signed_checkpoint()).text
    signature = WITNESS_SIGNER.signature(cosigned_message(seconds, text))
    line = SignatureLine(WITNESS.name, WITNESS.key_id, seconds.to_bytes(8, "big") + signature)
    return log.keep_cosignatures(log.checkpoint().size, [line])


def files_of(folder: Path) -> dict[str, bytes]:
    return dict(read_bundle(folder))


def judge(files: Mapping[str, bytes], *, since: bytes | None = None, witnesses: Sequence[WitnessKey] = ()) -> Verification:
    return verify(files, keys=[KEY.verifier], since=since, witnesses=witnesses)


def steps(verdict: Verification) -> list[int]:
    """The steps that refused."""
    return sorted({finding.step for finding in verdict.findings if finding.fatal})


def numbered(start: int, stop: int) -> list[bytes]:
    return [b'{"n":%d}' % number for number in range(start, stop)]


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
