"""Notices to recipients come to be in the step of which they tell: written before it, settled after it (Art. 19, 17(2) GDPR)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.erasure import codes
from zusage.planning.holding import Hold, HoldUnfit, Person, of_person, rows
from zusage.planning.plan import BlockRows, Plan, Selection
from zusage.promises.condition import all_of
from zusage.promises.inside import valued
from zusage.rights.notification import PUBLIC, Kind, Occasion, Received, may_learn, told_before

from ..looking.looks import Looks
from ..people import code_of
from .disclosing import blocked_of, received

if TYPE_CHECKING:
    from datetime import datetime

    from zusage.promises.condition import Condition
    from zusage.promises.manifest import Manifest
    from zusage.state.notices import Draft
    from zusage.vault import VaultWriter

    from ..product import Product

#: before the digest of a plan, in what an occasion is about
_PLAN = "plan "


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
    product.state.notices.prepare(occasion, tuple(_drafts(product, occasion, holds, corrected)))


@contextmanager
def erasing(
    product: Product, plan: Plan, people_of: Callable[[str], Sequence[Person]], check: Callable[[], None]
) -> Iterator[None]:
    """Inside, a plan is carried out that may be of people: the recipients of their data are written down before the first row goes.

    ``check`` refuses a plan that cannot be carried out before anything is written down.
    """
    from ..rights.including import included_holds

    found = codes(plan) if product.loaded.manifest.telling else frozenset()
    people = [(code, person) for code in sorted(found) for person in people_of(code)]
    if people:
        check()
    blocking = json.dumps([step.id for step in plan.steps if isinstance(step.action, BlockRows)]).encode()
    about, now = f"{_PLAN}{plan.digest}", product.clock()
    with product.state.together() if people else nullcontext():
        for code, person in people:
            holds = (*of_person(product.loaded.manifest, person, product.inventories), *included_holds(product, code))
            occasion = Occasion(kind="erased", about=about, code=code_of(product, person), at=now)
            product.state.notices.prepare(occasion, tuple(_drafts(product, occasion, holds, None)), blocking)
    yield
    if people:
        settle_interrupted(product)


def learnt_late(product: Product, person: Person, recipient: str, at: datetime) -> None:
    """Somebody turns out to have received data of a person before something happened to them: they are told of it too."""
    from zusage.state.notices import Draft
    from zusage.vault import VaultWriter

    if product.loaded.manifest.telling is None:
        return
    code, vault, covered = code_of(product, person), VaultWriter(product.folder), False
    holds = of_person(product.loaded.manifest, person, product.inventories)
    for one in list(product.state.notices.told()):
        mine = one.occasion.code == code and one.occasion.at > at and one.settled is not None and one.notices is not None
        if not mine or covered or recipient in {notice.recipient for notice in one.notices or ()}:
            continue
        key = str(uuid.uuid4())
        corrected = _what(product, one.occasion.about) if one.occasion.kind == "corrected" else None
        names = _identities(product, recipient, holds, code, person)
        content = {"identities": names, "corrected": corrected, "public": False}
        product.state.notices.add(
            one.occasion, Draft(recipient=recipient, key=key, upto="", sealed=seal(vault, key, content)), product.clock()
        )
        covered = one.occasion.kind == "erased"  # nothing of what they had is left to be told of


def _what(product: Product, number: str) -> dict[str, str]:
    """Which value was corrected."""
    from ..rights.correcting import made

    return {"what": next((one.column for one in made(product) if not isinstance(one, str) and one.id == number), "?")}


def settle_interrupted(product: Product) -> tuple[str, ...]:
    """Find out what became of the steps of which notices tell, also of interrupted ones; returns what nobody can tell yet, in words.

    The caller holds the lock under which data are changed.
    """
    open_ = []
    for occasion, kept in {found.about: (found, kept) for found, kept in product.state.notices.unsettled()}.values():
        try:
            kind = _became(product, occasion, kept or b"")
        except _NotYet as why:
            open_.append(f"{occasion.about}: {why}")
            continue
        except _NotBegun:
            product.state.notices.drop(occasion.about)
            continue
        product.state.notices.settle(occasion.about, product.clock(), lambda _, kind=kind: kind)  # type: ignore[misc]
    return tuple(open_)


class _NotYet(Exception):
    """Nobody can tell yet."""


class _NotBegun(Exception):
    """It has not begun, and may still."""


def _became(product: Product, occasion: Occasion, kept: bytes) -> Kind | None:
    if occasion.about.startswith(_PLAN):
        return _of_plan(product, occasion.about.removeprefix(_PLAN), set(json.loads(kept)))
    from ..rights.correcting import not_made

    try:
        if _was_made(product, occasion, kept):
            return "corrected"
        not_made(product, occasion.about)
        return None
    except (SystemTrouble, HoldUnfit):
        raise _NotYet("its system cannot be looked at") from None


def _of_plan(product: Product, digest: str, blocking: set[str]) -> Kind | None:
    """By the journal. A step that was interrupted may have changed rows that no line tells of, and counts as if it had."""
    journal = product.state.journal
    if any(run.plan == digest for run in journal.unfinished()):
        raise _NotYet("it was interrupted, apply the plan again")
    changed = {id for id, step in journal.progress(digest).items() if step.rows or step.lost or step.outcome is None}
    if not changed and not journal.finished(digest):
        raise _NotBegun
    return None if not changed else "restricted" if changed <= blocking else "erased"


def _drafts(product: Product, occasion: Occasion, holds: Sequence[Hold], corrected: Corrected | None) -> Iterator[Draft]:
    from zusage.state.notices import Draft
    from zusage.vault import VaultWriter

    vault = VaultWriter(product.folder)

    def draft(recipient: str, upto: str, content: Mapping[str, object]) -> Draft:
        key = str(uuid.uuid4())
        return Draft(recipient=recipient, key=key, upto=upto, sealed=seal(vault, key, content))

    public = dict(_public(product, holds)) if occasion.kind == "erased" else {}
    informed = {name for place in public for name in product.loaded.manifest.public[place].informs}
    for one in _wanted(product, occasion, holds, informed):
        content = {
            "identities": _identities(product, one.recipient, holds, occasion.code),
            "corrected": _learnt(product.loaded.manifest, one, corrected),
            "public": one.recipient in informed,
        }
        yield draft(one.recipient, one.upto, content)
    for name, keys in public.items():
        yield draft(f"{PUBLIC}{name}", "", {"identities": {"row": keys}, "corrected": None, "public": True})


def _wanted(product: Product, occasion: Occasion, holds: Sequence[Hold], informed: set[str]) -> Iterator[Received]:
    """Who is to be told: nobody again of what an earlier erasure told of already."""
    notices, found = product.state.notices, received(product, holds, occasion.code)
    earlier = notices.earlier(occasion.code) if occasion.kind == "erased" else {}
    waiting = {one.recipient for one in notices.all(occasion.code) if one.open and one.occasion.kind == "erased"}
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


def _identities(
    product: Product, recipient: str, holds: Sequence[Hold], code: str, gone: Person | None = None
) -> dict[str, list[str]]:
    """By what a recipient knows the person: type → values, from the living rows and from what is blocked.

    Of somebody who may be ``gone`` their key is known still. Where a human tells it, they learn the key of the person's record, and say it in the words that the recipient knows.
    """
    manifest = product.loaded.manifest
    declared = manifest.recipients.get(recipient)
    if declared and declared.notices:
        names = declared.notices.names
    else:
        records = {hold.table for hold in holds}
        names = {kind: f"{one.record}.{one.key}" for kind, one in manifest.people.items() if one.record in records}
    one = manifest.people[gone.people] if gone else None
    own = {f"{one.record}.{one.key}": [gone.key]} if one and gone else {}
    return {kind: _values(product, name, holds, code) or own.get(name, []) for kind, name in names.items()}


def _values(product: Product, name: str, holds: Sequence[Hold], code: str) -> list[str]:
    table, _, column = name.rpartition(".")
    found: dict[str, None] = {}
    for hold in holds:
        if hold.table == table:
            selection = Selection(system=hold.system, table=hold.bare, where=hold.where)
            found |= {str(value): None for (value,) in Looks(product).rows(selection, (column,)) if value is not None}
    for document in blocked_of(product, code):
        for part, stored in ((document.table, (document.row,)), *document.parts):
            if f"{document.system}.{part}" == table:
                found |= {str(row[column]): None for row in stored if row.get(column) is not None}
    return list(found)


def _public(product: Product, holds: Sequence[Hold]) -> Iterator[tuple[str, list[str]]]:
    """Places in which rows of this person were made public, with the keys of the rows."""
    for name, place in product.loaded.manifest.public.items():
        for hold in holds:
            key = product.inventories[hold.system].tables[hold.bare].primary_key
            if hold.table == place.data:
                where = all_of(hold.where, place.only) if place.only is not None else hold.where
                selection = Selection(system=hold.system, table=hold.bare, where=where)
                if found := [", ".join(map(str, row)) for row in Looks(product).rows(selection, key)]:
                    yield name, found


def seal(vault: VaultWriter, key: str, content: Mapping[str, object]) -> bytes:
    """What names a person to a recipient, readable with the vault's key alone."""
    return vault.seal_note(f"notice {key}", json.dumps(content, ensure_ascii=False).encode())


