"""Changes the lines of a log: drops lines, masks what stands in them."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from zusage.planning.plan import ChangeColumns, DeleteRows, Step
from zusage.promises.condition import Condition, all_of
from zusage.promises.inventory import Inventory
from zusage.promises.lines import ADDRESSES
from zusage.promises.manifest import AccessLog
from zusage.promises.promise import Change

from ..trouble import CannotHandle, Interrupted, MoreThanPlanned, Unreachable
from . import replacing
from .declared import hiding_of
from .files import BLANK, Files, Found
from .formats import FormatUnfit
from .hiding import Hiding
from .lines import Sorter, Values
from .masking import Masker
from .reader import form_of, inventory, see_sessions

_SEGMENT = 1 << 24
_PASSES = 5
#: a line to what takes its place; None: it goes
Changed = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be done with which lines."""

    step: str
    sorter: Sorter
    change: Changed


class LogWriter:
    """A Writer over the files of a log. A batch is a file, or a piece of the file that is being written.

    A batch may have more lines than is asked for: a file is replaced whole or not at all.
    """

    def __init__(self, system: str, declared: AccessLog, pattern: str, key: Path) -> None:
        self.system = system
        self._files = Files(system, pattern)
        self._form = form_of(system, declared)
        self._key = key
        #: whether a file got another name while it was looked at, so that one more pass must look for it
        self._moved = False

    def survey(self) -> Inventory:
        """One table; of JSON, the keys that lines have."""
        with self._files.opened() as files:
            return inventory(self.system, self._form, _all_blocks(files), self._files.pattern)

    def lacking(self, _steps: Sequence[Step]) -> tuple[str, ...]:
        """Files have no roles."""
        return ()

    def carry_out(self, step: Step, free: Condition, limit: int, batch: int) -> Iterator[int]:
        """Drop or mask the lines of a step, until a pass over all files finds none."""
        work = self._work(step, free)
        done = 0
        with self._trouble():
            replacing.recover(self._files.leftovers(), self._files.paths())
        for _ in range(_PASSES):
            before, self._moved = done, False
            with self._trouble(), self._files.opened() as files:
                see_sessions(self._form, _all_blocks(files))
                held = replacing.held_files()
                for file in files:
                    for lines in self._file(file, work, held, limit - done):
                        done += lines
                        yield lines
            if done == before and not self._moved:
                return

    def close(self) -> None:
        """Nothing is held between steps."""

    # -- what is done with a line ------------------------------------------------------------------------------------

    def _work(self, step: Step, free: Condition) -> _Work:
        match step.action:
            case DeleteRows():
                change: Changed = _gone
            case ChangeColumns(changes):
                change = self._masker(step, changes)
            case _:
                raise CannotHandle(
                    f"step {step.id}: lines of a log are deleted or masked, not blocked: name no purpose_ends in its rules"
                )
        return _Work(step.id, Sorter(self._form, [all_of(step.where, free)]), change)

    def _masker(self, step: Step, changes: tuple[Change, ...]) -> Changed:
        hiding: Hiding | None = None
        left_out: dict[str, str | None] = {}
        for change in changes:
            if change.column == ADDRESSES:
                if change.how not in ("clear", "mask", "code"):
                    raise CannotHandle(f"step {step.id}: addresses in a log are dropped, truncated or replaced by codes")
                hiding = hiding_of(change, self._key)
            elif change.how == "clear" and change.column != self._form.declared.time:
                left_out[change.column] = None
            else:
                raise CannotHandle(
                    f"step {step.id}: {change.column} of a line cannot be changed like this; leave it empty, or mask ip_address"
                )
        try:
            return Masker(self._form.format, hiding, left_out).line
        except FormatUnfit as error:
            raise CannotHandle(f"step {step.id}: {error}") from None

    # -- what is done with a file ------------------------------------------------------------------------------------

    def _file(self, file: Found, work: _Work, held: frozenset[tuple[int, int]] | None, limit: int) -> Iterator[int]:
        try:
            stat = os.stat(file.path)
            if (stat.st_dev, stat.st_ino) != file.inode:
                raise replacing.Moved
            if replacing.is_closed(file.path, stat, held):
                if lines := self._replace(file, work, limit):
                    yield lines
            else:
                yield from self._lay_over(file, work, limit)
        except (FileNotFoundError, replacing.Moved):
            self._moved = True  # the next pass finds it under its new name, if it has one

    def _replace(self, file: Found, work: _Work, limit: int) -> int:
        due = sum(place == 0 for places, _ in _sorted(file, work.sorter) for place in places)
        if due > limit:
            raise MoreThanPlanned(work.step, limit)
        if due:
            replacing.replace(file.path, file.inode, file.stream.fileno(), lambda new: _written(file, work, new))
        return due

    def _lay_over(self, file: Found, work: _Work, limit: int) -> Iterator[int]:
        descriptor = os.open(file.path, os.O_RDWR)
        try:
            before: Values | None = None
            for start, old in _segments(descriptor, file.size):
                lines = [line for line in old.split(b"\n") if line.strip(BLANK)]
                places, before = work.sorter.places(lines, before) if lines else ([], before)
                due = sum(place == 0 for place in places)
                if due > limit:
                    raise MoreThanPlanned(work.step, limit)
                if due:
                    self._lay(file.path, descriptor, start, old, _changed(lines, places, work.change), work.step)
                    limit -= due
                    yield due
            self._cut(descriptor)
        finally:
            os.close(descriptor)

    def _lay(self, path: Path, descriptor: int, start: int, old: bytes, new: bytes, step: str) -> None:
        if len(new) > len(old):
            raise CannotHandle(
                f"step {step}: {path.name} is being written, and its lines would become longer, so that they have no place in it. "
                "Nothing was changed in it. Rotate the log and apply a new plan."
            )
        replacing.lay_over(path, descriptor, start, old, new)

    def _cut(self, descriptor: int) -> None:
        """Give back the room of lines at the beginning that are gone, where the file system can."""
        piece = os.pread(descriptor, _SEGMENT, 0)
        blank = piece[: len(piece) - len(piece.lstrip(b" \n"))]
        while replacing.cut_blanks(descriptor, blank.rfind(b"\n") + 1) and len(blank) == _SEGMENT:
            piece = os.pread(descriptor, _SEGMENT, 0)
            blank = piece[: len(piece) - len(piece.lstrip(b" \n"))]

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        """Failures of the file system, such as a full disk: nothing was lost, and the same plan goes on when they are mended."""
        try:
            yield
        except (OSError, EOFError, zlib.error) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else "a compressed file is damaged or cut off"
            raise Interrupted(self.system, why, retryable=False) from None
        except Unreachable as error:
            raise Interrupted(self.system, error.reason, retryable=False) from None


