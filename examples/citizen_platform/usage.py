"""Counts the pages of a day from the access log: numbers only, and none below five.

What is counted are pages, not people: neither an address nor a whole browser name leaves the log. The log's lines go after 14 days;
the numbers stay, and nothing in them leads back to a line or to an account.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, delete, insert

from citizen_platform.schema import browser_day, page_day

FEWEST = 5
_LINE = re.compile(
    r'\S+ - - \[(?P<day>\d\d/\w{3}/\d{4}):[^\]]*\] "GET (?P<page>/[^ "]*) [^"]*" 200 \d+ "[^"]*" "(?P<browser>[^"]*)"'
)
_NUMBER = re.compile(r"/\d+")
_BROWSERS = ("Firefox", "Edg", "OPR", "Chrome", "Safari")


def count(logs: Path, usage: Engine, day: date) -> int:
    """Counts one day and replaces what was counted for it before; returns how many numbers were written."""
    pages, browsers = Counter(), Counter()
    for page, browser in _views(logs, day):
        pages[page] += 1
        browsers[browser] += 1
    rows = {
        page_day: [{"day": day, "page": name, "views": number} for name, number in pages.items() if number >= FEWEST],
        browser_day: [{"day": day, "browser": name, "views": number} for name, number in browsers.items() if number >= FEWEST],
    }
    with usage.begin() as connection:
        for table, new in rows.items():
            connection.execute(delete(table).where(table.c.day == day))
            if new:
                connection.execute(insert(table), new)
    return sum(map(len, rows.values()))


def _views(logs: Path, day: date) -> Iterator[tuple[str, str]]:
    for file in sorted(logs.glob("access.log*")):
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                found = _LINE.match(line)
                if found and _day(found["day"]) == day and not found["page"].startswith(("/static/", "/intern")):
                    yield _NUMBER.sub("/-", found["page"])[:80], _family(found["browser"])


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d/%b/%Y").date()
    except ValueError:
        return None


def _family(browser: str) -> str:
    return next((name for name in _BROWSERS if name in browser), "other")
