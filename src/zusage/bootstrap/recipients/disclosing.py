"""What went to whom of a person: by the service's own tables where they say so, and by our own ledger where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from zusage.promises.manifest import Disclosed
from zusage.rights.notification import Received, merged

from ..days import comparable, day_or_instant
from .theirs import Theirs

if TYPE_CHECKING:
    from ..product import Product


def received(product: Product, theirs: Theirs) -> tuple[Received, ...]:
    """Everybody who received data of a person, each once. Raises SystemTrouble or a VaultError."""
    found = [*on_record(product, theirs), *_everybody(product, theirs)]
    declared = product.loaded.manifest.recipients
    return merged(_with_classes(one, declared[one.recipient].receives if one.recipient in declared else ()) for one in found)


def on_record(product: Product, theirs: Theirs) -> tuple[Received, ...]:
    """Those of them of whom a table or our own ledger says it. Raises SystemTrouble or a VaultError."""
    return merged([*_by_tables(product, theirs), *_by_vault(product, theirs), *_by_ledger(product, theirs.code)])


def named(product: Product, text: str) -> str:
    """How the manifest names a recipient of which a table has another name; the text itself where it names none."""
    for name, recipient in product.loaded.manifest.recipients.items():
        if text in (name, *recipient.known_as, recipient.title.de, recipient.title.en):
            return name
    return text


def discloses(product: Product, table: str) -> Disclosed | None:
    """Where the rows of a table say what went to whom."""
    activities = product.loaded.manifest.activities.values()
    said = (activity.data[table].discloses for activity in activities if table in activity.data)
    return next((one for one in said if one), None)


def _by_tables(product: Product, theirs: Theirs) -> Iterator[Received]:
    for table in sorted(theirs.reached):
        if said := discloses(product, table):
            columns = columns_of(said)
            for row in theirs.rows(table, columns):
                yield from line_of(product, table, said, dict(zip(columns, row, strict=True)))


def columns_of(said: Disclosed) -> tuple[str, ...]:
    """The columns that say what went to whom."""
    return tuple(dict.fromkeys(column for column in (said.recipient, said.at, said.what) if column))


def _by_vault(product: Product, theirs: Theirs) -> Iterator[Received]:
    """What is blocked or restricted already was disclosed all the same."""
    for document in theirs.blocked:
        for table, rows in ((document.table, (document.row,)), *document.parts):
            name = f"{document.system}.{table}"
            if said := discloses(product, name):
                for row in rows:
                    yield from line_of(product, name, said, row)


def line_of(product: Product, table: str, said: Disclosed, row: Mapping[str, object]) -> Iterator[Received]:
    """Who received something by a row of a table, system.table, that says so; nobody where it names none."""
    name = row.get(said.recipient)
    if name is not None and str(name).strip():
        words = row.get(said.what) if said.what else None
        what = frozenset(word.strip().lower() for word in str(words).split(",") if word.strip()) if words is not None else None
        at = day_or_instant(product, table, said.at, row.get(said.at)) if said.at else None
        yield Received(recipient=named(product, str(name).strip()), upto=comparable(at), what=what)


def _by_ledger(product: Product, code: str) -> Iterator[Received]:
    for line in product.state.disclosures.of(code):
        yield Received(recipient=line.recipient, upto=comparable(line.at), what=frozenset(line.what))


def _everybody(product: Product, theirs: Theirs) -> Iterator[Received]:
    """Recipients that get the data of everybody in an activity that holds data of this person."""
    manifest = product.loaded.manifest
    all_of_them = {name for name, recipient in manifest.recipients.items() if recipient.notices and recipient.notices.everybody}
    if not all_of_them:
        return
    tables = theirs.tables | {f"{document.system}.{document.table}" for document in theirs.blocked}
    for activity in manifest.activities.values():
        for name in all_of_them.intersection(activity.recipients):
            if here := tables & activity.data.keys():
                yield Received(recipient=name, what=frozenset(c for table in here for c in activity.data[table].classes))


def _with_classes(one: Received, classes: Iterable[str]) -> Received:
    if not classes:
        return one
    return Received(recipient=one.recipient, upto=one.upto, what=frozenset(classes) | (one.what or frozenset()))
