"""Texts of a manifest stay texts, whatever they contain."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markupsafe import Markup

from zusage.documents import publish
from zusage.documents.escaping import for_markdown, visible

from .conftest import NAMES, ON, Changed
from .reading import markdown, read

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</p></main><h1>Taken over</h1>",
    "[click](javascript:alert(1))",
    "![](https://evil.example/pixel.png)",
    "# heading",
    "line one\n\n# line two\n\n<b>bold</b>",
    "a | b | c",
    "*bold* _slanted_ `code` ~~gone~~",
    "&lt;script&gt; &amp; {{ page }} {% raw %} {event}",
    "<https://evil.example>",
    "- item\n1. item\n> quote",
    "\\",
    "evil\u202etxt.exe\x00\x1b[31m",
    '<a id="who"></a>',
]


def _poison(text: str, values: dict[str, Any]) -> None:
    both = {"de": text, "en": text}
    values["controller"] |= {"name": text, "address": text, "email": text}
    values["classes"] = dict.fromkeys(values["classes"], both)
    values["events"] = dict.fromkeys(values["events"], both)
    for activity in values["activities"].values():
        activity |= {"title": both, "purpose": both, "obligation": both, "consent": {"withdraw": both}}
    for recipient in values["recipients"].values():
        recipient |= {"title": both, "safeguard": both}
    values["cookies"] = {text: {"purpose": both, "owner": text}}
    values["measures"] = {"one": {"says": both}}
    values["notice"]["url"] = text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_the_manifest_becomes_markup(changed: Changed, files: dict[str, str], text: str) -> None:
    poisoned = publish(changed(lambda values: _poison(text, values)), ON)
    harmless = publish(changed(lambda values: _poison("harmless", values)), ON)
    for name in NAMES:
        seen, calm = read(name, poisoned[name]), read(name, harmless[name])
        assert [tag for tag, _ in seen.tags] == [tag for tag, _ in calm.tags], name
        assert seen.ids == calm.ids
        assert [a.get("href") for _, a in seen.tags] == [a.get("href") for _, a in calm.tags]
        shown = " ".join(visible(text).split())
        assert shown in " ".join(seen.words)


@given(st.text(max_size=60))
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    inline = markdown(f"before {for_markdown(text)} after").words
    assert inline == f"before {visible(text)} after".split()
    alone = MarkdownIt("commonmark", {"html": True}).enable("table").render(str(for_markdown(visible(text).strip() or "x")))
    assert alone.startswith("<p>")


def test_what_a_template_made_is_not_escaped_twice() -> None:
    assert for_markdown(Markup("<br>")) == "<br>"
    assert for_markdown("<br>") == "&lt;br&gt;"
