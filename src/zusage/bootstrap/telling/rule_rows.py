"""What is written down of rows that a rule takes, and what becomes of it: told where the rows are gone, dropped where they are there."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict, cast

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.keyed import with_keys
from zusage.planning.plan import ChangeColumns, Selection, Step
from zusage.planning.release import unchanged
from zusage.promises.condition import Condition, all_of

from ..recipients.by_rule import Key, Row, key_of
from ..recipients.notifying import seal
from ..register.registering import read, written
from ..vaults import vault_of

if TYPE_CHECKING:
    from zusage.state.notices import Draft
    from zusage.state.rule_notices import Waiting
    from zusage.vault import VaultWriter

    from ..product import Product
    from ..recipients.from_vault import Entry

_SOME = 1_000


class Content(TypedDict):
    """A row that goes or is changed, as it is sealed."""

    #: system.table
    table: str
    columns: list[str]
    key: list[str | int]
    #: what becomes of it, as the register of erasures writes it
    becomes: str
    #: the number of its entry, where it goes from the vault
    vault: str | None
    code: str
    #: recipient → type → values
    to: dict[str, dict[str, list[str]]]
    #: recipient → until when it received data
    upto: dict[str, str]


def content(step: Step, columns: Sequence[str], row: Row, entry: Entry | None = None) -> Content:
    """A row of a step as it is written down, or an entry of the vault."""
    return Content(
        table=entry.table if entry else f"{step.system}.{step.table}",
        columns=list(columns),
        key=list(row.key),
        becomes=written(step.action),
        vault=entry.id if entry else None,
        code=row.code,
        to={name: {kind: list(values) for kind, values in kinds.items()} for name, kinds in row.to.items()},
        upto=dict(row.upto),
    )


def both(row: Row, before: Content) -> Row:
    """What is found of a row now, with what was found before an earlier step took some of it."""
    to = _merged([row.to, before["to"]])
    upto = {name: max(row.upto.get(name, ""), before["upto"].get(name, "")) for name in to}
    return Row(key=row.key, code=row.code, to=to, upto=upto)


def _merged(some: Iterable[Mapping[str, Mapping[str, Sequence[str]]]]) -> dict[str, dict[str, list[str]]]:
    """Recipient → type → values of all of them, each value once."""
    found = dict[str, dict[str, list[str]]]()
    for to in some:
        for name, kinds in to.items():
            known = found.setdefault(name, {})
            for kind, values in kinds.items():
                known[kind] = list(dict.fromkeys((*known.get(kind, ()), *values)))
    return found


def sealed(product: Product, about: str, by_code: Mapping[str, Sequence[Content]]) -> dict[str, bytes]:
    """By the code of whose they are, rows as nobody can read them who has not the vault's key."""
    vault = vault_of(product)
    return {
        code: vault.seal_note(f"occasion {about} {code}", json.dumps(rows, ensure_ascii=False).encode())
        for code, rows in by_code.items()
    }


def opened(product: Product, waiting: Waiting) -> dict[str, list[Content]]:
    """The rows of a batch again. Raises VaultError."""
    return unsealed(product, waiting.about, waiting.sealed)


def unsealed(product: Product, about: str, by_code: Mapping[str, bytes]) -> dict[str, list[Content]]:
    """The rows again that were sealed by the code of whose they are. Raises VaultError."""
    vault = vault_of(product)
    return {
        code: cast("list[Content]", json.loads(vault.unseal_note(f"occasion {about} {code}", one)))
        for code, one in by_code.items()
    }


def settle(product: Product, about: str, gone: Mapping[str, Sequence[Content]]) -> None:
    """These rows are gone for good: their notices may be sent."""
    vault = vault_of(product)
    drafts = {code: tuple(_drafts(vault, rows)) for code, rows in gone.items()}
    product.state.rule_notices.settle(about, product.clock(), drafts)


def settle_open(product: Product) -> tuple[str, ...]:
    """Find out what became of batches that a run left open; returns what nobody can tell yet, in words.

    The caller holds the lock under which data are changed. Raises VaultError.
    """
    _forget(product)
    open_ = []
    for waiting in product.state.rule_notices.waiting():
        try:
            rows = opened(product, waiting)
            there = _there(product, [row for some in rows.values() for row in some])
        except SystemTrouble:
            open_.append(f"{waiting.about}: its system cannot be looked at")
            continue
        gone = {code: [row for row in some if _place(row) not in there] for code, some in rows.items()}
        settle(product, waiting.about, gone)
    return tuple(open_)


def _forget(product: Product) -> None:
    """What was remembered before a plan's first step goes when the plan has ended or can no longer be carried out."""
    over = timedelta(days=product.loaded.manifest.guard.plan_valid.rough_days + 1)
    for digest, at in product.state.remembered.plans():
        if product.state.journal.finished(digest) or product.clock() - at > over:
            product.state.remembered.drop(digest)


def _drafts(vault: VaultWriter, rows: Sequence[Content]) -> Iterator[Draft]:
    """One notice for each recipient of some rows of one person."""
    from zusage.state.notices import Draft

    for name, identities in sorted(_merged([row["to"] for row in rows]).items()):
        key = str(uuid.uuid4())
        whom = {"identities": identities, "corrected": None, "public": False}
        upto = max(row["upto"].get(name, "") for row in rows)
        yield Draft(recipient=name, key=key, upto=upto, sealed=seal(vault, key, whom))


def _place(row: Content) -> tuple[str, str | None, Key]:
    return row["table"], row["vault"], tuple(row["key"])


def _there(product: Product, rows: Sequence[Content]) -> set[tuple[str, str | None, Key]]:
    """Of some rows those that are there as they were. Raises SystemTrouble."""
    groups: dict[tuple[str, tuple[str, ...], str], list[Content]] = {}
    for row in rows:
        groups.setdefault((row["table"], tuple(row["columns"]), row["becomes"]), []).append(row)
    found = set()
    for (table, columns, becomes), some in groups.items():
        system, bare = table.split(".", 1)
        entries = {row["vault"]: row for row in some if row["vault"]}
        found |= {_place(entries[id]) for id in (vault_of(product).among(entries) if entries else ())}
        keys = [tuple(row["key"]) for row in some if row["vault"] is None]
        for start in range(0, len(keys), _SOME):
            where = all_of(with_keys(columns, keys[start : start + _SOME]), *_as_before(becomes))
            reader = product.reader(system)
            with reader.snapshot():
                selection = Selection(system=system, table=bare, where=where)
                found |= {(table, None, key_of(row)) for row in reader.rows(selection, columns)}
    return found


def _as_before(becomes: str) -> tuple[Condition, ...]:
    action = read(becomes)
    return (unchanged(action.changes),) if isinstance(action, ChangeColumns) else ()
