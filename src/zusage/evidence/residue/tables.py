"""Every table of a database, declared or not: each cell as bytes, whatever its type."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from itertools import islice

from zusage.connectors.port import Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS
from zusage.promises.inventory import TableInfo

from .found import Residue
from .needles import Needles
from .streams import Gathering, read_through

#: rows whose cells are looked at together first
_TOGETHER = 500


def scan_tables(reader: Reader, needles: Needles) -> Residue:
    """Look through every cell of every table in one snapshot. Views are left out unless their rows are stored.

    A table that cannot be read, or of which rows may be hidden, is reported as unread.
    """
    seen = Gathering(reader.system, needles)
    try:
        for name, table in reader.survey().tables.items():
            if not table.is_view or table.materialised:
                _table(seen, reader, name, table)
    except SystemTrouble as trouble:
        seen.missed("tables", str(trouble))
    return Residue(traces=tuple(sorted(seen.traces)), looked_at=seen.looked_at, unread=tuple(seen.unread))


def scan_cells(store: str, cells: Iterable[tuple[str, object]], needles: Needles) -> Residue:
    """Look through cells, each with its place, such as table.column."""
    seen, places = Gathering(store, needles), set()
    try:
        for place, value in cells:
            places.add(place)
            _cell(seen, place, value)
    except SystemTrouble as trouble:
        seen.missed("beside tables" if places else "tables", str(trouble))
    if not places and not seen.unread:
        seen.missed("tables", "hold nothing at all")
    return Residue(traces=tuple(sorted(seen.traces)), looked_at=len(places), unread=tuple(seen.unread))


def _table(seen: Gathering, reader: Reader, name: str, table: TableInfo) -> None:
    columns = [column.name for column in table.columns]
    seen.looked_at += len(columns)
    try:
        with reader.snapshot():
            visibility = reader.visibility(name)
            if not visibility.shown:
                seen.missed(name, visibility.how)
            rows = reader.rows(Selection(system=reader.system, table=name, where=ALWAYS), columns)
            while some := list(islice(rows, _TOGETHER)):
                for row in some if _worth_while(seen, some) else ():
                    for column, value in zip(columns, row, strict=True):
                        _cell(seen, f"{name}.{column}", value)
    except SystemTrouble as trouble:
        seen.missed(name, str(trouble))


def _worth_while(seen: Gathering, rows: Sequence[Sequence[object]]) -> bool:
    """Whether any of some rows may hold something; what may be an archive is always looked into."""
    texts = []
    for value in (value for row in rows for value in row):
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, bytes | bytearray | memoryview):
            return True
        elif value is not None and not isinstance(value, bool | float):
            texts.append(_words(value))
    return seen.may_hold("\x1f".join(texts).encode("utf-8", "surrogatepass"))


def _words(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


def _cell(seen: Gathering, place: str, value: object) -> None:
    match value:
        case None | bool() | float():
            pass  # no seeded value is a fraction
        case str():
            seen.note(place, value.encode("utf-8", "surrogatepass"))
        case bytes() | bytearray() | memoryview():
            before = seen.looked_at
            read_through(seen, place, io.BytesIO(bytes(value)))
            seen.looked_at = before
        case _:
            seen.note(place, _words(value).encode("utf-8", "surrogatepass"))
