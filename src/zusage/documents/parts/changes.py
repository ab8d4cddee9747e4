"""How the notice changes, and which version this is."""

from __future__ import annotations

from zusage.documents.catalogue import tidy
from zusage.documents.lengths import day_in_words
from zusage.documents.page import Line, Paragraphs, Section, line

from .setting import GAP, Setting, around, web


def changes(setting: Setting) -> Section:
    """What happens when the processing changes; the version; the abbreviations."""
    say, notice = setting.say, setting.manifest.notice
    place = (around(say("changes.url", url=GAP), web(tidy(notice.url), tidy(notice.url))),) if notice.url else ()
    lines = (
        line(say("changes.text")),
        *place,
        line(say("changes.version", date=day_in_words(notice.version or setting.on, say))),
        line(say("page.terms_de" if setting.is_german else "page.terms")),
    )
    return Section(say("changes.heading"), "changes", (Paragraphs(lines),))


def lead(setting: Setting) -> tuple[Line, ...]:
    """What stands before the first section."""
    say = setting.say
    day = day_in_words(setting.manifest.notice.version or setting.on, say)
    return line(say("page.edition", date=day)), line(say("page.lead"))
