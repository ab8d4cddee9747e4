"""A manifest without any finding, and ways to spoil one thing in it."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

from zusage.promises.checking import check
from zusage.promises.finding import Finding
from zusage.promises.loading import Loaded, load

ON = date(2026, 1, 15)
GONE = object()


def _both(text: str) -> dict[str, str]:
    return {"de": text, "en": text}


SOUND: dict[str, Any] = {
    "zusage": 1,
    "controller": {
        "name": "Musterschild GmbH",
        "address": "Musterweg 1, 00000 Musterstadt",
        "email": "datenschutz@shop.example",
        "land": "NW",
        "officer": {"none_because": _both("Es sind weniger als zwanzig Personen.")},
    },
    "notice": {
        "version": "2026-01-01",
        "names_laws": ["DSGVO", "BDSG", "TDDDG"],
        "third_country_transfers": "listed",
        "automated_decisions": "none",
    },
    "systems": {"shop": {"url": "${SHOP}"}},
    "people": {"customer": {"record": "shop.customer"}},
    "classes": {"contact": _both("Kontakt"), "voucher": _both("Beleg")},
    "recipients": {
        "carrier": {"title": _both("Versand"), "role": "controller", "country": "DE"},
        "host": {"title": _both("Rechner"), "role": "processor", "country": "CH", "contract": "2025-02-03"},
        "counter": {
            "title": _both("Zähler"),
            "role": "controller",
            "country": "US",
            "safeguard": _both("Data Privacy Framework"),
        },
    },
    "activities": {
        "orders": {
            "title": _both("Bestellung"),
            "purpose": _both("Vertrag"),
            "legal_basis": "art-6-1-b",
            "obligation": _both("Pflichtfelder"),
            "recipients": ["carrier", "host"],
            "refs": ["PS-1"],
            "data": {
                "shop.shop_order": {"of": "customer via customer_id", "classes": {"contact": ["name", "email"]}},
                "shop.order_note": {"part_of": "shop.shop_order via order_id", "classes": {"contact": ["text"]}},
            },
            "keep": [
                {"name": "claims", "data": "shop.shop_order", "at_most": "P4Y", "from": "completed_at"},
            ],
        },
        "vouchers": {
            "title": _both("Belege"),
            "purpose": _both("Steuern"),
            "legal_basis": "art-6-1-c",
            "data": {"shop.invoice": {"classes": {"voucher": ["number", "recipient"]}}},
            "keep": [
                {
                    "duty": "ao-147-vouchers",
                    "at_least": "P8Y",
                    "at_most": "P8Y",
                    "from": "end_of_year(issued_on)",
                    "refs": ["PS-2"],
                }
            ],
        },
        "statistics": {
            "title": _both("Statistik"),
            "purpose": _both("Zählen"),
            "legal_basis": "art-6-1-a",
            "consent": {"withdraw": {"de": "jederzeit", "en": "at any time"}, "text_version": "2026-01", "asked": "banner"},
            "recipients": ["counter"],
        },
        "log": {
            "title": _both("Protokoll"),
            "purpose": _both("Sicherheit"),
            "legal_basis": "art-6-1-f",
            "legitimate_interest": _both("Abwehr von Angriffen (Art. 6 Abs. 1 Buchst. f DSGVO, Art. 6(1)(f) GDPR)"),
            "data": {"shop.log": {"classes": {"contact": ["address", "agent"]}}},
            "keep": [
                {
                    "at_most": "P14D",
                    "from": "at",
                    "then": {"anonymise": {"address": {"constant": "-"}, "agent": {"first": 3}}},
                }
            ],
        },
    },
    "cookies": {
        "sid": {"purpose": _both("Warenkorb"), "necessary": True, "owner": "Musterschild", "lifetime": "session"},
        "_count": {"purpose": _both("Zählen"), "activity": "statistics", "owner": "Zähler", "lifetime": "P6M"},
        "zusage": {"purpose": _both("Ihre Wahl"), "necessary": True, "owner": "Musterschild", "lifetime": "P6M"},
    },
    "consents": {"sites": ["https://shop.example"]},
    "backups": {"nightly": {"of": ["shop"], "every": "P1D", "kept": "P30D"}},
    "measures": {"updates": {"says": _both("regelmäßig"), "regular": True, "every": "P1M"}},
    "superseded": [{"refs": ["PS-9"], "because": "named the TMG", "by": "vouchers/rule-1"}],
}


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The sound manifest with some values replaced; paths are written with slashes, GONE removes."""
    manifest = copy.deepcopy(SOUND)
    for path, new in changes.items():
        value = new if new is GONE else copy.deepcopy(new)
        *outer, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        inner: Any = manifest
        for part in outer:
            inner = inner[part] if isinstance(inner, list) else inner.setdefault(part, {})
        if value is GONE:
            del inner[last]
        elif isinstance(inner, list) and last == len(inner):
            inner.append(value)
        else:
            inner[last] = value
    return manifest


def loaded(folder: Path, changes: dict[str, Any] | None = None) -> Loaded:
    """Load the sound manifest with changes."""
    file = folder / "zusage.yaml"
    file.write_text(json.dumps(changed(changes or {}), indent=1), encoding="utf-8")
    return load(file)


def found(folder: Path, changes: dict[str, Any] | None = None, on: date = ON) -> list[Finding]:
    """What checking finds in the sound manifest with changes."""
    return list(check(loaded(folder, changes), on))


def places(folder: Path, changes: dict[str, Any] | None = None, on: date = ON) -> set[tuple[str, str]]:
    """The same as (code, path)."""
    return {(one.code, one.path) for one in found(folder, changes, on)}
