"""Who does something, and in what words, stays on record: what says nothing or would forge a line of it is refused."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from cli_world import World

from zusage.cli import cli
from zusage.cli.written import WHO, WORDS

_OPTIONS = {"--by": WHO, "--second": WHO, "--words": WORDS, "--reasons": WORDS, "--reason": WORDS, "--because": WORDS}


def _options(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Option]]:
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), name)
            assert found is not None
            yield from _options(found, f"{path} {name}")
    yield from ((path, one) for one in command.params if isinstance(one, click.Option))


def test_each_option_that_stays_on_record_is_looked_at() -> None:
    found = [(path, name, one.type) for path, one in _options(cli) for name in one.opts if name in _OPTIONS]
    assert len(found) > 40
    assert [(path, name) for path, name, kind in found if kind is not _OPTIONS[name]] == []


@pytest.mark.parametrize("by", ["", "  ", "clerk\nsecond person: boss", "clerk\x1b[31m", "a\u2028b", "\ud800"])
def test_who_says_so_is_one_line_that_says_something(world: World, by: str) -> None:
    ended = world.run("attest", "zusage.yaml", "locked-room", "--by", by)
    assert ended.code == 3
    assert "'--by'" in ended.err
    assert "empty" in ended.err or "control character" in ended.err
    assert "31m" not in ended.err
    assert world.verdicts()["attested/locked-room"] == "undecided"


@pytest.mark.parametrize("words", ["", "\n", "bad\x00", "\x1b]0;x\x07"])
def test_words_are_said_or_left_out(world: World, words: str) -> None:
    opening = ("case", "open", "zusage.yaml", "--right", "access", "--person", "customer=1", "--by", "clerk")
    assert world.run(*opening, "--words", words).code == 3
    world.ok(*opening)
    world.ok(*opening, "--words", "Please,\n\tall of it.")
