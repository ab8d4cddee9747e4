"""Invented lines of the two access logs: the last weeks, and what an idle host never rotated away."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

_PAGES = ("/", "/teams/stadtbaeume", "/teams/nachtluft", "/kontakt", "/vorschlaege/7", "/unter-16")
_BROWSERS = ("Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0", "Mozilla/5.0 (Macintosh) Version/17.4 Safari/605.1.15")


def write_logs(folder: Path, now: datetime, *, days: int = 40, a_day: int = 12, seed: int = 4711) -> None:
    """``access.log`` of today with rotated and packed ones, and a ``conference.log`` that was never rotated."""
    random = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for back in range(days):
        lines = "".join(_line(random, now - timedelta(days=back), random.choice(_PAGES)) for _ in range(a_day))
        if back == 0:
            (folder / "access.log").write_text(lines, encoding="ascii")
        elif back == 1:
            (folder / "access.log.1").write_text(lines, encoding="ascii")
        else:
            with gzip.open(folder / f"access.log.{back}.gz", "wt", encoding="ascii") as packed:
                packed.write(lines)
    meetings = (_line(random, now - timedelta(days=back), "/raum/-") for back in range(days, 0, -2))
    (folder / "conference.log").write_text("".join(meetings), encoding="ascii")


def _line(random: Random, day: datetime, page: str) -> str:
    address = (
        f"{random.randint(11, 99)}.{random.randint(1, 254)}.0.0" if random.random() < 0.7 else f"2001:{random.randint(10, 99)}::"
    )
    at = day - timedelta(seconds=random.randint(1, 3000))
    rest = f'"GET {page} HTTP/1.1" 200 {random.randint(900, 9000)} "-" "{random.choice(_BROWSERS)}"'
    return f"{address} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] {rest}\n"
