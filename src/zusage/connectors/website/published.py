"""Reading the notice as it stands on a site, and looking whether pages lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from zusage.promises.manifest.website import Website

from .seen import NoticePage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .walk import Visitor

#: addresses of the links that a person can see and press
_LINKS = """() => Array.from(document.links)
  .filter(one => one.innerText.trim() && one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .map(one => one.href)"""
_READ = "() => document.body.innerText"
_PATIENCE = 15_000


def leads(page: Page, paths: tuple[str, ...]) -> bool:
    """Whether a visible link of a page leads to one of the paths on its own host."""
    here = urlsplit(page.url)
    found = (urlsplit(address) for address in page.evaluate(_LINKS))
    return any(one.hostname == here.hostname and one.path in paths for one in found)


def notices(visitor: Visitor, site: Website, url: str) -> tuple[NoticePage, ...]:
    """The notice in each language, as somebody reads it who has chosen nothing."""
    return tuple(_notice(visitor.page, language, path, url) for language, path in sorted(site.notice.items()))


def _notice(page: Page, language: str, path: str, url: str) -> NoticePage:
    from playwright.sync_api import Error

    try:
        answer = page.goto(urljoin(url, path), wait_until="load", timeout=_PATIENCE)
        text = str(page.evaluate(_READ))
    except Error:
        return NoticePage(language=language, path=path, status=None)
    status = answer.status if answer else None
    return NoticePage(language=language, path=path, status=status, text=text if status == 200 else "")
