"""Reading a stream of bytes once, in chunks that overlap, and what archives hold as streams of their own."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Protocol

from . import paper
from .found import Trace
from .needles import Needles
from .wrapped import open_run, packed, unwrapped

_CHUNK = 1 << 20
#: by so many bytes an archive is known again
_HEAD = 24
#: archives within archives are opened so often
_DEEPEST = 5
#: an archive within another waits in memory up to so many bytes, and in a file without a name beyond
_IN_MEMORY = 32 << 20
#: what is wrapped is seen whole up to so many bytes
_LONGEST_RUN = 16 << 20
#: and unpacks at once up to so many
_MOST_AT_ONCE = 64 << 20
#: more is not unpacked from one file or cell
_MOST_UNPACKED = 8 << 30
_PACKED = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, RuntimeError)


_DUMP = b"PGDMP"
#: how what cannot be read here begins, and what it is
_CLOSED = {
    b"\x28\xb5\x2f\xfd": "is packed by zstd",
    b"\x04\x22\x4d\x18": "is packed by lz4",
    b"7z\xbc\xaf\x27\x1c": "is packed by 7-Zip",
    b"Rar!": "is packed by RAR",
    b"\x1f\x9d": "is packed by compress",
    b"age-encryption.org": "is encrypted",
    b"-----BEGIN AGE ENCRYPTED": "is encrypted",
    b"-----BEGIN PGP MESSAGE": "is encrypted",
    b"Salted__": "is encrypted",
    paper.SIGN: paper.NO_READER,
    _DUMP: "is a dump in PostgreSQL's own format, which pg_restore reads; that is not installed here",
}


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

    def note(self, place: str, text: bytes, depth: int = 0, left: list[int] | None = None) -> None:
        """Whatever stands in a text, and in the archives that are written in it; raises as what unpacks them does."""
        layers = list(unwrapped(text))
        self.traces |= {Trace(self.store, place, kind, form) for kind, form in self.needles.in_layers(layers)}
        opened, shut = set[bytes](), dict[bytes, str]()
        for archive in {one for _, layer in layers for one in packed(layer)}:
            try:
                read_through(self, f"{place}!", io.BytesIO(_first(archive)), depth + 1, left)
                opened.add(archive[:_HEAD])
            except _PACKED as trouble:
                shut[archive[:_HEAD]] = type(trouble).__name__
        for head in shut.keys() - opened:  # it may be cut in one layer and whole in another
            self.missed(f"{place}!", f"cannot be unpacked ({shut[head]})")

    def may_hold(self, text: bytes) -> bool:
        """Whether it is worth while to look at the values of which a text is made, one by one."""
        return self.needles.may_be_in(text) or any(True for _, layer in unwrapped(text) for _ in packed(layer))

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
    for sign, reason in _CLOSED.items():
        if head.startswith(sign) and not _archive(head):
            seen.missed(place, reason)
    if not _archive(head):
        _scan(seen, place, head, stream, depth, left)
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
        _scan(seen, place, head, stream, depth, left, kept)
        kept.seek(0)
        try:
            _members(seen, place, kept, head, depth, left)
        except _PACKED as trouble:
            seen.missed(place, f"cannot be unpacked ({type(trouble).__name__})")


def _scan(
    seen: Gathering, place: str, head: bytes, stream: Stream, depth: int, left: list[int], kept: IO[bytes] | None = None
) -> None:
    """What may go on in the next chunk waits for it, so that base64 is seen whole."""
    tail, chunk, overlap = b"", head + stream.read(_CHUNK), seen.needles.overlap
    while chunk:
        if depth:
            left[0] -= len(chunk)
            if left[0] < 0:
                raise _TooMuch
        if kept is not None:
            kept.write(chunk)
        window, chunk = tail + chunk, stream.read(_CHUNK)
        waits = open_run(window) if chunk else 0
        end = len(window) - (waits if waits < _LONGEST_RUN else 0)
        seen.note(place, window[:end], depth, left)
        tail = window[max(0, end - overlap) :]


def _first(archive: bytes) -> bytes:
    """What gzip packed, whatever stands behind it; other archives as they are, for they know where they end. Raises ValueError."""
    if not archive.startswith(b"\x1f\x8b"):
        return archive
    unpack, found = zlib.decompressobj(wbits=31), b""
    try:
        found = unpack.decompress(archive, _MOST_AT_ONCE)
    except zlib.error:
        return b""  # it only looks like that
    if not unpack.eof:
        raise ValueError
    return found


def _archive(head: bytes) -> bool:
    return (
        head.startswith((b"\x1f\x8b\x08", b"\xfd7zXZ\x00", b"PK\x03\x04", b"PK\x05\x06"))
        or head[257:262] == b"ustar"
        or _bz2(head)
        or (head.startswith(paper.SIGN) and paper.has_reader())
        or (head.startswith(_DUMP) and shutil.which("pg_restore") is not None)
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
    elif head.startswith(_DUMP):
        yield from _restored(kept)
    elif head.startswith(paper.SIGN):
        yield "", io.BytesIO(paper.words_in(kept).encode("utf-8", "surrogatepass"))
    elif head.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=kept, mode="rb") as unpacked:
            yield "", unpacked
    elif _bz2(head):
        with bz2.BZ2File(kept) as unpacked_bz2:
            yield "", unpacked_bz2
    else:
        with lzma.LZMAFile(kept) as unpacked_xz:
            yield "", unpacked_xz


def _restored(kept: IO[bytes]) -> Iterator[tuple[str, Stream]]:
    """A dump as the statements that it stands for. Raises ValueError where it is cut."""
    words = [str(shutil.which("pg_restore")), "-f", "-"]
    with subprocess.Popen(words, stdin=kept.fileno(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:  # noqa: S603 - named by us
        if program.stdout is not None:
            yield "", program.stdout
        if program.wait():
            raise ValueError
