"""Generated lines of every format, as servers write them, with what people put into them.

Those of nginx and of Apache are formats of somebody's own, in the server's words.
"""

from __future__ import annotations

import random

FORMATS = {
    "common": "common",
    "combined": "combined",
    "json": "json",
    "nginx": '$http_x_forwarded_for [$time_iso8601] $status "$http_user_agent" "$request"',
    "apache": '%v:%p %h "%{User-Agent}i" %t "%{X-Forwarded-For}i" "%r" %>s',
    "nginx-error": "nginx-error",
    "apache-error": "apache-error",
    "timestamped": "timestamped",
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
        spelling, some = self.random.randrange(11), self.random.getrandbits
        if spelling in (0, 1, 2, 7):
            four = ".".join(str(some(8) or 1) for _ in range(4))
            return four if spelling < 3 else f"::ffff:{four}"
        six = [0x2001, 0xDB8, *(some(16) or 1 for _ in range(6))]
        match spelling:
            case 3 | 4:
                words = ":".join(f"{group:x}" for group in six)
                return words if spelling == 3 else words.upper()
            case 5:
                return ":".join(f"{group:04x}" for group in six)
            case 6:
                return f"2001:db8::{six[7]:x}"
            case 8:
                return f"::ffff:{six[6]:x}:{six[7]:x}"
            case 9:
                return f"2002:{six[6]:x}:{six[7]:x}::1"
            case _:
                return "::1"

    def name(self) -> str:
        """A host's name, most of them as providers make them of an address, and some that only look like it."""
        four = [self.random.getrandbits(8) for _ in range(4)]
        six = [self.random.getrandbits(16) for _ in range(7)]
        nibbles = ".".join("".join(f"{group:04x}" for group in (0x2001, *six))[::-1])
        dashed, dotted = "-".join(map(str, four)), ".".join(map(str, four))
        return self.random.choice(
            [
                f"{dashed}.isp.example", f"ip-{dashed}", f"host{dashed}.range{four[0]}-{four[1]}.isp.example", f"pool-7-{dashed}.isp.example",
                f"{dotted}.in-addr.arpa", f"dsl.{dotted}.isp.example", f"{nibbles}.ip6.arpa", f"p{bytes(four).hex().upper()}.dip0.isp.example",
                f"2001-{'-'.join(f'{group:x}' for group in six)}.v6.isp.example", f"2001-db8--{six[0]:x}-{six[1]:x}.v6.example", f"p2001{''.join(f'{group:04x}' for group in six)}.dip0.isp.example", f"shop-{2000 + four[0] % 100}-11-28-12-30.example", "main.3f2a1b4c.js",
                "550e8400-e29b-41d4-a716-446655440000.shop.example", "28-11-26-12", "w1.shop-2.example",
            ]
        )  # fmt: skip

    def place(self) -> str:
        """An address where one may stand in a path, a query or a referrer."""
        ip = self.ip()
        bracketed = f"[{ip}]:8443" if ":" in ip else f"{ip}:8443"
        return self.random.choice(
            [
                f"?ip={ip}&x=1", f"?a=%20{ip}%20", f"/lookup/{ip}", f"?u=http%3A%2F%2F{bracketed}/", f"?six={ip.replace(':', '%3A')};",
                f"?dots={ip.replace('.', '%2E') if ':' not in ip else ip}", f"?q=\\x22{ip}\\x22", f"?list={self.ip()},{self.ip()}",
                "?t=12:34:56&v=300.1.2.3", f"?u=https%3A%2F%2F{self.name()}%2F", f"?h={self.name()}", f"/lookup/{self.name()}/x.3.js", f"?via=node:{ip}:443" if ":" not in ip else "?via=node:80", "/index.html", f"?zone=fe80::{self.random.randrange(1, 9999):x}%25eth0",
            ]
        )  # fmt: skip

    def line(self, name: str) -> bytes:
        """One line of a format, without its end."""
        junk = self.random.choice([b"", b"", b"", b"\xff\xfe\x80"])
        return self._text(name).encode("latin-1").replace(b"/index", b"/index" + junk)

    def _text(self, name: str) -> str:
        choose = self.random
        clock = f"{choose.randrange(24):02d}:{choose.randrange(60):02d}:{choose.randrange(60):02d}"
        request = f"GET /{choose.randrange(99)}{self.place()} HTTP/1.1"
        match name:
            case "common":
                return f'{self.ip()} - bob [27/Nov/2026:{clock} +0000] "{request}" 200 {choose.randrange(9999)}'
            case "combined":
                return f'{self.ip()} - - [27/Nov/2026:{clock} +0000] "{request}" 404 - "{self.referrer()}" "{self.agent()}"'
            case "json":
                return f'{{"ts":"2026-11-27T{clock}Z","remote":"{self.ip()}","xff":"{self.several()}","uri":"{request}","user_agent":"{self.agent()}"}}'
            case "nginx":
                return f'{self.several()} [2026-11-27T{clock}+00:00] 200 "{self.agent()}" "{request}"'
            case "apache":
                return f'shop.example:443 {self.ip()} "{self.agent()}" [27/Nov/2026:{clock} +0000] "{self.several()}" "{request}" 200'
            case "nginx-error":
                what = choose.choice(
                    [
                        f'open() "/srv{self.place()}" failed (2: No such file or directory)',
                        f'connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://{self.bracketed()}/"',
                    ]
                )
                return f'2026/11/27 {clock} [error] 7#7: *{choose.randrange(999)} {what}, client: {self.ip()}, server: shop.example, request: "{request}", host: "shop.example", referrer: "{self.referrer()}"'
            case "apache-error":
                return f"[Fri Nov 27 {clock}.123456 2026] [core:error] [pid 7:tid 9] [client {self.ip()}:{choose.randrange(1, 65535)}] AH00126: Invalid URI in request {request}, referer: {self.referrer()}"
            case _:
                return f"2026-11-27 {clock},123 WARNING shop.login failed for {self.several()} ({self.bracketed()}) at {self.place()}"

    def agent(self) -> str:
        """What a browser says of itself."""
        return self.random.choice(AGENTS).format(ip=self.ip())

    def referrer(self) -> str:
        """Where a visitor comes from."""
        return self.random.choice(["-", f"https://shop.example{self.place()}", f"https://{self.name()}/"])

    def several(self) -> str:
        """Addresses as a chain of proxies lists them."""
        return ", ".join(self.ip() for _ in range(self.random.randrange(1, 4)))

    def bracketed(self) -> str:
        """An address with a port."""
        ip = self.ip()
        return f"[{ip}]:8443" if ":" in ip else f"{ip}:8443"
