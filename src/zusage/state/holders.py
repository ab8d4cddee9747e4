"""Tokens of the staff, known by their digest alone: whoever reads the table cannot use one."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import cast

from zusage.rights.roles import Holder, Role, same_holder

from .models import HolderRow

_PREFIX = "zusage_"


class Holders:
    """One token for each holder at a time."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def issue(self, holder: Holder, at: datetime) -> str:
        """A new token, shown this once; an older one of the same holder is worth nothing from now on."""
        token = _PREFIX + secrets.token_urlsafe(32)
        rows = HolderRow.objects.using(self._alias)
        known = next((name for name in rows.values_list("name", flat=True) if same_holder(name, holder.name)), holder.name)
        values = {"name": holder.name, "role": holder.role, "digest": _digest(token), "issued_at": at}
        rows.update_or_create(name=known, defaults=values)
        return token

    def revoke(self, name: str) -> bool:
        """Make a holder's token worth nothing; False where they have none."""
        return bool(HolderRow.objects.using(self._alias).filter(name=name).delete()[0])

    def of(self, token: str) -> Holder | None:
        """Whose token it is. Found by its digest, so that the time that takes tells nothing of any token."""
        row = HolderRow.objects.using(self._alias).filter(digest=_digest(token)).first()
        return _value(row) if row else None

    def all(self) -> tuple[tuple[Holder, datetime], ...]:
        """Everybody who has a token, and since when."""
        return tuple((_value(row), row.issued_at) for row in HolderRow.objects.using(self._alias).order_by("name"))


def _digest(token: str) -> str:
    """256 random bits need no salt."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def _value(row: HolderRow) -> Holder:
    return Holder(name=row.name, role=cast(Role, row.role))
