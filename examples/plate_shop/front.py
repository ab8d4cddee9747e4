"""The shop as visitors reach it: over TLS behind a real nginx, with the service for consent and two services whose tags it has."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from plate_shop import schema
from plate_shop.database import open_engine
from plate_shop.shop import Settings
from plate_shop.standins.served import Served
from plate_shop.standins.town import TAGS, Town
from plate_shop.web.app import create_app
from zusage.testing.authority import Authority
from zusage.testing.front import Front, free_ports

EXAMPLE = Path(__file__).parent
SHOP = "shop.example"
_HSTS = 'add_header Strict-Transport-Security "max-age=31536000" always;'


class Fronted:
    """A running shop with its front; ``meddling`` are directives of nginx that a saboteur adds to the shop's pages."""

    def __init__(self, folder: Path, meddling: str = "") -> None:
        self.folder, self._stack = folder, ExitStack()
        try:
            self._start(meddling)
        except BaseException:
            self._stack.close()
            raise

    def _start(self, meddling):
        mailbox_url, shop_url = (f"sqlite:///{self.folder / name}.sqlite3" for name in ("mailbox", "shop"))
        mailbox = open_engine(mailbox_url)
        schema.mailbox.create_all(mailbox)
        town = Town(mailbox)
        self._stack.callback(town.close)
        self.secure, self.plain, consent = free_ports(3)
        services = {**town.services, **{name: f"https://{host}" for name, host in TAGS.items()}}
        settings = Settings(
            shop_url=shop_url,
            mailbox_url=mailbox_url,
            public_url=f"https://{SHOP}",
            services=services,
            smtp=town.smtp,
            notice_dir=_notice(self.folder / "notice"),
            consent=f"http://127.0.0.1:{consent}/zusage",
        )
        web = Served(create_app(settings))
        self._stack.callback(web.close)
        self.environment = {
            "SHOP_DATABASE_URL": shop_url,
            "SHOP_MAILBOX_URL": mailbox_url,
            "SHOP_WEB_URL": f"https://{SHOP}",
            "SHOP_CONSENT_URL": settings.consent,
        }
        self._serve_consent(consent)
        tags = {host: town.services[name].rpartition(":")[2] for name, host in TAGS.items()}
        self._stack.enter_context(Front(self.folder / "nginx", self._servers(web.url, tags, meddling)))
        self.manifest = self._manifest()

    def _serve_consent(self, port):
        command = [sys.executable, "-m", "zusage", "consent", "serve", str(EXAMPLE / "zusage.yaml"), "--port", str(port)]
        command += ["--behind-proxy", "--per-minute", "0", "--folder", str(self.folder / "own")]
        log = self._stack.enter_context((self.folder / "consent.log").open("wb"))
        served = subprocess.Popen(command, env={**os.environ, **self.environment}, stdout=log, stderr=log)
        self._stack.callback(served.wait)
        self._stack.callback(served.terminate)
        for _ in range(600):
            if served.poll() is not None:
                break
            try:
                return httpx.get(f"{self.environment['SHOP_CONSENT_URL']}/consent.js", timeout=5)
            except httpx.TransportError:
                time.sleep(0.1)
        said = (self.folder / "consent.log").read_text()
        raise RuntimeError(f"the service for consent does not answer: {said}")

    def _servers(self, url, tags, meddling):
        authority = Authority(self.folder / "authority")
        self.authority = authority.path
        servers = [f"server {{ listen 127.0.0.1:{self.plain}; server_name {SHOP}; return 301 https://$host$request_uri; }}"]
        for host, upstream, more in [(SHOP, url, _HSTS + meddling), *((h, f"http://127.0.0.1:{p}", "") for h, p in tags.items())]:
            certificate, key = authority.issue(host)
            servers.append(f"""server {{ listen 127.0.0.1:{self.secure} ssl; server_name {host}; ssl_protocols TLSv1.2 TLSv1.3;
  ssl_certificate {certificate}; ssl_certificate_key {key};
  location / {{ proxy_pass {upstream}; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto https; proxy_set_header Accept-Encoding ""; {more} }} }}""")
        return "\n".join(servers)

    def _manifest(self):
        """The example's own manifest, with the names where they are for this trial."""
        names = {SHOP: self.secure, f"{SHOP}:80": self.plain, **dict.fromkeys(TAGS.values(), self.secure)}
        resolve = ", ".join(f'"{name}": "127.0.0.1:{port}"' for name, port in names.items())
        text = (EXAMPLE / "website.yaml").read_text(encoding="utf-8")
        text = text.replace("import: zusage.yaml", f"import: {os.path.relpath(EXAMPLE / 'zusage.yaml', self.folder)}")
        text = text.replace("    wait: 0.5\n", f"    wait: 0.2\n    authority: {self.authority}\n    resolve: {{{resolve}}}\n")
        path = self.folder / "website.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def close(self):
        self._stack.close()


def _notice(folder):
    """The notice, as it is published from the example's manifest."""
    from click.testing import CliRunner

    from zusage.cli import cli

    done = CliRunner().invoke(cli, ["publish", str(EXAMPLE / "zusage.yaml"), "-o", str(folder)], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return folder


@contextmanager
def fronted(folder, meddling=""):
    """The shop for as long as the block runs."""
    shop = Fronted(folder, meddling)
    try:
        yield shop
    finally:
        shop.close()
