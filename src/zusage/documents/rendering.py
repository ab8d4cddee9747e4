"""A document's values to HTML or Markdown."""

from __future__ import annotations

from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from .escaping import address, for_html, for_markdown
from .page import Page

Form = Literal["html", "md"]


def render(page: Page, form: Form) -> str:
    """The document as text; every word in it is escaped for its form."""
    return _environment(form).get_template(f"page.{form}.j2").render(page=page)


def stylesheet() -> str:
    """The style that the HTML links to."""
    return _source("notice.css")


def paper_style() -> str:
    """The style on paper."""
    return _source("print.css")


def _source(name: str) -> str:
    loader = _environment("html").loader
    source: str = loader.get_source(_environment("html"), name)[0] if loader else ""
    return source


@cache
def _environment(form: Form) -> Environment:
    environment = Environment(
        loader=PackageLoader("zusage.documents"),
        autoescape=True,
        finalize=for_markdown if form == "md" else for_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["address"] = address
    return environment
