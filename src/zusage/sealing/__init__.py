"""Keys and signed notes: who said this text?

The one place where Zusage signs anything. A *note* is a text with signature lines below it, in the format of
C2SP signed-note (https://c2sp.org/signed-note), so that other people's tools check it too. The evidence log
signs its checkpoints here and enforcement its plan approvals; neither needs the other for it.

One private key serves one use. An Ed25519 signature covers the text alone, neither the key's name nor its
purpose, so a key that signs both plans and checkpoints can be talked into signing one as the other.
"""

from zusage.sealing.errors import (
    ForgedSignature,
    KeyFileExists,
    KeyFileMissing,
    KeyFileTooOpen,
    MalformedKey,
    MalformedNote,
    NoKnownSignature,
    SealingError,
    TextNotSignable,
)
from zusage.sealing.keys import SigningKey
from zusage.sealing.note import Note, SignatureLine, Signer, Verifier, sign_note, verify_note
from zusage.sealing.vkey import VerifierKey

__all__ = [
    "ForgedSignature",
    "KeyFileExists",
    "KeyFileMissing",
    "KeyFileTooOpen",
    "MalformedKey",
    "MalformedNote",
    "NoKnownSignature",
    "Note",
    "SealingError",
    "SignatureLine",
    "Signer",
    "SigningKey",
    "TextNotSignable",
    "Verifier",
    "VerifierKey",
    "sign_note",
    "verify_note",
]
