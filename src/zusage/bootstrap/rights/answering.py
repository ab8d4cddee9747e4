"""The answers to one person: what was gathered becomes plain values, and those become files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zusage.planning.holding import Person
from zusage.promises.inside import split
from zusage.rights.content import Right
from zusage.rights.person import NobodyFound

from ..days import today
from ..people import code_of, letters_count
from ..recipients.informing import told
from .found import Held
from .including import refuse_not_included
from .last_days import last_days
from .persons import Gathered, Wanted, gather, key_of
from .plain import plain_rows
from .received import received
from .stating import statements

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.promises.manifest import Manifest

    from ..product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who is answered: somebody of a kind of people, by the key of their record or by an address."""

    people: str
    #: a key, unless ``by_address``
    given: str = field(repr=False)
    by_address: bool = False
    #: candidates and free texts that a human has looked at
    include: frozenset[str] = frozenset()
    #: the case in which it was included, with who and why; empty where there is none
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The files of an answer, and what whoever sends it must know; beside the files no value of the person."""

    files: Mapping[str, str | bytes] = field(repr=False)
    #: per system.table, how many rows
    rows: tuple[tuple[str, int], ...]
    candidates: tuple[tuple[str, int], ...]
    #: of those, rows that were named and kept back, because the address is another person's too
    ambiguous: tuple[tuple[str, int], ...]
    withheld: tuple[str, ...]
    beyond: tuple[str, ...]


def find(product: Product, asked: Asked, right: Right = "access") -> Answer:
    """Where a person's rows are, without any file. Raises PersonUnfit, SystemTrouble."""
    gathered, held = _found(product, asked, right)
    return _answer({}, gathered, held)


def access(product: Product, asked: Asked, language: Language, *, paper: bool = True) -> Answer:
    """The copy and the information of Art. 15 GDPR, with ``paper`` as PDF too. Raises PersonUnfit, SystemTrouble, NoPrinter."""
    from zusage.documents.answering import Copy, answer
    from zusage.documents.unattributed import titles

    gathered, held = _found(product, asked, "access")
    person = Person(people=asked.people, key=next(iter(gathered.people)))
    code = code_of(product, person)
    files = _files(held) | _restricted_files(product, held, code)
    copy = Copy(
        held=plain_rows(product, held),
        stated=_stated(product, person),
        activities=frozenset(name for one in held for name in _processing(product.loaded.manifest, one)),
        received=received(product, held, code),
        told=told(product, product.state.notices.all(code)),
        withheld=bool(gathered.withheld),
        files=tuple((path, len(content)) for path, content in files.items()),
        beyond=titles(product.loaded.manifest, _beyond(gathered, held)),
        last_days=last_days(product, person),
    )
    return _answer({**answer(product.loaded, language, today(product), copy, paper=paper), **files}, gathered, held)


def _processing(manifest: Manifest, held: Held) -> Iterator[str]:
    """The activities for which something of the person stands in some rows.

    The purposes to be told are those of what is processed about them (Art. 15(1)(a) GDPR): one of whose columns every one is empty
    processes nothing. What is kept back from the answer is processed all the same, and so is a file.
    """
    empty = {name for index, name in enumerate(held.columns) if all(row[index] is None for row in held.rows)}
    for name in held.content.activities:
        data = manifest.activities[name].data[held.content.place.table]
        columns = {split(column)[0] for of_class in data.classes.values() for column in of_class}
        if data.files or not columns or not columns <= empty:
            yield name


def _beyond(gathered: Gathered, held: Iterable[Held]) -> set[str]:
    """Tables of which it cannot be told whose their rows are, and those with the person's address alone; not those that a human has
    looked at for this answer.
    """
    alike = {name.rpartition(".")[0] for name, rows in gathered.candidates if rows}
    return (set(gathered.beyond) | alike) - {one.content.place.table for one in held}


def portability(product: Product, asked: Asked, language: Language, id: str = "") -> Answer:
    """The package of Art. 20 GDPR; ``id`` is by what a receiver knows it. Raises PersonUnfit, SystemTrouble."""
    from zusage.documents.portability import package

    gathered, held = _found(product, asked, "portability")
    kinds = {
        f"{system}.{table.name}": {column.name: str(column.kind) for column in table.columns}
        for system, inventory in product.inventories.items()
        for table in inventory.tables.values()
    }
    code = code_of(product, Person(people=asked.people, key=next(iter(gathered.people))))
    files = _files(held) | _restricted_files(product, held, code)
    made = package(product.loaded, language, today(product), plain_rows(product, held), kinds, files, id)
    return _answer(made, gathered, held)


def _found(product: Product, asked: Asked, right: Right) -> tuple[Gathered, tuple[Held, ...]]:
    key = key_of(product, asked.people, asked.given) if asked.by_address else asked.given
    if asked.include and asked.case:
        refuse_not_included(product, asked.case, Person(people=asked.people, key=key), asked.include)
    wanted = Wanted(people=asked.people, keys=(key,), right=right, include=asked.include)
    gathered = gather(product, wanted)
    held = next(iter(gathered.people.values()), ())
    if not any(not one.content.place.candidate for one in held):
        raise NobodyFound("" if asked.by_address else letters_count(product, Person(people=asked.people, key=key)))
    return gathered, tuple(one for one in held if one.columns)


def _files(held: Iterable[Held]) -> dict[str, bytes]:
    """The files of the rows, named by their table, the number of the row in it, and their own name. Raises SystemTrouble."""
    from zusage.connectors.row_files import contents, files_at

    found: dict[str, bytes] = {}
    for one in held:
        table = one.content.place.table
        for number, row in enumerate(one.rows, 1):
            for path, at in one.files:
                paths = files_at(one.content.place.system, path, {name: row[index] for name, index in at.items()})
                for name, content in contents(paths, path):
                    found[f"files/{table}/{number}/{name}"] = content
    return found


def _restricted_files(product: Product, held: Iterable[Held], code: str) -> dict[str, bytes]:
    """Files that wait with restricted rows of the person: they are still held, and so are in the copy. Raises a VaultError."""
    from .hiding import hidden

    patterns = {path for one in held for path in one.content.files}
    restriction = product.state.restrictions.of(code)
    waiting = [one for one in hidden(product, restriction.id) if one.pattern in patterns] if restriction else []
    return {f"files/{one.table}/restricted-{number}/{one.path.name}": one.content for number, one in enumerate(waiting, 1)}


def _answer(files: Mapping[str, str | bytes], gathered: Gathered, held: Sequence[Held]) -> Answer:
    rows: dict[str, int] = {}
    for one in held:
        rows[one.content.place.table] = rows.get(one.content.place.table, 0) + len(one.rows)
    return Answer(
        files=files,
        rows=tuple(rows.items()),
        candidates=gathered.candidates,
        ambiguous=gathered.ambiguous,
        withheld=gathered.withheld,
        beyond=gathered.beyond,
    )


def _stated(product: Product, person: Person) -> dict[str, list[tuple[str, str]]]:
    """What the person stated beside their data, by system.table: which row, and the words."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in statements(product, person):
        found.setdefault(one.table, []).append((one.row or "", one.text))
    return found
