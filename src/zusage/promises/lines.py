"""What conditions can ask of a line of a log beside its fields."""

from __future__ import annotations

from .condition import Column

#: the one table of a log
TABLE = "line"
#: every address in the line, wherever it stands; missing where there is none
ADDRESSES = "addresses"
#: the time of the last line of the same session
SESSION = "session_last_seen"
#: missing where the line is not of the log's format
FITS = "fits"


def beyond(bits: str) -> Column:
    """Addresses that show more than their first bits, given as ``24/48``; missing where there is none."""
    return Column(f"{ADDRESSES} beyond {bits}")
