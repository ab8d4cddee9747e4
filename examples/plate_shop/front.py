"""The shop as visitors reach it: over TLS behind a real nginx, with the service for consent and two services whose tags it has."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_urlsafe

import httpx

from plate_shop import schema
from plate_shop.database import open_engine
from plate_shop.shop import Settings
from plate_shop.standins.served import Served
from plate_shop.standins.town import PORTAL, TAGS, Town
from plate_shop.trade.team import RIGHTS, hire
from plate_shop.web.app import create_app
from zusage.testing.authority import Authority
from zusage.testing.front import Front
from zusage.testing.ports import free_ports

EXAMPLE = Path(__file__).parent
SHOP = "shop.example"
#: whose request it is says who is before us, which are only trials
_WHOSE = "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;"
#: what nobody may see from outside; who tries stands in the error log
_CLOSED = f"location = /server-status {{ {_WHOSE} deny all; }}"
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
            notice_dir=self.folder / "notice",
            consent=f"http://127.0.0.1:{consent}/zusage",
            portal_page=f"https://{PORTAL}",
        )
        web = Served(create_app(settings))
        self._stack.callback(web.close)
        self.environment = {
            "SHOP_DATABASE_URL": shop_url,
            "MAILBOX_DATABASE_URL": mailbox_url,
            "SHOP_WEB_URL": f"https://{SHOP}",
            "SHOP_CONSENT_URL": settings.consent,
            "LOOK_PASSWORD": token_urlsafe(12),
        }
        self.shop = open_engine(shop_url)
        self._stack.callback(self.shop.dispose)
        for role in RIGHTS:
            hire(self.shop, f"look-{role}", role, self.environment["LOOK_PASSWORD"])
        self._serve_consent(consent)
        errors = self._keep_logs()
        others = {host: town.services[name].rpartition(":")[2] for name, host in {**TAGS, "portal": PORTAL}.items()}
        self._stack.enter_context(Front(self.folder / "nginx", self._servers(web.url, others, meddling), errors))
        self.manifest = self._manifest()
        _said("publish", str(self.manifest), "-o", str(self.folder / "notice"), env=self.environment)

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

    def _keep_logs(self):
        """What nginx logs is shortened by nginx itself, and of its errors by the filter in a pipe; returns where those go."""
        self.logs, pipe = self.folder / "logs", self.folder / "error.pipe"
        self.logs.mkdir()
        self.environment["SHOP_LOGS"] = str(self.logs)
        manifest = str(EXAMPLE / "behind-nginx.yaml")
        os.mkfifo(pipe, 0o600)
        command = [sys.executable, "-m", "zusage", "logs", "filter", manifest, "--system", "weberrors", "--from", str(pipe)]
        command += ["--to", str(self.logs / "error.log")]
        filtering = subprocess.Popen(command, env={**os.environ, **self.environment})
        self._stack.callback(filtering.wait)
        self._stack.callback(filtering.terminate)
        words = ("--server", "nginx", "--log", str(self.logs / "access.log"), "--system", "weblogs")
        self._access = _said("logs", "configure", manifest, *words, env=self.environment)
        words = ("--server", "nginx", "--log", str(self.logs / "error.log"), "--system", "weberrors", "--pipe", str(pipe))
        errors = _said("logs", "configure", manifest, *words, env=self.environment)
        while not (self.logs / "error.log").exists():
            if filtering.poll() is not None:
                raise RuntimeError("the filter of the error log has ended")
            time.sleep(0.05)
        return errors

    def _servers(self, url, others, meddling):
        authority = Authority(self.folder / "authority")
        self.authority = authority.path
        servers = [
            self._access,
            f"server {{ listen 127.0.0.1:{self.plain}; server_name {SHOP}; access_log off; return 301 https://$host$request_uri; }}",
        ]
        ours = (SHOP, url, _HSTS + _WHOSE + meddling)
        for host, upstream, more in [ours, *((h, f"http://127.0.0.1:{p}", "access_log off;") for h, p in others.items())]:
            certificate, key = authority.issue(host)
            closed = _CLOSED if host == SHOP else ""
            servers.append(f"""server {{ listen 127.0.0.1:{self.secure} ssl; server_name {host}; ssl_protocols TLSv1.2 TLSv1.3;
  ssl_certificate {certificate}; ssl_certificate_key {key}; {closed}
  location / {{ proxy_pass {upstream}; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto https; proxy_set_header Accept-Encoding ""; {more} }} }}""")
        return "\n".join(servers)

    def _manifest(self):
        """The example's own manifest, with the names where they are for this trial."""
        names = {SHOP: self.secure, f"{SHOP}:80": self.plain, **dict.fromkeys((*TAGS.values(), PORTAL), self.secure)}
        resolve = ", ".join(f'"{name}": "127.0.0.1:{port}"' for name, port in names.items())
        text = (EXAMPLE / "website.yaml").read_text(encoding="utf-8")
        imported = [os.path.relpath(EXAMPLE / name, self.folder) for name in ("zusage.yaml", "weblog.yaml")]
        text = text.replace("import: zusage.yaml", f"import: [{', '.join(imported)}]")
        text = text.replace("    wait: 0.5\n", f"    wait: 0.2\n    authority: {self.authority}\n    resolve: {{{resolve}}}\n")
        path = self.folder / "website.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def close(self):
        self._stack.close()


def _said(*words, env=None):
    """What a command prints."""
    from click.testing import CliRunner

    from zusage.cli import cli

    done = CliRunner().invoke(cli, words, env=env, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


@contextmanager
def fronted(folder, meddling=""):
    """The shop for as long as the block runs."""
    shop = Fronted(folder, meddling)
    try:
        yield shop
    finally:
        shop.close()
