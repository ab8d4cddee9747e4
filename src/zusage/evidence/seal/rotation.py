"""Rotation by whole log: close one, continue in a sibling folder.

1. The old log gets its closing entry, which names the successor's origin; nothing can follow it.
2. The new log is created.
3. Its first entry names the old log's origin, final size and final root.

Killed anywhere, the same call again completes what is missing. A closed log may later be deleted by
retention; its size and root stay sealed in its successor.
"""

from pathlib import Path

from zusage.evidence.seal.checkpoint import Checkpoint
from zusage.evidence.seal.errors import KeyNotForLog, NoSigningKey, SuccessorMismatch
from zusage.evidence.seal.links import Predecessor, Successor
from zusage.evidence.seal.reader import CHECKPOINT
from zusage.evidence.seal.store import EvidenceLog
from zusage.sealing.keys import SigningKey


def rotate(log: EvidenceLog, folder_name: str, origin: str, key: SigningKey | None = None) -> EvidenceLog:
    """Close `log` and return its successor, named `origin`, in the sibling folder `folder_name`.

    `key` signs the successor; without it, the same private key under the new name. Publish the new vkey
    (`key.verifier.encode()`): verifiers need it. Idempotent. Raises `NoSigningKey`, `KeyNotForLog`,
    `SuccessorMismatch`, `LogExists`, `LogBusy` or `LogDamaged`.
    """
    if log.key is None:
        raise NoSigningKey(folder=log.folder)
    key = key or log.key.named(origin)
    folder = log.folder.parent / folder_name
    if key.name != origin:
        raise KeyNotForLog(name=key.name, origin=origin, why="it bears another name")
    if Path(folder_name).name != folder_name or folder == log.folder:
        raise SuccessorMismatch(folder=folder, origin=log.checkpoint().origin, why="it is not a sibling folder")
    final = _close(log, origin, folder)  # step 1
    link = Predecessor(final.origin, final.size, final.root)
    exists = (folder / CHECKPOINT).exists()
    successor = EvidenceLog.open(folder, key) if exists else EvidenceLog.create(folder, origin, key)  # step 2
    if successor.checkpoint().size == 0:
        successor.append_unguarded([link.encode()])  # step 3
    elif next(successor.entries()) != link.encode():
        raise SuccessorMismatch(folder=folder, origin=final.origin, why="its first entry names another predecessor")
    return successor


def _close(log: EvidenceLog, origin: str, folder: Path) -> Checkpoint:
    """Append the closing entry unless it is there; refuse before closing what could not be continued."""
    now = log.checkpoint()
    if closing := log.successor():
        if closing.origin != origin:
            raise SuccessorMismatch(folder=folder, origin=now.origin, why=f"its successor is {closing.origin}")
        return now
    if origin == now.origin:
        raise SuccessorMismatch(folder=folder, origin=now.origin, why="it would bear the same origin")
    if (folder / CHECKPOINT).exists():
        raise SuccessorMismatch(folder=folder, origin=now.origin, why="there is another log already")
    return log.append_unguarded([Successor(origin).encode()])
