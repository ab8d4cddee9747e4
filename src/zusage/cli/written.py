"""What somebody writes at the command line to stay on record: who does something, and in what words."""

from __future__ import annotations

import unicodedata
from typing import Any

import click
from click.core import ParameterSource

#: control characters and halves of characters, which no record can hold or which would forge a line of it
_UNFIT = ("Cc", "Cs")


class _Written(click.ParamType[str]):
    """A text that says something; of one line, or of several."""

    def __init__(self, name: str, allowed: str, advice: str) -> None:
        self.name = name
        self._allowed = allowed
        self._advice = advice

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as it was given. Fails where it says nothing, or holds what cannot be on record; a default is not looked at."""
        text = str(value)
        if ctx and param and param.name and ctx.get_parameter_source(param.name) == ParameterSource.DEFAULT:
            return text
        if not text.strip():
            self.fail(f"it is empty. {self._advice}", param, ctx)
        odd = next((n for n, one in enumerate(text, 1) if unicodedata.category(one) in _UNFIT and one not in self._allowed), None)
        if odd or {"\u2028", "\u2029"} & set(text):
            where = f"character {odd} of it" if odd else "a character of it"
            self.fail(f"{where} is a line break or another control character. {self._advice}", param, ctx)
        return text


#: somebody, as the office calls them
WHO = _Written("name", "", "Write who it is in one line.")
#: what is told or why, in as many lines as it takes
WORDS = _Written("text", "\n\r\t", "Write what is to be said, without control characters.")
