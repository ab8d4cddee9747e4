"""What a running expert pool is made of."""

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import Engine

from expert_pool.files import Files
from expert_pool.mails import Post, SmtpRoute

IDLE_MINUTES = 30
OPERATOR = "Fernbrücke gGmbH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """The page on which people ask for what the law gives them; it is not the pool's own."""

    url: str  #: how browsers reach it, exactly as its manifest says
    key: str = field(repr=False)  #: signs who is logged in; the page has the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one pool is set up."""

    url: str  #: of the database
    folder: Path  #: documents, previews, mail spool and access log lie here
    public_url: str  #: how browsers reach it; https here makes the cookies Secure
    services: Mapping[str, str] = field(default_factory=dict)  #: partner, stakeholder
    smtp: SmtpRoute | None = None  #: without one, mail stays in the spool
    notice_dir: Path | None = None
    rights: Rights | None = None  #: without one, nobody is led to the page of requests
    secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    @property
    def https(self) -> bool:
        """Whether browsers reach the pool encrypted."""
        return self.public_url.startswith("https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The database, the files, the mail, and the key of the ledgers."""

    settings: Settings
    engine: Engine
    files: Files
    post: Post
    key: bytes = field(repr=False)

    def link(self, path: str) -> str:
        """An address for a mail."""
        return self.settings.public_url + path

    def digest(self, word: str) -> str:
        """The keyed code under which ledgers know somebody after they are gone."""
        return hmac.new(self.key, word.strip().lower().encode(), sha256).hexdigest()


def ledger_key(folder: Path) -> bytes:
    """The key of the ledgers, made when it is first needed; it lies beside the stores, never in them."""
    path = folder / "ledger.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(token_bytes(32))
    return path.read_bytes()


def digest(token: str) -> str:
    """How a random token is stored: nobody can log in with what stands in the database."""
    return sha256(token.encode()).hexdigest()
