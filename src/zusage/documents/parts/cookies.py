"""What is stored in the visitor's browser (Art. 5(3) of Directive 2002/58/EC, § 25 TDDDG)."""

from __future__ import annotations

from zusage.documents.catalogue import opening, tidy
from zusage.documents.lengths import length
from zusage.documents.page import Line, Section, Table, line, paragraphs
from zusage.promises.law import legal_basis
from zusage.promises.manifest import Cookie
from zusage.promises.period import Period

from .setting import Setting

_HEADINGS = ("name", "purpose", "owner", "lifetime", "need")


def cookies(setting: Setting) -> Section:
    """Every declared entry."""
    say = setting.say
    law = say("cookies.necessary_de" if setting.is_german else "cookies.necessary_other")
    keys = (*_HEADINGS, *(("basis",) if any(one.activity for one in setting.manifest.cookies.values()) else ()))
    headings = tuple(say(f"cookies.{key}") for key in keys)
    rows = tuple(_row(setting, name, cookie) for name, cookie in setting.manifest.cookies.items())
    return Section(say("cookies.heading"), "cookies", (paragraphs(law), Table(say("cookies.caption"), headings, rows)))


def _row(setting: Setting, name: str, cookie: Cookie) -> tuple[tuple[Line, ...], ...]:
    say = setting.say
    cells = (
        tidy(name),
        opening(say.of(cookie.purpose)),
        opening(tidy(cookie.owner) if cookie.owner else say("cookies.us")),
        opening(_lifetime(setting, cookie)),
        opening(say(f"cookies.{'terms_de' if setting.is_german else 'terms_other'}.{cookie.rests_on}")),
        *((_basis(setting, cookie),) if any(one.activity for one in setting.manifest.cookies.values()) else ()),
    )
    return tuple((line(cell),) for cell in cells)


def _basis(setting: Setting, cookie: Cookie) -> str:
    """The ground of what is then done with it (Art. 6 GDPR), which is another than that of storing it."""
    activity = setting.manifest.activities.get(cookie.activity or "")
    return setting.say.of(legal_basis(activity.legal_basis).cite) if activity else setting.say("page.not_given")


def _lifetime(setting: Setting, cookie: Cookie) -> str:
    if cookie.lifetime is None:
        return setting.say("page.not_given")
    if not isinstance(cookie.lifetime, Period):
        return setting.say(f"cookies.{cookie.lifetime}")
    return length(cookie.lifetime, setting.say)
