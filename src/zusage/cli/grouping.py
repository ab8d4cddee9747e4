"""How commands are listed: in the order in which they are needed, each with its whole first sentence, in sections where there are many."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module

import click

#: what ends a sentence, unless it is an abbreviation of law
_END = re.compile(r"(?<!\bArt)(?<!\bNo)[.:](?=\s|$)")


class Group(click.Group):
    """A group that lists its commands in the order in which they were added, but for those that are to come first."""

    #: names in the order in which they are needed
    first: Sequence[str] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in that order."""
        return [*self.first, *(name for name in self.commands if name not in self.first)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each with what it does, wrapped and not cut off."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, first_sentence(command.help or "")) for name, command in found if command is not None]
        _listed(formatter, "Commands", rows)


class Sections(click.Group):
    """A group whose commands are imported when they are named, so that ``--help`` and ``check`` stay quick."""

    def __init__(self, *, sections: Mapping[str, Mapping[str, str]], package: str, **more: object) -> None:
        """``sections`` are titles, each with its commands and what they do; a command lies in the module of its name."""
        super().__init__(**more)  # type: ignore[arg-type]
        self._sections, self._package = sections, package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands in teaching order."""
        return [name for commands in self._sections.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f".{cmd_name}", self._package).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """By section; nothing is imported for it."""
        for title, commands in self._sections.items():
            _listed(formatter, title, commands.items())


def first_sentence(text: str) -> str:
    """What a command does, from its help: up to the end of its first sentence."""
    paragraph = " ".join(inspect.cleandoc(text).split("\n\n", 1)[0].split())
    end = _END.search(paragraph)
    return f"{paragraph[: end.start()] if end else paragraph}."


def _listed(formatter: click.HelpFormatter, title: str, rows: Iterable[tuple[str, str]]) -> None:
    with formatter.section(title):
        formatter.write_dl(list(rows))
