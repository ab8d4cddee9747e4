"""Packages on their way to other controllers: what was sealed, how often it was tried, and the receipt. Nothing of a person stands here.

1. A case has one transfer to a recipient, with one key for all its attempts, whoever orders it and however often.
2. An attempt is counted before it is made: one that a kill interrupted counts, and is repeated under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from .cases import case_name, case_number
from .models import TransferRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A package that was ordered to be sent."""

    case: str
    #: of the event with which it was ordered last
    number: int
    recipient: str
    #: the same at every attempt: a UUID, which stands in the package too
    key: str
    #: SHA-256; empty while the package is not sealed
    digest: str
    #: bytes, and files in the archive
    size: int
    files: int
    #: names of the columns in it
    what: tuple[str, ...]
    tries: int
    #: when it is tried again by itself; None: a human must look, or it has arrived
    next_at: datetime | None
    trouble: str
    received_at: datetime | None
    #: the status of HTTP that was the receipt
    status: int
    #: the receiver has named the digest
    confirmed: bool

    @property
    def stuck(self) -> bool:
        """It has not arrived, and is not tried again by itself."""
        return self.received_at is None and self.next_at is None

    @property
    def file(self) -> str:
        """What its sealed file is called."""
        return f"{self.case}-{self.key}"


class Transfers:
    """Transfers by their case and their recipient."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def begin(self, case: str, number: int, recipient: str, key: str, next_at: datetime) -> Transfer:
        """The transfer of a case to a recipient, for this order from now on; where there is none yet, one with this key. May be repeated (1)."""
        values = {"number": number, "key": key, "next_at": next_at}
        row, _ = self._rows().get_or_create(case=case_number(case), recipient=recipient, defaults=values)
        return self._noted(_value(row), number=number)

    def sealed(self, one: Transfer, digest: str, size: int, files: int, what: Iterable[str]) -> Transfer:
        """The package lies on disk and is not made again."""
        return self._noted(one, digest=digest, size=size, files=files, what=json.dumps(sorted(what)))

    def tried(self, one: Transfer) -> Transfer:
        """An attempt is about to be made (2)."""
        return self._noted(one, tries=one.tries + 1)

    def failed(self, one: Transfer, trouble: str, next_at: datetime | None) -> Transfer:
        """An attempt came to nothing; without a time a human must look."""
        return self._noted(one, trouble=trouble, next_at=next_at)

    def received(self, one: Transfer, at: datetime, status: int, *, confirmed: bool) -> Transfer:
        """The receiver has it."""
        return self._noted(one, received_at=at, status=status, confirmed=confirmed, next_at=None, trouble="")

    def of(self, case: str) -> tuple[Transfer, ...]:
        """Those of a case, in the order in which they were ordered."""
        return tuple(map(_value, self._rows().filter(case=case_number(case)).order_by("number")))

    def open(self) -> tuple[Transfer, ...]:
        """Those that have not arrived, oldest first."""
        return tuple(map(_value, self._rows().filter(received_at=None).order_by("id")))

    def all(self) -> tuple[Transfer, ...]:
        """Every one that is on record."""
        return tuple(map(_value, self._rows().order_by("id")))

    def drop(self, one: Transfer) -> None:
        """It is not to be sent, or its case was emptied. May be repeated."""
        self._rows().filter(key=one.key).delete()

    def _noted(self, one: Transfer, **values: object) -> Transfer:
        found = self._rows().filter(key=one.key)
        found.update(**values)
        return _value(found.get())

    def _rows(self) -> QuerySet[TransferRow]:
        return TransferRow.objects.using(self._alias)


def _value(row: TransferRow) -> Transfer:
    return Transfer(
        case=case_name(row.case),
        number=row.number,
        recipient=row.recipient,
        key=row.key,
        digest=row.digest,
        size=row.size,
        files=row.files,
        what=tuple(json.loads(row.what)),
        tries=row.tries,
        next_at=row.next_at,
        trouble=row.trouble,
        received_at=row.received_at,
        status=row.status,
        confirmed=row.confirmed,
    )
