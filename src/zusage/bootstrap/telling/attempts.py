"""One attempt to tell a recipient, of one notice or of many in one message: noted before it is made, and what came of it afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from zusage.connectors.notifying import NotDelivered, Sent
from zusage.rights.notification import Notice

from .delivering import CLOSED, Deliver, delivery, delivery_of_many, failing
from .together import key_of, parted

if TYPE_CHECKING:
    from zusage.promises.manifest import Telling

    from ..product import Product


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

    def told(self, sent: Sent) -> Sequence[Notice]:
        """Note the receipt; returns of what."""

    def failed(self, trouble: NotDelivered, next_at: datetime) -> Sequence[Notice]:
        """Note that it failed; returns what did."""


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

    def told(self, sent: Sent) -> Sequence[Notice]:
        """As the protocol says."""
        from zusage.state.errors import NoticeEnded

        now = self.product.clock()
        try:
            return (self.product.state.notices.receive(self.notice.id, sent.receipt, now, progress=sent.progress),)
        except NoticeEnded:
            return ()

    def failed(self, trouble: NotDelivered, next_at: datetime) -> Sequence[Notice]:
        """As the protocol says."""
        from zusage.state.errors import NoticeEnded

        try:
            return (self.product.state.notices.fail(self.notice.id, str(trouble), next_at),)
        except NoticeEnded:
            return ()


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

    def told(self, sent: Sent) -> Sequence[Notice]:
        """As the protocol says."""
        return self.product.state.bundles.receive(self.key, sent.receipt, self.product.clock())

    def failed(self, trouble: NotDelivered, next_at: datetime) -> Sequence[Notice]:
        """As the protocol says."""
        found = self.product.state.bundles.fail(self.key, str(trouble), next_at)
        if trouble.unfit and len(found) > 1:  # whom it does not take holds up the others only until they are apart
            self.product.state.bundles.part([one.id for one in found[len(found) // 2 :]], str(uuid.uuid4()))
        return found


def begun(product: Product, telling: Telling, turn: Sequence[Notice]) -> tuple[Attempt | None, Sequence[Notice]]:
    """The attempt with some notices that go out together, noted as begun, and which of them are left for another; None where none is open."""
    if not turn[0].occasion.plan:
        alone = Alone(product, turn[0], delivery(product, telling, turn[0]))
        return (alone if alone.begin() else None), ()
    while True:
        attempt, rest = _together(product, telling, turn)
        if attempt is None or attempt.begin():
            return attempt, rest


def _together(product: Product, telling: Telling, turn: Sequence[Notice]) -> tuple[Together | None, Sequence[Notice]]:
    found = parted(product, turn)
    opened = [one.notice for one in found.opened]
    if found.torn:  # apart from the others, which it would hold up
        torn = [notice for notice, _ in found.torn]
        return Together(product, key_of(found.torn), torn, failing(NotDelivered(CLOSED))), (*opened, *found.rest)
    if not opened:
        return None, ()
    key = key_of((one.notice, one.sealed) for one in found.opened)
    return Together(product, key, opened, delivery_of_many(product, telling, key, found.opened)), found.rest
