"""What rules took of many people, for one recipient, as a human looks at it and ends it: a group is one line and one decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from zusage.rights.notification import Notice, NoticeGroup, Way

from ..vaults import vault_of
from .delivering import notices_of, way_to
from .together import Opened, in_words, key_of, parted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zusage.documents.rule_notification import Written

    from ..product import Product


def way_of_group(product: Product, group: NoticeGroup) -> Way:
    """How the recipient is told, where something names the people."""
    return way_to(product, group.recipient, demanded=False, erased=True)


def nameless_in(product: Product, group: NoticeGroup) -> int:
    """How many open notices of a group name nobody to the recipient, though that is how it knows people."""
    from zusage.vault.errors import VaultError

    notices = notices_of(product, group.recipient)
    if notices is None or not notices.names or not group.waiting:
        return 0
    vault, found = vault_of(product), 0
    for _, key, sealed in product.state.notice_groups.sealed(group.plan, group.recipient):
        try:
            found += not any(json.loads(vault.unseal_note(f"notice {key}", sealed)).get("identities", {}).values())
        except VaultError:  # told when it is to be sent
            continue
    return found


def words_of(product: Product, group: NoticeGroup, some: Sequence[Notice]) -> Written | None:
    """Notices of a group as one message, so that a human can send it; None where everybody was told. It names people."""
    from zusage.documents.rule_notification import written

    notices = notices_of(product, group.recipient)
    opened: list[Opened] = []
    while some:
        found = parted(product, some, named=False)
        opened, some = [*opened, *found.opened], found.rest
    if not opened:
        return None
    language = notices.language if notices else "de"
    key = key_of((one.notice, one.sealed) for one in opened)
    return written(product.loaded.manifest, key, in_words(product, opened), language)
