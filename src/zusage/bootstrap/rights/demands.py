"""Demands of erasure on file: the keys of people wait in our own folder, and plans hold only one code for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zusage.planning.erasure import codes
from zusage.planning.holding import Person

from .. import filing
from ..people import code_of, code_of_all, code_of_each, spellings
from ..plans import read_plan
from . import stating
from .correction_notes import held_notes

if TYPE_CHECKING:
    from ..product import Product

_FOLDER = "erasures"


class DemandUnknown(Exception):
    """A plan is of a person whose demand is not, or no longer, on file."""

    def __init__(self) -> None:
        super().__init__(
            "the demand of erasure that this plan is for is not on file: it was closed, or the plan was made in another folder. "
            "Nothing was changed. Plan the erasure again."
        )


def people_asked(product: Product, path: Path) -> list[Person]:
    """The people that a saved plan is for, in the order in which they were named. Raises DemandUnknown, PlanChanged."""
    return [person for code in sorted(codes(read_plan(path)[0])) for person in people_of(product, code)]


def before(product: Product, path: Path) -> list[Mapping[str, int]]:
    """What each of several people had when the plan was made, by table. Raises DemandUnknown, PlanChanged."""
    plan = read_plan(path)[0]
    (code,) = codes(plan)
    counted = (content_of(product, code) or {}).get("before")
    if isinstance(counted, dict):  # an earlier version counted before the newest plan alone
        counted = counted.get(plan.digest)
    if not isinstance(counted, list):
        raise DemandUnknown
    return counted


def known(product: Product, path: Path) -> bool:
    """Whether it is on file for whom a saved plan is. Raises PlanChanged."""
    with suppress(DemandUnknown):
        return bool(people_asked(product, path))
    return False


def codes_of(product: Product, path: Path) -> frozenset[str]:
    """The codes of the people that a saved plan is for, also after their demand was closed. Raises PlanChanged."""
    found: set[str] = set()
    for code in codes(read_plan(path)[0]):
        content = content_of(product, code)
        if content and (closed := content.get("closed")):
            found |= set(closed)
        elif content and len(keys := content["keys"]) > 1:
            found |= set(code_of_each(product, [Person(people=content["people"], key=key) for key in keys]))
        else:
            found.add(code)
    return frozenset(found)


def close(product: Product, path: Path) -> int:
    """Forget the keys of a demand that was answered, and what these people stated; returns how many they are.

    Of several, their codes stay for their cases. What somebody stated stays while a suspension holds them.
    """
    gone, held = 0, held_notes(product)
    for code in codes(read_plan(path)[0]):
        content = content_of(product, code)
        if content is None or "closed" in content:
            continue
        people = people_of(product, code)
        if len(people) > 1:
            write(product, code, {"closed": sorted(code_of_each(product, people))})
        else:
            _file(product, code).unlink()
        for person in people:
            if code_of(product, person) not in held:
                stating.forget(product, person)  # what was said of data that are gone
        gone += len(people)
    return gone


def forget(product: Product, person: Person, *, by: str = "", before: datetime | None = None) -> None:
    """Forget the key of the demand of one person, however they are spelt; no system is asked.

    With ``by`` only a demand that was made by that one, with ``before`` only one that had come by then.
    """
    for code in _spellings(product, person):
        content = content_of(product, code) or {}
        late = before is not None and datetime.fromisoformat(content.get("received_at", before.isoformat())) > before
        if not late and by in ("", content.get("by")):
            _file(product, code).unlink(missing_ok=True)


def on_file(product: Product, person: Person) -> bool:
    """Whether a demand of one person is on file, however they are spelt."""
    return any(_file(product, code).exists() for code in _spellings(product, person))


def people_on_file(product: Product) -> Iterator[Person]:
    """Everybody whose demand is on file; what cannot be read as one is passed over."""
    for path in sorted((product.folder / _FOLDER).glob("*.json")):
        with suppress(DemandUnknown):
            yield from people_of(product, path.stem)


def _spellings(product: Product, person: Person) -> set[str]:
    return {code_of(product, replace(person, key=key)) for key in spellings(person.key)}


def _file(product: Product, code: str) -> Path:
    return product.folder / _FOLDER / f"{code}.json"


def consent_alone(product: Product, code: str, digest: str) -> bool:
    """Whether a plan takes only what rests on a consent that was withdrawn."""
    return digest in (content_of(product, code) or {}).get("consent_alone", ())


def write(product: Product, code: str, content: Mapping[str, object]) -> None:
    """Durable and for our eyes alone before a plan can be carried out with it."""
    filing.replace(_file(product, code), json.dumps(content).encode(), private=True)


def content_of(product: Product, code: str) -> dict[str, Any] | None:
    """A demand that is on file; None where it is not, or cannot be read as one."""
    try:
        content = json.loads(_file(product, code).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or not ("closed" in content or isinstance(content.get("keys"), list)):
        return None
    return content


def people_of(product: Product, code: str) -> tuple[Person, ...]:
    """The people of a demand; a file that was exchanged does not give the code that the plan names."""
    content = content_of(product, code)
    if content is None or "closed" in content:
        raise DemandUnknown
    people = tuple(Person(people=str(content.get("people")), key=str(key)) for key in content["keys"])
    if not people or code_of_all(product, people) != code:
        raise DemandUnknown
    return people
