"""Calendar days where the controller is: an instant has another date in another place."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from zusage.promises.period import Period

    from .product import Product


def today(product: Product) -> date:
    """The calendar day of now, in the manifest's time zone."""
    return day_of(product, product.clock())


def day_of(product: Product, at: datetime) -> date:
    """The calendar day of an instant, in the manifest's time zone."""
    return at.astimezone(ZoneInfo(product.loaded.manifest.time_zone)).date()


def begins(product: Product, kept: Period) -> datetime:
    """What lies before this instant has been kept for a whole period."""
    return datetime.combine(kept.before(today(product)), time(), ZoneInfo(product.loaded.manifest.time_zone))


def day_or_instant(product: Product, table: str, column: str, value: object) -> date | datetime | None:
    """What a column of system.table says of when: a day, or an instant with its zone; None where it says neither."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, datetime):
        text = str(value).strip()
        try:
            if len(text) == len("2026-03-01"):
                return date.fromisoformat(text)
            value = datetime.fromisoformat(text)
        except ValueError:
            return None
    return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone_of(product, table, column)))


def comparable(when: date | datetime | None) -> str:
    """A text that sorts by when it was, in UTC; empty for nothing."""
    if isinstance(when, datetime):
        return when.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    return when.isoformat() if when else ""


def day_in(product: Product, text: str) -> date | None:
    """The calendar day of a comparable text, in the manifest's time zone."""
    try:
        return date.fromisoformat(text) if len(text) <= len("2026-03-01") else day_of(product, datetime.fromisoformat(f"{text}Z"))
    except ValueError:  # from before such texts were made of times alone
        return None


def zone_of(product: Product, table: str, column: str) -> str:
    """In which zone times without an offset are meant in a column of system.table."""
    system, bare = table.split(".", 1)
    declared = product.loaded.manifest.databases.get(system)
    return declared.zones.get(f"{bare}.{column}", declared.time_zone) if declared else "UTC"
