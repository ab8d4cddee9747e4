"""Anchoring: having a witness outside the operator's control cosign the newest checkpoint, over HTTP.

The witness remembers the last checkpoint it cosigned and demands a proof that the new one continues it. What
it once cosigned cannot be taken back unseen, not even by whoever holds the log's key. Repeating an anchoring
is harmless; a failed one leaves the log as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zusage.evidence.seal.checkpoint import Checkpoint
from zusage.evidence.seal.cosignature import anchored
from zusage.evidence.seal.errors import ForkSeen, NothingToAnchor, WitnessRefused, WitnessUnreachable
from zusage.evidence.seal.store import EvidenceLog
from zusage.evidence.seal.witnessing import Answer, SizeKnown, Witness, read_answer, request_body
from zusage.sealing.note import Note

if TYPE_CHECKING:
    import httpx

TIMEOUT = 10.0  #: seconds for each step of a request
MAX_ANSWER = 65536  #: bytes; longer answers are cut off, which makes them invalid
_TRIES = 3  #: the witness may move on between two requests when two hosts anchor at once


def anchor(log: EvidenceLog, witness: Witness, client: httpx.Client | None = None) -> bytes:
    """Have `witness` cosign the newest checkpoint of `log`; keep and return the cosigned checkpoint.

    Needs no signing key. `client` brings proxy and certificates where they are needed. Raises
    `NothingToAnchor`, `WitnessUnreachable`, `WitnessRefused`, `CosignatureInvalid`, or
    `ForkSeen`, which is an alarm.
    """
    note = log.signed_checkpoint()
    checkpoint = Checkpoint.parse(Note.parse(note).text)
    if checkpoint.size == 0:
        raise NothingToAnchor(origin=checkpoint.origin)
    if client is None:
        import httpx  # a sixth of the start of a command, and most logs are never anchored by it

        with httpx.Client(timeout=TIMEOUT) as own:
            return _anchor(log, witness, own, note, checkpoint)
    return _anchor(log, witness, client, note, checkpoint)


def _anchor(log: EvidenceLog, witness: Witness, client: httpx.Client, note: bytes, checkpoint: Checkpoint) -> bytes:
    old = 0
    for _ in range(_TRIES):
        proof = log.consistency_proof(old, checkpoint.size)
        answer = _post(client, witness, request_body(old, proof, note))
        match read_answer(answer, witness, note, old):
            case SizeKnown(size) if size > checkpoint.size:
                why = f"it has seen {size} entries, this log has {checkpoint.size}"
                raise ForkSeen(witness=witness.key.name, origin=checkpoint.origin, why=why, entries=size)
            case SizeKnown(size):
                old = size
            case lines:
                return log.keep_cosignatures(checkpoint.size, lines)
    raise WitnessRefused(
        witness=witness.key.name,
        url=witness.url,
        status=409,
        why="the size it remembers changes with every request",
        what_to_do="Make sure that only one program anchors this log at a time, and try again",
    )


def _post(client: httpx.Client, witness: Witness, body: bytes) -> Answer:
    import httpx

    url = witness.url.rstrip("/") + "/add-checkpoint"
    try:
        with client.stream("POST", url, content=body, headers={"Content-Type": "text/plain"}) as response:
            received = b""
            for chunk in response.iter_bytes():
                received += chunk
                if len(received) > MAX_ANSWER:
                    break
            kind = response.headers.get("Content-Type", "")
            return Answer(response.status_code, kind, received[:MAX_ANSWER])
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise WitnessUnreachable(witness=witness.key.name, url=witness.url, why=error) from error


__all__ = ["Witness", "anchor", "anchored"]
