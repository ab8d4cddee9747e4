"""A copy, block by block (Art. 15 GDPR). Each block must name what the manifest says of the rows that they have, and what really happened.

1.  (1)(a) The purpose of each activity that holds something of theirs, and of no other: an empty column holds nothing.
2.  (1)(b) The classes of the columns of these rows, and no other.
3.  (1)(c) Everybody who received something by the rows that say so, with the last day, and nobody else as one who did; whoever may
    receive something by name.
4.  (1)(d) Each period that runs for these rows, with its figure and for whom it runs.
5.  (1)(e), (f) The four rights, and the authority that is competent.
6.  (1)(g), (h), (2) Sources, what a machine decides with its logic, and on what a transfer to a third country rests.
7.  (3) Every value at every place, and as many rows as there are. The page and the paper say the same as the data.
8.  (4) Nothing of the other person, and no column that is somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from zusage.promises.competence import competent
from zusage.promises.law import adequacy, country_name, is_eea
from zusage.promises.manifest import Activity, Manifest, Recipient, Texts

from .asked import Answered, Put, concerned, said_of
from .disclosed import disclosed
from .found import Part, joined, seen
from .holding import Columns, files_seen, for_copy, values_there, values_wanted
from .reading import Read, plain, read_copy, sentence
from .spoken import RIGHTS, SUPERVISION, YOURSELF, day_said, none_said, period_said

#: how it is called in evidence that there is none of what a point is about, and those whom the manifest does not name
NONE_AT_ALL = "that there is none"
STRANGERS = "those whom the manifest does not name"
IN_THEIR_LANGUAGE = "the language in which they asked"


def copied(manifest: Manifest, answer: Answered, put: Put, on: date) -> Mapping[str, Part]:
    """Each block of a delivered copy by its name in the manifest's ``refs``."""
    copy = _Copy(manifest, answer, put, on)
    blocks: dict[str, Callable[[], Part]] = {
        "purposes": copy.purposes,
        "categories": copy.categories,
        "recipients": copy.recipients,
        "period": copy.period,
        "rights": copy.rights,
        "complaint": copy.complaint,
        "source": copy.source,
        "automated": copy.automated,
        "abroad": copy.abroad,
        "data": copy.data,
    }
    unread = copy.read.unread
    found = {name: Part(unread=unread) if unread else look() for name, look in blocks.items()}
    return {**found, "forms": copy.forms(), "others": copy.others()}


