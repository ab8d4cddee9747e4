"""Trying, as each role and as nobody, the pages that are only for some."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from zusage.promises.manifest.website import Website

from .seen import RoleLook

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PATIENCE = 15_000
#: the server had no time for it, which is no refusal
_NO_ANSWER = frozenset({408, 425, 429})


def guarded(site: Website) -> tuple[str, ...]:
    """Every page that is only for some, once."""
    return tuple(dict.fromkeys(path for role in site.roles.values() for path in role.may))


def tried(page: Page, site: Website, url: str, role: str) -> RoleLook:
    """What somebody of a role, or nobody, reaches of all of them."""
    found: dict[str, bool | None] = {}
    for path in guarded(site):
        if found:
            page.wait_for_timeout(site.pause * 1000)
        found[path] = _reaches(page, url, path)
    reached, unseen = ([path for path, result in found.items() if result is wanted] for wanted in (True, None))
    return RoleLook(role=role, entered=True, reached=tuple(reached), unseen=tuple(unseen))


def _reaches(page: Page, url: str, path: str) -> bool | None:
    """Whether the page is shown, and not refused or another one in its place; None: the server gave no answer to that."""
    from playwright.sync_api import Error

    try:
        answer = page.goto(urljoin(url, path), wait_until="commit", timeout=_PATIENCE)
    except Error:
        return None
    if answer is None or answer.status in _NO_ANSWER or answer.status >= 500:
        return None
    return answer.status < 400 and urlsplit(page.url).path == urlsplit(path).path
