"""A copy, block by block (Art. 15 GDPR). Each block must name what the manifest says of the rows that they have, and what really happened.

1.  (1)(a) The purpose of each activity that holds a row of theirs, and of no other.
2.  (1)(b) The classes of the columns of these rows, and no other.
3.  (1)(c) Everybody who received something by the rows that say so, and nobody else as one who did; whoever may receive something by name.
4.  (1)(d) Each period that runs for these rows, with its figure and for whom it runs.
5.  (1)(e), (f) The four rights, and the authority that is competent.
6.  (1)(g), (h), (2) Sources, what a machine decides with its logic, and on what a transfer to a third country rests.
7.  (3) Every value at every place, and as many rows as there are. The page and the paper say the same as the data.
8.  (4) Nothing of the other person, and no column that is somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from zusage.promises.competence import competent
from zusage.promises.law import adequacy, is_eea
from zusage.promises.manifest import Activity, Manifest, Recipient, Texts

from .asked import Answered, Put, concerned, said_of
from .found import Part, seen
from .holding import Columns, for_copy, values_there, values_wanted
from .reading import Read, plain, read_copy, sentence
from .spoken import NONE, RIGHTS, SUPERVISION, period_said


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
        return concerned(self.manifest, self.answer.own)

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
        received = self._received()
        said = {sentence(one) for one in self.read.received or ()}
        titles = {name: sentence(self._say(one.title)) for name, one in self.manifest.recipients.items()}
        planned = {name for one in self.activities.values() for name in one.recipients}
        if not (titles or self._names()):
            return self._none("recipients")
        block = sentence(" ".join(self.read.information.get("recipients", ())))
        wanted = {f"{name} (received)": titles[name] in said and titles[name] in block for name in received}
        wanted |= {name: titles[name] in block for name in planned}
        if strangers := self._strangers():
            wanted["those whom the manifest does not name (received)"] = all(sentence(one) in said for one in strangers)
        never = titles.keys() - received
        return Part(
            wanted=frozenset(wanted),
            lacking=frozenset(name for name, there in wanted.items() if not there),
            sought=frozenset(never),
            wrong=frozenset(name for name in never if titles[name] in said or (name not in planned and titles[name] in block)),
        )

    def _received(self) -> frozenset[str]:
        """Keys of those who received something, by rows that say so and the register of disclosures."""
        names = self._names()
        return self.answer.ledger | {key for key, one in self.manifest.recipients.items() if names & _called(key, one)}

    def _strangers(self) -> frozenset[str]:
        """What rows call recipients that the manifest does not name."""
        return self._names() - frozenset().union(*(_called(key, one) for key, one in self.manifest.recipients.items()))

    def _names(self) -> frozenset[str]:
        """What rows of theirs call those who received something."""
        found = set[str]()
        for table, rows in self.answer.own.items():
            for column in {data.discloses.recipient for _, _, data in said_of(self.manifest, table) if data.discloses}:
                found |= {str(row[column]).casefold() for row in rows if row.get(column) is not None}
        return frozenset(found)

    def period(self) -> Part:
        """What runs for no row of theirs need not be named."""
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
                wanted.add(rule)
                if any(
                    all(period_said(one, line, self.read.language) for one in periods) and all(word in line for word in words)
                    for line in lines
                ):
                    there.add(rule)
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
        wanted = {name: (one.title, *((one.source,) if one.source else ())) for name, one in self.activities.items()}
        return seen(wanted, (name for name, words in wanted.items() if self._line("source", *words)))

    def automated(self) -> Part:
        """Where a machine decides nothing, that must be said."""
        deciding = {name: one for name, one in self.activities.items() if one.automated}
        if not deciding:
            return self._none("automated")
        said = {name: one.automated for name, one in deciding.items()}
        there = (n for n, d in said.items() if d and self._line("automated", deciding[n].title, d.decides, d.logic, d.follows))
        return seen(deciding, there)

    def abroad(self) -> Part:
        """A recipient in a third country, and on what the transfer rests; where there is none, that must be said."""
        names = {name for one in self.activities.values() for name in one.recipients} | self._received()
        far = {name: one for name, one in self.manifest.recipients.items() if name in names and _is_far(one)}
        near = {name: one for name, one in self.manifest.recipients.items() if not _is_far(one)}
        if not far:
            return self._none("abroad")
        return Part(
            wanted=frozenset(far),
            lacking=frozenset(name for name, one in far.items() if not self._line("abroad", one.title, *self._rests(one))),
            sought=frozenset(near),
            wrong=frozenset(name for name, one in near.items() if self._line("abroad", one.title)),
        )

    def _rests(self, recipient: Recipient) -> Iterator[Texts]:
        decision = adequacy(recipient.country or "", self.on)
        if recipient.safeguard:
            yield recipient.safeguard
        elif decision:
            yield decision.cite

    def _none(self, point: str) -> Part:
        word = NONE.get(self.read.language)
        said = bool(word and word.search(" ".join(self.read.information.get(point, ()))))
        return seen({"that there is none"}, {"that there is none"} if said else ())

    def data(self) -> Part:
        """By place and kind of value, and by the number of rows; a table of which no column may be told is left out."""
        rows = {f"{table}: {len(self.answer.own[table])} rows": table for table, of in self.columns.items() if of.wanted}
        there = {name for name, table in rows.items() if len(self.read.data.get(table, ())) >= len(self.answer.own[table])} | set(
            values_there(self.read.data, self.put)
        )
        return seen({*rows, *values_wanted(self.answer, self.columns, self.put)}, there)

    def forms(self) -> Part:
        """Every line and every value of theirs in the data is on the page and, word for word, on paper, where a page may end within a line."""
        read = self.read
        if read.unread:
            return seen({"the data"}, ())
        kinds = {name.rpartition("(")[2][:-1] for name in values_there(read.data, self.put)} & self.put.values.keys()
        wanted, there = set[str](), set[str]()
        for form, text in (("page", read.page), ("paper", read.paper)):
            for name, lines in self._said(kinds):
                wanted.add(f"{form}: {name}")
                words = lines if form == "page" else [word for line in lines for word in line.split()]
                if text is not None and all(plain(word) in text for word in words):
                    there.add(f"{form}: {name}")
        if read.paper is None:
            wanted = {name for name in wanted if not name.startswith("paper")}
        unread = ("access.pdf: there is none, or nothing that reads it; install zusage[pdf]",) if read.paper is None else ()
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


def _called(key: str, recipient: Recipient) -> set[str]:
    """What a row may call a recipient."""
    return {one.casefold() for one in (key, *recipient.known_as, recipient.title.de, recipient.title.en)}


def _is_far(recipient: Recipient) -> bool:
    return bool(recipient.country) and not is_eea(recipient.country or "DE")
