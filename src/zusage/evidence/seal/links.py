"""Links between a log and its successor, as entries of their own: pure.

Rotation is by whole log. The last entry of a closed log names its successor's origin; the first entry of the
successor names its predecessor's origin, final size and final root. Both are canonical JSON: sorted keys, no
spaces, UTF-8.
"""

import base64
import json
from dataclasses import dataclass

from zusage.evidence.seal.errors import MalformedLink
from zusage.sealing.vkey import strict_base64

_PREDECESSOR = "zusage/log-predecessor/v1"
_SUCCESSOR = "zusage/log-successor/v1"


@dataclass(frozen=True, slots=True)
class Predecessor:
    """First entry of a log that continues another."""

    origin: str  #: of the log before
    size: int  #: its final number of entries, the closing one included
    root: bytes  #: its final root hash, 32 bytes

    def encode(self) -> bytes:
        """The entry."""
        root = base64.b64encode(self.root).decode("ascii")
        return _canonical({"type": _PREDECESSOR, "origin": self.origin, "size": self.size, "root": root})


@dataclass(frozen=True, slots=True)
class Successor:
    """Last entry of a closed log."""

    origin: str  #: of the log that follows

    def encode(self) -> bytes:
        """The entry."""
        return _canonical({"type": _SUCCESSOR, "origin": self.origin})


Link = Predecessor | Successor


def read_link(entry: bytes) -> Link | None:
    """The link that `entry` is, or None for every other entry.

    Raises `MalformedLink` when it claims to be a link but is not one in canonical form.
    """
    if _PREDECESSOR.encode() not in entry and _SUCCESSOR.encode() not in entry:
        return None
    try:
        fields = json.loads(entry)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or fields.get("type") not in (_PREDECESSOR, _SUCCESSOR):
        return None
    link = _from(fields)
    if not _is_canonical(link, entry):
        raise MalformedLink(why="it is not in canonical form")
    return link


def _from(fields: dict[str, object]) -> Link:
    match fields:
        case {"type": "zusage/log-successor/v1", "origin": str(origin)}:
            return Successor(origin)
        case {"origin": str(origin), "size": int(size), "root": str(text)} if not isinstance(size, bool):
            if (root := strict_base64(text)) is not None and len(root) == 32:
                return Predecessor(origin, size, root)
    raise MalformedLink(why="it lacks an origin, a size or a root")


def _is_canonical(link: Link, entry: bytes) -> bool:
    try:
        return link.encode() == entry
    except UnicodeEncodeError:  # half a surrogate pair has no UTF-8
        return False


def _canonical(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
