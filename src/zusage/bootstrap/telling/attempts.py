"""One attempt to tell a recipient, of one notice or of many in one message: noted before it is made, and what came of it afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from zusage.connectors.notifying import NotDelivered, Sent
from zusage.rights.notification import Notice

from .delivering import CLOSED, Deliver, delivery, delivery_of_many, failing, notices_of
from .tally import Tally
from .together import key_of, parted

if TYPE_CHECKING:
    from zusage.promises.manifest import Telling

    from ..product import Product


#: messages of a line that go in halves in one sweep: enough for some people among many thousand, and no flood where nothing is taken
_PARTINGS = 64


class Attempt(Protocol):
    """What goes out as one message."""

    @property
    def recipient(self) -> str:
        """Who is told."""

    @property
    def tries(self) -> int:
        """How often it was tried, this time included."""

    @property
    def deliver(self) -> Deliver:
        """Makes it, on another thread. Raises NotDelivered."""

    def begin(self) -> bool:
        """Note it before it is made; False where a human was quicker, and nothing is noted."""

    def told(self, sent: Sent, tally: Tally) -> None:
        """Note the receipt, and count of what."""

    def failed(self, trouble: NotDelivered, next_at: datetime, tally: Tally) -> None:
        """Note that it failed, and count what did."""

    def parted(self) -> Iterator[Sequence[Notice]] | None:
        """Note that it goes in two from now on, and needs not wait; each half is read when it is its turn. None where it is one notice."""


@dataclass(frozen=True)
class Alone:
    """One notice."""

    product: Product
    notice: Notice
    deliver: Deliver = field(repr=False)

    @property
    def recipient(self) -> str:
        """As the protocol says."""
        return self.notice.recipient

    @property
    def tries(self) -> int:
        """As the protocol says."""
        return self.notice.tries + 1

    def begin(self) -> bool:
        """As the protocol says."""
        from zusage.state.errors import NoticeEnded

        try:
            self.product.state.notices.begin(self.notice.id)
        except NoticeEnded:
            return False
        return True

    def told(self, sent: Sent, tally: Tally) -> None:
        """As the protocol says; what a human has ended meanwhile stays as it is."""
        from zusage.state.errors import NoticeEnded

        now = self.product.clock()
        with suppress(NoticeEnded):
            tally.told.append(self.product.state.notices.receive(self.notice.id, sent.receipt, now, progress=sent.progress))

    def failed(self, trouble: NotDelivered, next_at: datetime, tally: Tally) -> None:
        """As the protocol says."""
        from zusage.state.errors import NoticeEnded

        with suppress(NoticeEnded):
            tally.failed.append(self.product.state.notices.fail(self.notice.id, str(trouble), next_at))

    def parted(self) -> None:
        """As the protocol says."""


@dataclass(frozen=True)
class Together:
    """Many notices of rules."""

    product: Product
    key: str
    notices: Sequence[Notice]
    deliver: Deliver = field(repr=False)

    @property
    def recipient(self) -> str:
        """As the protocol says."""
        return self.notices[0].recipient

    @property
    def tries(self) -> int:
        """As the protocol says."""
        return max(one.tries for one in self.notices) + 1

    def begin(self) -> bool:
        """As the protocol says."""
        return self.product.state.bundles.begin([one.id for one in self.notices], self.key)

    def told(self, sent: Sent, tally: Tally) -> None:
        """As the protocol says."""
        counts = self.product.state.bundles.receive(self.key, sent.receipt, self.product.clock())
        tally.group_told(self.recipient, counts)

    def failed(self, trouble: NotDelivered, next_at: datetime, tally: Tally) -> None:
        """As the protocol says."""
        counts = self.product.state.bundles.fail(self.key, str(trouble), next_at)
        tally.group_failed(self.recipient, counts, str(trouble), next_at)

    def parted(self) -> Iterator[Sequence[Notice]] | None:
        """As the protocol says."""
        if len(self.notices) == 1:
            return None
        bundles, other = self.product.state.bundles, str(uuid.uuid4())
        bundles.part(self.key, other, self.product.clock())
        return filter(None, map(bundles.of, (self.key, other)))


@dataclass
class Line:
    """What is due for one recipient, a message at a time."""

    turns: Iterator[Sequence[Notice]]
    left: Sequence[Notice] = ()
    partings: int = 0

    def begun(self, product: Product, telling: Telling, tally: Tally) -> Attempt | None:
        """The next attempt, noted as begun; None where nothing is left."""
        while turn := self.left or next(self.turns, ()):
            self.left = ()
            attempt = self._attempt(product, telling, turn, tally)
            if attempt is not None and attempt.begin():
                return attempt
            if isinstance(attempt, Together):
                self.left = (*attempt.notices, *self.left)  # a human was quicker with one of them: the others go without it
        return None

    def in_halves(self, attempt: Attempt, trouble: NotDelivered) -> bool:
        """Whether the recipient did not take what is in a message, and its halves go yet, behind all else: each is another message."""
        if not trouble.unfit or self.partings == _PARTINGS or (halves := attempt.parted()) is None:
            return False
        self.turns, self.partings = chain(self.turns, halves), self.partings + 1
        return True

    def _attempt(self, product: Product, telling: Telling, turn: Sequence[Notice], tally: Tally) -> Attempt | None:
        if not turn[0].occasion.plan:
            return Alone(product, turn[0], delivery(product, telling, turn[0]))
        notices = notices_of(product, turn[0].recipient)
        found = parted(product, turn, named=bool(notices and notices.names))
        opened = [one.notice for one in found.opened]
        if found.torn:  # apart from the others, which it would hold up
            self.left = (*opened, *found.nameless, *found.rest)
            torn = [notice for notice, _ in found.torn]
            return Together(product, key_of(found.torn), torn, failing(NotDelivered(CLOSED)))
        self.left = found.rest
        tally.left_nameless(found.nameless)
        if not opened:
            return None
        key = key_of((one.notice, one.sealed) for one in found.opened)
        return Together(product, key, opened, delivery_of_many(product, telling, key, found.opened))
