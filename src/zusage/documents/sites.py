"""A report on a web site for people of the law: what a browser kept and called in each situation, and on what that rests.

It is written from sealed observations, as the evidence holds them; nothing is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from zusage.promises.derive import promises_of
from zusage.promises.law import legal_basis
from zusage.promises.loading import Loaded
from zusage.promises.manifest import Contact, Manifest
from zusage.promises.outside import contacts_of

from .catalogue import Catalogue, Language, catalogue, opening
from .lengths import day_in_words
from .page import Block, Facts, Line, Page, Part, Picture, Section, Span, Table, line, paragraphs
from .printing import printed
from .reasons import in_words
from .rendering import paper_style, render, stylesheet
from .sentences import sentence

_SITUATIONS = ("before-choice", "after-reject", "after-accept-one", "after-accept-all", "after-withdraw", "logged-in", "forms")
_DAY = 86_400
#: on paper its tables lie across, a picture fills no more than a page, and a verdict of two words leaves the room to what was promised and seen
PAPER = """
@page { size: A4 landscape; margin: 16mm; }
figure { margin: 8pt 0; break-inside: avoid; }
caption { break-after: avoid; }
figure img { max-width: 100%; max-height: 105mm; border: 1px solid #999; }
figcaption { font-size: 9pt; color: #444; }
tr { break-inside: avoid; }
th:first-child:nth-last-child(3) { width: 14%; }
th:nth-child(2):nth-last-child(2) { width: 36%; }
"""
Sign = Literal["✔", "✘", "?"]
_SIGNS: Mapping[str, Sign] = {"kept": "✔", "broken": "✘", "undecided": "?"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEntry:
    """One sealed observation: the promise, what was judged, and where it stands in the log."""

    promise: str
    verdict: str
    reason: str
    as_of: datetime
    observation: Mapping[str, Any]
    system: Mapping[str, Any] | None
    log: str
    #: its number in the log
    index: int


def site_report(loaded: Loaded, entries: Sequence[SealedEntry], language: Language, *, alone: bool = False) -> str:
    """The report as HTML; pictures are beside it under ``screenshots/``."""
    return render(_Report(loaded.manifest, entries, catalogue(language)).page(alone=alone), "html")


def site_files(
    loaded: Loaded, entries: Sequence[SealedEntry], languages: Sequence[Language], pictures: Mapping[str, bytes], *, paper: bool
) -> dict[str, str | bytes]:
    """Every file of the report by its name; with ``paper`` a PDF of each language too, with the pictures. Raises NoPrinter."""
    alone = len(languages) == 1
    written: dict[str, str | bytes] = {_file(one): site_report(loaded, entries, one, alone=alone) for one in languages}
    if paper:
        style = paper_style() + PAPER
        for one in languages:
            written[f"website.{one}.pdf"] = printed(site_report(loaded, entries, one, alone=True), style, pictures)
    return {**written, "notice.css": stylesheet(), **pictures}


def pictures_in(entries: Sequence[SealedEntry]) -> tuple[str, ...]:
    """Digests of all screenshots that the observations name."""
    found = (
        shot["sha256"] for entry in entries for visit in entry.observation.get("visits", ()) for shot in visit["screenshots"]
    )
    return tuple(dict.fromkeys(found))


def _file(language: Language) -> str:
    return f"website.{language}.html"


@dataclass(frozen=True, slots=True)
class _Report:
    manifest: Manifest
    entries: Sequence[SealedEntry]
    say: Catalogue

    def page(self, *, alone: bool) -> Page:
        other = catalogue("en" if self.say.language == "de" else "de")
        link = Line((Span(other("language.name"), _file(other.language), other.language),))
        return Page(
            language=self.say.language,
            title=self.say("sites.title"),
            contents=self.say("page.contents"),
            switch=self.say("page.switch"),
            other=None if alone else link,
            lead=(line(self.say("sites.lead")), line(self._when())),
            sections=tuple(section for name in self.manifest.websites for section in self._site(name)),
        )

    def _when(self) -> str:
        at = max((entry.as_of for entry in self.entries), default=None)
        if at is None:
            return self.say("sites.never")
        local = at.astimezone(ZoneInfo(self.manifest.time_zone))
        first = self.entries[0]
        day = day_in_words(local.date(), self.say)
        return self.say("sites.when", day=day, time=f"{local:%H:%M}", log=first.log, entry=str(first.index))

    def _site(self, name: str) -> Iterator[Section]:
        mine = [entry for entry in self.entries if self._of(entry) == name]
        address = self.manifest.websites[name].url.removeprefix("https://").rstrip("/")
        yield Section(address, f"site-{name}", (paragraphs(self._summary(mine), self._looked(mine)), self._results(mine)))
        parts = tuple(part for entry in mine for part in self._situations(name, entry))
        yield Section(self.say("sites.situations"), f"situations-{name}", (), parts)

    def _of(self, entry: SealedEntry) -> str | None:
        """The site that an entry is about."""
        found = next((p for p in promises_of(self.manifest) if p.id == entry.promise), None)
        return getattr(found, "system", None)

    def _summary(self, entries: Sequence[SealedEntry]) -> str:
        return self.say("sites.summary", **{verdict: str(sum(one.verdict == verdict for one in entries)) for verdict in _SIGNS})

    def _looked(self, entries: Sequence[SealedEntry]) -> str:
        seen = next((entry.system for entry in entries if entry.system and entry.system["dialect"] == "chromium"), None)
        if seen is None:
            return self.say("sites.not_seen")
        said = self.say("sites.looked", version=str(seen["version"]))
        return f"{said} {self.say('sites.resolved')}" if seen["role"] != "a visitor" else said

    def _results(self, entries: Sequence[SealedEntry]) -> Table:
        promises = {promise.id: promise for promise in promises_of(self.manifest)}
        rows = tuple(
            (
                (line(f"{_SIGNS[entry.verdict]} {self.say(f'explain.verdicts.{entry.verdict}')}"),),
                (line(sentence(promises[entry.promise], self.manifest, self.say.language)),),
                self._seen(entry.reason),
            )
            for entry in entries
            if entry.promise in promises
        )
        headings = tuple(self.say(f"sites.{key}") for key in ("verdict", "promise", "seen"))
        return Table(self.say("sites.results"), headings, rows)

    def _seen(self, reason: str) -> tuple[Line, ...]:
        """In the report's language, and below as it was sealed."""
        sealed = Line((Span(reason, language="en"),))
        words = in_words(reason, self.say.language) if self.say.language != "en" else None
        return (line(words), sealed) if words else (sealed,)

    # -- situations ------------------------------------------------------------------------------------------------

    def _situations(self, name: str, entry: SealedEntry) -> Iterator[Part]:
        for number, visit in enumerate(entry.observation.get("visits", ()), 1):
            asked = visit["consented"] and visit["situation"] in ("after-accept-one", "forms")
            heading = self.say(
                f"sites.situation.{visit['situation']}{'-consented' if asked and visit['situation'] == 'forms' else ''}"
            )
            if asked:
                titles = (self.say.of(self.manifest.activities[one].title) for one in visit["consented"])
                heading = f"{heading}: {', '.join(titles)}"
            blocks = tuple(self._visit(name, visit))
            yield Part(heading, blocks, f"{name}-{visit['situation']}-{number}")

    def _visit(self, name: str, visit: Mapping[str, Any]) -> Iterator[Block]:
        facts: list[tuple[str, tuple[Line, ...]]] = [(self.say("sites.pages"), (line(", ".join(visit["pages"]) or "–"),))]
        if visit["obstacles"]:
            facts.append((self.say("sites.obstacles"), tuple(Line((Span(one, language="en"),)) for one in visit["obstacles"])))
        yield Facts(tuple(facts))
        yield self._kept(visit["kept"]) if visit["kept"] else paragraphs(self.say("sites.nothing_kept"))
        yield self._called(name, visit["called"]) if visit["called"] else paragraphs(self.say("sites.nobody_called"))
        for shot in visit["screenshots"]:
            caption = self.say("sites.picture", page=shot["page"], digest=shot["sha256"])
            yield Picture(f"screenshots/{shot['sha256']}.png", self.say("sites.alternative", page=shot["page"]), caption)

    def _kept(self, kept: Sequence[Mapping[str, Any]]) -> Table:
        keys = ("name", "kind", "host", "lifetime", "terminal", "basis", "permitted")
        rows = tuple(tuple(tuple(map(line, cell)) for cell in self._entry(one)) for one in kept)
        return Table(self.say("sites.kept"), tuple(self.say(f"sites.{key}") for key in keys), rows)

    def _entry(self, one: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        cookie = self.manifest.cookies.get(one["declared"] or "")
        flags = one.get("flags", ())  # looks that were sealed earlier have none
        return (
            (str(one["name"]),),
            (self.say(f"sites.kinds.{one['kind']}"), *([", ".join(flags)] if flags else [])),
            (str(one["host"]),),
            (self._length(one),),
            (self.say(f"sites.grounds.{cookie.rests_on}") if cookie else self.say("sites.undeclared"),),
            (self._basis(cookie.activity if cookie else None),),
            (self._permitted(one),),
        )

    def _called(self, name: str, called: Sequence[Mapping[str, Any]]) -> Table:
        keys = ("host", "recipient", "what", "initiator", "terminal", "basis", "permitted")
        declared = contacts_of(self.manifest, name)
        rows = []
        for one in called:
            contact = declared.get(one["declared"] or "")
            cells = (
                (str(one["host"]),),
                (self._whom(contact),),
                (self.say.texts["sites"]["requests"].get(one["what"], one["what"]),),
                (self._cause(str(one["initiator"])), self.say("sites.on_page", page=str(one["page"]))),
                (self.say(f"sites.grounds.{contact.rests_on}") if contact else self.say("sites.undeclared"),),
                (self._basis(contact.activity if contact else None),),
                (self._permitted(one),),
            )
            rows.append(tuple(tuple(map(line, cell)) for cell in cells))
        return Table(self.say("sites.called"), tuple(self.say(f"sites.{key}") for key in keys), tuple(rows))

    def _whom(self, contact: Contact | None) -> str:
        """Who is behind a host: as it is declared, or whoever receives data of the activity for which it is called."""
        if contact is None:
            return self.say("sites.undeclared")
        activity = self.manifest.activities.get(contact.activity or "")
        names = (contact.recipient,) if contact.recipient else activity.recipients if activity else ()
        return ", ".join(self.say.of(self.manifest.recipients[name].title) for name in names if name) or "–"

    def _cause(self, initiator: str) -> str:
        kind, _, host = initiator.partition(" of ")
        what = self.say.texts["sites"]["initiators"].get(kind, kind) or "–"
        return self.say("sites.caused", what=what, host=host) if host else what

    def _permitted(self, one: Mapping[str, Any]) -> str:
        key = "yes" if one["permitted"] else "undeclared" if one["declared"] is None else "no"
        return f"{'✔' if one['permitted'] else '✘'} {self.say(f'sites.{key}')}"

    def _basis(self, activity: str | None) -> str:
        if activity is None or activity not in self.manifest.activities:
            return self.say("page.not_given")
        return opening(self.say.of(legal_basis(self.manifest.activities[activity].legal_basis).cite))

    def _length(self, one: Mapping[str, Any]) -> str:
        if one["seconds"] is None:
            return self.say("cookies.until-deleted" if one["lasting"] else "cookies.session")
        days = round(one["seconds"] / _DAY)
        return self.say("sites.days", days=str(days)) if days else self.say("sites.minutes", minutes=str(one["seconds"] // 60))
