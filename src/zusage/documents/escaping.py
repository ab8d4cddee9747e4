"""User texts for HTML and Markdown, so that no title can become a heading, a link, a table cell or a script."""

from __future__ import annotations

import re
from urllib.parse import quote

from markupsafe import Markup

_MARKS = re.compile(r"([\\`*_\[\]~|$])")
_OPENING = re.compile(r"^(\s*)([#+=:-])")
_NUMBER = re.compile(r"^(\s*\d{1,9})([.)])")
#: words of a citation that belong to the number after them
_CITATION = re.compile(r"(\bArt\.|\bAbs\.|\bNr\.|\bBuchst\.|§|\bsections?|\bno\.) (?=\w)")
_LINKS = (("://", r":\//"), ("www.", r"www\."))


def markdown(text: str) -> str:
    """Text that a CommonMark reader shows as it is, at the beginning of a line as well as in a table cell."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKS.sub(r"\\\1", text)
    for plain, broken in _LINKS:
        text = text.replace(plain, broken)
    return _NUMBER.sub(r"\1\\\2", _OPENING.sub(r"\1\\\2", text))


def visible(text: str) -> str:
    """Without characters that control a terminal, a parser or the direction of writing."""
    return "".join(" " if _is_hidden(ord(character)) else character for character in text)


def _is_hidden(code: int) -> bool:
    controls = code < 0x20 or 0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF
    marks = code in (0xFEFF, 0xFFFE, 0xFFFF, 0x200E, 0x200F, 0x2028, 0x2029)
    return controls or marks or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069


def for_html(value: object) -> object:
    """What an HTML template prints, with citations that do not break; the engine escapes it afterwards."""
    return value if isinstance(value, Markup) else _CITATION.sub("\\1\N{NO-BREAK SPACE}", visible(str(value)))


def for_markdown(value: object) -> Markup:
    """What a Markdown template prints, escaped unless the template itself made it."""
    if isinstance(value, Markup):
        return value
    return Markup(markdown(visible(str(value))))  # noqa: S704 - the text has just been escaped for Markdown


def address(target: str) -> Markup:
    """An address or an id inside Markdown, where nothing may end it early."""
    return Markup(quote(target, safe="/:#?&=%@+.,_-~"))  # noqa: S704 - only what cannot end an address is left as it is


def slug(text: str) -> str:
    """Small letters, digits and hyphens: a name for a file, whatever the text."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "data"
