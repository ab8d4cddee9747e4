"""Calendar days where the controller is, of what rows say."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from zusage.promises.manifest import Manifest


def day_of(manifest: Manifest, table: str, column: str, value: object) -> date | None:
    """The calendar day of a value where the controller is; None where it says none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if not isinstance(value, datetime) and len(str(value)) == len("2026-03-01"):
        return at.date()
    system, bare = table.split(".", 1)
    declared = manifest.databases.get(system)
    zone = declared.zones.get(f"{bare}.{column}", declared.time_zone) if declared else "UTC"
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(ZoneInfo(manifest.time_zone)).date()
