"""What only has a person's address enters an answer or an erasure when a human has included it in their case, by name and with reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.planning.erasure import codes
from zusage.planning.holding import Hold, HoldUnfit, Person, holds_of, places_of
from zusage.planning.places import Place, literals, places
from zusage.promises.condition import Literal
from zusage.rights.case import CaseRefused

from ..looking.looks import Looks
from ..people import spelt
from ..plans import read_plan
from ..vaults import vault_of
from .addresses import of_others
from .demands import DemandUnknown, content_of
from .erasing import Wish

if TYPE_CHECKING:
    from ..product import Product


class NotIncluded(Exception):
    """Something was named that no human has included in the case."""

    def __init__(self, case: str, names: Iterable[str]) -> None:
        listed = ", ".join(sorted(names))
        super().__init__(
            f"case {case} does not include {listed}. Nothing was written. Look whether these rows are the person's, and "
            "include each in the case by its name and with words that say why, or leave them out."
        )


def refuse_unfounded(product: Product, case: str, name: str, words: str) -> None:
    """Raises CaseRefused where no reason is given, or the case's person has no such candidate or free text."""
    if not words.strip():
        raise CaseRefused(case, "changed", "it is not said why", "Say in words what was looked at.")
    said = (product.state.cases.content(case) or {}).get("person")
    if not said:
        raise CaseRefused(case, "changed", "it does not say whose data it is about", "Name the person.")
    known = _names(product, Person.parse(str(said)).people)
    if name not in known:
        why = "there is no such candidate and no such free text"
        raise CaseRefused(case, "changed", why, f"Candidates and free texts are: {', '.join(sorted(known)) or 'none'}.")


def person_of(product: Product, case: str) -> Person:
    """Whom a case is about. Raises CaseRefused where it does not say so, UnknownCase or CaseTorn."""
    said = (product.state.cases.content(case) or {}).get("person")
    if not said:
        raise CaseRefused(case, "ordered", "it does not say whose data it is about", "Name the person.")
    return spelt(product, Person.parse(str(said)))


def refuse_not_included(product: Product, case: str, person: Person, names: Collection[str]) -> None:
    """Raises NotIncluded where a human did not include all of this in the case, or the case is about somebody else."""
    found = product.state.cases.get(case)
    said = (product.state.cases.content(case) or {}).get("person")
    theirs = bool(said) and spelt(product, Person.parse(str(said))) == spelt(product, person)
    missing = set(names) - (found.included if theirs else frozenset())
    if missing:
        raise NotIncluded(case, missing)


def candidates(product: Product, people: str, names: Collection[str]) -> tuple[Place, ...]:
    """The places that these names mean, with what belongs to their rows. Raises HoldUnfit where one is no candidate."""
    found = tuple(one for one in places(product.loaded.manifest, people) if one.candidate and one.root.name in names)
    unknown = set(names) - {one.name for one in found if one.above is None}
    if unknown:
        raise HoldUnfit(
            f"{', '.join(sorted(unknown))} holds no rows that only have such people's address",
            "Those that do are named where the person is looked for.",
        )
    return found


def addresses_of(product: Product, person: Person) -> tuple[str, ...]:
    """Their addresses in small letters. Raises HoldUnfit where there is none, or somebody else has one of them too; SystemTrouble."""
    manifest, inventories = product.loaded.manifest, product.inventories
    known = [name.rpartition(".") for name in manifest.people[person.people].known_by]
    owned = places_of(manifest, person.people)
    found: set[str] = set()
    for hold in holds_of(owned, lambda root: literals(root, [person.key], inventories)):
        for _, _, column in (one for one in known if one[0] == hold.table):
            values = (str(value) for (value,) in product.reader(hold.system).rows(hold.selection, (column,)) if value is not None)
            found |= {value.lower() for value in values if value.strip()}
    if not found:
        raise HoldUnfit("no address of this person is on record, so that it leads to nothing", "Leave it out.")
    if of_others(product, owned, known, [person.key], found):
        raise HoldUnfit(
            "somebody else has the address of this person too, so that what only has this address may be theirs",
            "Leave it out, and erase by hand what is this person's.",
        )
    return tuple(sorted(found))


def refuse_several(wish: Wish) -> None:
    """Raises HoldUnfit where what only has an address is to be included for several people, or in no case."""
    if len(wish.people) > 1 or not wish.case:
        raise HoldUnfit(
            "what only has the same address is included for one person, in their case",
            "Plan for this person alone, and name the case.",
        )


def addresses_for(product: Product, whose: str, code: str) -> Sequence[str]:
    """The addresses of a demand on file. Raises DemandUnknown where they are not those of the plan, because another was made since."""
    found = [str(one) for one in (content_of(product, whose) or {}).get("addresses", ())]
    if address_code(product, found) != code:
        raise DemandUnknown
    return found


def address_code(product: Product, addresses: Sequence[str]) -> str:
    """The keyed code by which a plan knows some addresses."""

    return vault_of(product).person_digest(f"addresses={' '.join(addresses)}")


def included_in(product: Product, code: str) -> tuple[str, frozenset[str]]:
    """The case of a demand on file, and what only has an address and was included by it; nothing where it is not on file."""
    content = content_of(product, code) or {}
    return str(content.get("case") or ""), frozenset(content.get("include", ()))


def left_included(product: Product, path: Path) -> dict[str, int]:
    """By table, rows in reach that a saved plan takes because a human included them. Raises DemandUnknown, PlanChanged."""
    found: dict[str, int] = {}
    for hold in (one for code in codes(read_plan(path)[0]) for one in included_holds(product, code)):
        rows = Looks(product).count(hold.selection)
        found |= {hold.table: found.get(hold.table, 0) + rows} if rows else {}
    return found


def included_holds(product: Product, code: str) -> tuple[Hold, ...]:
    """The rows that a demand on file takes because a human included them. Raises HoldUnfit."""
    content, (_, names) = content_of(product, code) or {}, included_in(product, code)
    if not names:
        return ()
    addresses = tuple(Literal(str(one)) for one in content["addresses"])
    return holds_of(candidates(product, str(content["people"]), names), lambda _: addresses)


def on_file_of(product: Product, path: Path) -> tuple[str, ...]:
    """The codes in a saved plan of which the demand is on file and not closed. Raises PlanChanged."""
    found = ((code, content_of(product, code)) for code in sorted(codes(read_plan(path)[0])))
    return tuple(code for code, content in found if content and "closed" not in content)


def _names(product: Product, people: str) -> set[str]:
    manifest = product.loaded.manifest
    free = {
        f"{table}.{name}" for one in manifest.activities.values() for table, data in one.data.items() for name in data.mentions
    }
    return free | {one.name for one in places(manifest, people) if one.candidate and one.above is None}
