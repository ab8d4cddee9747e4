"""Many notices of what rules took, for one recipient, as one message: ten thousand people are not ten thousand mails (Art. 19 GDPR).

1. The key of a message is made of what is in it, so that a repetition with the same content has the same key, and another has another.
2. What went out together once stays together, as long as nobody has ended a part of it: its end may be in doubt.
3. A notice whose content cannot be opened holds up no other. Where the recipient does not take what is in a message, each half of it
   goes alone in the same sweep, so that whom it does not take is alone in the end; what waits is what was not taken alone.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zusage.connectors.notifying import Circular, Ended
from zusage.rights.notification import Notice

from ..days import day_of
from ..vaults import vault_of

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.rule_notification import Ended as EndedInWords

    from ..product import Product

#: people in a message: a list that a clerk can still work through, and a fraction of a second to read and to send
TOGETHER = 1000
#: bytes of what names them: well below the megabyte that web servers take unless somebody tells them otherwise
LONGEST = 400_000
#: around each value of a webhook stand its type and the marks of JSON
_AROUND = 40
_KEYS = uuid.UUID("6f0d9a3e-6a0c-5d0b-9a53-0c5b3c1d7e19")


@dataclass(frozen=True, slots=True)
class Opened:
    """A notice with what names its person to the recipient."""

    notice: Notice
    sealed: bytes
    identities: Mapping[str, Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parted:
    """What is sent of some notices in one message, and what is left of them."""

    opened: Sequence[Opened]
    #: what names the person cannot be read (3)
    torn: Sequence[tuple[Notice, bytes]]
    #: nothing names the person, though that is how the recipient knows people
    nameless: Sequence[Notice]
    rest: Sequence[Notice]


def turns(product: Product, recipient: str) -> Iterator[Sequence[Notice]]:
    """What is due for a recipient of what rules took, as it goes out, read a message at a time.

    What was in no message yet comes first, so that one that is never taken holds up no other.
    """
    state, now, after = product.state.bundles, product.clock(), ""
    known = state.known(recipient, now)
    while new := state.new(recipient, now, after, TOGETHER):
        after = new[-1].id
        yield new
    yield from filter(None, map(state.of, known))  # 2


def parted(product: Product, notices: Sequence[Notice], *, named: bool) -> Parted:
    """What of some notices goes into one message; what a human has ended meanwhile does not.

    ``named``: whom nothing names is left out, for a human.
    """
    from zusage.vault.errors import VaultError

    vault, sealed = vault_of(product), product.state.notices.sealed_of([one.id for one in notices])
    opened, torn, nameless, length = list[Opened](), list[tuple[Notice, bytes]](), list[Notice](), 0
    for at, notice in enumerate(notices):
        if (text := sealed.get(notice.id)) is None:
            continue
        try:
            content: dict[str, Any] = json.loads(vault.unseal_note(f"notice {notice.key}", text))
        except VaultError:
            torn.append((notice, text))
            continue
        names: Mapping[str, Sequence[str]] = content["identities"]
        if named and not any(names.values()):
            nameless.append(notice)
            continue
        length += sum(len(value.encode()) + _AROUND for values in names.values() for value in values)
        if opened and length > LONGEST:
            return Parted(opened, torn, nameless, notices[at:])
        opened.append(Opened(notice, text, names))
    return Parted(opened, torn, nameless, ())


def key_of(found: Iterable[tuple[Notice, bytes]]) -> str:
    """The key of a message with these notices (1)."""
    digest = hashlib.sha256()
    for notice, sealed in found:
        digest.update(notice.key.encode() + hashlib.sha256(sealed).digest())
    return str(uuid.uuid5(_KEYS, digest.hexdigest()))


def circular(product: Product, key: str, found: Sequence[Opened], language: Language) -> Circular:
    """The message. It names people."""
    from zusage.documents.rule_notification import written

    manifest = product.loaded.manifest
    words = written(manifest, key, in_words(product, found), language)
    return Circular(
        key=key,
        at=max(one.notice.occasion.at for one in found),
        controller=manifest.controller.name,
        people=[Ended(key=one.notice.key, at=one.notice.occasion.at, identities=one.identities) for one in found],
        subject=words.subject,
        text=words.text,
        table=words.table,
    )


def in_words(product: Product, found: Sequence[Opened]) -> Sequence[EndedInWords]:
    """The people as the words of the message name them."""
    from zusage.documents.rule_notification import Ended as InWords

    return [
        InWords(number=one.notice.key, on=day_of(product, one.notice.occasion.at), identities=one.identities) for one in found
    ]
