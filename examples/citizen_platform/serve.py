"""The platform and everything around it, on the loopback: mail server, conference room in a process of its own, watcher, nginx."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex, token_urlsafe
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import httpx
from flask import Flask

from citizen_platform import schema
from citizen_platform.community.founding import STAFF
from citizen_platform.community.retiring import remind
from citizen_platform.community.staff import set_password
from citizen_platform.conference.watch import Watcher
from citizen_platform.database import open_engine
from citizen_platform.mails import SmtpRoute
from citizen_platform.nginx import Nginx
from citizen_platform.settings import Platform, Settings
from citizen_platform.standins.certificate import make_certificate
from citizen_platform.standins.mail import MailServer
from citizen_platform.standins.served import Served, listen
from citizen_platform.web.app import create_app
from zusage.testing.ports import free_ports


class Conference:
    """The conference room in a process of its own, on a socket that outlives it."""

    def __init__(self, folder: Path, secret: str, *, platform_url: str) -> None:
        self.folder = folder
        self._bound = listen()
        self._bound.listen(64)
        self.url = f"http://127.0.0.1:{self._bound.getsockname()[1]}"
        self._environment = {**os.environ, "CONFERENCE_SECRET": secret, "PYTHONPATH": str(Path(__file__).parents[1])}
        self._arguments = ["--folder", str(folder), "--fd", str(self._bound.fileno()), "--platform", platform_url]
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Starts it, or starts it again."""
        command = [sys.executable, "-m", "citizen_platform", "conference", *self._arguments]
        self.process = subprocess.Popen(command, env=self._environment, pass_fds=[self._bound.fileno()])
        until = monotonic() + 20
        while not (self.folder / "service" / "alive").exists():
            if self.process.poll() is not None or monotonic() > until:
                raise RuntimeError("the conference room does not start")
            sleep(0.05)
        httpx.get(f"{self.url}/ende", timeout=20, trust_env=False)

    def kill(self) -> None:
        """Ends it without a word, as a crash does."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Ends it."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
        self._bound.close()


@dataclass(slots=True)
class Running:
    """A platform that is served, with everything around it."""

    app: Flask
    mail: MailServer
    conference: Conference
    watcher: Watcher
    nginx: Nginx | None
    url: str
    ca_file: Path
    _closing: ExitStack = field(repr=False)

    @property
    def platform(self) -> Platform:
        """What the pages work with."""
        return self.app.extensions["citizen_platform"].platform

    def purge(self) -> int:
        """Forgets the sessions that have ended by themselves, and reminds those who were not here for long."""
        remind(self.platform)
        return self.app.extensions["citizen_platform"].sessions.purge()

    def close(self) -> None:
        """Stops everything, last things first."""
        self._closing.close()


def start(
    platform_url: str,
    mailbox_url: str,
    *,
    rooms: Path,
    notice: Path | None = None,
    nginx: Path | None = None,
    port: int = 0,
    spool: Path | None = None,
) -> Running:
    """Starts what is around the platform, then the platform. ``nginx`` is its folder; without one browsers come directly.

    ``spool`` is where mails to people are put beside being kept to look at.
    """
    with ExitStack() as closing:
        certificate = make_certificate(Path(closing.enter_context(TemporaryDirectory(prefix="mitforschen-"))))
        mailbox = open_engine(mailbox_url)
        closing.callback(mailbox.dispose)
        schema.mailbox.create_all(mailbox)
        mail = MailServer(mailbox, certificate, spool)
        closing.callback(mail.close)
        bound, (front, room, plain) = listen(0 if nginx else port), _free_ports(port, 3)
        inside = f"http://127.0.0.1:{bound.getsockname()[1]}"
        public = f"https://127.0.0.1:{front}" if nginx else inside
        secret = token_hex(32)
        conference = Conference(rooms, secret, platform_url=public)
        closing.callback(conference.close)
        conference.start()
        settings = Settings(
            platform_url=platform_url,
            mailbox_url=mailbox_url,
            public_url=public,
            smtp=SmtpRoute(host="127.0.0.1", port=mail.port, ca_file=certificate[0]),
            conference_url=f"https://localhost:{room}" if nginx else conference.url.replace("127.0.0.1", "localhost"),
            conference_inside=conference.url,
            conference_secret=secret.encode(),
            notice_dir=notice,
        )
        app = create_app(settings)
        closing.callback(_dispose, app)
        web = Served(app, bound)
        closing.callback(web.close)
        watcher = Watcher(rooms).start()
        closing.callback(watcher.close)
        values = {"certificate": certificate[0], "key": certificate[1], "public": public, "platform": front, "conference": room}
        values |= {"plain": plain, "platform_inside": inside, "conference_inside": conference.url}
        served = Nginx(nginx, values) if nginx else None
        if served:
            closing.callback(served.close)
        return Running(app, mail, conference, watcher, served, public, certificate[0], closing.pop_all())


def _free_ports(first: int, number: int) -> list[int]:
    """Ports that are free now; the first may be chosen."""
    if not first:
        return free_ports(number)
    listen(first).close()
    return [first, *free_ports(number - 1)]


def _dispose(app: Flask) -> None:
    platform = app.extensions["citizen_platform"].platform
    platform.engine.dispose()
    platform.mailbox.dispose()


def give_passwords(running: Running) -> dict[str, str]:
    """Fresh passwords for the staff of the demonstration: there are no default ones."""
    passwords = {login: token_urlsafe(9) for login in STAFF}
    for login, password in passwords.items():
        set_password(running.platform.engine, login, password)
    return passwords
