"""Slides are PNG pictures, kept without the chunks in which programs hide names, places and times."""

import struct
import zlib

_MAGIC = b"\x89PNG\r\n\x1a\n"
#: What is needed to show the picture; text, time and camera data are not among it.
_NEEDED = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"})


class NotAPictureError(Exception):
    """The file is no PNG picture, or a broken one."""


def bare(data: bytes) -> bytes:
    """The picture and nothing else."""
    if not data.startswith(_MAGIC):
        raise NotAPictureError
    kept, place, kind = [_MAGIC], len(_MAGIC), b""
    while kind != b"IEND":
        chunk, kind = _chunk(data, place)
        kept += [chunk] if kind in _NEEDED else []
        place += len(chunk)
    return b"".join(kept)


def _chunk(data: bytes, place: int) -> tuple[bytes, bytes]:
    header = data[place : place + 8]
    if len(header) < 8:
        raise NotAPictureError
    size, kind = struct.unpack(">I4s", header)
    chunk = data[place : place + 12 + size]
    if len(chunk) != 12 + size or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
        raise NotAPictureError
    return chunk, kind
