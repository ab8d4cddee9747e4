"""New states of the tests: bringing the tables up to date once is enough, where it is not that which is tried."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zusage.state import embedded, open_state

REAL = embedded._create


@contextmanager
def copied_states(folder: Path) -> Iterator[None]:
    """Meanwhile the file of a new state is a copy of the file of one that has just been opened."""
    master = folder / "state.sqlite3"

    def copy(file: Path) -> None:
        if not master.exists():
            embedded._create = REAL
            try:
                open_state(None, folder).close()
            finally:
                embedded._create = copy
        new = file.with_name(f"{file.name}.new")
        shutil.copy(master, new)
        new.rename(file)

    embedded._create = copy
    try:
        yield
    finally:
        embedded._create = REAL
