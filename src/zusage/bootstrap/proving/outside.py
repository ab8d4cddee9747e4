"""What looks from outside, for a product: browsers, handshakes, and the screenshots beside the evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.port import Probe
from zusage.connectors.trouble import SystemTrouble

from ..days import today
from ..filing import replace

if TYPE_CHECKING:
    from zusage.connectors.transport.seen import Handshakes
    from zusage.connectors.website.seen import SiteLook

    from ..product import Product

SCREENSHOTS = "screenshots"


def sites(product: Product) -> Mapping[str, Probe[SiteLook] | SystemTrouble]:
    """A browser for each web site of the manifest."""
    return {name: _site(product, name) for name in product.loaded.manifest.websites}


def servers(product: Product) -> Mapping[str, Probe[Handshakes] | SystemTrouble]:
    """Handshakes for each site that promises encryption, and each mail server."""
    manifest = product.loaded.manifest
    encrypted = [name for name, site in manifest.websites.items() if site.transport]
    return {name: _server(product, name) for name in (*encrypted, *manifest.mail_servers)}


def sentences(product: Product) -> Mapping[str, Sequence[str]]:
    """What the notice says today in each language, sentence by sentence: what a site that shows it must say."""
    from zusage.documents import said
    from zusage.documents.catalogue import LANGUAGES

    return {language: said(product.loaded.manifest, language, today(product)) for language in LANGUAGES}


def keep_screenshot(folder: Path, picture: bytes) -> str:
    """Store a screenshot under its digest; the same picture is stored once."""
    digest = hashlib.sha256(picture).hexdigest()
    path = folder / SCREENSHOTS / f"{digest}.png"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, picture)
    return digest


def _site(product: Product, name: str) -> Probe[SiteLook] | SystemTrouble:
    from zusage.connectors.outside import open_site

    try:
        return product.keep(open_site(name, product.loaded.manifest, lambda picture: keep_screenshot(product.folder, picture)))
    except SystemTrouble as trouble:
        return trouble


def _server(product: Product, name: str) -> Probe[Handshakes] | SystemTrouble:
    from zusage.connectors.outside import open_server

    manifest = product.loaded.manifest
    try:
        return product.keep(open_server(name, manifest.websites.get(name) or manifest.mail_servers[name]))
    except SystemTrouble as trouble:
        return trouble
