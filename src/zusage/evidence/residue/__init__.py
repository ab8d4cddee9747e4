"""Looking byte by byte for what is left of somebody: seeded values, in every form in which programs write them down."""

from __future__ import annotations

from .files import scan_files
from .found import Residue, Trace
from .needles import Needles, Seeded, ValueTooShort
from .tables import scan_cells, scan_tables

__all__ = ["Needles", "Residue", "Seeded", "Trace", "ValueTooShort", "scan_cells", "scan_files", "scan_tables"]
