"""A page as somebody reads it who must do something for one person alone: links and forms, and beside whose name they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: elements without an end
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"])


class Unclear(Exception):
    """It cannot be told which of several is meant, or whether any is; holds no word of the page."""


@dataclass(slots=True)
class Element:
    """A part of a page: where its words begin and end among all that the page says."""

    tag: str
    above: Element | None
    begins: int
    ends: int = -1

    @property
    def depth(self) -> int:
        """How many parts it stands in."""
        return self.above.depth + 1 if self.above else 0


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads, or a form is sent, with the form's hidden fields."""

    path: str
    element: Element
    hidden: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """One page, read once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[Target] = []
        self.forms: list[Target] = []
        #: field → what can be chosen there
        self._choices: dict[str, list[Target]] = {}
        self._select = ""
        self._said: list[str] = []
        self._length = 0
        self._open = Element("", None, 0)
        self._form: Target | None = None
        self.feed(html)
        self.close()
        while self._open.above is not None:
            self._shut()
        self._open.ends = self._length
        self._text = "".join(self._said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        found = {name: value or "" for name, value in attrs}
        element = Element(tag, self._open, self._length)
        self._say(found.get("value", "") if tag == "input" and found.get("type") != "hidden" else "")
        if tag not in _VOID:
            self._open = element
        if tag == "a" and "href" in found:
            self.links.append(Target(found["href"], element))
        elif tag == "form":
            self._form = Target(found.get("action", ""), element)
            self.forms.append(self._form)
        elif tag == "select":
            self._select = found.get("name", "")
        elif tag == "option" or (tag in ("input", "button") and found.get("type") in ("checkbox", "radio", "submit", None)):
            name = self._select if tag == "option" else found.get("name", "")
            self._choices.setdefault(name, []).append(Target(found.get("value", ""), element))
        elif tag == "input" and self._form and found.get("type") == "hidden" and found.get("name"):
            self._form.hidden.setdefault(found["name"], found.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser; what has no end of its own ends with what it stands in."""
        above: Element | None = self._open
        while above is not None and above.tag != tag:
            above = above.above
        while above is not None and above.above is not None:
            last = self._open
            self._shut()
            if last is above:
                break

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        self._say(data)

    def link_of(self, pattern: str, values: Collection[str], *, only: bool) -> str:
        """The link that stands nearest to a value of theirs; with ``only``, also the only one that there is. Raises Unclear."""
        fitting = _fitting(self.links, pattern)
        paths = {found for found, _ in fitting}
        return paths.pop() if only and len(paths) == 1 else self._nearest(fitting, values)[0]

    def form_of(self, pattern: str, values: Collection[str] | None) -> Target:
        """The form that stands nearest to a value of theirs, and nobody else's; with None the first that fits. Raises Unclear."""
        fitting = [(target.path, target) for _, target in _fitting(self.forms, pattern)]
        if values is None and fitting:
            return fitting[0][1]
        theirs = {thing for value in values or () for thing in self._things(value)}
        return self._nearest([one for one in fitting if _thing(one[0]) in theirs], values or ())[1]

    def choice_of(self, name: str, pattern: str, values: Collection[str] | None) -> str:
        """What is chosen in a field: the very value, or of several the one that stands nearest; with None the first. Raises Unclear."""
        fitting = _fitting(self._choices.get(name, ()), pattern)
        if fitting and (values is None or fitting[0][1].path == pattern):
            return fitting[0][1].path
        return self._nearest([(target.path, target) for _, target in fitting], values or ())[0]

    def _things(self, value: str) -> Iterator[str]:
        """What the forms are about in the innermost parts with a form in which a value stands: a list of others has forms of its own."""
        around = [(form, part) for form in self.forms for part in _around(form.element)]
        at = self._text.find(value)
        while at >= 0 and around:
            inner = max((part for _, part in around if part.begins <= at < part.ends), key=lambda part: part.depth)
            yield from (_thing(form.path) for form, part in around if part is inner)
            at = self._text.find(value, at + 1)

    def _nearest(self, fitting: Iterable[tuple[str, Target]], values: Collection[str]) -> tuple[str, Target]:
        near = [(size, found, target) for found, target in fitting if (size := self._size(target.element, values)) is not None]
        if not near:
            raise Unclear
        smallest = min(size for size, _, _ in near)
        best = {found: target for size, found, target in near if size == smallest}
        if len(best) > 1:
            raise Unclear
        return best.popitem()

    def _size(self, element: Element, values: Collection[str]) -> tuple[int, int] | None:
        """How much is said in the smallest part around an element in which a value stands, and how deep that lies, as a number below zero.

        None where none stands anywhere.
        """
        for part in _around(element):
            said = self._text[part.begins : part.ends]
            if any(value in said for value in values):
                return len(said), -part.depth
        return None

    def _say(self, text: str) -> None:
        self._said.append(text)
        self._length += len(text)

    def _shut(self) -> None:
        self._open.ends = self._length
        if self._form and self._open is self._form.element:
            self._form = None
        if self._open.above is not None:
            self._open = self._open.above


def _fitting(targets: Iterable[Target], pattern: str) -> list[tuple[str, Target]]:
    return [(found[0], target) for target in targets if (found := re.search(pattern, target.path))]


def _around(element: Element | None) -> Iterator[Element]:
    """A part of a page and all that it stands in, outwards."""
    while element is not None:
        yield element
        element = element.above


def _thing(path: str) -> str:
    """What a form is about: its path as far as its last number, for several forms may be about one thing."""
    found = re.match(r".*\d+", path)
    return found[0] if found else path
