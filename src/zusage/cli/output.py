"""What people and pipes see: tables and colour on a terminal, plain aligned text in a pipe, JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

COLOURS = {"kept": "green", "broken": "red", "undecided": "yellow", "error": "red", "warning": "yellow", "note": "cyan"}
SIGNS = {"kept": "✔", "broken": "✘", "undecided": "?"}


def as_json(content: Any) -> None:
    """Print JSON; half a surrogate pair, which no encoding has, stays an escape."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
    click.echo(text.encode("utf-8", "backslashreplace").decode())


def on_terminal() -> bool:
    """Whether a person looks at the output directly."""
    return sys.stdout.isatty()


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
    """Print rows under headings; columns in ``numbers`` are set to the right."""
    if on_terminal():
        _rich(headings, rows, numbers)
        return
    lines = [tuple(headings), *rows]
    widths = [max(len(str(line[i])) for line in lines) for i in range(len(headings))]
    for line in lines:
        cells = [
            str(cell).rjust(width) if i in numbers else str(cell).ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def _rich(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, heading in enumerate(headings):
        drawn.add_column(heading, justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(str(cell), style=_style(str(cell))) for cell in row))
    Console().print(drawn)


def _style(cell: str) -> str:
    word = cell.split(" ")[-1] if cell[:1] in SIGNS.values() else cell
    return COLOURS.get(word, "")


def verdict(word: str) -> str:
    """A verdict with its sign, so that colour is not needed to tell them apart."""
    return f"{SIGNS[word]} {word}"


def heading(text: str) -> None:
    """A line above a block."""
    click.echo(click.style(text, bold=True) if on_terminal() else text)


def say(text: str, colour: str | None = None) -> None:
    """A line."""
    click.echo(click.style(text, fg=colour) if colour and on_terminal() else text)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def warn(text: str) -> None:
    """A line about something that went wrong without changing the result; apart from the output, so that pipes stay clean."""
    click.echo(f"{click.style('warning:', fg='yellow', bold=True)} {text}", err=True)
