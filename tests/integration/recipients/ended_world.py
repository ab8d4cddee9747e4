"""People whose data a rule took, written down for recipients as an apply writes them down, without the apply."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from zusage.bootstrap import Product
from zusage.bootstrap.recipients.notifying import seal
from zusage.bootstrap.vaults import vault_of

PLAN = "3fa9" * 16
Names = dict[str, list[str]]


def by_email(n: int) -> Names:
    return {"email": [f"mail{n}@example.net"]}


def ended(
    product: Product,
    people: int,
    recipients: Sequence[str],
    *,
    plan: str = PLAN,
    names: Callable[[int], Names] = by_email,
    at: datetime | None = None,
    batches: int = 0,
) -> None:
    """A rule of a plan took the data of so many people, of which these recipients are to be told; in one batch that has no number, or in some."""
    vault, when, about, now = vault_of(product), at or product.clock(), f"rule {plan}", product.clock()
    with product.state.together():
        from zusage.state.models import NoticeRow, OccasionRow  # only now that the state is open

        to = OccasionRow.objects.using(product.state.alias)
        fields = {"kind": "erased", "at": when, "settled_at": now, "recipients": json.dumps(list(recipients))}
        abouts = [f"{about}/{n % batches + 1}" if batches else about for n in range(people)]
        to.bulk_create([OccasionRow(code=f"person {n}", about=abouts[n], **fields) for n in range(people)])
        rows = []
        for n, row in enumerate(to.filter(about__startswith=about).order_by("id")):
            content = {"identities": names(n), "corrected": None, "public": False}
            for recipient in recipients:
                key = str(uuid.uuid4())
                sealed = seal(vault, key, content)
                rows.append(NoticeRow(occasion=row, recipient=recipient, key=key, sealed=sealed, next_at=now))
        NoticeRow.objects.using(product.state.alias).bulk_create(rows)
