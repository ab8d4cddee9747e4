"""What is said to a witness and what it answers, after https://c2sp.org/tlog-witness: pure."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from zusage.evidence.seal.cosignature import WitnessKey
from zusage.evidence.seal.errors import CosignatureInvalid, ForkSeen, WitnessRefused
from zusage.sealing.errors import SealingError
from zusage.sealing.note import Note, SignatureLine

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_ADVICE = {
    400: "Compare the versions of the protocol that both sides speak",
    403: "Tell the witness's operator the log's public key, or open the log with the right key",
    404: "Ask the witness's operator to take up this log's origin and key",
}


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness as an operator configures it."""

    url: str  #: submission prefix; the request goes to `add-checkpoint` below it
    key: WitnessKey


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer of a witness, as far as it matters."""

    status: int
    kind: str  #: the content type
    body: bytes


@dataclass(frozen=True, slots=True)
class SizeKnown:
    """The witness remembers another size than the request assumed; ask again from there."""

    size: int


def request_body(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of an add-checkpoint request: the log had `old` entries, and `proof` leads to `note`."""
    lines = [b"old %d" % old, *(base64.b64encode(step) for step in proof), b"", note]
    return b"\n".join(lines)


def read_answer(answer: Answer, witness: Witness, note: bytes, old: int) -> list[SignatureLine] | SizeKnown:
    """What the witness answered to `note` sent with old size `old`: its valid cosignatures, or its own size.

    Raises `WitnessRefused`, `ForkSeen` or `CosignatureInvalid`.
    """
    origin = note.partition(b"\n")[0].decode()
    match answer.status:
        case 200:
            return _cosignatures(answer, witness, note)
        case 409:
            known = _SIZE.fullmatch(answer.body) if answer.kind.startswith("text/x.tlog.size") else None
            if known is None or int(known[1]) == old:
                why = f"it holds another root for {old} entries"
                raise ForkSeen(witness=witness.key.name, origin=origin, why=why, entries=old)
            return SizeKnown(int(known[1]))
        case 422:
            why = f"the log is no continuation of the {old} entries it remembers"
            raise ForkSeen(witness=witness.key.name, origin=origin, why=why, entries=old)
    raise WitnessRefused(
        witness=witness.key.name,
        url=witness.url,
        status=answer.status,
        why="see the status",
        what_to_do=_ADVICE.get(answer.status, "Try again later; if it persists, ask the witness's operator"),
    )


def _cosignatures(answer: Answer, witness: Witness, note: bytes) -> list[SignatureLine]:
    """The lines of this witness in its answer; lines of others are ignored."""
    identity = (witness.key.name, witness.key.key_id)
    try:
        lines = Note.parse(Note.parse(note).text + b"\n" + answer.body).signatures
        mine = [line for line in lines if (line.name, line.key_id) == identity]
        Note(Note.parse(note).text, tuple(mine)).signed_by([witness.key])
    except SealingError as error:
        raise CosignatureInvalid(witness=witness.key.name, url=witness.url, why=error) from error
    if not mine:
        why = "no line in it comes from the configured key"
        raise CosignatureInvalid(witness=witness.key.name, url=witness.url, why=why)
    return mine
