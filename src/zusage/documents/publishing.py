"""A manifest to the files of its notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zusage.promises.loading import Loaded
from zusage.promises.manifest import Manifest

from .catalogue import LANGUAGES, Language, catalogue
from .page import Line, Page, Span
from .parts import Setting, sections
from .parts.changes import lead
from .rendering import Form, render, stylesheet

_FORMS: tuple[Form, ...] = ("html", "md")


def notice(loaded: Loaded | Manifest, language: Language, form: Form, on: date, *, alone: bool = False) -> str:
    """The privacy notice as it is on a day; the same manifest and day give the same bytes.

    Raises UnknownLawError where the manifest names a duty that the law data do not have.
    """
    manifest = loaded.manifest if isinstance(loaded, Loaded) else loaded
    return render(_page(Setting(manifest, catalogue(language), on), form, alone), form)


def publish(loaded: Loaded | Manifest, on: date, languages: Sequence[Language] = LANGUAGES) -> dict[str, str]:
    """Every file of the notice by its name, with the style sheet that the HTML links to; in one language it leads to no other."""
    alone = len(languages) == 1
    written = {_file(lang, form): notice(loaded, lang, form, on, alone=alone) for lang in languages for form in _FORMS}
    return {**written, "notice.css": stylesheet()}


def _page(setting: Setting, form: Form, alone: bool) -> Page:
    say = setting.say
    other = catalogue("en" if say.language == "de" else "de")
    link = Line((Span(other("language.name"), _file(other.language, form), other.language),))
    return Page(
        language=say.language,
        title=say("page.title"),
        contents=say("page.contents"),
        switch=say("page.switch"),
        other=None if alone else link,
        lead=lead(setting),
        sections=sections(setting),
    )


def _file(language: Language, form: Form) -> str:
    return f"notice.{language}.{form}"
