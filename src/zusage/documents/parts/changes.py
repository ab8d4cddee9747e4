"""How the notice changes, and which version this is."""

from __future__ import annotations

from zusage.documents.catalogue import tidy
from zusage.documents.lengths import day_in_words
from zusage.documents.page import Line, Section, Span, paragraphs

from .setting import Setting


def changes(setting: Setting) -> Section:
    """What happens when the processing changes; the version; the abbreviations."""
    say, notice = setting.say, setting.manifest.notice
    texts = [say("changes.text")]
    if notice.url:
        texts.append(say("changes.url", url=tidy(notice.url)))
    texts.append(say("changes.version", date=day_in_words(notice.version or setting.on, say)))
    texts.append(say("page.terms_de" if setting.is_german else "page.terms"))
    return Section(say("changes.heading"), "changes", (paragraphs(*texts),))


def lead(setting: Setting) -> tuple[Line, ...]:
    """What stands before the first section."""
    say = setting.say
    day = day_in_words(setting.manifest.notice.version or setting.on, say)
    return (Line((Span(say("page.edition", date=day)),)), Line((Span(say("page.lead")),)))
