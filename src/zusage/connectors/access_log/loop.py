"""The compiled loop, where a compiler was at hand when the product was installed; without it nothing changes but the speed."""

from __future__ import annotations

import ctypes
import hashlib
from functools import cache
from pathlib import Path

from .formats import Field, Format
from .hiding import Truncate
from .masking import Lines, Masker

SOURCE = Path(__file__).with_name("loop.c")
LIBRARY = Path(__file__).with_name("_loop.so")
_ROLES = {"plain": 0, "client": 1, "agent": 2}
_MOST_FIELDS = 64
_ROOM = 1 << 16


class _Field(ctypes.Structure):
    _fields_ = (
        ("after", ctypes.c_char_p),
        *((name, ctypes.c_int32) for name in ("after_size", "quoted", "role", "drop", "unless")),
    )


class _Layout(ctypes.Structure):
    _fields_ = (
        ("before", ctypes.c_char_p),
        ("before_size", ctypes.c_int32),
        ("fields", ctypes.c_int32),
        ("field", ctypes.POINTER(_Field)),
        ("ipv4", ctypes.c_int32),
        ("ipv6", ctypes.c_int32),
    )


@cache
def _library() -> ctypes.CDLL | None:
    """The library, if it was compiled from the very source that lies here."""
    try:
        library = ctypes.CDLL(str(LIBRARY))
        library.zusage_source.restype = ctypes.c_char_p
        if library.zusage_source() != hashlib.sha256(SOURCE.read_bytes()).hexdigest().encode():
            return None
    except (OSError, AttributeError):
        return None
    library.zusage_mask.restype = ctypes.c_size_t
    library.zusage_begin()
    return library


def compiled(masker: Masker) -> Lines | None:
    """The compiled loop for a masker; None where there is none, or where it does not know what the masker does."""
    library = _library()
    form, hiding = masker.format, masker.hiding
    if library is None or not isinstance(hiding, Truncate) or form.kind == "json" or len(form.fields) > _MOST_FIELDS:
        return None
    return _Compiled(library, _layout(masker, hiding), masker.lines)


def fastest(masker: Masker) -> Lines:
    """The compiled loop, or Python."""
    return compiled(masker) or masker.lines


def _layout(masker: Masker, hiding: Truncate) -> _Layout:
    fields = masker.format.fields
    # a text has no fields, so that no line fits: an impossible beginning says so
    before = masker.format.before if fields else b"\n"
    array = (_Field * len(fields))(*(_field(masker, one) for one in fields))
    return _Layout(before, len(before), len(fields), array, hiding.ipv4, hiding.ipv6)


def _field(masker: Masker, field: Field) -> _Field:
    unless = masker.left_out.get(field.name)
    drop = 0 if field.name not in masker.left_out else 1 if unless is None else 2
    place = masker.format.place(unless) if unless else 0
    return _Field(field.after, len(field.after), field.quoted, _ROLES[field.role], drop, place)


class _Compiled:
    def __init__(self, library: ctypes.CDLL, layout: _Layout, slowly: Lines) -> None:
        self._mask = library.zusage_mask
        self._layout = layout
        self._slowly = slowly
        self._to = ctypes.create_string_buffer(_ROOM)

    def __call__(self, block: bytes) -> bytes:
        """The lines, masked; room for longer lines is made as it is needed, and lines that need a closer look are left to Python."""
        found: list[bytes] = []
        used, left, at, size = ctypes.c_size_t(), ctypes.c_int(), 0, len(block)
        start = ctypes.cast(ctypes.c_char_p(block), ctypes.c_void_p).value or 0
        if len(self._to) < size + _ROOM:
            self._to = ctypes.create_string_buffer(size + _ROOM)
        while at < size:
            written = self._mask(
                ctypes.byref(self._layout), ctypes.c_void_p(start + at), ctypes.c_size_t(size - at),
                self._to, ctypes.c_size_t(len(self._to)), ctypes.byref(used), ctypes.byref(left),
            )  # fmt: skip
            if not used.value:
                if left.value:
                    end = block.find(b"\n", at) + 1 or size
                    found.append(self._slowly(block[at:end]))
                    at = end
                else:
                    self._to = ctypes.create_string_buffer(2 * len(self._to))
                continue
            found.append(ctypes.string_at(self._to, written))
            at += used.value
        return b"".join(found) if len(found) != 1 else found[0]


__all__ = ["LIBRARY", "SOURCE", "Format", "compiled", "fastest"]
