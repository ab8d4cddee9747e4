"""The forms in which a seeded value may be written, as bytes, and one expression that finds them all.

1.  Each value is taken as it is, in upper and in lower case, with its accents as signs of their own (NFD), without them, and with ä as ae.
2.  Each of these is written in UTF-8, Latin-1 and both orders of UTF-16, percent-encoded for an address, escaped for JSON, as
    quoted-printable of mail, in hexadecimal, and in base64 and base64url at each of the three places where it can begin in a group of
    bytes.
3.  Where something was found, the text is spelled out and searched again, and what wraps texts is taken off four times: see ``wrapped``.
    A *part* of a value, such as the digits that all values of a canary hold, is found where it stands by itself.
4.  The expression is a tree of common beginnings, so that its cost hardly grows with the number of forms.
5.  Most texts hold none of it. A few short strings, of which every form holds one, are looked for first, by the search for one string that
    the interpreter has compiled in, and in the text without line ends and the signs that fold lines; the expression runs where one is.

What it cannot see: digests, encrypted values, values cut within their part, and compression that is none of the archives.
"""

from __future__ import annotations

import base64
import json
import quopri
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from .wrapped import FOLDING, spellings, unwrapped

#: characters; shorter ones would be found by chance
_SHORTEST = 6
_ESCAPED = re.compile(r"%[0-9A-F]{2}")
_AS_WRITTEN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "ss"})
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
    #: it stands in other values too, and counts where none of them is found
    part: bool = False


@dataclass(frozen=True, slots=True)
class Needles:
    """All forms of some values, ready to be looked for."""

    #: bytes → (kind, form)
    forms: dict[bytes, tuple[str, str]] = field(repr=False)
    pattern: re.Pattern[bytes] = field(repr=False)
    #: strings of which every form holds one, when what folds lines is left out of both; none: every text is looked through
    anchors: tuple[bytes, ...] = field(repr=False, default=())
    #: kind of a part → the kinds in which it is
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, seeded: Iterable[Seeded]) -> Needles:
        """Raises ValueTooShort."""
        forms: dict[bytes, tuple[str, str]] = {}
        all_of_them = list(seeded)
        for one in all_of_them:
            if len(one.value) < _SHORTEST:
                raise ValueTooShort(one.kind)
            for form, written in _written(one.value):
                forms.setdefault(written, (one.kind, form))
        pattern = re.compile(_expression(_tree(forms))) if forms else re.compile(b"(?!)")
        return cls(forms, pattern, _anchors(forms) if len(forms) <= _MOST_ANCHORED else (), _parts(all_of_them))

    @property
    def overlap(self) -> int:
        """Bytes of one chunk that must be seen together with the next: the longest form, wrapped four times, with the folds of mail."""
        return 8 * max(map(len, self.forms), default=0) + 16

    def within(self, text: bytes) -> frozenset[tuple[str, str]]:
        """Each kind and form that stands in a text, however it is wrapped."""
        return self.in_layers(unwrapped(text))

    def in_layers(self, layers: Iterable[tuple[str, bytes]]) -> frozenset[tuple[str, str]]:
        """The same of what was unwrapped already. What is seen in an outer layer is not named again for an inner one."""
        found = dict[str, set[str]]()
        for how, text in layers:
            for kind, form in self._plainly(text):
                if how:
                    found.setdefault(kind, {f"{form} in {how}"})
                else:
                    found.setdefault(kind, set()).add(form)
        for part in self.parts.keys() & found.keys():
            if self.parts[part] & found.keys():
                del found[part]
        return frozenset((kind, form) for kind, forms in found.items() for form in forms)

    def may_be_in(self, text: bytes) -> bool:
        """Step 5: whether it is worth while to look closely. Never False where something stands in it."""
        return any(self._may_be_plainly_in(layer) for _, layer in unwrapped(text))

    def _may_be_plainly_in(self, text: bytes) -> bool:
        if not self.anchors:
            return bool(self.forms)
        bare = text.translate(None, FOLDING)
        return any(anchor in bare for anchor in self.anchors)

    def _plainly(self, text: bytes) -> set[tuple[str, str]]:
        """As it stands, or as it reads when it is spelled out."""
        if not self._may_be_plainly_in(text):
            return set()
        found = set(self._hits(text))
        for how, spelled in spellings(text):
            known = {kind for kind, _ in found}
            more = ((kind, form if how == "lines" else f"{form} in {how}") for kind, form in self._hits(spelled))
            found |= {(kind, form) for kind, form in more if kind not in known}
        return found

    def _hits(self, text: bytes) -> Iterator[tuple[str, str]]:
        """Overlapping ones too: a form may begin within another."""
        position = 0
        while hit := self.pattern.search(text, position):
            for end in range(hit.start() + _SHORTEST, hit.end() + 1):
                if (named := self.forms.get(text[hit.start() : end])) is not None:
                    yield named
            position = hit.start() + 1


def _parts(seeded: Sequence[Seeded]) -> dict[str, frozenset[str]]:
    whole = [one for one in seeded if not one.part]
    return {part.kind: frozenset(one.kind for one in whole if part.value in one.value) for part in seeded if part.part}


def _written(value: str) -> Iterator[tuple[str, bytes]]:
    """Steps 1 and 2, the plainest first."""
    cased = {"plain": value, "upper": value.upper(), "lower": value.lower()}
    yield from ((form, text.encode()) for form, text in cased.items())
    for text in cased.values():
        yield from _encoded(text)
    for form, text in cased.items():
        for name, other in _otherwise(text):
            yield f"{name}, {form}", other.encode()


def _otherwise(text: str) -> Iterator[tuple[str, str]]:
    """With accents as signs of their own, without them, as German is written without them, and as names of files are made."""
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign)).replace("ß", "ss")
    yield "nfd", apart
    for plain in (bare, text.translate(_AS_WRITTEN)):
        yield "without accents", plain
        yield from (("as a name", plain.replace(" ", sign)) for sign in "-_")


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
    yield "hex", raw.hex().encode()
    yield "hex", raw.hex().upper().encode()
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + raw)[(0, 2, 3)[shift] : (shift + len(raw)) * 8 // 6]
        yield "base64", whole
        yield "base64", whole.translate(bytes.maketrans(b"+/", b"-_"))


def _anchors(forms: Iterable[bytes]) -> tuple[bytes, ...]:
    """Few strings of which every form holds one: each time the one that the most forms hold that have none yet."""
    open_, held = set[bytes](), dict[bytes, set[bytes]]()
    for form in {form.translate(None, FOLDING) for form in forms}:
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
