"""A draft as a manifest with comments."""

from __future__ import annotations

import json
import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from .drafting import Draft
from .vocabulary import WORDS_OF_YAML

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./()-]*( [A-Za-z0-9_./()-]+)*")


def to_yaml(draft: Draft, *, url: str, secret: bool, file: str) -> str:
    """The manifest. ``secret`` says that ``url`` stands in the environment; ``file`` is where the manifest will lie."""
    template = _environment().get_template("manifest.yaml.j2")
    return template.render(draft=draft, url=url, secret=secret, file=file)


def scalar(text: str) -> str:
    """A text as YAML that reads back equal, inside flow brackets too."""
    if _PLAIN.fullmatch(text) and text.lower() not in WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=False)


def comment(text: str) -> str:
    """A text that stays on its line."""
    return "".join(c if c.isprintable() else "?" for c in text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("zusage.reading"),
        autoescape=False,  # noqa: S701 - YAML, whose texts pass through `scalar` and `comment`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(y=scalar, c=comment)
    return environment
