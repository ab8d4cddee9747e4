"""How one notice is told to its recipient: by which way, in which words, ready to be sent by another thread."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zusage.connectors.notifying import Circular, Letter, NotDelivered, Post, Processor, Sent, ask, post, send_mail
from zusage.connectors.sql.address import fill
from zusage.connectors.trouble import SystemTrouble
from zusage.rights.notification import PUBLIC, Notice, Way

from .. import filing
from ..days import day_of
from ..vaults import vault_of
from .together import Opened, circular

if TYPE_CHECKING:
    from zusage.promises.manifest import Notices, Telling, TellingMail

    from ..product import Product

Deliver = Callable[[], Sent]
#: why something fails before it is tried
CLOSED = "what names the person cannot be opened: the key of the vault is missing, or it was changed"
_NO_LONGER = "the manifest no longer says how it is told"


def way_of(product: Product, notice: Notice, nameless: Collection[str] | None = None) -> Way:
    """How a recipient is told of this; where nothing names the person a human must.

    ``nameless`` are those of many notices of which nothing names the person, where they were looked for already.
    """
    way = way_to(product, notice.recipient, demanded=not notice.occasion.plan, erased=notice.occasion.kind == "erased")
    if way in ("hand", "public"):
        return way
    return "hand" if notice.id in (nameless_of(product, [notice]) if nameless is None else nameless) else way


def way_to(product: Product, recipient: str, *, demanded: bool, erased: bool) -> Way:
    """How a recipient is told by what the manifest says: OpenDSR has words for erasures that somebody demanded, and for nothing else."""
    notices = notices_of(product, recipient)
    if recipient.startswith(PUBLIC):
        return "public"
    if notices is None:
        return "hand"
    if notices.by == "opendsr" and not (erased and demanded):
        return "email" if notices.otherwise else "hand"
    return notices.by


def unnamed(product: Product, notice: Notice, nameless: Collection[str] | None = None) -> tuple[str, ...]:
    """By what the recipient would know the person, where none of it is there: they were erased before it was known who received what."""
    notices = notices_of(product, notice.recipient)
    found = nameless_of(product, [notice]) if nameless is None else nameless
    return tuple(notices.names) if notices and notice.id in found else ()


def nameless_of(product: Product, some: Sequence[Notice]) -> frozenset[str]:
    """Those among some notices of which nothing names the person to the recipient, though that is how it knows people; read with one statement."""
    from zusage.vault.errors import VaultError

    asked = [one for one in some if one.open and (notices := notices_of(product, one.recipient)) and notices.names]
    if not asked:
        return frozenset()
    vault, sealed, found = vault_of(product), product.state.notices.sealed_of([one.id for one in asked]), set[str]()
    for one in asked:
        try:
            text = sealed.get(one.id)
            content = json.loads(vault.unseal_note(f"notice {one.key}", text)) if text else {}
        except VaultError:  # told when it is to be sent
            continue
        if not any(content.get("identities", {}).values()):
            found.add(one.id)
    return frozenset(found)


def name_person(product: Product, id: str, kind: str, values: Sequence[str], by: str) -> Notice:
    """A human says by what the recipient knows the person, and who says so is noted; the notice is sent by the next sweep. May be repeated.

    Raises NotNamed, UnknownNotice, NoticeEnded, NoticesTorn or VaultError; then nothing was changed.
    """

    from ..recipients.notifying import seal

    notice = product.state.notices.get(id)
    notices, content = notices_of(product, notice.recipient), content_of(product, notice)
    if notices is None or kind not in notices.names or not values:
        raise NotNamed(notice.recipient, tuple(notices.names) if notices else ())
    named = {**(content or {}), "identities": {**(content or {}).get("identities", {}), kind: list(values)}}
    return product.state.notices.rename(id, seal(vault_of(product), notice.key, named), by, product.clock())


class NotNamed(Exception):
    """What was given does not name a person to a recipient. No message holds what was given."""

    def __init__(self, recipient: str, known: Sequence[str]) -> None:
        kinds = ", ".join(known)
        advice = f"Say which kind, of {kinds}, and give the values" if known else "Tell it, and note its receipt"
        super().__init__(
            f"this does not name anybody to {recipient}: it knows people by {kinds or 'nothing that the manifest names'}. {advice}."
        )


def content_of(product: Product, notice: Notice) -> Mapping[str, Any] | None:
    """What names the person to the recipient; None once they were told. Raises UnknownNotice or EntryTampered."""

    sealed = product.state.notices.sealed(notice.id)
    if sealed is None:
        return None
    found: dict[str, Any] = json.loads(vault_of(product).unseal_note(f"notice {notice.key}", sealed))
    return found


def letter_of(product: Product, notice: Notice) -> Letter | Circular | None:
    """A notice as it is sent, if alone; None once it was told. It names a person."""
    from zusage.documents.notification import Notification, subject, text

    content = content_of(product, notice)
    if content is None:
        return None
    notices = notices_of(product, notice.recipient)
    language, manifest = (notices.language if notices else "de"), product.loaded.manifest
    if notice.occasion.plan:
        return circular(product, notice.key, [Opened(notice, b"", content["identities"])], language)
    told = Notification(
        number=notice.key,
        what=notice.occasion.kind,
        on=day_of(product, notice.occasion.at),
        identities=content["identities"],
        corrected=content["corrected"],
        public=content["public"],
    )
    return Letter(
        key=notice.key,
        kind=notice.occasion.kind,
        at=notice.occasion.at,
        controller=manifest.controller.name,
        identities=content["identities"],
        corrected=content["corrected"],
        public=content["public"],
        subject=subject(notice.key, language, public=content["public"]),
        text=text(manifest, told, language),
    )


def signing_secret(product: Product, recipient: str) -> bytes:
    """The secret by which a recipient knows that a webhook is ours: another for each, from one key of our own folder."""
    return hmac.new(filing.key(product.folder / "notices.key"), f"webhook {recipient}".encode(), hashlib.sha256).digest()


def notices_of(product: Product, recipient: str) -> Notices | None:
    """How the manifest says that a recipient is told; None where it does not."""
    found = product.loaded.manifest.recipients.get(recipient)
    return found.notices if found else None


def delivery(product: Product, telling: Telling, notice: Notice) -> Deliver:
    """One attempt, ready to be made on another thread: it needs neither our state nor the vault any more."""
    from zusage.vault.errors import VaultError

    try:
        letter = letter_of(product, notice)
        if letter is None:
            raise NotDelivered(_NO_LONGER)
        return _by(product, telling, notice, way_of(product, notice), letter)
    except SystemTrouble as trouble:
        return failing(trouble)
    except VaultError:
        return failing(NotDelivered(CLOSED))


def delivery_of_many(product: Product, telling: Telling, key: str, found: Sequence[Opened]) -> Deliver:
    """As ``delivery``, of many notices in one message."""
    first = found[0].notice
    try:
        notices = notices_of(product, first.recipient)
        letter = circular(product, key, found, notices.language if notices else "de")
        return _by(product, telling, first, way_of(product, first, ()), letter)
    except SystemTrouble as trouble:
        return failing(trouble)


def _by(product: Product, telling: Telling, notice: Notice, way: Way, letter: Letter | Circular) -> Deliver:
    """Raises SystemTrouble."""
    notices = notices_of(product, notice.recipient)
    if notices is None:
        raise NotDelivered(_NO_LONGER)
    to = fill(f"recipients.{notice.recipient}", notices.to)
    match way, letter:
        case "webhook", _:
            return partial(post, to, signing_secret(product, notice.recipient), letter, product.clock())
        case "opendsr", Letter():
            callback = fill("telling.callback", telling.callback) if telling.callback else None
            return partial(ask, processor_of(notices), letter, callback, in_doubt=notice.in_doubt)
        case _:
            if telling.mail is None:
                raise NotDelivered("the manifest names no mail server. Write telling: {mail: {server: …, sender: …}}")
            address = fill(f"recipients.{notice.recipient}", notices.otherwise or "") if notices.by == "opendsr" else to
            return partial(send_mail, _post(telling.mail), address, letter)


def _post(mail: TellingMail) -> Post:
    authority = fill("telling.mail", mail.authority) if mail.authority else None
    return Post(server=fill("telling.mail", mail.server), sender=mail.sender, authority=authority)


def processor_of(notices: Notices) -> Processor:
    """Where an OpenDSR processor is. Raises NotDelivered."""
    where = "recipients"
    try:
        certificate = Path(fill(where, notices.certificate)).read_bytes() if notices.certificate else None
    except OSError:
        raise NotDelivered("the processor's certificate that the manifest names cannot be read") from None
    return Processor(url=fill(where, notices.to), certificate=certificate)


def failing(trouble: SystemTrouble) -> Deliver:
    """An attempt of which it is known before that it fails."""
    return partial(_fail, trouble)


def _fail(trouble: SystemTrouble) -> Sent:
    raise trouble
