"""Using restricted data where Art. 18(2) GDPR permits it: opened for reading, for a while, and closed again.

The application reaches nothing meanwhile: what is opened is a file of our own folder, for its owner's eyes alone.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.rights.restriction import Opened, Use, UseRefused, usable
from zusage.state.errors import UnknownUse

from ..filing import remove, replace
from .hiding import hidden
from .plain import plain
from .restricted import by_policy, documents_of, holds_of_restriction

if TYPE_CHECKING:
    from zusage.rights.restriction import Restriction

    from ..product import Product

_FOLDER = "restricted"


def open_rows(product: Product, id: str, use: Use, *, by: str, second: str, reasons: str, time: timedelta) -> tuple[Opened, Path]:
    """Note the use, then write the rows of a restriction to a private file. Raises UseRefused, UnknownRestriction, SystemTrouble."""
    restriction = product.state.restrictions.get(id)
    usable(restriction, by, second, reasons, time)
    rows = _rows(product, restriction)
    now = product.clock()
    noted = product.state.restricted_uses.note(id, use, by, second, reasons, now, now + time)
    content: dict[str, object] = {"restriction": id, "use": use, "until": noted.until.isoformat(), "rows": rows}
    content["files"] = [
        {"table": one.table, "name": one.path.name, "base64": base64.b64encode(one.content).decode()}
        for one in hidden(product, id)
    ]
    path = _file(product, noted.id)
    replace(path, json.dumps(content, ensure_ascii=False, indent=1).encode(), private=True)
    return noted, path


def rows_of(product: Product, id: str, by: str) -> dict[str, object]:
    """What lies open, for whoever opened it, as long as they may read it. Raises UnknownUse or UseRefused."""
    one = next((one for one in product.state.restricted_uses.all() if one.id == id), None)
    if one is None:
        raise UnknownUse(id=id)
    if one.by != by:
        raise UseRefused(f"{id} was opened by somebody else", "Have a use of your own agreed to.")
    if one.closed_at is not None or product.clock() >= one.until:
        raise UseRefused(f"{id} is closed, or its time is over", "Have it agreed to again if it is needed still.")
    try:
        found: dict[str, object] = json.loads(_file(product, id).read_bytes())
    except FileNotFoundError:  # it was interrupted between the note and the file
        raise UseRefused(
            f"nothing lies open under {id}: it was interrupted", "Close it, and have a use agreed to again."
        ) from None
    return found


def close(product: Product, id: str) -> Opened:
    """Take the file away, then note it. May be repeated. Raises UnknownUse."""
    remove(_file(product, id))
    return product.state.restricted_uses.close(id, product.clock())


def close_due(product: Product) -> int:
    """Close every use whose time is over; returns how many were."""
    due = [one for one in product.state.restricted_uses.all() if one.closed_at is None and one.until <= product.clock()]
    return len([close(product, one.id) for one in due])


def left_open(product: Product) -> int:
    """Files with restricted data that lie open although no use permits it now: its time is over, it was closed, or nobody noted one."""
    now = product.clock()
    allowed = {one.id for one in product.state.restricted_uses.all() if one.closed_at is None and now < one.until}
    folder = product.folder / _FOLDER
    return sum(1 for file in folder.iterdir() if file.stem not in allowed) if folder.is_dir() else 0


def _rows(product: Product, restriction: Restriction) -> dict[str, list[dict[str, object]]]:
    """What the restriction hides, by system.table."""
    found: dict[str, list[dict[str, object]]] = {}
    for _, document in documents_of(product, restriction):
        for table, rows in ((document.table, (document.row,)), *document.parts):
            mine = found.setdefault(f"{document.system}.{table}", [])
            mine += [{name: plain(value) for name, value in row.items()} for row in rows]
    for hold in holds_of_restriction(product, restriction):
        if by_policy(product, hold.system):
            reader = product.reader(hold.system)
            names = [column.name for column in product.inventories[hold.system].tables[hold.bare].columns]
            rows_there = reader.rows(hold.selection, names)
            found[hold.table] = [dict(zip(names, map(plain, row), strict=False)) for row in rows_there]
    return found


def _file(product: Product, id: str) -> Path:
    return product.folder / _FOLDER / f"{id}.json"
