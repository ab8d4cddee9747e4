"""How a cookie was meant to be set: from its header or from a script, because a browser shortens or refuses some of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from .seen import Entry


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One cookie as it was set: without its value."""

    name: str
    #: the host that set it, or the one that it names, without a leading dot
    host: str
    #: None: until the browser closes; zero or less: it is deleted
    seconds: int | None
    secure: bool = False
    http_only: bool = False
    same_site: str = ""

    @property
    def entry(self) -> Entry | None:
        """What would be kept; nothing where it is deleted."""
        if self.seconds is not None and self.seconds <= 0:
            return None
        return Entry(
            "cookie",
            self.name,
            self.host,
            self.seconds,
            secure=self.secure,
            http_only=self.http_only,
            same_site=self.same_site,
        )


def read(line: str, host: str, now: float) -> SetCookie:
    """A line of Set-Cookie or of document.cookie (RFC 6265, section 5.2), at an instant in seconds since 1970.

    Max-Age wins over Expires; what cannot be read counts as not said.
    """
    pair, *attributes = line.split(";")
    said = {key.strip().lower(): value.strip() for key, _, value in (one.partition("=") for one in attributes)}
    return SetCookie(
        name=pair.split("=", 1)[0].strip(),
        host=(said.get("domain") or host).lstrip(".").lower(),
        seconds=_seconds(said, now),
        secure="secure" in said,
        http_only="httponly" in said,
        same_site=said.get("samesite", "").lower(),
    )


def _seconds(said: dict[str, str], now: float) -> int | None:
    age = said.get("max-age", "")
    if age.lstrip("-").isdigit():
        return int(age)
    try:
        expires = parsedate_to_datetime(said["expires"].replace("-", " ") if "expires" in said else "")
    except (ValueError, TypeError):
        return None
    return round(expires.timestamp() - now)


def longest(found: Iterable[SetCookie]) -> dict[tuple[str, str], int]:
    """The longest life that each cookie was given; session cookies are not in it."""
    lives: dict[tuple[str, str], int] = {}
    for one in found:
        if one.seconds is not None:
            lives[one.name, one.host] = max(lives.get((one.name, one.host), one.seconds), one.seconds)
    return lives
