"""What a person is told of the erasure that they demanded: counts and titles, no value of a row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.planning import places
from zusage.planning.holding import Person, places_of
from zusage.rights.erasure import Answer

from ..people import code_of
from ..recipients.informing import told
from .demands import codes_of, people_asked

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.erased import Outcome

    from ..product import Product


def letter(
    product: Product, path: Path, found: Answer, language: Language, person: Person | None = None, *, on_file: bool = False
) -> tuple[str, ...]:
    """What the person is told of it, as paragraphs; also which recipients were told. Of several, ``found`` is what became of ``person``.

    ``on_file``: it answers a case, of which a file is kept.
    """
    from zusage.documents.erased import Remainder, erased
    from zusage.documents.unattributed import titles
    from zusage.planning.restriction import NO_RULE

    stays = [
        Remainder(activity=kept.rule.split("/", 1)[0], rule=kept.rule.split("/", 1)[-1], rows=kept.rows, until=kept.until)
        for kept in found.kept
        if kept.rule != NO_RULE
    ]
    people = codes_of(product, path) if person is None else {code_of(product, person)}
    notices = product.state.notices.all(*people) if len(people) == 1 else ()  # one of several must not learn of the others
    left = sum(rows for _, rows in found.left)
    return erased(
        product.loaded.manifest,
        language,
        outcomes(found),
        stays,
        left,
        told(product, notices),
        withdrawn=bool(found.withdrawn),
        on_file=on_file,
        beyond=titles(product.loaded.manifest, _nobodys(product, [person] if person else people_asked(product, path))),
    )


def outcomes(found: Answer) -> list[Outcome]:
    """What went, for a letter."""
    from zusage.documents.erased import Outcome

    return [
        Outcome(activity=one.promise.split("/", 1)[0], how=one.how, rows=one.rows + sum(rows for _, rows in one.with_them))
        for one in found.done
        if one.how != "blocked" and one.rows
    ]


def _nobodys(product: Product, people: Sequence[Person]) -> set[str]:
    """Tables of which nobody can tell whose their rows are."""
    manifest = product.loaded.manifest
    kinds = {person.people for person in people}
    return {table for kind in kinds for table in places.beyond(manifest, places_of(manifest, kind), product.inventories)}