# -- rectifications -----------------------------------------------------------------------------------------------


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
    """As ``write_down``, with what tells later whether the correction was made."""
    if product.loaded.manifest.telling is None:
        return
    from zusage.vault import VaultWriter

    sealed = VaultWriter(product.folder).seal_note(f"occasion {occasion.about}", json.dumps(asdict(made)).encode())
    product.state.notices.prepare(occasion, tuple(_drafts(product, occasion, holds, corrected)), sealed)


def _was_made(product: Product, occasion: Occasion, sealed: bytes) -> bool:
    from zusage.vault import VaultWriter

    made = Trace(**json.loads(VaultWriter(product.folder).unseal_note(f"occasion {occasion.about}", sealed)))
    person = Person(people=made.people, key=made.key)
    hold = next(one for one in of_person(product.loaded.manifest, person, product.inventories) if one.table == made.table)

    if waits := _waiting(product, person, made):
        return made.after in waits

    def values(where: Condition) -> set[str]:
        found = Looks(product).rows(Selection(system=hold.system, table=hold.bare, where=where), (made.column,))
        return {"" if value is None else str(value) for (value,) in found}

    if made.row and values(all_of(hold.where, rows(made.table, made.row, product.inventories).where)) == {made.before}:
        return False  # the row that was meant is still as it was
    return made.after in values(hold.where)  # by what was corrected the row may no longer be found


def _waiting(product: Product, person: Person, made: Trace) -> set[str]:
    """What the column holds in rows of theirs that are restricted."""
    from ..rights.restricting import waiting

    found = (
        (f"{one.system}.{table}", row)
        for _, one in waiting(product, code_of(product, person))
        for table, rows in ((one.table, (one.row,)), *one.parts)
        for row in rows
    )
    return {"" if (value := valued(row, made.column)) is None else str(value) for table, row in found if table == made.table}
