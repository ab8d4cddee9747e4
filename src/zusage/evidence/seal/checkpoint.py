"""Checkpoints after C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint): pure.

A checkpoint says of one log: so many entries, this root hash. As text it is one line each for origin, size
and root, then optional extension lines; signed, it is a note.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from zusage.evidence.seal.errors import MalformedCheckpoint
from zusage.sealing.note import Verifier, text_fault, verify_note
from zusage.sealing.vkey import strict_base64

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one moment."""

    origin: str  #: names the log, by custom a URL without scheme
    size: int  #: number of entries
    root: bytes  #: root hash of the tree over all entries, 32 bytes
    extensions: tuple[str, ...] = ()  #: further signed lines; we write none, other logs may

    def encode(self) -> bytes:
        """The text that is signed. Raises `MalformedCheckpoint` for values no checkpoint can carry."""
        root = base64.b64encode(self.root).decode("ascii")
        text = "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions)).encode()
        if Checkpoint.parse(text) != self:
            raise MalformedCheckpoint(why="a value contains a line break", line=1)
        return text

    @classmethod
    def parse(cls, text: bytes) -> "Checkpoint":
        """Read the text of a checkpoint, strictly. Raises `MalformedCheckpoint`."""
        if fault := text_fault(text):
            raise MalformedCheckpoint(why=fault, line=1)
        lines = text.decode().removesuffix("\n").split("\n")
        if len(lines) < 3:
            raise MalformedCheckpoint(why="it needs lines for origin, size and root", line=len(lines))
        if "" in lines:
            raise MalformedCheckpoint(why="the line is empty", line=lines.index("") + 1)
        if not _SIZE.fullmatch(lines[1]):
            raise MalformedCheckpoint(why="the size is not a plain decimal number", line=2)
        root = strict_base64(lines[2])
        if root is None or len(root) != 32:
            raise MalformedCheckpoint(why="the root is not canonical base64 of 32 bytes", line=3)
        return cls(lines[0], int(lines[1]), root, tuple(lines[3:]))


def open_checkpoint(note: bytes, keys: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint in a note that a known key signed.

    Raises `MalformedNote`, `ForgedSignature`, `NoKnownSignature` or
    `MalformedCheckpoint`.
    """
    return Checkpoint.parse(verify_note(note, keys))
