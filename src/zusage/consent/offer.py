"""What people are asked: the purposes of a manifest that rest on a consent, and how far each reaches. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from zusage.promises.manifest import CONSENT, Activity, Consents, Manifest, Signal, Texts

#: characters of an item of a scope in the cookie: 24 bits, so that one in 16 million additions would not be asked again
ITEM = 4
Asked = Literal["banner", "mail", "form"]


class NothingAsked(Exception):
    """The manifest has no section ``consents``, so that nobody asks for consent here."""

    def __init__(self) -> None:
        super().__init__(
            "the manifest has no section consents: nothing says on which sites people are asked and how long records are kept. "
            "Add consents: {sites: [https://…]}, and asked: banner under consent of the activities that it asks for."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An entry in the browser that needs the consent, or that is necessary."""

    name: str
    purpose: Texts
    owner: str
    #: ISO 8601, ``session``, or empty where the manifest says nothing
    lifetime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A recipient as people are told of it."""

    name: str
    title: Texts
    country: str
    safeguard: Texts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One thing that people can allow or refuse by itself."""

    name: str
    title: Texts
    purpose: Texts
    #: in one sentence what people agree to
    says: Texts
    withdraw: Texts | None
    version: str
    asked: Asked
    recipients: tuple[Receiver, ...]
    hosts: tuple[str, ...]
    signals: tuple[Signal, ...]
    cookies: tuple[Stored, ...]
    #: what the activity holds of people, beside what stands in the browser
    data: tuple[Texts, ...] = ()
    #: whether it is a consent to special categories of data (Art. 9(2)(a) GDPR)
    special: bool = False

    @property
    def reach(self) -> tuple[str, ...]:
        """What a consent to it covers, item by item: whatever is not among the items that were agreed to is asked again."""
        said = hashlib.sha256("\0".join((self.purpose.de, self.purpose.en, self.says.de, self.says.en)).encode()).hexdigest()
        found = [f"purpose {said}", f"version {self.version}"]
        found += [f"recipient {one.name} {one.country}" for one in self.recipients]
        found += [f"host {host}" for host in self.hosts]
        found += [f"entry {one.name} {one.lifetime}" for one in self.cookies]
        return tuple(found)

    @property
    def items(self) -> tuple[str, ...]:
        """The reach in short, for the cookie: a few characters an item."""
        return tuple(short(item) for item in self.reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """All that is asked, and of whom."""

    controller: str
    contact: str
    address: str
    country: str
    notice: str
    consents: Consents
    purposes: tuple[Purpose, ...]
    necessary: tuple[Stored, ...]

    def asked_in(self, *where: Asked) -> tuple[Purpose, ...]:
        """The purposes that are asked for in these places."""
        return tuple(purpose for purpose in self.purposes if purpose.asked in where)

    def purpose(self, name: str) -> Purpose | None:
        """A purpose by its name."""
        return next((purpose for purpose in self.purposes if purpose.name == name), None)


def offer_of(manifest: Manifest) -> Offer:
    """What a manifest asks for. Raises NothingAsked."""
    if manifest.consents is None:
        raise NothingAsked
    return Offer(
        controller=manifest.controller.name,
        contact=manifest.controller.email or "",
        address=manifest.controller.address or "",
        country=manifest.controller.country,
        notice=manifest.notice.url or "",
        consents=manifest.consents,
        purposes=tuple(_purposes(manifest)),
        necessary=tuple(_stored(manifest, None)),
    )


def covers(agreed: frozenset[str] | set[str], purpose: Purpose) -> bool:
    """Whether what was agreed to still reaches as far as the purpose does today: less is fine, more must be asked again."""
    return set(purpose.reach) <= agreed


def _purposes(manifest: Manifest) -> Iterator[Purpose]:
    for name, activity in manifest.activities.items():
        consent = activity.consent
        if consent is None or activity.legal_basis not in CONSENT:
            continue
        yield Purpose(
            name=name,
            title=activity.title,
            purpose=activity.purpose,
            says=consent.says or activity.purpose,
            withdraw=consent.withdraw,
            version=consent.text_version or "",
            asked=consent.asked,
            recipients=tuple(_receivers(manifest, activity)),
            hosts=consent.hosts,
            signals=consent.signals,
            cookies=tuple(_stored(manifest, name)),
            data=tuple(_data(manifest, activity)),
            special=activity.legal_basis == "art-9-2-a",
        )


def _data(manifest: Manifest, activity: Activity) -> Iterator[Texts]:
    names = dict.fromkeys(name for part in activity.data.values() for name in part.classes)
    yield from (manifest.classes[name] for name in names if name in manifest.classes)


def _receivers(manifest: Manifest, activity: Activity) -> Iterator[Receiver]:
    for name in activity.recipients:
        found = manifest.recipients[name]
        yield Receiver(name=name, title=found.title, country=found.country or "", safeguard=found.safeguard)


def _stored(manifest: Manifest, activity: str | None) -> Iterator[Stored]:
    for name, cookie in manifest.cookies.items():
        if cookie.activity == activity if activity else cookie.necessary:
            owner = cookie.owner or manifest.controller.name
            yield Stored(name=cookie.named or name, purpose=cookie.purpose, owner=owner, lifetime=str(cookie.lifetime or ""))


def short(item: str) -> str:
    """An item of a reach in a few characters."""
    return base64.urlsafe_b64encode(hashlib.sha256(item.encode()).digest()).decode()[:ITEM]
