"""The sealed evidence log: append-only, signed, checkable by anyone offline.

Written in the C2SP formats tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature and tlog-witness
(https://c2sp.org), with the hashing of RFC 6962. Entries are opaque bytes, at most 65535 each.

Write:

    key = SigningKey.generate(path, "zusage.example/evidence/2026")
    log = EvidenceLog.create(folder, key.name, key)         # later: EvidenceLog.open(folder, key)
    checkpoint = log.append([entry, entry])                 # one batch, one checkpoint; durable on return
    anchor(log, Witness(url, WitnessKey.parse(vkey)))       # a cosignature from outside
    log = rotate(log, "2027", "zusage.example/evidence/2027")

Check:

    verdict = verify(read_bundle(path), keys=[VerifierKey.parse(vkey)], since=note, witnesses=[...])
    verdict.ok, verdict.anchored, verdict.findings

What this proves: these entries, in this order, are what the holder of the log's key sealed; with `since` and
witnesses, also that they were not rewritten later. It does not prove that what they report was true.
Everything raised is a `SealingError`.
"""

from zusage.evidence.seal.anchor import anchor
from zusage.evidence.seal.bundle import Bundle, read_bundle
from zusage.evidence.seal.checkpoint import Checkpoint, open_checkpoint
from zusage.evidence.seal.cosignature import WitnessKey, anchored, cosigned_at
from zusage.evidence.seal.links import Predecessor, Successor, read_link
from zusage.evidence.seal.merkle import leaf_hash, proves_consistency, proves_inclusion
from zusage.evidence.seal.rotation import rotate
from zusage.evidence.seal.store import EvidenceLog
from zusage.evidence.seal.tiles import MAX_ENTRY
from zusage.evidence.seal.verdict import Finding, Verification
from zusage.evidence.seal.verify import verify, verify_chain
from zusage.evidence.seal.witnessing import Witness
from zusage.sealing import SealingError, SigningKey, VerifierKey

__all__ = [
    "MAX_ENTRY",
    "Bundle",
    "Checkpoint",
    "EvidenceLog",
    "Finding",
    "Predecessor",
    "SealingError",
    "SigningKey",
    "Successor",
    "Verification",
    "VerifierKey",
    "Witness",
    "WitnessKey",
    "anchor",
    "anchored",
    "cosigned_at",
    "leaf_hash",
    "open_checkpoint",
    "proves_consistency",
    "proves_inclusion",
    "read_bundle",
    "read_link",
    "rotate",
    "verify",
    "verify_chain",
]
