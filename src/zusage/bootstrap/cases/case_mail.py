"""Hands a mail about a case to the declared mail server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from zusage.connectors.trouble import SystemTrouble
from zusage.planning.holding import HoldUnfit, Person
from zusage.planning.places import PersonUnfit, Place, literals, places
from zusage.planning.plan import Selection
from zusage.promises.condition import Column, OneOf

if TYPE_CHECKING:
    from zusage.documents import Language
    from zusage.documents.case_mails import Mail

    from ..product import Product

#: people of whom one statement asks
_AT_ONCE = 500


class NoMailServer(Exception):
    """The manifest names no mail server for cases."""

    def __init__(self) -> None:
        super().__init__(
            "the manifest names no mail server for cases, so that nothing is mailed. Write requests: {mail: {server: …, sender: …}}."
        )


def hand_over(product: Product, to: str, mail: Mail, key: str = "") -> None:
    """Hand one mail over; one with a ``key`` has the same Message-ID at every attempt. Raises NotDelivered or NoMailServer."""
    from zusage.connectors.notifying import Letter, Post, send_mail
    from zusage.connectors.sql.address import fill

    manifest = product.loaded.manifest
    declared = manifest.requests.mail if manifest.requests else None
    if declared is None:
        raise NoMailServer
    post = Post(
        server=fill("requests.mail.server", declared.server),
        sender=fill("requests.mail.sender", declared.sender),
        authority=declared.authority,
    )
    known = number_of(product, key) if key else str(uuid.uuid4())
    letter = Letter(
        key=known, kind="case", at=product.clock().astimezone(UTC), controller=manifest.controller.name, identities={},
        corrected=None, public=False, subject=mail.subject, text=mail.text,
    )  # fmt: skip
    send_mail(post, to, letter)


def number_of(product: Product, key: str) -> str:
    """The Message-ID, but for its domain, of a mail with a key."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{product.origin}/{key}"))


def mail_key(case: str, what: str, place: int) -> str:
    """By what an acknowledgement or a reminder is known again, of several that went to several places."""
    return f"{case} {what} {place}"


def address_in(product: Product, content: Mapping[str, Any]) -> str:
    """Where the person of a case is written to: the address on their record before the one that they wrote from; empty: neither.

    Whoever asked at the door is written to under the address that they gave. Raises SystemTrouble where the record cannot be looked at.
    """
    if "language" in content:
        return str(content.get("address") or "")
    if named := content.get("person"):
        try:
            if found := next(_on_record(product, Person.parse(str(named))), ""):
                return found
        except (HoldUnfit, PersonUnfit):  # the case was opened for nobody whom the manifest knows
            pass
    return sender_in(content)


def addresses_in(product: Product, contents: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    """Where the people of many cases are written to, by case, as ``address_in`` says, with one statement for many of them.

    Those whose record cannot be looked at now are left out.
    """
    found = {id: address_in(product, content) for id, content in contents.items() if not _of_record(content)}
    people: dict[str, dict[str, list[str]]] = {}
    for id in contents.keys() - found.keys():
        kind, _, key = str(contents[id]["person"]).partition("=")
        people.setdefault(kind, {}).setdefault(key, []).append(id)
    for kind, cases in people.items():
        try:
            known = _on_records(product, kind, list(cases))
        except (HoldUnfit, PersonUnfit):  # the cases were opened for nobody whom the manifest knows
            known = {}
        except SystemTrouble:
            continue
        for key, ids in cases.items():
            found |= {id: known.get(key) or sender_in(contents[id]) for id in ids}
    return found


def _of_record(content: Mapping[str, Any]) -> bool:
    people, _, key = str(content.get("person") or "").partition("=")
    return "language" not in content and bool(people and key)


def _on_records(product: Product, people: str, keys: Sequence[str]) -> Mapping[str, str]:
    """The first address on the record of each of these people. Raises SystemTrouble, PersonUnfit or HoldUnfit."""
    found: dict[str, str] = {}
    for place, columns in _places(product, people):
        for start in range(0, len(keys), _AT_ONCE):
            wanted = {key: of for key in keys[start : start + _AT_ONCE] for of in literals(place, [key], product.inventories)}
            where = OneOf(Column(place.column), tuple(dict.fromkeys(wanted.values())))
            rows = product.reader(place.system).rows(
                Selection(system=place.system, table=place.bare, where=where), [place.column, *columns]
            )
            mine = {
                row[0]: next((text for value in row[1:] if value is not None and (text := str(value).strip())), "")
                for row in rows
            }
            found |= {key: mine[of.value] for key, of in wanted.items() if mine.get(of.value) and key not in found}
    return found


def sender_in(content: Mapping[str, Any]) -> str:
    """The address from which a request came; empty where none is on record."""
    return parseaddr(str(content.get("address") or ""))[1]


def languages_of(content: Mapping[str, Any]) -> tuple[Language, ...]:
    """The language in which somebody asked, or both."""
    from zusage.documents.catalogue import LANGUAGES

    return tuple(one for one in LANGUAGES if one == content.get("language")) or LANGUAGES


def _on_record(product: Product, person: Person) -> Iterator[str]:
    for place, columns in _places(product, person.people):
        where = OneOf(Column(place.column), literals(place, [person.key], product.inventories))
        for row in product.reader(place.system).rows(Selection(system=place.system, table=place.bare, where=where), columns):
            yield from (str(value).strip() for value in row if value is not None and str(value).strip())


def _places(product: Product, people: str) -> Iterator[tuple[Place, Sequence[str]]]:
    """Where the record of such people has addresses, and in which columns. Raises PersonUnfit."""
    manifest = product.loaded.manifest
    declared = manifest.people.get(people)
    known = [name.rpartition(".") for name in declared.known_by] if declared else []
    for place in places(manifest, people):
        columns = [column for table, _, column in known if table == place.table and place.column and not place.candidate]
        if columns:
            yield place, columns
