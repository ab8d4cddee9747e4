"""The text as it is shown, word for word, with a digest: what every record of a choice points to. Pure.

The banner and the settings page print these strings and no others, so that the record of a choice is the record of what was read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zusage.promises.period import Period

from .offer import Offer, Purpose, Stored
from .words import Language, length, sentence, words

#: of the digest, in the cookie
BRIEF = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One version of the text in one language."""

    language: Language
    #: canonical JSON
    body: str
    #: SHA-256 of the body, as hex
    digest: str

    @property
    def reaches(self) -> dict[str, frozenset[str]]:
        """By purpose, what a consent to this text covers."""
        return {purpose["name"]: frozenset(purpose["reach"]) for purpose in json.loads(self.body)["purposes"]}

    @property
    def answerable(self) -> frozenset[str]:
        """What can be answered at once; what is asked by mail needs a confirmation first."""
        return frozenset(purpose["name"] for purpose in json.loads(self.body)["purposes"] if purpose["asked"] != "mail")


def shown(offer: Offer, language: Language) -> Shown:
    """The text of an offer."""
    return read_back(_canonical(_content(offer, language)))


def read_back(body: str) -> Shown:
    """A stored text; raises ValueError when it is none."""
    content = json.loads(body)
    if not isinstance(content, dict) or content.get("zusage-consent-text") != 1:
        raise ValueError("this is no text of a consent")
    return Shown(language=content["language"], body=body, digest=hashlib.sha256(body.encode()).hexdigest())


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _content(offer: Offer, language: Language) -> dict[str, Any]:
    said = words(language)
    asked = offer.asked_in("banner")
    settings, banner = dict(said["settings"]), dict(said["banner"])
    *others, last = [purpose.title.in_language(language) for purpose in asked] or [""]
    banner["intro"] = banner["intro"].format(purposes=said["units"]["and"].join(filter(None, (", ".join(others), last))))
    settings["lasts"] = settings["lasts"].format(lasts=length(offer.consents.lasts, language))
    settings["responsible"] = settings["responsible"].format(controller=_whom(offer))
    pattern, endings = (
        settings.pop("cookie"),
        {"session": settings.pop("session"), "until-deleted": settings.pop("until_deleted")},
    )
    return {
        "zusage-consent-text": 1,
        "language": language,
        "controller": offer.controller,
        "notice": offer.notice,
        "banner": banner,
        "settings": settings,
        "controls": said["controls"],
        "status": said["status"],
        "necessary": [_entry(one, language, pattern, endings) for one in offer.necessary],
        "purposes": [_purpose(one, language, pattern, endings) for one in offer.purposes],
    }


def _whom(offer: Offer) -> str:
    return f"{offer.controller}, {offer.contact}" if offer.contact else offer.controller


def _purpose(purpose: Purpose, language: Language, pattern: str, endings: Mapping[str, str]) -> dict[str, Any]:
    recipients = []
    for one in purpose.recipients:
        more = [part for part in (one.country, one.safeguard.in_language(language) if one.safeguard else "") if part]
        recipients.append(one.title.in_language(language) + (f" ({'; '.join(more)})" if more else ""))
    return {
        "name": purpose.name,
        "asked": purpose.asked,
        "title": purpose.title.in_language(language),
        "says": sentence(purpose.says.in_language(language)),
        "purpose": sentence(purpose.purpose.in_language(language)),
        "withdraw": sentence(purpose.withdraw.in_language(language)) if purpose.withdraw else "",
        "version": purpose.version,
        "recipients": recipients,
        "hosts": list(purpose.hosts),
        "cookies": [_entry(one, language, pattern, endings) for one in purpose.cookies],
        "reach": list(purpose.reach),
    }


def _entry(stored: Stored, language: Language, pattern: str, endings: Mapping[str, str]) -> str:
    lasts = stored.lifetime or "session"
    lifetime = endings[lasts] if lasts in endings else length(Period.parse(lasts), language)
    purpose = sentence(stored.purpose.in_language(language))
    return pattern.format(name=stored.name, lifetime=lifetime, owner=stored.owner, purpose=purpose)
