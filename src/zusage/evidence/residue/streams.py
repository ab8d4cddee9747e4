"""Reading a stream of bytes once, in chunks that overlap, and what archives hold as streams of their own."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Protocol

from .found import Trace
from .needles import Needles

_CHUNK = 1 << 20
#: archives within archives are opened so often
_DEEPEST = 5
#: an archive within another waits in memory up to so many bytes, and in a file without a name beyond
_IN_MEMORY = 32 << 20
#: more is not unpacked from one file or cell
_MOST_UNPACKED = 8 << 30
_PACKED = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, RuntimeError)


class Stream(Protocol):
    """Anything that bytes can be read from, once."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes, none at the end."""

    def close(self) -> None:
        """Let go of it."""


class _TooMuch(ValueError):
    """An archive unpacks to more than is read."""


@dataclass(slots=True)
class Gathering:
    """What is being found in one store."""

    store: str
    needles: Needles
    traces: set[Trace] = field(default_factory=set)
    looked_at: int = 0
    unread: list[str] = field(default_factory=list)

    def note(self, place: str, text: bytes) -> None:
        """Whatever stands in a text."""
        self.traces |= {Trace(self.store, place, kind, form) for kind, form in self.needles.within(text)}

    def missed(self, place: str, reason: str) -> None:
        """A place that could not be read."""
        self.unread.append(f"{self.store}: {place}: {reason}")

    def name(self, name: str) -> str:
        """A name as it may be shown: parts of it that hold a value are left out, and noted."""
        shown = []
        for part in name.split("/"):
            found = self.needles.within(part.encode("utf-8", "surrogateescape"))
            shown.append("(name left out)" if found else part)
        return "/".join(shown).encode("utf-8", "replace").decode()

    def named(self, name: str, within: str = "") -> str:
        """The same behind what it lies in, with what the name itself holds as a finding."""
        place = within + self.name(name)
        self.note(f"{place} (its name)", name.encode("utf-8", "surrogateescape"))
        return place


def read_through(seen: Gathering, place: str, stream: Stream, depth: int = 0, left: list[int] | None = None) -> None:
    """The bytes as they are, then whatever they hold as an archive. The stream is read once and need not be able to seek."""
    seen.looked_at += 1
    left = [_MOST_UNPACKED] if left is None else left
    head = stream.read(512)
    if not _archive(head):
        _scan(seen, place, head, stream, left if depth else None)
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
        _scan(seen, place, head, stream, left if depth else None, kept)
        kept.seek(0)
        try:
            _members(seen, place, kept, head, depth, left)
        except _PACKED as trouble:
            seen.missed(place, f"cannot be unpacked ({type(trouble).__name__})")


def _scan(
    seen: Gathering, place: str, head: bytes, stream: Stream, left: list[int] | None, kept: IO[bytes] | None = None
) -> None:
    tail, chunk, overlap = b"", head + stream.read(_CHUNK), seen.needles.overlap
    while chunk:
        if left is not None:
            left[0] -= len(chunk)
            if left[0] < 0:
                raise _TooMuch
        if kept is not None:
            kept.write(chunk)
        window = tail + chunk
        seen.note(place, window)
        tail, chunk = window[-overlap:], stream.read(_CHUNK)


def _archive(head: bytes) -> bool:
    return (
        head.startswith((b"\x1f\x8b\x08", b"\xfd7zXZ\x00", b"PK\x03\x04", b"PK\x05\x06"))
        or head[257:262] == b"ustar"
        or _bz2(head)
    )


def _bz2(head: bytes) -> bool:
    return head.startswith(b"BZh") and head[4:10] == b"1AY&SY"


def _members(seen: Gathering, place: str, kept: IO[bytes], head: bytes, depth: int, left: list[int]) -> None:
    if depth >= _DEEPEST:
        seen.missed(place, "archives within archives lie deeper than is looked")
        return
    for name, member in _opened(seen, place, kept, head):
        with closing(member):
            read_through(seen, seen.named(name, f"{place}!") if name else f"{place}!", member, depth + 1, left)


def _opened(seen: Gathering, place: str, kept: IO[bytes], head: bytes) -> Iterator[tuple[str, Stream]]:
    if head.startswith(b"PK"):
        with zipfile.ZipFile(kept) as pack:
            for info in pack.infolist():
                if info.flag_bits & 1:
                    seen.missed(seen.named(info.filename, f"{place}!"), "is encrypted")
                else:
                    yield info.filename, pack.open(info)
    elif head[257:262] == b"ustar":
        with tarfile.open(fileobj=kept, mode="r:") as tape:
            for entry in tape:
                content = tape.extractfile(entry) if entry.isfile() else None
                yield entry.name, content or io.BytesIO(entry.linkname.encode("utf-8", "surrogateescape"))
    elif head.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=kept, mode="rb") as unpacked:
            yield "", unpacked
    elif _bz2(head):
        with bz2.BZ2File(kept) as unpacked_bz2:
            yield "", unpacked_bz2
    else:
        with lzma.LZMAFile(kept) as unpacked_xz:
            yield "", unpacked_xz
