"""Which backups there are, and how old each is."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from glob import glob
from pathlib import Path

from ..sql.address import fill
from ..trouble import Unreachable
from .port import Copy

_DAY = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")


def copies_of(backup: str, path: str) -> tuple[Copy, ...]:
    """Every backup at a declared path, oldest first; raises Unreachable where nobody could look.

    A file that was copied anew looks new. Where a day stands in its name that is earlier, the day counts.
    """
    pattern = os.path.expanduser(fill(f"backups.{backup}", path))
    root = Path(re.split(r"[*?\[]", pattern, maxsplit=1)[0])
    folder = root if root.is_dir() and pattern != str(root) else root.parent
    if not os.access(folder, os.R_OK | os.X_OK):
        raise Unreachable(f"backups.{backup}", "the folder of the backups is not there or cannot be read")
    found = (_copy(backup, Path(one)) for one in sorted(glob(pattern)))
    return tuple(sorted(found, key=lambda one: (one.made_at, one.path)))


def _copy(backup: str, path: Path) -> Copy:
    try:
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise Unreachable(f"backups.{backup}", f"a backup cannot be read ({error.strerror})") from None
    named = _named(path.name)
    return Copy(path=path, made_at=named if named and named + timedelta(days=1) < made else made)


def _named(name: str) -> datetime | None:
    """The noon of the day in a name."""
    found = _DAY.search(name)
    try:
        return datetime(*map(int, found.groups()), 12, tzinfo=UTC) if found else None  # type: ignore[arg-type,misc]
    except ValueError:
        return None
