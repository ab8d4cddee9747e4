"""What a running platform is made of."""

from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import Engine

from citizen_platform.mails import Post, SmtpRoute

IDLE_MINUTES = 60
LONGEST_HOURS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one platform is set up."""

    platform_url: str
    mailbox_url: str
    public_url: str  #: how browsers reach it; https here makes the cookie Secure
    smtp: SmtpRoute
    conference_url: str = ""  #: how browsers reach the conference room
    conference_inside: str = ""  #: how the platform reaches it
    conference_secret: bytes = field(default=b"", repr=False)
    notice_dir: Path | None = None
    secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    @property
    def https(self) -> bool:
        """Whether browsers reach the platform encrypted."""
        return self.public_url.startswith("https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The platform's own database, the operator's mailbox, and its mail."""

    settings: Settings
    engine: Engine
    mailbox: Engine
    post: Post

    def link(self, path: str) -> str:
        """An address for a mail: the platform's own."""
        return self.settings.public_url + path
