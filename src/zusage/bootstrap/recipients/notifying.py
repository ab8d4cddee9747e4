"""Notices to recipients are written down before the step of which they tell, as long as it can be seen who they are (Art. 19, 17(2) GDPR)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from zusage.planning.holding import Hold, Person
from zusage.rights.notification import PUBLIC, RULE, Occasion, Received, may_learn, told_before

from ..vaults import vault_of
from .disclosing import columns_of, discloses, received
from .theirs import Alone, Theirs

if TYPE_CHECKING:
    from zusage.promises.manifest import Manifest
    from zusage.state.notices import Draft
    from zusage.vault import VaultWriter

    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What was corrected, for those who received it. It holds personal values and is only ever kept sealed."""

    #: system.table
    table: str
    column: str
    before: str = field(repr=False)
    after: str = field(repr=False)


def write_down(product: Product, occasion: Occasion, holds: Sequence[Hold], corrected: Corrected | None = None) -> None:
    """Write down who is to be told, as long as it can be seen. Raises SystemTrouble, StateError or VaultError.

    Nothing is sent before it is settled. A manifest that does not say how recipients are told (``telling``) has no notices.
    """
    if product.loaded.manifest.telling is None:
        return
    product.state.notices.prepare(occasion, tuple(drafts(product, occasion, Alone(product, holds, occasion.code), corrected)))


def drafts(product: Product, occasion: Occasion, theirs: Theirs, corrected: Corrected | None) -> Iterator[Draft]:
    """A notice for each who is to be told of an occasion, with what names the person sealed. Raises SystemTrouble or VaultError."""
    from zusage.state.notices import Draft

    vault = vault_of(product)

    def draft(recipient: str, upto: str, content: Mapping[str, object]) -> Draft:
        key = str(uuid.uuid4())
        return Draft(recipient=recipient, key=key, upto=upto, sealed=seal(vault, key, content))

    public = dict(_public(product, theirs)) if occasion.kind == "erased" else {}
    informed = {name for place in public for name in product.loaded.manifest.public[place].informs}
    for one in _wanted(product, occasion, theirs, informed):
        content = {
            "identities": identities(product, one.recipient, theirs),
            "corrected": _learnt(product.loaded.manifest, one, corrected),
            "public": one.recipient in informed,
        }
        yield draft(one.recipient, one.upto, content)
    for name, keys in public.items():
        yield draft(f"{PUBLIC}{name}", "", {"identities": {"row": keys}, "corrected": None, "public": True})


def _wanted(product: Product, occasion: Occasion, theirs: Theirs, informed: set[str]) -> Iterator[Received]:
    """Who is to be told: nobody again of what an earlier erasure told of already."""
    notices, found = product.state.notices, received(product, theirs)
    earlier = notices.earlier(occasion.code) if occasion.kind == "erased" else {}
    erased = (
        one for one in notices.all(occasion.code) if one.occasion.kind == "erased" and not one.occasion.about.startswith(RULE)
    )
    waiting = {one.recipient for one in erased if one.open}
    for one in found:
        covered = occasion.kind == "erased" and not one.upto and one.recipient in waiting
        if not covered and not told_before(one, earlier):
            yield one
    yield from (Received(recipient=name) for name in sorted(informed - {one.recipient for one in found}))


def _learnt(manifest: Manifest, one: Received, corrected: Corrected | None) -> Mapping[str, str] | None:
    """The values go where the wrong one went; elsewhere only which value it was."""
    if corrected is None:
        return None
    said = (activity.data[corrected.table] for activity in manifest.activities.values() if corrected.table in activity.data)
    classes = {name for data in said for name, columns in data.classes.items() if corrected.column in columns}
    if may_learn(one, corrected.column, classes):
        return {"what": corrected.column, "before": corrected.before, "after": corrected.after}
    return {"what": corrected.column}


def identities(product: Product, recipient: str, theirs: Theirs, gone: Person | None = None) -> dict[str, list[str]]:
    """By what a recipient knows the person: type → values, from the living rows and from what is blocked.

    Of somebody who may be ``gone`` their key is known still. Where a human tells it, they learn the key of the person's record, and say it
    in the words that the recipient knows.
    """
    manifest = product.loaded.manifest
    names = _names(manifest, recipient, theirs.reached)
    one = manifest.people[gone.people] if gone else None
    own = {f"{one.record}.{one.key}": [gone.key]} if one and gone else {}
    return {kind: _values(theirs, name) or own.get(name, []) for kind, name in names.items()}


def _names(manifest: Manifest, recipient: str, reached: Collection[str]) -> Mapping[str, str]:
    """By which columns, as system.table.column, a recipient knows people; where nothing is said, by the keys of their records."""
    declared = manifest.recipients.get(recipient)
    if declared and declared.notices:
        return declared.notices.names
    return {kind: f"{one.record}.{one.key}" for kind, one in manifest.people.items() if one.record in reached}


def wanted_columns(product: Product) -> Mapping[str, Sequence[str]]:
    """By table the columns that notices are written with, whoever they are about."""
    manifest = product.loaded.manifest
    found: dict[str, list[str]] = {}
    for activity in manifest.activities.values():
        for table in activity.data:
            if said := discloses(product, table):
                found.setdefault(table, []).extend(columns_of(said))
    records = {one.record for one in manifest.people.values()}
    for recipient in (*manifest.recipients, ""):
        for name in _names(manifest, recipient, records).values():
            found.setdefault(name.rpartition(".")[0], []).append(name.rpartition(".")[2])
    return found


def _values(theirs: Theirs, name: str) -> list[str]:
    table, _, column = name.rpartition(".")
    found = {str(value): None for (value,) in theirs.rows(table, (column,)) if value is not None}
    for document in theirs.blocked:
        for part, stored in ((document.table, (document.row,)), *document.parts):
            if f"{document.system}.{part}" == table:
                found |= {str(row[column]): None for row in stored if row.get(column) is not None}
    return list(found)


def _public(product: Product, theirs: Theirs) -> Iterator[tuple[str, list[str]]]:
    """Places in which rows of this person were made public, with the keys of the rows."""
    for name, place in product.loaded.manifest.public.items():
        system, _, bare = place.data.partition(".")
        if place.data in theirs.tables:
            key = product.inventories[system].tables[bare].primary_key
            if found := [", ".join(map(str, row)) for row in theirs.rows(place.data, key, place.only)]:
                yield name, found


def seal(vault: VaultWriter, key: str, content: Mapping[str, object]) -> bytes:
    """What names a person to a recipient, readable with the vault's key alone."""
    return vault.seal_note(f"notice {key}", json.dumps(content, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """By what it is told, after a crash, whether a correction was made; kept sealed until then."""

    people: str
    key: str = field(repr=False)
    table: str
    column: str
    row: str | None = field(repr=False)
    before: str = field(repr=False)
    #: both empty where there is no value
    after: str = field(repr=False)


def write_down_correction(product: Product, occasion: Occasion, holds: Sequence[Hold], corrected: Corrected, made: Trace) -> None:
    """As ``write_down``, with what tells later whether the correction was made; that is to be found out also where nobody is told."""
    sealed = vault_of(product).seal_note(f"occasion {occasion.about}", json.dumps(asdict(made)).encode())
    told = product.loaded.manifest.telling is not None
    wanted = drafts(product, occasion, Alone(product, holds, occasion.code), corrected) if told else ()
    product.state.notices.prepare(occasion, tuple(wanted), sealed)
