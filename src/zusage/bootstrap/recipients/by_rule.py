"""Who received data of rows that a rule is about to take, and by what each knows whose they are: for their notices and for nothing else.

It is asked of the living tables, a statement a table for many rows, as long as the rows are there. What was said of them before an earlier
step of the same plan took it is put beside (``known``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from zusage.connectors.port import Asked
from zusage.connectors.trouble import CannotHandle
from zusage.planning.disclosed import Taken, Way, told_of_rules
from zusage.planning.holding import numbers
from zusage.planning.keyed import with_keys
from zusage.planning.places import Place, places
from zusage.planning.plan import Selection
from zusage.promises.condition import ALWAYS, Column, Compare, Condition, IsNull, Literal, Not, all_of
from zusage.promises.inside import items_in
from zusage.rights.notification import Received, merged

from ..days import comparable, day_or_instant
from ..vaults import vault_of
from .disclosing import columns_of, named

if TYPE_CHECKING:
    from zusage.promises.manifest import Disclosed
    from zusage.vault import VaultWriter

    from ..product import Product

#: the key of a row, as text or number
Key = tuple[str | int, ...]
#: recipient → what went to it
Whom = dict[str, Received]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that goes or is changed, and who is to be told of it."""

    key: Key = field(repr=False)
    #: keyed code of the person or, where nobody says whose it is, of the row
    code: str
    #: recipient → by what it knows the person: type → values
    to: Mapping[str, Mapping[str, Sequence[str]]] = field(repr=False)
    #: recipient → until when it received data, as a comparable text
    upto: Mapping[str, str]


