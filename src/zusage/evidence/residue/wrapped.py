"""What a text is wrapped in, taken off a layer at a time: base64, hexadecimal, folded lines, encoded words of mail headers, entities.

Digits stay as they are in capitals, addresses, JSON, HTML and quoted-printable, and every value of a canary holds the same twelve. So only
what hides digits is taken off before anything was found; the rest is spelled out where something was, to tell which value it is.

1.  **base64**: runs of its alphabet in the text without line ends, decoded at each of the four places where a group can begin. What is in a
    run twenty letters and digits long is looked at: text in base64 has no other signs, and base64 within base64 none at all.
2.  **hexadecimal**: within such runs, at both places where a byte can begin.
3.  **archives in base64** begin with signs that are known, wherever the run begins.
4.  **folded lines** of calendars, address books and LDIF begin with a space that does not belong to the text.
5.  **encoded words** of mail headers (RFC 2047) and the numbered parts of a name of a file (RFC 2231), joined.
6.  **entities** with numbers, **addresses** with escaped digits or base64, and UTF-16 and UTF-32 of whatever holds the other layers.
"""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

#: the signs that fold lines, and that pad base64
FOLDING = b"=\r\n"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ALPHABET = _LETTERS + b"+/-_"
#: letters and digits are one sign, the rest of the alphabet another, and everything else a space
_CLASSES = bytes(0x41 if sign in _LETTERS else 0x2F if sign in _ALPHABET else 0x20 for sign in range(256))
_STANDARD = bytes.maketrans(b"-_", b"+/")
_RUN = b"A" * 20
_HEX_CLASSES = bytes(0x41 if sign in b"0123456789ABCDEFabcdef" else 0x20 for sign in range(256))
_HEX_RUN = b"A" * 24
_BETWEEN = b"\x1f"
#: wrappings within wrappings are taken off so often
DEEPEST = 4
#: how gzip and zip begin in base64, and zlib
_SIGNS_OF_PACKED = (b"H4sI", b"UEsDB", b"JVBERi0")
_PACKED = re.compile(rb"(?:H4sI|UEsDB|JVBERi0)[A-Za-z0-9+/_-]{16,}")
_DEFLATED = re.compile(rb"eJ[w-z][A-Za-z0-9+/_-]{16,}")
#: characters of base64 that show whether it was packed
_TRIED = 64
#: bytes about a sign that are written anew with it
_ABOUT = 1024
#: bytes; more is not taken out of one value
_MOST_INFLATED = 64 << 20
_FOLDED = re.compile(rb"\r?\n[ \t]")
_FOLDED_IN_A_WORD = re.compile(rb"\n[ \t](?:(?<=[A-Za-z0-9+/=]\n.)|(?<=[A-Za-z0-9+/=]\r\n.))(?=[A-Za-z0-9+/=])")
_WORD = re.compile(rb"=\?([A-Za-z0-9_.*-]+)\?([bBqQ])\?([^?]*)\?=(?:\s+(?==\?))?")
_NAME_GOES_ON = re.compile(rb"\"?;\s*(?:file)?name\*[0-9]+\*?=\"?")
_NUMBERED = re.compile(rb"&(?:amp;)*#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});?")
_NUMBERED_DIGIT = re.compile(rb"&(?:amp;)*#(?:0*(?:4[89]|5[0-7])|[xX]0*3[0-9])(?![0-9A-Fa-f])")
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ESCAPED_DIGIT = re.compile(rb"%(?:25)*(?:3[0-9]|(?:2[BbFf]|0[AaDd])(?=[A-Za-z0-9+/%]{2}))")
_BACKSLASHED = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|([\\/\"'rnt]))")
_SIGNS = {b"r": b"", b"n": b"", b"t": b"\t"}


def _word(found: re.Match[bytes]) -> bytes:
    """One encoded word in UTF-8, or as it stands where nobody knows its signs."""
    charset, way, text = found[1].split(b"*")[0].decode(), found[2], found[3]
    try:
        raw = base64.b64decode(text + b"==") if way in b"bB" else quopri.decodestring(text, header=True)
        return raw.decode(charset).encode()
    except (binascii.Error, LookupError, ValueError):
        return found[0]


def _entity(found: re.Match[bytes]) -> bytes:
    """As often as the sign that begins it was escaped."""
    text = found[0].decode()
    for _ in range(1 + text.count("amp;")):
        text = html.unescape(text)
    return text.encode("utf-8", "surrogatepass")


def _unquoted(text: bytes) -> bytes:
    """As often as it was escaped, up to three times."""
    for _ in range(3):
        text = unquote_to_bytes(text) if b"%" in text else text
    return text


#: what hides digits, what is always in it, the sign by which it is known, and how it is written without
_REWRITING: tuple[tuple[str, bytes, re.Pattern[bytes], Callable[[bytes], bytes]], ...] = (
    ("folded lines", b"\n", _FOLDED_IN_A_WORD, lambda text: _FOLDED.sub(b"", text)),
    ("encoded words", b"=?", _WORD, lambda text: _WORD.sub(_word, text)),
    ("parts of a name", b"name*", _NAME_GOES_ON, lambda text: _NAME_GOES_ON.sub(b"", text)),
    ("entities", b"#", _NUMBERED_DIGIT, lambda text: _NUMBERED.sub(_entity, text)),
    ("url", b"%", _ESCAPED_DIGIT, _unquoted),
)


def unwrapped(text: bytes, deep: int = DEEPEST, *, written: bool = True) -> Iterator[tuple[str, bytes]]:
    """The text, then whatever may hide a digit taken off it, again and again: how it was wrapped, and what was in it.

    Only the neighbourhood of what hides a digit is written anew, and only once for each layer, so that the time stays in
    proportion to the text.
    """
    yield "", text
    if deep:
        for how, inner in _runs(_bare(text)):
            yield from _named(how, unwrapped(inner, deep - 1))
        for how, inner in _rewritten(text) if written else ():
            yield from _named(how, unwrapped(inner, deep - 1, written=False))


def _named(how: str, inner: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    return ((f"{more} in {how}" if more else how, text) for more, text in inner)


def _rewritten(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Steps 4 to 6."""
    done = list[str]()
    if text.count(0) * 3 > len(text):
        text = text.translate(None, b"\0")
        done.append("utf-16")
    for how, always, sign, write in _REWRITING:
        if always in text and (near := _near(text, sign)):
            text = write(near)
            done.append(how)
    if done:
        yield " in ".join(done), text


def _near(text: bytes, sign: re.Pattern[bytes]) -> bytes:
    """What stands about each place with a sign; nothing where there is none."""
    parts, start, end = list[bytes](), 0, -1
    for found in sign.finditer(text):
        if found.start() > end:
            parts += [text[start:end]] if end >= 0 else []
            start = max(0, found.start() - _ABOUT)
        end = found.end() + _ABOUT
    return _BETWEEN.join([*parts, text[start:end]]) if end >= 0 else b""


def spellings(text: bytes) -> Iterator[tuple[str, bytes]]:
    """A text in which something was found, spelled out as often as somebody may have escaped it."""
    if (bare := _bare(text)) != text:
        yield "lines", bare
    plain, steps = text, list[str]()
    for _ in range(3):
        for step, spelled in _spelled(plain):
            if spelled != plain:
                plain = spelled
                steps.append(step)
                yield " in ".join(dict.fromkeys(steps)), plain


def packed(text: bytes) -> Iterator[bytes]:
    """What may be an archive in base64."""
    if not any(sign in text for sign in _SIGNS_OF_PACKED):
        return
    for run in _PACKED.finditer(_bare(text)):
        yield _decoded(run[0].translate(_STANDARD), 0)


def open_run(text: bytes) -> int:
    """So many bytes at the end of a text may go on behind it."""
    return len(text) - len(text.rstrip(_ALPHABET + FOLDING))


def _bare(text: bytes) -> bytes:
    """Without what folds lines, as they stand or as JSON escapes them, once or several times."""
    bare = text.translate(None, FOLDING)
    if b"\\" not in bare:
        return bare
    while b"\\\\" in bare:
        bare = bare.replace(b"\\\\", b"\\")
    return bare.replace(b"\\r", b"").replace(b"\\n", b"").replace(b"\\/", b"/")


def _runs(bare: bytes) -> Iterator[tuple[str, bytes]]:
    """Steps 1 to 3: all runs of a text together, end to end: whatever is in one, one of the places of a group fits it there."""
    if run := b"".join(_spans(bare, _CLASSES, _RUN)).translate(_STANDARD):
        yield "base64", _BETWEEN.join(_decoded(run, shift) for shift in range(4))
    if bits := b"".join(_spans(run, _HEX_CLASSES, _HEX_RUN)):
        yield "hex", _BETWEEN.join(binascii.unhexlify(bits[shift : len(bits) - (len(bits) - shift) % 2]) for shift in range(2))
    if flat := _BETWEEN.join(_inflated(bare)):
        yield "zlib", flat


def _spans(text: bytes, classes: bytes, run: bytes) -> Iterator[bytes]:
    """What stands about each run of the first class, as far as no other sign comes."""
    signs = text.translate(classes)
    start = signs.find(run)
    while start >= 0:
        begin, end = signs.rfind(b" ", 0, start) + 1, signs.find(b" ", start)
        yield text[begin : end if end >= 0 else len(text)]
        start = signs.find(run, end) if end >= 0 else -1


def _inflated(bare: bytes) -> Iterator[bytes]:
    """What zlib packed, wherever it begins; nothing where it only looks like that."""
    for found in _DEFLATED.finditer(bare):
        run = found[0].translate(_STANDARD)
        with suppress(zlib.error):
            zlib.decompressobj().decompress(_decoded(run[:_TRIED], 0), _MOST_INFLATED)
            yield zlib.decompressobj().decompress(_decoded(run, 0), _MOST_INFLATED)


def _decoded(run: bytes, shift: int) -> bytes:
    rest = (len(run) - shift) % 4
    return binascii.a2b_base64(run[shift : len(run) - (rest == 1)] + b"=" * (-rest % 4 if rest > 1 else 0))


def _spelled(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Each step works on what is given; who calls goes on with what came of it."""
    if b"&" in text:
        yield "entities", (text := _ENTITY.sub(_entity, text))
    if b"%" in text:
        yield "url", (text := unquote_to_bytes(text))
    if b"\\" in text:
        yield "json", (text := _BACKSLASHED.sub(_backslashed, text))
    if b"=" in text:
        yield "quoted-printable", (text := quopri.decodestring(text))


def _backslashed(found: re.Match[bytes]) -> bytes:
    point, two, octal, sign = found.groups()
    if point:
        return chr(int(point, 16)).encode("utf-8", "surrogatepass")
    if two or octal:
        return bytes([int(two, 16) if two else int(octal, 8) & 255])
    return _SIGNS.get(sign, sign)
