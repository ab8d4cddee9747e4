"""A toy web shop on the loopback with a banner, statistics and advertisements of others: real pages behind a real nginx, over TLS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from zusage.documents import publish
from zusage.promises.loading import load

from ..authority import Authority
from ..front import Front
from ..ports import free_ports

SHOP, STATISTICS, ADVERTISER, ELSEWHERE = "shop.example", "stats.example", "ads.example", "elsewhere.example"
HOSTS = (SHOP, STATISTICS, ADVERTISER, ELSEWHERE)

#: what the shop's server says when nobody meddles with it
_HSTS = 'add_header Strict-Transport-Security "max-age=31536000" always;'
_REDIRECT = "return 301 https://$host$request_uri;"
_SESSION = 'add_header Set-Cookie "session=0f8a; Path=/; HttpOnly; Secure; SameSite=Lax";'


@dataclass(frozen=True, slots=True, kw_only=True)
class Meddling:
    """How a saboteur changes the shop's server: directives of nginx that replace its own, and more of them."""

    #: what is added to every page of the shop
    page: str = ""
    #: more directives for the shop's pages, and for its script
    more: str = ""
    script: str = ""
    #: more for the notice
    notice: str = ""
    hsts: str = _HSTS
    plain: str = _REDIRECT
    session: str = _SESSION
    protocols: str = "TLSv1.2 TLSv1.3"
    ciphers: str = ""
    #: how many days the shop's certificate still has, and for whom it is
    days: int = 90
    named: str = SHOP
    #: its certificate is of another authority than the one that is trusted
    stranger: bool = False

    def __add__(self, other: Meddling) -> Meddling:
        """Both at once; raises ValueError where both replace the same."""
        mine, theirs = self.changed(), other.changed()
        if twice := {name for name in mine.keys() & theirs.keys() if name != "page"}:
            raise ValueError(f"both meddle with {', '.join(sorted(twice))}")
        return Meddling(**{**mine, **theirs, "page": self.page + other.page})

    def changed(self) -> dict[str, Any]:
        """What it changes, by name."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default}


@dataclass(slots=True)
class Toy:
    """The shop and everybody around it, on ports of the loopback."""

    folder: Path
    meddling: Meddling = field(default_factory=Meddling)
    _front: Front | None = None
    _ports: list[int] = field(default_factory=lambda: free_ports(2))

    @property
    def authority(self) -> Path:
        """The root whose certificates the shop and the others have."""
        return self.folder / "authority.pem"

    @property
    def resolve(self) -> Mapping[str, str]:
        """Where the names lead."""
        secure, plain = (f"127.0.0.1:{port}" for port in self._ports)
        return {**dict.fromkeys(HOSTS, secure), f"{SHOP}:80": plain}

    def start(self, authority: Authority) -> Toy:
        """Serve."""
        issued = {host: authority.issue(host) for host in HOSTS[1:]}
        issuer = Authority(self.folder / "stranger") if self.meddling.stranger else authority
        issued[SHOP] = issuer.issue(self.meddling.named, days=self.meddling.days)
        servers = [self._plain(), self._shop(issued[SHOP]), *(self._other(host, issued[host]) for host in HOSTS[1:])]
        self._front = Front(self.folder / "nginx", "\n".join(servers)).start()
        return self

    def close(self) -> None:
        """Stop serving."""
        if self._front:
            self._front.close()

    def manifest(self, *, short: bool = False) -> Path:
        """The manifest that says all this, written into the folder; its promises hold while nobody meddles.

        ``short``: only the first page is looked at, the form, and the account.
        """
        names = json.dumps(dict(self.resolve))
        text = (files(__package__) / "zusage.yaml").read_text(encoding="utf-8")
        path = self.folder / "zusage.yaml"
        text = text.replace("[/, /contact.html, /about.html]", "[/]") if short else text
        path.write_text(text.replace("resolve: {}", f"resolve: {names}").replace("${TOY_AUTHORITY}", str(self.authority)))
        for name, content in publish(load(path), date.today()).items():
            (self.folder / name).write_text(content, encoding="utf-8")
        return path

    def _plain(self) -> str:
        return f"server {{ listen 127.0.0.1:{self._ports[1]}; server_name {SHOP}; root {_root('shop')}; {self.meddling.plain} }}"

    def _shop(self, issued: tuple[Path, Path]) -> str:
        meddling = self.meddling
        page = f"sub_filter '</title>' '</title>{meddling.page}'; sub_filter_once on;" if meddling.page else ""
        return f"""server {{ listen 127.0.0.1:{self._ports[0]} ssl; server_name {SHOP}; root {_root("shop")};
  {_certificate(issued)} ssl_protocols {meddling.protocols}; {meddling.ciphers}
  location = /banner.js {{ sub_filter_types application/javascript; {meddling.script} }}
  location ^~ /notice. {{ root {self.folder}; {meddling.hsts} {meddling.notice} }}
  location / {{ {meddling.hsts} location ~ ^/(.*[.]html)?$ {{ {meddling.hsts} {meddling.session} {page} {meddling.more} }} }} }}"""

    def _other(self, host: str, issued: tuple[Path, Path]) -> str:
        cookie = (
            'add_header Set-Cookie "visitor=1; Path=/; Max-Age=7776000; Secure; SameSite=None";' if host == ADVERTISER else ""
        )
        return f"""server {{ listen 127.0.0.1:{self._ports[0]} ssl; server_name {host}; root {_root(host.partition(".")[0])};
  {_certificate(issued)} add_header Access-Control-Allow-Origin *; {cookie} location = /hit {{ return 204; }}
  location = /pixel.gif {{ empty_gif; }} }}"""


def _certificate(issued: tuple[Path, Path]) -> str:
    return f"ssl_certificate {issued[0]}; ssl_certificate_key {issued[1]};"


def _root(name: str) -> str:
    return str(files(__package__) / name)
