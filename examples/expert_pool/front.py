"""The pool as visitors reach it: over TLS behind a real nginx, with the notice that its manifest makes."""

import os
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from secrets import token_urlsafe

from expert_pool.passwords import hashed
from expert_pool.pool import Rights
from expert_pool.serve import start
from expert_pool.work import accounts, team
from zusage.documents import publish
from zusage.promises.loading import load
from zusage.testing.authority import Authority
from zusage.testing.front import Front
from zusage.testing.ports import free_ports

EXAMPLE = Path(__file__).parent
POOL = "pool.example"
_HSTS = 'add_header Strict-Transport-Security "max-age=31536000" always;'
SOMEBODY = {"given_name": "Kim", "family_name": "Probe", "country": "DE", "email": "look@example.org"}


class Fronted:
    """A running pool with its front; ``meddling`` are directives of nginx that a saboteur adds to its pages."""

    def __init__(self, folder: Path, meddling: str = "", *, asking: bool = False) -> None:
        """``asking``: people are led to the page of requests, which whoever starts this serves on the port ``office``."""
        self.folder, self._asking, self._stack = folder, asking, ExitStack()
        try:
            self._start(meddling)
        except BaseException:
            self._stack.close()
            raise

    def _start(self, meddling: str) -> None:
        database = f"sqlite:///{self.folder / 'pool.db'}"
        notice = self.folder / "notice"
        rights = Rights(url=f"https://{POOL}/rights", key=token_urlsafe(32))
        self.running = start(
            database, self.folder / "pool", notice=notice, public_url=f"https://{POOL}", rights=rights if self._asking else None
        )
        self._stack.callback(self.running.close)
        self.secure, self.plain, self.office = free_ports(3)
        self.environment = {
            "POOL_DATABASE_URL": database,
            "POOL_APPLICATION_URL": database,
            "POOL_FOLDER": str(self.folder / "pool"),
            "LOOK_EMAIL": SOMEBODY["email"],
            "LOOK_PASSWORD": self._join(),
            "POOL_LOGIN_KEY": rights.key,
        }
        self._stack.enter_context(Front(self.folder / "nginx", self._servers(meddling)))
        self.manifest = self._manifest()
        notice.mkdir()
        for name, text in publish(load(self.manifest), date.today()).items():
            (notice / name).write_text(text, encoding="utf-8")

    def _join(self) -> str:
        """Those who exist only for the look, one of each role; returns their password."""
        pool, password = self.running.pool, token_urlsafe(12)
        number = accounts.register(pool, SOMEBODY | {"password": password}, "de")
        with pool.engine.begin() as connection:
            accounts.confirm(connection, number)
            for role in team.RIGHTS:
                team.hire(connection, f"look-{role}", role, "office", password_hash=hashed(password))
        return password

    def _servers(self, meddling: str) -> str:
        authority = Authority(self.folder / "authority")
        self.authority = authority.path
        certificate, key = authority.issue(POOL)
        return f"""server {{ listen 127.0.0.1:{self.plain}; server_name {POOL}; return 301 https://$host$request_uri; }}
server {{ listen 127.0.0.1:{self.secure} ssl; server_name {POOL}; ssl_protocols TLSv1.2 TLSv1.3;
  ssl_certificate {certificate}; ssl_certificate_key {key};
  location /rights/ {{ proxy_pass http://127.0.0.1:{self.office}; proxy_set_header X-Forwarded-For $remote_addr; }}
  location / {{ proxy_pass {self.running.url}; proxy_set_header Host $host; proxy_set_header Accept-Encoding "";
    {_HSTS} {meddling} }} }}"""

    def _manifest(self) -> Path:
        """The example's own manifest, with the names where they are for this trial."""
        resolve = f'{POOL}: "127.0.0.1:{self.secure}", "{POOL}:80": "127.0.0.1:{self.plain}"'
        text = (EXAMPLE / "website.yaml").read_text(encoding="utf-8")
        here = os.path.relpath(EXAMPLE, self.folder)
        text = text.replace("[zusage.yaml, weblog.yaml]", f"[{here}/zusage.yaml, {here}/weblog.yaml]")
        text = text.replace("    wait: 0.2\n", f"    wait: 0.1\n    authority: {self.authority}\n    resolve: {{{resolve}}}\n")
        path = self.folder / "website.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def close(self) -> None:
        """Stops the front, then the pool."""
        self._stack.close()


@contextmanager
def fronted(folder: Path, meddling: str = "", *, asking: bool = False):
    """The pool for as long as the block runs."""
    pool = Fronted(folder, meddling, asking=asking)
    try:
        yield pool
    finally:
        pool.close()
