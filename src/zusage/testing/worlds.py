"""Hypothesis strategies for whole worlds: a manifest of rules about letters and what belongs to them, rows, and suspensions.

Needs hypothesis; the rest of the kit does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from zusage.planning.suspension import Suspension
from zusage.promises.condition import parse
from zusage.promises.inventory import Inventory
from zusage.promises.manifest import Manifest

from .conformance.shop import inventory, link, table
from .memory import MemorySystem
from .memory_product import MemoryProduct

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
_TEXT = {"de": "x", "en": "x"}
_DAYS = st.sampled_from(
    [
        date(2013, 5, 5),
        date(2020, 2, 29),
        date(2022, 12, 31),
        date(2023, 5, 31),
        date(2023, 6, 1),
        date(2024, 5, 1),
        date(1970, 1, 1),
        None,
    ]
)
_CONDITIONS = st.sampled_from(["kind = 'a'", "kind <> 'a'", "open", "NOT open", "kind IN ('a', 'b')", "open IS NULL"])
_STARTS = st.sampled_from(["day", "end_of_year(day)", "latest(day, later)"])
_HOLDS = st.sampled_from(
    [
        ("shop.letter", "id = 1"),
        ("shop.letter", "kind = 'a'"),
        ("shop.letter", "open"),
        ("shop.page", "id = 1"),
        ("shop.page", "note IS NOT NULL"),
        ("shop.stamp", "id = 1"),
        ("shop.letter", "TRUE"),
    ]
)


def tables() -> Inventory:
    """Letters, which may answer letters, their pages, and stamps on pages; replies refer to letters."""
    return inventory(
        table(
            "letter",
            {
                "id": "integer",
                "kind": "text",
                "open": "boolean",
                "day": "date",
                "later": "date",
                "body": "text",
                "sender": "text",
                "answers": "integer",
            },
            links=[link("answers", "letter")],
        ),
        table(
            "page", {"id": "integer", "letter_id": "integer", "note": "text", "day": "date"}, links=[link("letter_id", "letter")]
        ),
        table("stamp", {"id": "integer", "page_id": "integer"}, links=[link("page_id", "page")]),
        table("reply", {"id": "integer", "letter_id": "integer"}, links=[link("letter_id", "letter", "RESTRICT")]),
    )


def _rule(name: str, **given: Any) -> dict[str, Any]:
    return {"name": name, **{key: value for key, value in given.items() if value is not None}}


def _deleting() -> st.SearchStrategy[dict[str, Any]]:
    """A rule that deletes letters, with or without a minimum, an end of purpose, an exception, and waiting for replies."""
    return st.builds(
        lambda most, least, start, only, unless, waits, ends, elsewhere: {
            "from": start,
            **_rule(
                "gone",
                at_most=most,
                at_least=least,
                only=only,
                unless=unless,
                waits_for=waits,
                purpose_ends=ends,
                elsewhere=elsewhere,
            ),
        },
        st.sampled_from(["P2Y", "P4Y", "P1Y"]),
        st.sampled_from([None, None, "P1Y"]),
        _STARTS,
        st.one_of(st.none(), _CONDITIONS),
        st.one_of(st.none(), _CONDITIONS),
        st.sampled_from([None, ["shop.reply via letter_id"]]),
        st.sampled_from([None, None, {"from": "day", "after": "P1M"}]),
        st.sampled_from([None, None, [{"rows": "shop.reply via letter_id", "become": {"letter_id": {}}}]]),
    )


def _changing() -> st.SearchStrategy[dict[str, Any]]:
    """A rule of another purpose that keeps the senders longer or shorter and then changes or deletes."""
    return st.builds(
        lambda most, only, then: {"from": "day", **_rule("changed", at_most=most, only=only, then=then)},
        st.sampled_from(["P6M", "P3Y", "P6Y"]),
        st.one_of(st.none(), _CONDITIONS),
        st.sampled_from(
            [
                None,
                {"anonymise": {"sender": {}}},
                {"anonymise": {"sender": {"first": 1}}},
                {"pseudonymise": ["sender"]},
                {"anonymise": {"sender": {}, "answers": {}}},
            ]
        ),
    )


def _of_pages() -> st.SearchStrategy[dict[str, Any] | None]:
    """A rule of their own for pages."""
    return st.sampled_from(
        [None, None, {"name": "pages", "at_most": "P1Y", "from": "day"}, {"name": "pages", "at_least": "P2Y", "from": "day"}]
    )


def manifests() -> st.SearchStrategy[Manifest]:
    """Manifests about these tables. Either purpose may come first, and either may say what belongs to a letter."""

    def build(
        deleting: dict[str, Any], changing: dict[str, Any] | None, pages: dict[str, Any] | None, name: str, whose: str
    ) -> Manifest:
        below = {
            "shop.page": {"part_of": "shop.letter via letter_id", "classes": {"text": ["note"]}, "structure": ["day"]},
            "shop.stamp": {"part_of": "shop.page via page_id"},
        }
        letters = {"shop.letter": {"classes": {"text": ["body"]}, "structure": ["kind", "open", "day", "later"]}}
        mine = below if "letters" in whose or not changing else {}
        activities = {"letters": _activity({**letters, **mine}, [deleting])}
        if changing:
            theirs = {"shop.letter": {"classes": {"text": ["sender", "answers"]}}, **(below if "senders" in whose else {})}
            activities[name] = _activity(theirs, [changing])
        if pages:
            activities["pages"] = _activity({"shop.page": {"classes": {"text": ["note"]}}}, [pages])
        content = {
            "zusage": 1,
            "controller": {"name": "Test"},
            "systems": {"shop": {"url": "none://", "application": "none://"}},
            "classes": {"text": _TEXT},
            "guard": {"share": 1, "batch": 2},
            "activities": activities,
        }
        return Manifest.model_validate(content)

    names, owners = st.sampled_from(["senders", "addressees"]), st.sampled_from(["letters", "letters, senders", "senders"])
    return st.builds(build, _deleting(), st.one_of(st.none(), _changing()), _of_pages(), names, owners)


def _activity(data: dict[str, Any], keep: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": _TEXT, "purpose": _TEXT, "legal_basis": "art-6-1-b", "data": data, "keep": keep}


def rows() -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    """Rows of all tables, of which some belong to nothing."""
    letter = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["a", "b", None]),
            "open": st.sampled_from([True, False, None]),
            "day": _DAYS,
            "later": _DAYS,
            "body": st.sampled_from(["x", None]),
            "sender": st.sampled_from(["Ada", None, "A"]),
            "answers": st.sampled_from([None, None, 1, 2]),
        }
    )
    owner = st.sampled_from([None, 1, 2, 3])
    page = st.fixed_dictionaries({"letter_id": owner, "note": st.sampled_from(["x", None]), "day": _DAYS})
    return st.fixed_dictionaries(
        {
            "letter": st.lists(letter, min_size=3, max_size=4).map(_numbered),
            "page": st.lists(page, min_size=3, max_size=4).map(_numbered),
            "stamp": st.lists(st.fixed_dictionaries({"page_id": owner}), max_size=2).map(_numbered),
            "reply": st.lists(st.fixed_dictionaries({"letter_id": owner}), max_size=1).map(_numbered),
        }
    )


def _numbered(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with numbers; a letter answers an earlier one or none."""
    rows = [{"id": n, **row} for n, row in enumerate(given, 1)]
    return [{**row, "answers": None} if (row.get("answers") or 0) >= row["id"] else row for row in rows]


def suspensions() -> st.SearchStrategy[list[Suspension]]:
    """Up to two suspensions."""
    one = st.lists(_HOLDS, min_size=1, max_size=2)
    return st.lists(one, max_size=2).map(lambda found: [suspension(n, holds) for n, holds in enumerate(found, 1)])


def suspension(number: int, holds: list[tuple[str, str]]) -> Suspension:
    """A suspension that holds these rows."""
    parsed = tuple((where, parse(condition)) for where, condition in holds)
    return Suspension(id=f"S-{number:04d}", reason="a case", review_on=date(2025, 1, 1), holds=parsed)


@dataclass(frozen=True, slots=True)
class World:
    """From which equal products can be made again and again."""

    manifest: Manifest
    rows: dict[str, list[dict[str, Any]]]

    def product(self, *held: Suspension) -> MemoryProduct:
        """A fresh product with these suspensions in force."""
        product = MemoryProduct(manifest=self.manifest, system=MemorySystem(tables(), self.rows), clock=lambda: NOW)
        for one in held:
            product.suspensions.place(one)
        return product


def worlds() -> st.SearchStrategy[World]:
    """A manifest and rows."""
    return st.builds(World, manifests(), rows())
