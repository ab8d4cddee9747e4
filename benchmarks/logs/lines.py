"""A combined log, and the same log as it should be stored, worked out with Python's own ``ipaddress`` while it is made."""

from __future__ import annotations

import ipaddress
import random
from pathlib import Path

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
    "curl/8.4.0",
)
PAGES = ("-", "https://shop.example/kennzeichen/konfigurator?step=2", "https://www.suche.example/")
DIFFERENT = 100_000


def make(path: Path, stored: Path, size: int) -> int:
    """Write a log of about so many bytes, 30 % of its clients with IPv6, and what should be stored of it; returns the lines."""
    choose = random.Random(20261127)
    pairs = [_line(choose, number) for number in range(DIFFERENT)]
    block, expected = ("".join(part).encode() for part in zip(*pairs, strict=True))
    times = max(1, round(size / len(block)))
    with path.open("wb") as log, stored.open("wb") as masked:
        for _ in range(times):
            log.write(block)
            masked.write(expected)
    return times * DIFFERENT


def _line(choose: random.Random, number: int) -> tuple[str, str]:
    if choose.random() < 0.3:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.IPv6Address(0x20010DB8 << 96 | choose.getrandbits(96))
    else:
        address = ipaddress.IPv4Address(choose.randrange(1 << 24, 224 << 24))
    other = ipaddress.IPv4Address(choose.randrange(1 << 24, 224 << 24)) if choose.random() < 0.02 else None
    return _written(number, str(address), str(other)), _written(number, _cut(address), _cut(other))


def _cut(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> str:
    if address is None:
        return "None"
    bits = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, bits), strict=False).network_address)


def _written(number: int, client: str, other: str) -> str:
    rest = random.Random(number)
    query = f"?from={other}" if other != "None" else f"?q={rest.randrange(10**6)}"
    time = f"27/Nov/2026:{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d} +0000"
    request = f"GET /p/{rest.randrange(9999)}/{'x' * rest.randrange(20)}{query} HTTP/1.1"
    return f'{client} - - [{time}] "{request}" 200 {rest.randrange(10**5)} "{rest.choice(PAGES)}" "{rest.choice(AGENTS)}"\n'
