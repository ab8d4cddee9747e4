"""What a running shop is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import Engine

from plate_shop.gateway import Gateway
from plate_shop.mails import Post, SmtpRoute

IDLE_MINUTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one shop is set up."""

    shop_url: str
    mailbox_url: str
    public_url: str  #: how browsers reach it; https here makes the cookie Secure
    services: Mapping[str, str]  #: carrier, payment, fulfilment, registration, portal
    smtp: SmtpRoute
    portal_page: str | None = None  #: how browsers reach the comparison portal, where that is another address than ours to it
    notice_dir: Path | None = None
    consent: str | None = None  #: where the service for consent is; without one there is no banner, and no tag either
    secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    @property
    def https(self) -> bool:
        """Whether browsers reach the shop encrypted."""
        return self.public_url.startswith("https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The shop's own database, its way out, its mail, and the operator's mailbox."""

    settings: Settings
    engine: Engine
    mailbox: Engine
    gateway: Gateway
    post: Post

    def link(self, path: str) -> str:
        """An address for a mail: the shop's own, with nothing personal in it."""
        return self.settings.public_url + path
