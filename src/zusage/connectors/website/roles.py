"""Trying, as each role and as nobody, the pages that are only for some."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from zusage.promises.manifest.website import Website

from .seen import RoleLook

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PATIENCE = 15_000


def guarded(site: Website) -> tuple[str, ...]:
    """Every page that is only for some, once."""
    return tuple(dict.fromkeys(path for role in site.roles.values() for path in role.may))


def tried(page: Page, site: Website, url: str, role: str) -> RoleLook:
    """What somebody of a role, or nobody, reaches of all of them."""
    found = {path: _reaches(page, url, path) for path in guarded(site)}
    reached, unseen = ([path for path, result in found.items() if result is wanted] for wanted in (True, None))
    return RoleLook(role=role, entered=True, reached=tuple(reached), unseen=tuple(unseen))


def _reaches(page: Page, url: str, path: str) -> bool | None:
    """Whether the page is shown, and not refused or another one in its place; None: it did not answer."""
    from playwright.sync_api import Error

    try:
        answer = page.goto(urljoin(url, path), wait_until="commit", timeout=_PATIENCE)
    except Error:
        return None
    return bool(answer and answer.status < 400 and urlsplit(page.url).path == urlsplit(path).path)