@dataclass(frozen=True)
class Asking:
    """Asks about the rows of one step."""

    product: Product
    taken: Taken

    @cached_property
    def _vault(self) -> VaultWriter:
        """Opened once, so that its key is read once."""
        return vault_of(self.product)

    def received(self, keys: Sequence[Key]) -> dict[Key, Whom]:
        """By row, those who received data of it and are told of rules."""
        found: dict[Key, list[Received]] = {}
        for way in self.taken.disclosed:
            said = way.said
            if said is None:
                continue
            columns = columns_of(said)
            for key, values in self._over(way, columns, keys):
                for one in self._line(way, said, dict(zip(columns, values, strict=True))):
                    found.setdefault(key, []).append(one)
        for key, some in self._by_ledger(keys):
            found.setdefault(key, []).extend(some)
        for key in keys if self.taken.everybody else ():
            found.setdefault(key, []).extend(Received(recipient=name) for name in sorted(self.taken.everybody))
        return {key: {one.recipient: one for one in merged(some)} for key, some in found.items()}

    def rows(self, received: Mapping[Key, Whom]) -> Iterator[Row]:
        """The rows of which somebody received data, with what their notices need."""
        keys = [key for key, whom in received.items() if whom]
        if not keys:
            return
        whose = self._whose(keys)
        names = {name: self._names(name) for key in keys for name in received[key]}
        values = {column: self._values(column, keys, whose) for column in {c for kinds in names.values() for c in kinds.values()}}
        for key in keys:
            to = {
                recipient: {kind: values[column].get(key, []) for kind, column in names[recipient].items()}
                for recipient in received[key]
            }
            upto = {recipient: one.upto for recipient, one in received[key].items()}
            yield Row(key=key, code=self._code(key, whose), to=to, upto=upto)

    def _line(self, way: Way, said: Disclosed, row: Mapping[str, object]) -> Iterator[Received]:
        name = row.get(said.recipient)
        recipient = named(self.product, str(name).strip()) if name is not None else ""
        declared = self.product.loaded.manifest.recipients.get(recipient)
        if declared is None or declared.notices is None or declared.notices.rules != "told":
            return
        words = row.get(said.what) if said.what else None
        what = {word.strip().lower() for word in str(words).split(",") if word.strip()} if words is not None else None
        if self.taken.values is not None and not (what or set()) & self.taken.values:
            return
        at = day_or_instant(self.product, way.table, said.at, row.get(said.at)) if said.at else None
        yield Received(recipient=recipient, upto=comparable(at), what=frozenset(what) if what is not None else None)

    def _by_ledger(self, keys: Sequence[Key]) -> Iterator[tuple[Key, list[Received]]]:
        """Of a person whose record goes, what our own ledger says."""
        step, manifest = self.taken.step, self.product.loaded.manifest
        records = {one.record for one in manifest.people.values()}
        if self.taken.values is not None or f"{step.system}.{step.table}" not in records:
            return
        told, whose = told_of_rules(manifest), self._whose(keys)
        codes = {key: self._code(key, whose) for key in keys if key in whose}
        lines = self.product.state.disclosures.of_each(codes.values())
        for key, code in codes.items():
            if some := [
                Received(recipient=one.recipient, upto=comparable(one.at), what=frozenset(one.what))
                for one in lines.get(code, ())
                if one.recipient in told
            ]:
                yield key, some

    def _names(self, recipient: str) -> Mapping[str, str]:
        notices = self.product.loaded.manifest.recipients[recipient].notices
        return notices.names if notices else {}

    def _over(self, way: Way, columns: Sequence[str], keys: Sequence[Key]) -> Iterator[tuple[Key, tuple[object, ...]]]:
        """Some columns of the rows that belong to those with these keys, each with the key."""
        taken, system = self.taken, self.taken.step.system
        where = all_of(self._straight(way, keys), way.where(taken.among(keys)))
        selection = Selection(system=system, table=way.table.partition(".")[2], where=where)
        reader = self.product.reader(system)
        with reader.snapshot():
            if way.links:
                for row in reader.led(selection, (*columns, *way.begins), way.above(taken.key[0])):
                    yield key_of(row[-1:]), tuple(row[: len(columns)])
            else:
                for row in reader.rows(selection, (*columns, *taken.key)):
                    yield key_of(row[len(columns) :]), tuple(row[: len(columns)])

    def _straight(self, way: Way, keys: Sequence[Key]) -> Condition:
        """Of rows that refer to the key itself the same is said by their own column, so that SQLite too finds them by its index."""
        tables = self.product.inventories[self.taken.step.system].tables
        link = way.links[0] if len(way.links) == 1 else None
        refers = tables[link.table].column(link.pairs[0][0]) if link else None
        key = tables[link.of].column(self.taken.key[0]) if link and link.pairs[0][1] == self.taken.key[0] else None
        if refers is None or key is None or {refers.kind, key.kind} != {"integer"}:
            return ALWAYS
        return with_keys([refers.name], keys)

    def _values(self, name: str, keys: Sequence[Key], whose: Mapping[Key, tuple[str, str]]) -> Mapping[Key, list[str]]:
        """What stands in a column of the rows that go, of what belongs to them, or of whatever else is the person's."""
        table, _, column = name.rpartition(".")
        found: dict[Key, dict[str, None]] = {}
        if table in self.taken.within:
            for way in self.taken.within[table]:
                for key, (value,) in self._over(way, (column,), keys):
                    if value is not None:
                        found.setdefault(key, {})[str(value)] = None
            return {key: list(some) for key, some in found.items()}
        of_people = self._of_people(table, column, set(whose.values()))
        return {key: of_people.get(person, []) for key, person in whose.items()}

    def _of_people(self, table: str, column: str, people: set[tuple[str, str]]) -> Mapping[tuple[str, str], list[str]]:
        manifest, found = self.product.loaded.manifest, dict[tuple[str, str], list[str]]()
        for kind in sorted({kind for kind, _ in people}):
            keys = sorted(key for one, key in people if one == kind)
            for place in (one for one in places(manifest, kind) if one.table == table and not one.candidate):
                asked = Asked(place=place, columns=(column,), numbers=numbers(place.root, self.product.inventories))
                reader = self.product.reader(place.system)
                with reader.snapshot():
                    for _, rows in reader.finder([asked]).find(keys):
                        for row in rows:
                            if row[0] is not None:
                                known = found.setdefault((kind, str(row[-1]) if len(keys) > 1 else keys[0]), [])
                                known.extend([str(row[0])] if str(row[0]) not in known else [])
        return found

    def _whose(self, keys: Sequence[Key]) -> Mapping[Key, tuple[str, str]]:
        """The kind of people and the key of the person, by row, where the manifest says whose it is."""
        step, found = self.taken.step, dict[Key, tuple[str, str]]()
        for kind in self.product.loaded.manifest.people:
            for place in places(self.product.loaded.manifest, kind):
                left = [key for key in keys if key not in found]
                if left and place.table == f"{step.system}.{step.table}" and not place.candidate and _plain(place):
                    found |= {key: (kind, person) for key, person in self._led(place, left)}
        return found

    def _led(self, place: Place, keys: Sequence[Key]) -> Iterator[tuple[Key, str]]:
        taken, reader = self.taken, self.product.reader(place.system)
        begins, above, fixed = _way(place)
        where = all_of(taken.among(keys), *(Compare("=", Column(name), Literal(value)) for name, value in fixed))
        selection = Selection(system=place.system, table=place.bare, where=all_of(where, Not(IsNull(Column(begins)))))
        with reader.snapshot():
            for row in reader.led(selection, (*taken.key, begins), above):
                if row[-1] is not None:
                    yield key_of(row[: len(taken.key)]), str(row[-1])

    def _code(self, key: Key, whose: Mapping[Key, tuple[str, str]]) -> str:
        step = self.taken.step
        if key in whose:
            return self._vault.person_digest(":".join(whose[key]))
        return self._vault.person_digest(f"{step.system}.{step.table}:{','.join(map(str, key))}")


def key_of(values: Sequence[object]) -> Key:
    """A key as a condition can name it. Raises CannotHandle for one of bytes, a day or a fraction, which would be found in no row."""
    return tuple(_named(value) for value in values)


def _named(value: object) -> str | int:
    if isinstance(value, int | str):
        return value
    if isinstance(value, UUID):
        return str(value)
    raise CannotHandle(
        f"rows have keys of a kind ({type(value).__name__}) by which they could not be found again, so that recipients could not be told what "
        "ends (Art. 19 GDPR). The batch is left untouched. Give the table a key that is a number, a text or a UUID, or say under "
        "notices: {rules: …} why the recipients need not be told."
    )


def _plain(place: Place) -> bool:
    """Whether a way of single columns leads to whose the rows are."""
    if place.column:
        return not items_in(place.column)
    return place.link is not None and len(place.link.columns) == 1 and place.above is not None and _plain(place.above)


def _way(place: Place) -> tuple[str, tuple[tuple[str, str, str], ...], tuple[tuple[str, str | int], ...]]:
    """The column of the row that leads on, each table on the way, and what a row must have beside."""
    if place.column:
        return place.column, (), place.fixed
    above, link = place.parent, place.link
    if link is None:
        raise ValueError(f"{place.table} refers to nothing")
    begins, further, _ = _way(above)
    return link.columns[0], ((above.bare, place.referred[0], begins), *further), link.fixed