def _gone(line: bytes) -> None:
    return None


def _all_blocks(files: Sequence[Found]) -> Iterator[list[bytes]]:
    for file in files:
        yield from file.blocks()


def _sorted(file: Found, sorter: Sorter) -> Iterator[tuple[list[int], list[bytes]]]:
    before: Mapping[str, bytes] | None = None
    for lines in file.blocks():
        if lines:
            places, before = sorter.places(lines, before)
            yield places, lines


def _changed(lines: list[bytes], places: list[int], change: Changed) -> bytes:
    kept = (change(line) if place == 0 else line for line, place in zip(lines, places, strict=True))
    return b"".join(line + b"\n" for line in kept if line is not None)


def _written(file: Found, work: _Work, new: IO[bytes]) -> int:
    """Write the lines that stay; returns how many."""
    stay = 0
    to = cast("IO[bytes]", gzip.GzipFile("", "wb", 6, new, 0)) if file.packed else new
    for places, lines in _sorted(file, work.sorter):
        text = _changed(lines, places, work.change)
        stay += text.count(b"\n")
        to.write(text)
    if file.packed:
        to.close()
    return stay


def _segments(descriptor: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Pieces of whole lines with their places; a last line without an end is being written and left alone."""
    at, want = 0, _SEGMENT
    while at < size:
        piece = os.pread(descriptor, min(want, size - at), at)
        end = piece.rfind(b"\n") + 1
        if end:
            yield at, piece[:end]
            at, want = at + end, _SEGMENT
        elif at + len(piece) >= size or not piece:
            return
        else:
            want *= 2
