"""Reads the documentation and runs what it shows, as its reader would.

In ``console`` blocks a line that begins with ``$`` is typed (``>`` continues it), and what follows must come out. ``…`` stands for
any text in a line, and for any lines where it stands alone. ``sh`` blocks are typed as a whole and must succeed. A block after a line
that ends in a file's name and a colon is written to that file. All blocks of a page share one folder and one shell.

Where a command of ``zusage`` comes first in all pages it is the program itself; everywhere else it is forked from one that is `warm`.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorial" / "first-verdict.md"
HOWTO = DOCS / "howto"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_CALL = re.compile(r"\bzusage ([a-z]+)(?: ([a-z]+)(?=\s))?")
_FILE = re.compile(r"`([\w.-]+\.(?:yaml|py|sql))`:\n\n?\Z")


@dataclass(frozen=True)
class Block:
    """A fenced block and where it stands."""

    page: Path
    line: int
    language: str
    text: str
    #: the file that it is written to
    file: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True)
class Typed:
    """A command of a console block and what it should print."""

    command: str
    expected: tuple[str, ...]


def blocks(page: Path, *languages: str) -> Iterator[Block]:
    """The fenced blocks of a page in these languages, or all."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        if not languages or found[1] in languages:
            before = text[: found.start()]
            named = _FILE.search(before)
            yield Block(page, before.count("\n") + 1, found[1], found[2], named[1] if named else None)


def typed(block: Block) -> Iterator[Typed]:
    """The commands of a console block."""
    command, expected = "", list[str]()
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command:
                yield Typed(command, tuple(expected))
            command, expected = line[2:], []
        elif line.startswith("> ") and not expected:
            command += "\n" + line[2:]
        else:
            expected.append(line)
    yield Typed(command, tuple(expected))


def fits(expected: tuple[str, ...], printed: list[str]) -> bool:
    """Whether what was printed is what the page shows."""
    if not expected:
        return not printed
    if expected[0].strip() == "…":
        return any(fits(expected[1:], printed[skipped:]) for skipped in range(len(printed) + 1))
    return bool(printed) and _alike(expected[0], printed[0]) and fits(expected[1:], printed[1:])


def _alike(expected: str, printed: str) -> bool:
    """Columns are as wide as what stands in them, so runs of spaces count as one."""
    one, other = (" ".join(text.split()) for text in (expected, printed))
    return re.fullmatch(".*".join(re.escape(part) for part in one.split("…")), other) is not None


def _calls(text: str) -> set[str]:
    """The commands of ``zusage`` that are called in it, such as ``case open``."""
    return {" ".join(filter(None, found.groups())) for found in _CALL.finditer(text)}


@cache
def first_calls() -> dict[str, str]:
    """Each command that the executed pages call → the block that does so first."""
    found: dict[str, str] = {}
    for page in (TUTORIAL, *sorted(HOWTO.glob("*.md"))):
        for block in blocks(page, "sh", "console"):
            if "<<" not in block.text:  # what is only written to a file there is called later, or never
                for call in sorted(_calls(block.text)):
                    found.setdefault(call, str(block))
    return found


class Shell:
    """A shell in a folder of its own, in which ``zusage`` is this product's command: the program itself, or the ``warm`` one."""

    def __init__(self, folder: Path, replacing: Mapping[str, str] | None = None, warm: Path | None = None) -> None:
        self.folder = folder
        self._replacing = dict(replacing or {})
        self._itself = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._path = f"{warm}{os.pathsep}{self._itself}" if warm else self._itself
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ZUSAGE")}
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={**kept, "PATH": self._path, "LC_ALL": "C.UTF-8", "COLUMNS": "200"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._bash.stdin
        assert self._bash.stdout
        self._bash.stdin.close()
        self._bash.wait(timeout=60)
        self._bash.stdout.close()

    def run(self, command: str) -> tuple[int, list[str]]:
        """Type a command; returns its exit code and the lines that it printed."""
        assert self._bash.stdin
        assert self._bash.stdout
        mark = secrets.token_hex(8)
        self._bash.stdin.write(f"{self.said(command)}\nprintf '\\n%s %s\\n' {mark} $?\n")
        self._bash.stdin.flush()
        printed: list[str] = []
        for line in self._bash.stdout:
            if line.startswith(mark):
                return int(line.split()[1]), "".join(printed)[:-1].splitlines()
            printed.append(line)
        raise AssertionError(f"the shell ended in: {command}\n{''.join(printed)}")

    def said(self, text: str) -> str:
        """The text with the addresses that tests stand in for."""
        for name, value in self._replacing.items():
            text = text.replace(name, value)
        return text

    def page(self, page: Path) -> None:
        """Do everything that a page says, and compare."""
        for block in blocks(page):
            self.block(block)

    def _typed(self, block: Block, command: str) -> tuple[int, list[str]]:
        """Type a command of a block; with the program itself where the block is the first to call it."""
        if self._path == self._itself or not any(first_calls().get(call) == str(block) for call in _calls(command)):
            return self.run(command)
        self.run(f"PATH='{self._itself}'")
        try:
            return self.run(command)
        finally:
            self.run(f"PATH='{self._path}'")

    def block(self, block: Block) -> None:
        """Do what one block says."""
        if block.file:
            (self.folder / block.file).write_text(self.said(block.text), encoding="utf-8")
        elif block.language == "sh":
            code, printed = self._typed(block, block.text)
            assert code == 0, f"{block}: exit code {code}\n" + "\n".join(printed)
        elif block.language == "console":
            for one in typed(block):
                _, printed = self._typed(block, one.command)
                expected = tuple(self.said(line) for line in one.expected)
                shown = "\n".join(printed)
                assert fits(expected, printed), f"{block}: $ {one.command}\nprinted:\n{shown}\nthe page says:\n" + "\n".join(
                    expected
                )


def tutorial_shop(folder: Path) -> None:
    """The database of the tutorial and its answered manifest, as the how-to pages find them."""
    with Shell(folder) as shell:
        for block in blocks(TUTORIAL):
            if block.file or "sqlite3.connect" in block.text:
                shell.block(block)
