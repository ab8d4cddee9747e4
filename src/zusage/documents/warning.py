"""The mail to somebody who will soon lose what they have, in German and English."""

from __future__ import annotations

from datetime import date

from zusage.promises.manifest import Manifest
from zusage.promises.promise import Rule

from .catalogue import Language, catalogue, tidy
from .lengths import day_in_words

_LANGUAGES: tuple[Language, ...] = ("de", "en")


def subject(manifest: Manifest) -> str:
    """The subject, in both languages; it names nobody."""
    return " / ".join(catalogue(language)("warning.subject", controller=manifest.controller.name) for language in _LANGUAGES)


def text(manifest: Manifest, rule: Rule, until: date) -> str:
    """What will happen after a day if nothing happens until then."""
    return "\n\n\n".join(_said(manifest, rule, until, language) for language in _LANGUAGES)


def _said(manifest: Manifest, rule: Rule, until: date, language: Language) -> str:
    say = catalogue(language)
    end = "deleted" if rule.deletes else "changed"
    parts = (
        say("warning.greeting"),
        say(f"warning.{end}", title=say.quoted(say.of(manifest.activities[rule.activity].title))),
        say("warning.otherwise", day=day_in_words(until, say)),
        say("warning.contact", email=manifest.controller.email or manifest.controller.name),
        manifest.controller.name,
    )
    return "\n\n".join(tidy(part) for part in parts)
