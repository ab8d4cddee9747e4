"""The answer to a person who asks for their data (Art. 15 GDPR): a readable document and the same as data.

It is written from the manifest and from what was found; its words are those of the notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from zusage.promises.law import is_eea
from zusage.promises.loading import Loaded
from zusage.promises.manifest import Activity, Manifest, Texts
from zusage.promises.promise import KeptAtMost

from .catalogue import Catalogue, Language, catalogue, closed, opening, tidy
from .columns import column_title, table_title, value_in_words
from .lengths import day_in_words, moment_in_words
from .nested import Nested, opened
from .notification import Told, occasions
from .page import Block, Facts, Line, Page, Paragraphs, Part, Section, Span, Table, line, paragraphs
from .parts import Setting
from .parts.activities import decided
from .parts.recipients import safeguard
from .parts.rights import rights
from .parts.setting import GAP, around, web
from .parts.who import who
from .printing import printed
from .rendering import paper_style, render, stylesheet
from .sentences import sentence
from .spoken import Timed, spoken_of
from .unattributed import unattributed

#: a table with more columns than this is shown row by row, because no page is wide enough; so is one with documents or lists
_WIDE = 5
#: what the points of Art. 15(1) and (2) GDPR are called in the data, in the order of the article
POINTS = ("purposes", "categories", "recipients", "period", "rights", "complaint", "source", "automated", "abroad")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRows:
    """Rows of one table, as plain values of JSON."""

    #: system.table
    table: str
    classes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...] = field(repr=False)
    blocked: bool = False
    #: columns that hold times → in which zone those are meant that do not say one
    zones: Mapping[str, str] = field(default_factory=dict)
    #: columns that hold documents or lists, which may stand there as text
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """All that one person is told."""

    held: tuple[HeldRows, ...]
    #: the activities that hold any of it
    activities: frozenset[str]
    #: who received data, and the last day on which they did; None where no table says so
    received: Mapping[str, date | None] | None
    #: which recipients were told of what became of the data (Art. 19 GDPR)
    told: tuple[Told, ...]
    #: free texts were kept back
    withheld: bool
    #: by system.table, completing statements of the person: which row is meant, or nothing, and the words
    stated: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict, repr=False)
    #: files that lie beside the answer, by their path there, and how many bytes each has
    files: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    #: titles of activities with data of which nobody can tell whose they are (Art. 11 GDPR)
    beyond: tuple[Texts, ...] = ()
    #: by rule, between which days the period of their rows ends, as things stand
    last_days: Mapping[str, tuple[date, date]] = field(default_factory=dict)


def answer(loaded: Loaded, language: Language, on: date, copy: Copy, *, paper: bool = True) -> dict[str, str | bytes]:
    """The files of an answer by name; with ``paper`` a PDF too. Raises NoPrinter where none can be made here."""
    manifest = _concerning(loaded.manifest, copy)
    setting = Setting(manifest, catalogue(language), on)
    points = {key: tuple(_point(setting, key, copy)) for key in POINTS}
    html = render(_page(setting, copy, points), "html")
    files: dict[str, str | bytes] = {
        "access.json": _as_data(setting, copy, points),
        "access.html": html,
        "notice.css": stylesheet(),
    }
    return {**files, "access.pdf": printed(html, paper_style())} if paper else files


def _concerning(manifest: Manifest, copy: Copy) -> Manifest:
    """With the activities that hold data of the person, and those of which no table says whose data they hold."""
    kept = {n: a for n, a in manifest.activities.items() if n in copy.activities or not a.data}
    return manifest.model_copy(update={"activities": kept})


def _page(setting: Setting, copy: Copy, points: Mapping[str, tuple[Line, ...]]) -> Page:
    say = setting.say
    facts = Facts(tuple((say(f"answer.{key}"), lines) for key, lines in points.items()))
    return Page(
        language=say.language,
        title=say("answer.title"),
        contents=say("answer.contents"),
        switch="",
        other=None,
        lead=(line(say("answer.lead", day=day_in_words(setting.on, say))),),
        sections=(
            who(setting),
            Section(say("answer.data"), "data", tuple(_after(setting, copy)), (*_tables(setting, copy), *_files(say, copy))),
            Section(say("answer.information"), "information", (facts,)),
            rights(setting),
        ),
    )


def _after(setting: Setting, copy: Copy) -> Iterator[Block]:
    say = setting.say
    more = [*([say("answer.withheld")] if copy.withheld else []), *unattributed(say, copy.beyond)]
    yield paragraphs(say("answer.nothing_but" if more else "answer.nothing"), *more)
    if any(one.zones for one in copy.held):
        yield paragraphs(say("answer.clock", zone=setting.manifest.time_zone.replace("_", " ")))


def _tables(setting: Setting, copy: Copy) -> Iterator[Part]:
    say = setting.say
    for number, held in enumerate(copy.held):
        titles = say.listed(say.of(setting.manifest.classes[name]) for name in held.classes)
        title = table_title(setting.manifest, say, held.table)
        heading = title or (f"{opening(titles)} – {held.table}" if titles else held.table)
        blocked = (paragraphs(say("answer.blocked")),) if held.blocked else ()
        yield Part(heading, (*blocked, *_rows(setting, held), *_stated(setting, copy, held.table)), f"data-{number}")


def _stated(setting: Setting, copy: Copy, table: str) -> Iterator[Block]:
    """What the person states stands right below the rows that it is about (Art. 16 GDPR)."""
    say = setting.say
    for row, text in copy.stated.get(table, ()):
        where = _row_meant(setting, table, row) if row else ""
        yield paragraphs(say("answer.stated_row", row=where, text=text) if row else say("answer.stated", text=text))


def _row_meant(setting: Setting, table: str, row: str) -> str:
    """The condition that tells a row from others, by the title of its column where it is a plain comparison."""
    column, sign, value = (part.strip() for part in row.partition("="))
    plain = sign and column.isidentifier() and value.strip("'").isalnum()
    if not plain:
        return setting.say.quoted(row)
    return f"{column_title(setting.manifest, setting.say, table, column)} {value.strip(chr(39))}"


def _files(say: Catalogue, copy: Copy) -> Iterator[Part]:
    if copy.files:
        cells = tuple(((line(path),), (line(str(size)),)) for path, size in copy.files)
        table = Table(say("answer.files"), (say("answer.file"), say("answer.bytes")), cells)
        yield Part(say("answer.files"), (paragraphs(say("answer.files_lead")), table), "files")


def _rows(setting: Setting, held: HeldRows) -> Iterator[Block]:
    say = setting.say
    titles = tuple(column_title(setting.manifest, say, held.table, name) for name in held.columns)
    rows = [tuple(_values(setting, held, row)) for row in held.rows]
    if len(held.columns) <= _WIDE and not any(one.items for row in rows for one in row):
        yield Table(say("answer.entries"), titles, tuple(tuple((one,) for one in row) for row in rows))
        return
    for number, row in enumerate(rows, 1):
        if len(rows) > 1:
            yield Paragraphs((), say("answer.entry", number=str(number), total=str(len(rows))))
        yield Facts(tuple((name, (one,)) for name, one in zip(titles, row, strict=True)))


def _values(setting: Setting, held: HeldRows, row: tuple[object, ...]) -> Iterator[Line]:
    """A row as people read it; the data beside the document have it as the system does."""
    nested = Nested(setting.manifest, setting.say, held.table, lambda value: _words(setting, value, ""))
    for name, value in zip(held.columns, row, strict=True):
        inside = opened(value) if name in held.documents or not isinstance(value, str) else None
        if inside is not None:
            yield nested.line(name, inside)
            continue
        known = value_in_words(setting.manifest, setting.say, held.table, name, value)
        yield line(known or _words(setting, value, held.zones.get(name, "")))


def _words(setting: Setting, value: object, zone: str) -> str:
    say = setting.say
    if value in (None, "", [], {}):
        return say("answer.empty")
    if isinstance(value, bool):
        return say("answer.true" if value else "answer.false")
    if isinstance(value, str):
        return _when(setting, value, zone) if zone else value
    return json.dumps(value, ensure_ascii=False)


def _when(setting: Setting, text: str, zone: str) -> str:
    """A day or an instant where the controller is; what is neither stays as it stands."""
    try:
        if len(text) == len("2026-03-01"):
            return day_in_words(date.fromisoformat(text), setting.say)
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    here = (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(ZoneInfo(setting.manifest.time_zone))
    return moment_in_words(here, setting.say)


def _point(setting: Setting, key: str, copy: Copy) -> Iterator[Line]:
    say, manifest = setting.say, setting.manifest
    match key:
        case "purposes":
            for activity in manifest.activities.values():
                yield line(f"{say.of(activity.title)}: {closed(say.of(activity.purpose))}")
        case "categories":
            for name in dict.fromkeys(name for held in copy.held for name in held.classes):
                yield line(closed(opening(say.of(manifest.classes[name]))))
        case "recipients":
            yield from _recipients(setting, copy)
        case "period":
            for name, activity in manifest.activities.items():
                for timed in spoken_of(manifest, name):
                    ends = _ends(setting, timed, copy)
                    yield line(" ".join((f"{say.of(activity.title)}: {sentence(timed, manifest, say.language)}", *ends)))
        case "rights":
            yield line(say("answer.rights_value"))
        case "complaint":
            yield line(say("answer.complaint_value"))
            if setting.authority:
                yield around(say("rights.authority", name=GAP), web(say.of(setting.authority.name), setting.authority.url))
        case "source":
            yield from (_source(say, activity) for activity in manifest.activities.values())
        case "automated":
            yield from _automated(setting)
        case "abroad":
            yield from _abroad(setting, copy)


def _ends(setting: Setting, timed: Timed, copy: Copy) -> Iterator[str]:
    """Until when their rows may be kept by a rule, where that can be told; what else keeps them is in the sentence before."""
    days = copy.last_days.get(timed.rule.id) if isinstance(timed, KeptAtMost) else None
    if days:
        first, last = (day_in_words(day, setting.say) for day in days)
        yield setting.say("answer.ends_on" if first == last else "answer.ends_between", first=first, last=last)


def _recipients(setting: Setting, copy: Copy) -> Iterator[Line]:
    say = setting.say
    if copy.received is not None:
        yield line(say("answer.received_lead" if copy.received else "answer.received_nobody"))
        for title, day in _received(setting, copy.received):
            words = day_in_words(day, say) if day else ""
            yield line(say("answer.received" if day else "answer.received_undated", recipient=title, day=words))
    for heading, lines in occasions(setting.manifest, say.language, copy.told).items():
        yield line(closed(f"{heading} {'; '.join(lines)}"))
    if not (setting.manifest.recipients or copy.received):
        yield line(say("recipients.none"))
    for activity in setting.manifest.activities.values():
        whom = say.listed(setting.recipients(activity.recipients), "or")
        if whom:
            yield line(opening(say("answer.on_behalf", recipients=whom, activity=say.of(activity.title))))


def _received(setting: Setting, received: Mapping[str, date | None]) -> Iterator[tuple[str, date | None]]:
    """Whoever received data, as people know them, and the last day."""
    for name, day in received.items():
        declared = setting.manifest.recipients.get(name)
        yield setting.say.of(declared.title) if declared else tidy(name), day


def _source(say: Catalogue, activity: Activity) -> Line:
    title = say.of(activity.title)
    if activity.source:
        return line(say("answer.source_other", activity=title, source=closed(say.of(activity.source))))
    return line(say("answer.source_you", activity=title))


def _automated(setting: Setting) -> Iterator[Line]:
    """What a machine decides of the person: the logic itself, not where it could be read (Art. 15(1)(h) GDPR)."""
    say, decisions = setting.say, setting.manifest.notice.automated_decisions
    some = False
    for activity in setting.manifest.activities.values():
        if activity.automated:
            some = True
            yield line(f"{say.of(activity.title)}: {decided(say, activity.automated)}")
    if not some:
        words = {"none": "rights.automated_none", "described": "answer.automated_not_here", None: "page.not_given"}[decisions]
        yield line(opening(say(words)))


def _abroad(setting: Setting, copy: Copy) -> Iterator[Line]:
    """On what each transfer to a third country rests (Art. 15(2) GDPR), also to whoever received data although no activity names them."""
    say, manifest, some = setting.say, setting.manifest, False
    planned = (name for activity in manifest.activities.values() for name in activity.recipients)
    really = (name for name in copy.received or () if name in manifest.recipients)
    for name in dict.fromkeys((*planned, *really)):
        recipient = manifest.recipients[name]
        if recipient.country and not is_eea(recipient.country):
            some = True
            country, why = say.country(recipient.country), closed(safeguard(setting, recipient))
            yield line(say("answer.abroad_value", recipient=say.of(recipient.title), country=country, safeguard=why))
    if not some:
        yield line(say("answer.abroad_none"))


def _as_data(setting: Setting, copy: Copy, points: Mapping[str, tuple[Line, ...]]) -> str:
    controller = setting.manifest.controller
    content = {
        "zusage-access": 1,
        "on": setting.on.isoformat(),
        "language": setting.say.language,
        "controller": controller.model_dump(mode="json", include={"name", "address", "email", "country"}),
        "information": {key: [_plain(one.spans) for one in lines] for key, lines in points.items()},
        "received": None if copy.received is None else _as_received(setting, copy.received),
        "texts_kept_back": copy.withheld,
        "not_attributable": list(unattributed(setting.say, copy.beyond)),
        "files": [{"path": path, "bytes": size} for path, size in copy.files],
        "data": [
            {
                "table": held.table,
                "title": table_title(setting.manifest, setting.say, held.table) or held.table,
                "categories": list(held.classes),
                "columns": {name: column_title(setting.manifest, setting.say, held.table, name) for name in held.columns},
                "blocked": held.blocked,
                "rows": [dict(zip(held.columns, row, strict=True)) for row in held.rows],
                "statements": [{"row": row, "text": text} for row, text in copy.stated.get(held.table, ())],
            }
            for held in copy.held
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _as_received(setting: Setting, received: Mapping[str, date | None]) -> list[dict[str, str | None]]:
    found = _received(setting, received)
    return [{"recipient": title, "last": day.isoformat() if day else None} for title, day in found]


def _plain(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)
