"""The words of a page of HTML: what is read aloud, without scripts, styles, links and pictures.

Python's own parser takes minutes for some pages of half a megabyte. Here each pattern goes over the page once, whatever it holds: none
looks past the next angle bracket, and what never ends reaches to the end.
"""

from __future__ import annotations

import html
import re

_ALL = re.DOTALL | re.IGNORECASE
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", _ALL)
_SILENT = re.compile(r"<(head|noscript|object|script|style|svg|template|title)(?:\s[^<>]*)?>.*?(?:</\1\s*>|\Z)", _ALL)
#: what stands on lines of its own
_LINE = re.compile(
    r"</?(?:address|article|blockquote|br|d[dlt]|div|footer|h[1-6r]|header|li|ol|p|pre|section|table|tr|ul)(?:[\s/][^<>]*)?>",
    _ALL,
)
_CELL = re.compile(r"</t[dh]\s*>", _ALL)
_TAG = re.compile(r"<[/!?a-z][^<>]*>", _ALL)
#: characters of a page for each that may come out of it
_SOURCE = 5


def plain_text(page: str, longest: int) -> str:
    """What a page says, line by line. Raises ValueError where its source is far longer than ``longest`` characters."""
    if len(page) > _SOURCE * longest:
        raise ValueError("a page without end")
    text = _SILENT.sub(" ", _COMMENT.sub("", page).replace("\n", " ").replace("\r", " "))
    text = _TAG.sub("", _CELL.sub(" ", _LINE.sub("\n", text)))
    lines = [" ".join(line.split()) for line in html.unescape(text).split("\n")]
    return "\n".join(line for number, line in enumerate(lines) if line or (number and lines[number - 1])).strip()