@dataclass
class _Copy:
    manifest: Manifest
    answer: Answered
    put: Put
    on: date

    @cached_property
    def read(self) -> Read:
        return read_copy(self.answer.files)

    @cached_property
    def activities(self) -> Mapping[str, Activity]:
        barred = {table: for_copy(self.manifest, table, self.answer.include).barred for table in self.answer.own}
        return concerned(self.manifest, self.answer.own, barred)

    @cached_property
    def disclosed(self) -> Mapping[str, date | None]:
        return disclosed(self.manifest, self.answer)

    @cached_property
    def columns(self) -> Mapping[str, Columns]:
        tables = [table for table, rows in self.answer.own.items() if rows]
        return {table: for_copy(self.manifest, table, self.answer.include) for table in tables}

    def purposes(self) -> Part:
        wanted = {name: (one.title, one.purpose) for name, one in self.activities.items()}
        others = {name: one for name, one in self.manifest.activities.items() if name not in self.activities}
        wrong = {name for name, one in others.items() if self._line("purposes", one.title, one.purpose)}
        return Part(
            wanted=frozenset(wanted),
            lacking=frozenset(name for name, words in wanted.items() if not self._line("purposes", *words)),
            sought=frozenset(others),
            wrong=frozenset(wrong),
        )

    def categories(self) -> Part:
        """A class goes with any of its columns that is theirs."""
        there = {sentence(line) for line in self.read.information.get("categories", ())}
        wanted = {name for table, of in self.columns.items() for name in self._classes(table, of)}
        titles = {name: sentence(self._say(title)) for name, title in self.manifest.classes.items()}
        other = {name for name in titles if titles[name] not in {titles[one] for one in wanted}}
        other -= {name for table in self.columns for _, _, data in said_of(self.manifest, table) for name in data.classes}
        return Part(
            wanted=frozenset(wanted),
            lacking=frozenset(name for name in wanted if titles[name] not in there),
            sought=frozenset(other),
            wrong=frozenset(name for name in other if titles[name] in there),
        )

    def _classes(self, table: str, of: Columns) -> Iterator[str]:
        for _, _, data in said_of(self.manifest, table):
            yield from (name for name, columns in data.classes.items() if of.wanted.intersection(columns))

    def recipients(self) -> Part:
        """Each who received something also with the last day on which they did, in the data and in the line that people read."""
        if not (self.manifest.recipients or self.disclosed):
            return self._or_none("recipients", {}, (), {})
        titles = {name: sentence(self._say(one.title)) for name, one in self.manifest.recipients.items()}
        said = {sentence(title): day for title, day in (self.read.received or {}).items()}
        lines = [sentence(line) for line in self.read.information.get("recipients", ())]
        planned = {name for one in self.activities.values() for name in one.recipients}
        wanted = {name: any(titles[name] in line for line in lines) for name in planned}
        for name, day in self.disclosed.items():
            title = titles.get(name, name)
            about = [line for line in lines if title in line]
            known = name if name in titles else STRANGERS
            wanted[f"{known} (received)"] = title in said and bool(about) and wanted.get(f"{known} (received)", True)
            if day:
                named = said.get(title) == day.isoformat() and any(day_said(day, line) for line in about)
                wanted[f"{known} (last day)"] = named and wanted.get(f"{known} (last day)", True)
        never = titles.keys() - self.disclosed.keys()
        text = " ".join(lines)
        return Part(
            wanted=frozenset(wanted),
            lacking=frozenset(name for name, there in wanted.items() if not there),
            sought=frozenset(never),
            wrong=frozenset(name for name in never if titles[name] in said or (name not in planned and titles[name] in text)),
        )

    def period(self) -> Part:
        """What runs for no row of theirs need not be named; where the day can be told on which it ends for theirs, that is said too."""
        wanted, there = set[str](), set[str]()
        for name, activity in self.activities.items():
            lines = self._lines("period", activity.title)
            for number, keep in enumerate(activity.keep):
                table = keep.data or next(iter(activity.data), "")
                if not self.answer.own.get(table):
                    continue
                rule = f"{name}/{keep.name or number}"
                periods = [one for one in (keep.at_most, keep.at_least) if one]
                words = [sentence(self._say(keep.only_says))] if keep.only_says else []
                about = [
                    line
                    for line in lines
                    if all(period_said(one, line, self.read.language) for one in periods) and all(word in line for word in words)
                ]
                days = self.answer.last_days.get(rule, ())
                wanted |= {rule, f"{rule} (last day)"} if days else {rule}
                there |= {rule} if about else set()
                if days and any(all(day_said(day, line) for day in days) for line in about):
                    there.add(f"{rule} (last day)")
        return seen(wanted, there)

    def rights(self) -> Part:
        block = " ".join(self.read.information.get("rights", ()))
        words = RIGHTS.get(self.read.language, {})
        return seen(RIGHTS["en"], (name for name, pattern in words.items() if pattern.search(block)))

    def complaint(self) -> Part:
        block = " ".join(self.read.information.get("complaint", ()))
        supervision, authority = SUPERVISION.get(self.read.language), competent(self.manifest.controller)
        there = {"a supervisory authority"} if supervision and supervision.search(block) else set()
        there |= {"the competent one"} if authority and sentence(self._say(authority.name)) in sentence(block) else set()
        return seen({"a supervisory authority"} | ({"the competent one"} if authority else set()), there)

    def source(self) -> Part:
        """By what the manifest says of it; where it names no other source, that they gave the data themselves must be said."""
        yourself = YOURSELF.get(self.read.language)
        there = set[str]()
        for name, one in self.activities.items():
            lines = self._lines("source", one.title, *((one.source,) if one.source else ()))
            if one.source or yourself:
                there |= {name for line in lines if one.source or (yourself and yourself.search(line))}
        return seen(self.activities, there)

    def automated(self) -> Part:
        """Where a machine decides nothing, that must be said, and no line may be about what it decides; where it does, the other way round."""
        deciding = {name: one for name, one in self.activities.items() if one.automated}
        said = {name: one.automated for name, one in deciding.items()}
        there = {n for n, d in said.items() if d and self._line("automated", deciding[n].title, d.decides, d.logic, d.follows)}
        others = {name: one.title for name, one in self.manifest.activities.items() if name not in deciding}
        return self._or_none("automated", {name: one.title for name, one in deciding.items()}, there, others)

    def abroad(self) -> Part:
        """A recipient in a third country, which it is, on what the transfer rests and, where that is declared, where it can be read.

        Where there is none, that must be said.

        Where the manifest itself does not say on what it rests, nobody can tell whether the copy does.
        """
        names = {name for one in self.activities.values() for name in one.recipients} | self.disclosed.keys()
        far = {name: one for name, one in self.manifest.recipients.items() if name in names and _is_far(one)}
        rests = {name: tuple(self._rests(one)) for name, one in far.items()}
        there = {name for name, words in rests.items() if self._names_country(far[name], *words)}
        others = {name: one.title for name, one in self.manifest.recipients.items() if name not in far}
        unsaid = tuple(f"on what the transfer to {name} rests: the manifest does not say it" for name in far if not rests[name])
        titles = {name: one.title for name, one in far.items() if rests[name]}
        if far and not titles:
            return Part(unread=unsaid)
        return replace(self._or_none("abroad", titles, there, others), unread=unsaid)

    def _names_country(self, recipient: Recipient, *words: Texts) -> bool:
        """Some line says in which country the recipient is, beside these words."""
        language = "de" if self.read.language == "de" else "en"
        country = sentence(country_name(recipient.country or "", language))
        return any(country in line for line in self._lines("abroad", recipient.title, *words))

    def _rests(self, recipient: Recipient) -> Iterator[Texts]:
        decision = adequacy(recipient.country or "", self.on)
        if recipient.safeguard:
            yield recipient.safeguard
        elif decision:
            yield decision.cite
            if decision.only_for:
                yield decision.only_for
        if recipient.safeguard_at and (recipient.safeguard or decision):
            yield Texts(de=recipient.safeguard_at, en=recipient.safeguard_at)

    def _or_none(self, point: str, wanted: Mapping[str, Texts], there: Collection[str], others: Mapping[str, Texts]) -> Part:
        """A line about each of some and about no other; that there is none must be said where there is none, and only there."""
        begins = [sentence(self._say(title)) for title in (*wanted.values(), *others.values())]
        block = self.read.information.get(point, ())
        general = [line for line in block if not any(_begins(sentence(line), title) for title in begins)]
        denied = {NONE_AT_ALL} if none_said(point, general, self.read.language) else set[str]()
        about = {name for name, title in others.items() if self._line(point, title)}
        if not wanted:
            return Part(
                wanted=frozenset({NONE_AT_ALL}),
                lacking=frozenset({NONE_AT_ALL} - denied),
                sought=frozenset(others),
                wrong=frozenset(about),
            )
        return Part(
            wanted=frozenset(wanted),
            lacking=frozenset(wanted.keys() - there),
            sought=frozenset({*others, NONE_AT_ALL}),
            wrong=frozenset(about | denied),
        )

    def data(self) -> Part:
        """By place and kind of value, by the number of rows, and each file; a table of which no column may be told is left out."""
        rows = {f"{table}: {len(self.answer.own[table])} rows": table for table, of in self.columns.items() if of.wanted}
        there = {name for name, table in rows.items() if len(self.read.data.get(table, ())) >= len(self.answer.own[table])} | set(
            values_there(self.read.data, self.put)
        )
        values = seen({*rows, *values_wanted(self.answer, self.columns, self.put)}, there)
        return joined([values, files_seen(self.answer, self.manifest, None)])

    def forms(self) -> Part:
        """The language is theirs; every line and every value of theirs in the data is on the page and, word for word, on paper, where a page may end within a line."""
        read = self.read
        if read.unread:
            return seen({"the data"}, ())
        kinds = {name.rpartition("(")[2][:-1] for name in values_there(read.data, self.put)} & self.put.values.keys()
        wanted, there = {IN_THEIR_LANGUAGE}, {IN_THEIR_LANGUAGE} if read.language == self.answer.language else set[str]()
        for form, text in (("page", read.page), ("paper", read.paper)):
            for name, lines in self._said(kinds):
                wanted.add(f"{form}: {name}")
                words = lines if form == "page" else [word for line in lines for word in line.split()]
                if text is not None and all(plain(word) in text for word in words):
                    there.add(f"{form}: {name}")
        if read.paper is None:
            wanted = {name for name in wanted if not name.startswith("paper")}
        unread = (read.unprinted,) if read.unprinted else ()
        return Part(wanted=frozenset(wanted), lacking=frozenset(wanted - there), unread=unread)

    def _said(self, kinds: Iterable[str]) -> Iterator[tuple[str, Sequence[str]]]:
        """What the data say."""
        yield from self.read.information.items()
        for kind in kinds:
            yield kind, [self.put.values[kind]]

    def others(self) -> Part:
        """The paper is searched as its words."""
        read, put = self.read, self.put
        texts = [*self.answer.files.values(), (read.paper or "").encode()]
        here = {kind for text in texts for kind, _ in put.others.within(text)}
        barred = {f"{table}.{column}" for table, of in self.columns.items() for column in of.barred}
        columns = {f"{table}.{column}" for table, rows in read.data.items() for row in rows for column in row}
        return Part(
            sought=frozenset(f"another person's {kind}" for kind in put.there) | frozenset(barred),
            wrong=frozenset(f"another person's {kind}" for kind in here) | frozenset(barred & columns),
            unread=read.unread if put.there else (*read.unread, "nothing of another person was there"),
        )

    def _say(self, texts: Texts) -> str:
        return texts.in_language("de" if self.read.language == "de" else "en")

    def _lines(self, point: str, title: Texts, *words: Texts) -> list[str]:
        """The lines of a block that are about something, by the title with which they begin, and in which some words stand."""
        begin, wanted = sentence(self._say(title)), [sentence(self._say(one)) for one in words]
        lines = [sentence(line) for line in self.read.information.get(point, ())]
        return [line for line in lines if _begins(line, begin) and all(word in line for word in wanted)]

    def _line(self, point: str, title: Texts, *words: Texts) -> bool:
        return bool(self._lines(point, title, *words))


def _begins(line: str, title: str) -> bool:
    """One title may be the beginning of another."""
    return line.startswith(title) and line[len(title) :].lstrip()[:1] in {":", "("}


def _is_far(recipient: Recipient) -> bool:
    return bool(recipient.country) and not is_eea(recipient.country or "DE")
