"""The sections of the notice, in the order in which a person would ask."""

from __future__ import annotations

from zusage.documents.page import Section

from .activities import activities
from .changes import changes
from .cookies import cookies
from .glance import glance
from .protection import protection
from .recipients import recipients
from .rights import rights
from .setting import Setting
from .who import who

__all__ = ["Setting", "sections"]


def sections(setting: Setting) -> tuple[Section, ...]:
    """Every section; cookies only where there are any."""
    manifest = setting.manifest
    return (
        who(setting),
        *((glance(setting), activities(setting)) if manifest.activities else ()),
        recipients(setting),
        *((cookies(setting),) if manifest.cookies else ()),
        rights(setting),
        protection(setting),
        changes(setting),
    )
