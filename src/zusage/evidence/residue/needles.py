"""The forms in which a seeded value may be written, as bytes, and one expression that finds them all.

1.  Each value is taken as it is, in upper and in lower case.
2.  Each of these is written in UTF-8, Latin-1 and both orders of UTF-16, percent-encoded for an address, escaped for JSON, as
    quoted-printable of mail, and in base64 and base64url at each of the three places where it can begin in a group of bytes.
3.  Mail folds base64 and quoted-printable into lines. A text is therefore searched a second time with its line ends taken out.
4.  The expression is a tree of common beginnings, so that its cost hardly grows with the number of forms.
5.  Most texts hold none of it. A few short strings, of which every form holds one, are looked for first, by the search for one string that
    the interpreter has compiled in, and in the text without line ends and the signs that fold lines; the expression runs where one is.

What it cannot see: digests, encrypted values, values in mixed case or cut short, and compression that is none of the archives.
"""

from __future__ import annotations

import base64
import json
import quopri
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

#: characters; shorter ones would be found by chance
_SHORTEST = 6
_ESCAPED = re.compile(r"%[0-9A-F]{2}")
#: the soft line ends of quoted-printable, and any other
_FOLDS = re.compile(rb"=\r?\n|\r?\n")
_FOLDING = b"=\r\n"
#: bytes of a string that is looked for first
_ANCHOR = 8
#: with more forms than that, such as those of many people, choosing what is looked for first takes longer than it saves
_MOST_ANCHORED = 600

_Tree = dict[int, "_Tree"]


class ValueTooShort(ValueError):
    """A value that is looked for is so short that it would be found by chance."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"the value of kind {kind!r} has fewer than {_SHORTEST} characters, so that it would be found by chance. Seed a longer one."
        )


@dataclass(frozen=True, slots=True)
class Seeded:
    """A value that was put into a service, and what kind of value it is."""

    kind: str
    #: never shown
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Needles:
    """All forms of some values, ready to be looked for."""

    #: bytes → (kind, form)
    forms: dict[bytes, tuple[str, str]] = field(repr=False)
    pattern: re.Pattern[bytes] = field(repr=False)
    #: strings of which every form holds one, when what folds lines is left out of both; none: every text is looked through
    anchors: tuple[bytes, ...] = field(repr=False, default=())

    @classmethod
    def of(cls, seeded: Iterable[Seeded]) -> Needles:
        """Raises ValueTooShort."""
        forms: dict[bytes, tuple[str, str]] = {}
        for one in seeded:
            if len(one.value) < _SHORTEST:
                raise ValueTooShort(one.kind)
            for form, written in _written(one.value):
                forms.setdefault(written, (one.kind, form))
        pattern = re.compile(_expression(_tree(forms))) if forms else re.compile(b"(?!)")
        return cls(forms, pattern, _anchors(forms) if len(forms) <= _MOST_ANCHORED else ())

    @property
    def overlap(self) -> int:
        """Bytes of one chunk that must be seen together with the next: twice the longest form, for the folds of mail."""
        return 2 * max(map(len, self.forms), default=0) + 16

    def within(self, text: bytes) -> frozenset[tuple[str, str]]:
        """Each kind and form that stands in a text, folded or not."""
        if not self.may_be_in(text):
            return frozenset()
        found = set(self._hits(text))
        if b"\n" in text:
            found |= set(self._hits(_FOLDS.sub(b"", text)))
        return frozenset(found)

    def may_be_in(self, text: bytes) -> bool:
        """Step 5: whether it is worth while to look closely. Never False where something stands in it."""
        if not self.anchors:
            return bool(self.forms)
        bare = text.translate(None, _FOLDING)
        return any(anchor in bare for anchor in self.anchors)

    def _hits(self, text: bytes) -> Iterator[tuple[str, str]]:
        """Overlapping ones too: a form may begin within another."""
        position = 0
        while hit := self.pattern.search(text, position):
            for end in range(hit.start() + _SHORTEST, hit.end() + 1):
                if (named := self.forms.get(text[hit.start() : end])) is not None:
                    yield named
            position = hit.start() + 1


def _written(value: str) -> Iterator[tuple[str, bytes]]:
    """Steps 1 and 2, the plainest first."""
    cased = {"plain": value, "upper": value.upper(), "lower": value.lower()}
    yield from ((form, text.encode()) for form, text in cased.items())
    for text in cased.values():
        yield from _encoded(text)


def _encoded(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    with suppress(UnicodeEncodeError):
        yield "latin-1", text.encode("latin-1")
    yield "utf-16", text.encode("utf-16-le")
    yield "utf-16", text.encode("utf-16-be")
    for address in (quote(text, safe=""), quote_plus(text), quote(text), quote(text, safe="/@:")):
        yield "url", address.encode()
        yield "url", _ESCAPED.sub(lambda found: found[0].lower(), address).encode()
    for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield "json", escaped.encode()
        yield "json", escaped.replace("/", "\\/").encode()
        yield "json", re.sub(r"\\u[0-9a-f]{4}", lambda found: "\\u" + found[0][2:].upper(), escaped).encode()
    yield "quoted-printable", quopri.encodestring(raw).replace(b"=\n", b"")
    yield "quoted-printable", quopri.encodestring(raw, header=True).replace(b"=\n", b"")
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + raw)[(0, 2, 3)[shift] : (shift + len(raw)) * 8 // 6]
        yield "base64", whole
        yield "base64", whole.translate(bytes.maketrans(b"+/", b"-_"))


def _anchors(forms: Iterable[bytes]) -> tuple[bytes, ...]:
    """Few strings of which every form holds one: each time the one that the most forms hold that have none yet."""
    open_, held = set[bytes](), dict[bytes, set[bytes]]()
    for form in {form.translate(None, _FOLDING) for form in forms}:
        open_.add(form)
        for start in range(max(1, len(form) - _ANCHOR + 1)):
            held.setdefault(form[start : start + _ANCHOR], set()).add(form)
    found = []
    while open_:
        anchor = max(held, key=lambda one: (len(held[one]), one))
        found.append(anchor)
        done = held.pop(anchor)
        open_ -= done
        held = {one: left for one, some in held.items() if (left := some - done)}
    return tuple(found)


def _tree(forms: Iterable[bytes]) -> _Tree:
    root: _Tree = {}
    for form in forms:
        node = root
        for byte in form:
            node = node.setdefault(byte, {})
        node[-1] = {}
    return root


def _expression(node: _Tree) -> bytes:
    """Step 4: the longest form that begins here."""
    parts = []
    while len(node) == 1 and -1 not in node:
        ((byte, node),) = node.items()
        parts.append(re.escape(bytes([byte])))
    branches = [re.escape(bytes([byte])) + _expression(inner) for byte, inner in node.items() if byte >= 0]
    if branches:
        parts.append(b"(?:" + b"|".join(branches) + b")" + (b"?" if -1 in node else b""))
    return b"".join(parts)
