"""The shop and everybody around it in one process, on the loopback."""

from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from flask import Flask

from plate_shop import schema
from plate_shop.database import open_engine
from plate_shop.founding import TEAM
from plate_shop.shop import Settings, Shop
from plate_shop.standins.served import Served, listen
from plate_shop.standins.town import Town
from plate_shop.trade.team import set_password
from plate_shop.web.app import create_app


@dataclass(slots=True)
class Running:
    """A shop that is served, with its town."""

    app: Flask
    web: Served
    town: Town

    @property
    def url(self) -> str:
        """Where the shop is."""
        return self.web.url

    @property
    def shop(self) -> Shop:
        """What the pages work with."""
        return self.app.extensions["plate_shop"].shop

    def purge(self) -> int:
        """Forgets the checkouts that were left half an hour ago."""
        return self.app.extensions["plate_shop"].sessions.purge()

    def close(self) -> None:
        """Stops the shop, then the town."""
        self.web.close()
        self.town.close()
        self.shop.engine.dispose()
        self.shop.mailbox.dispose()


def start(shop_url: str, mailbox_url: str, *, notice: Path | None = None, port: int = 0, consent: str | None = None) -> Running:
    """Starts the stand-ins, then the shop that is set up with their addresses."""
    mailbox = open_engine(mailbox_url)
    schema.mailbox.create_all(mailbox)
    town, bound = Town(mailbox), listen(port)
    settings = Settings(
        shop_url=shop_url,
        mailbox_url=mailbox_url,
        public_url=f"http://127.0.0.1:{bound.getsockname()[1]}",
        services=town.services,
        smtp=town.smtp,
        notice_dir=notice,
        consent=consent,
    )
    app = create_app(settings)
    return Running(app, Served(app, bound), town)


def give_passwords(running: Running) -> dict[str, str]:
    """Fresh passwords for the team of the demonstration: there are no default ones."""
    passwords = {login: token_urlsafe(9) for login in TEAM}
    for login, password in passwords.items():
        set_password(running.shop.engine, login, password)
    return passwords
