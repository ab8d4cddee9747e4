"""The pool and everybody around it in one process, on the loopback."""

from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from flask import Flask

from expert_pool.pool import Pool, Rights, Settings
from expert_pool.standins.around import Surroundings
from expert_pool.web.app import create_app
from expert_pool.work import alerts, approvals, documents, offers, telling
from expert_pool.work.team import TEAM, set_password
from plate_shop.database import utcnow
from plate_shop.standins.served import Served, listen


@dataclass(slots=True)
class Running:
    """A pool that is served, with its surroundings."""

    app: Flask
    web: Served
    around: Surroundings

    @property
    def url(self) -> str:
        """Where the pool is."""
        return self.web.url

    @property
    def pool(self) -> Pool:
        """What the pages work with."""
        return self.app.extensions["expert_pool"].pool

    def nightly(self) -> None:
        """The pool's own daily work. Keeping the limits of the notice is not among it."""
        run_jobs(self.pool)
        self.app.extensions["expert_pool"].sessions.purge()

    def close(self) -> None:
        """Stops the pool, then everybody around it."""
        self.web.close()
        self.around.close()
        self.pool.engine.dispose()


def run_jobs(pool: Pool) -> None:
    """Takes down what has closed, lets old proofs lapse, tells, and sends what is queued."""
    with pool.engine.begin() as connection:
        offers.take_down(connection, utcnow().date())
        approvals.lapse(connection, utcnow().date())
    alerts.send(pool)
    telling.remind(pool)
    documents.sweep(pool)
    pool.post.deliver()


def start(
    url: str,
    folder: Path,
    *,
    notice: Path | None = None,
    port: int = 0,
    public_url: str = "",
    rights: Rights | None = None,
    mails: bool = True,
) -> Running:
    """Starts the stand-ins, then the pool that is set up with their addresses.

    ``public_url``: of a server before it. Without ``mails`` these stay in the spool.
    """
    around, bound = Surroundings(), listen(port)
    settings = Settings(
        url=url,
        folder=folder,
        public_url=public_url or f"http://127.0.0.1:{bound.getsockname()[1]}",
        services=around.services,
        smtp=around.smtp if mails else None,
        notice_dir=notice,
        rights=rights,
    )
    app = create_app(settings)
    return Running(app, Served(app, bound), around)


def give_passwords(running: Running) -> dict[str, str]:
    """Fresh passwords for the team of the demonstration: there are no default ones."""
    passwords = {login: token_urlsafe(9) for login in TEAM}
    for login, password in passwords.items():
        set_password(running.pool.engine, login, password)
    return passwords
