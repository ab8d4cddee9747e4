"""Generated lines of every format, as servers write them, with what people put into them."""

from __future__ import annotations

import random

FORMATS = {
    "common": "common",
    "combined": "combined",
    "json": "json",
    "custom": '$http_x_forwarded_for [$time_iso8601] $status "$http_user_agent" "$request"',
}
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.7 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:1.9.0.19) Gecko/20100101 Firefox/121.0.1.2",
    "Opera/9.80 (Android) OPR/106.3.2.1 (Bot; +http://{ip}/why)",
    "curl/8.4.0",
    "-",
    "Caf\\xC3\\xA9/1.2.3.4.5 12:34:56 std::vector",
)


class Lines:
    """Random lines; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def ip(self) -> str:
        """An address in one of its spellings."""
        choose = self.random
        four = ".".join(str(choose.randrange(1, 255)) for _ in range(4))
        six = [0x2001, 0xDB8, *(choose.randrange(1, 1 << 16) for _ in range(6))]
        words = ":".join(f"{group:x}" for group in six)
        return (
            four, four, four, words, words.upper(), ":".join(f"{group:04x}" for group in six), f"2001:db8::{six[7]:x}",
            f"::ffff:{four}", f"::ffff:{six[6]:x}:{six[7]:x}", f"2002:{six[6]:x}:{six[7]:x}::1", "::1",
        )[choose.randrange(11)]  # fmt: skip

    def place(self) -> str:
        """An address where one may stand in a path, a query or a referrer."""
        ip = self.ip()
        bracketed = f"[{ip}]:8443" if ":" in ip else f"{ip}:8443"
        return self.random.choice(
            [
                f"?ip={ip}&x=1", f"?a=%20{ip}%20", f"/lookup/{ip}", f"?u=http%3A%2F%2F{bracketed}/", f"?six={ip.replace(':', '%3A')};",
                f"?dots={ip.replace('.', '%2E') if ':' not in ip else ip}", f"?q=\\x22{ip}\\x22", f"?list={self.ip()},{self.ip()}",
                "?t=12:34:56&v=300.1.2.3", "/index.html", f"?zone=fe80::{self.random.randrange(1, 9999):x}%25eth0",
            ]
        )  # fmt: skip

    def line(self, name: str) -> bytes:
        """One line of a format, without its end."""
        choose = self.random
        time = f"27/Nov/2026:{choose.randrange(24):02d}:{choose.randrange(60):02d}:{choose.randrange(60):02d} +0000"
        agent = choose.choice(AGENTS).format(ip=self.ip())
        request = f"GET /{choose.randrange(99)}{self.place()} HTTP/1.1"
        referrer = choose.choice(["-", f"https://shop.example{self.place()}"])
        lists = ", ".join(self.ip() for _ in range(choose.randrange(1, 4)))
        text = {
            "common": f'{self.ip()} - bob [{time}] "{request}" 200 {choose.randrange(9999)}',
            "combined": f'{self.ip()} - - [{time}] "{request}" 404 - "{referrer}" "{agent}"',
            "json": f'{{"ts":"2026-11-27T12:34:56Z","remote":"{self.ip()}","xff":"{lists}","uri":"{request}","user_agent":"{agent}"}}',
            "custom": f'{lists} [2026-11-27T12:34:56+00:00] 200 "{agent}" "{request}"',
        }[name]
        junk = choose.choice([b"", b"", b"", b"\xff\xfe\x80"])
        return text.encode("latin-1").replace(b"/index", b"/index" + junk)
