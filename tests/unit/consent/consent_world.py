"""A manifest that asks for statistics and advertising in its banner, and for a newsletter by mail."""

from __future__ import annotations

import copy
from typing import Any

from zusage.consent.offer import Offer, offer_of
from zusage.promises.manifest import Manifest


def both(de: str, en: str) -> dict[str, str]:
    return {"de": de, "en": en}


WITHDRAW = both("Jederzeit unten auf jeder Seite", "At any time at the bottom of every page")
VALUES: dict[str, Any] = {
    "zusage": 1,
    "controller": {"name": "Musterschild GmbH", "email": "datenschutz@shop.example"},
    "notice": {"url": "https://shop.example/datenschutz"},
    "recipients": {
        "counter": {"title": both("Zählwerk (Auswertung)", "Zählwerk (evaluation)"), "role": "processor", "country": "DE"},
        "network": {"title": both("Werbenetz (Messung)", "Werbenetz (measurement)"), "role": "controller", "country": "US"},
    },
    "consents": {"sites": ["https://shop.example"]},
    "cookies": {
        "session": {"purpose": both("ordnet Formularschritte zu", "links form steps"), "necessary": True, "lifetime": "session"},
        "zusage": {"purpose": both("merkt sich Ihre Wahl", "remembers your choice"), "necessary": True, "lifetime": "P6M"},
        "_stat": {"purpose": both("unterscheidet Besuche", "tells visits apart"), "activity": "analytics", "lifetime": "P6M"},
        "_ad*": {"purpose": both("erkennt Anzeigen", "tells advertisements"), "activity": "advertising", "lifetime": "P3M"},
    },
    "activities": {
        "orders": {"title": both("Bestellung", "Orders"), "purpose": both("Vertrag", "contract"), "legal_basis": "art-6-1-b"},
        "analytics": {
            "title": both("Statistik", "Statistics"),
            "purpose": both("Auswertung der Nutzung", "evaluation of the use"),
            "legal_basis": "art-6-1-a",
            "recipients": ["counter"],
            "consent": {
                "asked": "banner",
                "says": both("Wir dürfen Besuche zählen", "We may count visits"),
                "withdraw": WITHDRAW,
                "text_version": "2026-11",
                "hosts": ["tags.analytics.example"],
                "signals": ["analytics_storage"],
            },
        },
        "advertising": {
            "title": both("Werbung", "Advertising"),
            "purpose": both("Messung von Anzeigen", "measurement of advertisements"),
            "legal_basis": "art-6-1-a",
            "recipients": ["network"],
            "consent": {
                "asked": "banner",
                "withdraw": WITHDRAW,
                "text_version": "2026-11",
                "hosts": ["*.ads.example"],
                "signals": ["ad_storage", "ad_user_data", "ad_personalization"],
            },
        },
        "newsletter": {
            "title": both("Rundbrief", "Newsletter"),
            "purpose": both("Zusendung unseres Rundbriefs", "sending of our newsletter"),
            "legal_basis": "art-6-1-a",
            "consent": {"asked": "mail", "withdraw": WITHDRAW, "text_version": "1"},
        },
    },
}


def manifest(changes: dict[str, Any] | None = None) -> Manifest:
    """The manifest with some values replaced; paths are written with slashes."""
    values = copy.deepcopy(VALUES)
    for path, new in (changes or {}).items():
        *outer, last = path.split("/")
        inner: Any = values
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[last] = new
    return Manifest.model_validate(values)


def offer(changes: dict[str, Any] | None = None) -> Offer:
    return offer_of(manifest(changes))
