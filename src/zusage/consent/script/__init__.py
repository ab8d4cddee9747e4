"""The script for a site's pages, made from an offer: banner, settings and gate in one file without a dependency."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from importlib import resources
from typing import Any

from zusage.consent.offer import Offer, Purpose
from zusage.consent.shown import shown
from zusage.consent.words import LANGUAGES


def script(offer: Offer) -> str:
    """JavaScript for ``<script src=… defer>``; the same bytes for the same offer."""
    # U+2028 and U+2029 end a line in old JavaScript; JSON leaves them as they are
    content = _json(_offer(offer)).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return _source("consent.js").replace('"OFFER"', content, 1).replace('"STYLE"', _json(_source("consent.css")), 1)


def etag(text: str) -> str:
    """An entity tag for the script."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _offer(offer: Offer) -> dict[str, Any]:
    texts = {}
    for language in LANGUAGES:
        one = shown(offer, language)
        texts[language] = {"digest": one.digest, "body": _lean(json.loads(one.body))}
    return {
        "service": offer.consents.service,
        "cookie": offer.consents.cookie,
        "days": max(1, int(offer.consents.lasts.rough_days)),
        "purposes": [_purpose(one) for one in offer.asked_in("banner")],
        "texts": texts,
    }


def _lean(body: dict[str, Any]) -> dict[str, Any]:
    """What the page prints; what only the record needs stays with the record."""
    purposes = [
        {k: v for k, v in one.items() if k not in ("reach", "version")} for one in body["purposes"] if one["asked"] == "banner"
    ]
    return {**body, "purposes": purposes}


def _purpose(purpose: Purpose) -> dict[str, Any]:
    return {
        "name": purpose.name,
        "items": list(purpose.items),
        "hosts": list(purpose.hosts),
        "signals": list(purpose.signals),
        "cookies": [one.name for one in purpose.cookies],
    }


@cache
def _source(name: str) -> str:
    """A file of this folder without comments on lines of their own and without indentation."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    lines = (re.sub(r"^\s+", "", line) for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("// ")) + "\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
