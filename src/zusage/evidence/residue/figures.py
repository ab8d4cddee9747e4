"""The figures of a statistic before and after a synthetic person was there: nobody may be counted who is not."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

from zusage.connectors.port import Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The rows of one statistic."""

    #: the digest of a row → how often
    rows: Counter[bytes] = field(repr=False)
    #: why they could not be read; empty where they were
    unread: tuple[str, ...] = ()

    def moved(self, after: Figures) -> int:
        """How many rows are new, gone, or other than they were."""
        return max((after.rows - self.rows).total(), (self.rows - after.rows).total())


def figures_of(reader: Reader | SystemTrouble, table: str) -> Figures:
    """Every row of a statistic, in one snapshot. What cannot be read, or of which rows may be hidden, is said to be unread."""
    try:
        if isinstance(reader, SystemTrouble):
            raise reader
        with reader.snapshot():
            visibility = reader.visibility(table)
            columns = [column.name for column in reader.survey().tables[table].columns]
            rows = reader.rows(Selection(system=reader.system, table=table, where=ALWAYS), columns)
            found = Counter(hashlib.sha256(json.dumps(row, default=str).encode()).digest() for row in rows)
    except (SystemTrouble, KeyError) as trouble:
        return Figures(rows=Counter(), unread=(f"{table}: {trouble}",))
    return Figures(rows=found, unread=() if visibility.shown else (f"{table}: {visibility.how}",))
