"""A document as values: what is said and in which order, before it becomes HTML or Markdown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Some words, which may lead somewhere."""

    text: str
    href: str | None = None
    #: the language of the words where it is not the document's
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on one line; others can link to its anchor."""

    spans: tuple[Span, ...]
    anchor: str | None = None
    #: what belongs to it, as a list below; in HTML alone
    items: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """One line after the other, each a paragraph, under a heading where they need one."""

    lines: tuple[Line, ...]
    heading: str | None = None
    kind: str = "paragraphs"


@dataclass(frozen=True, slots=True)
class Callout:
    """Paragraphs that stand out, as Art. 21(4) GDPR wants the right to object to stand out."""

    heading: str
    anchor: str
    lines: tuple[Line, ...]
    kind: str = "callout"


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms, each with what is to be said of it."""

    rows: tuple[tuple[str, tuple[Line, ...]], ...]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; the first cell of a row is its heading."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file beside the document, with words for who cannot see it."""

    source: str
    alternative: str
    caption: str
    kind: str = "picture"


Block = Paragraphs | Callout | Facts | Table | Picture


@dataclass(frozen=True, slots=True)
class Part:
    """A part below a section's heading."""

    heading: str
    blocks: tuple[Block, ...]
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document with its heading."""

    heading: str
    anchor: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The whole document."""

    language: str
    title: str
    contents: str
    switch: str
    #: leads to the same document in the other language, where there is one
    other: Line | None
    lead: tuple[Line, ...]
    sections: tuple[Section, ...]


def line(text: str, anchor: str | None = None) -> Line:
    """A line of plain words."""
    return Line((Span(text),), anchor)


def paragraphs(*texts: str) -> Paragraphs:
    """Plain paragraphs."""
    return Paragraphs(tuple(line(text) for text in texts))
