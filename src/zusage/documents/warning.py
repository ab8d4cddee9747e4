"""The mail to somebody who will soon lose what they have, in German and English."""

from __future__ import annotations

from datetime import date

from zusage.promises.manifest import Manifest
from zusage.promises.promise import Rule

from .catalogue import LANGUAGES, Language, catalogue, tidy
from .lengths import day_in_words


def subject(manifest: Manifest, rule: Rule) -> str:
    """The subject, in both languages; it names nobody."""
    key = f"warning.subject_{_end(rule)}"
    return " / ".join(catalogue(language)(key, controller=manifest.controller.name) for language in LANGUAGES)


def text(manifest: Manifest, rule: Rule, until: date) -> str:
    """What will happen after a day if nothing happens until then."""
    return "\n\n\n".join(_said(manifest, rule, until, language) for language in LANGUAGES)


def _said(manifest: Manifest, rule: Rule, until: date, language: Language) -> str:
    say = catalogue(language)
    parts = (
        say("letter.greeting"),
        say(f"warning.{_end(rule)}", title=say.quoted(say.of(manifest.activities[rule.activity].title))),
        say("warning.otherwise", day=day_in_words(until, say)),
        say("warning.contact", email=manifest.controller.email or manifest.controller.name),
        manifest.controller.name,
    )
    return "\n\n".join(tidy(part) for part in parts)


def _end(rule: Rule) -> str:
    return "deleted" if rule.deletes else "changed"
