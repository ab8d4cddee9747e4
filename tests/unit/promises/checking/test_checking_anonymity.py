"""A row is anonymous only when nothing that stays in it can name anybody: text, names of files, files, rare combinations."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checking_manifests import GONE, ON, _both, loaded

from zusage.promises.checking import against, check
from zusage.promises.finding import ManifestError
from zusage.promises.inventory import ColumnInfo, ForeignKey, Inventory, TableInfo

RULE = "activities/orders/keep/0"
KEPT = "activities/orders/data/shop.shop_order"
_ORDER = TableInfo(
    "shop_order",
    (
        ColumnInfo("id", "integer", False),
        ColumnInfo("customer_id", "integer", True),
        ColumnInfo("name", "text", True),
        ColumnInfo("email", "text", True),
        ColumnInfo("remark", "text", True),
        ColumnInfo("completed_at", "time", True),
    ),
    primary_key=("id",),
    foreign_keys=(ForeignKey(("customer_id",), "customer", ("id",)),),
)
#: the link to the customer is cut, and the columns of the class go; a remark stays
CUT: dict[str, Any] = {
    f"{KEPT}/classes": {"contact": ["name", "email", "customer_id", "remark"]},
    "activities/orders/data/shop.order_note": GONE,
    f"{RULE}/then": {"anonymise": {"customer_id": {}, "name": {}, "email": {}}},
}


def found(folder: Path, changes: dict[str, Any] | None = None, table: TableInfo = _ORDER) -> dict[str, str]:
    findings = against(loaded(folder, {**CUT, **(changes or {})}), {"shop": Inventory("shop", "sqlite", {"shop_order": table})})
    return {one.code: one.what for one in findings if one.code.startswith("anonymous-row")}


def _and(*columns: ColumnInfo) -> TableInfo:
    return replace(_ORDER, columns=(*_ORDER.columns, *columns))


def test_text_that_stays_without_a_word_is_found(tmp_path: Path) -> None:
    assert found(tmp_path) == {"anonymous-row-keeps-text": "orders/claims leaves text in shop.shop_order.remark"}


def test_text_that_is_computed_from_what_goes_goes_with_it(tmp_path: Path) -> None:
    both, half = (
        ColumnInfo(f"search_{of}", "text", True, generated=True, computed=f"name || {of}") for of in ("email", "remark")
    )
    stays = {KEPT + "/classes": {"contact": ["name", "email", "customer_id"]}, KEPT + "/structure": ["remark", "completed_at"]}
    assert found(tmp_path, stays, _and(both)) == {}
    assert "search_remark" in found(tmp_path, stays, _and(both, half))["anonymous-row-keeps-text"]


def test_a_name_of_a_file_is_called_one(tmp_path: Path) -> None:
    said = found(tmp_path, {f"{RULE}/then/anonymise/remark": {}}, _and(ColumnInfo("file_name", "text", True, length=200)))
    assert "the name of a file" in said["anonymous-row-keeps-text"]


@pytest.mark.parametrize(
    ("changes", "table"),
    [
        ({f"{RULE}/then/anonymise/remark": {}}, _ORDER),
        ({f"{RULE}/then/stays": {"remark": _both("vom Haus vergebenes Wort")}}, _ORDER),
        ({f"{RULE}/then/aggregate": {"columns": ["remark"], "at_least": 5}}, _ORDER),
        ({f"{KEPT}/structure": ["completed_at", "remark"]}, _ORDER),
        ({f"{RULE}/then": "delete"}, _ORDER),
        ({}, replace(_ORDER, checks=("remark IN ('a', 'b')",))),
    ],
    ids=["gone", "a word is said", "its groups are looked at", "structure", "deleted", "one of a few words"],
)
def test_what_goes_or_of_which_a_word_is_said_is_not_found(changes: dict[str, Any], table: TableInfo, tmp_path: Path) -> None:
    assert "anonymous-row-keeps-text" in found(tmp_path)
    assert found(tmp_path, changes, table) == {}


def test_a_row_that_stays_linked_to_the_person_is_not_meant_to_be_anonymous(tmp_path: Path) -> None:
    assert found(tmp_path, {f"{RULE}/then": {"anonymise": {"name": {}, "email": {}}}}) == {}


def test_files_of_the_row_that_stay_are_found(tmp_path: Path) -> None:
    path = "/srv/orders/{id}.pdf"
    gone = {f"{RULE}/then/anonymise/remark": {}, f"{KEPT}/files": [path]}
    assert found(tmp_path, gone) == {"anonymous-row-keeps-files": f"orders/claims leaves the files {path}"}
    assert found(tmp_path, {**gone, f"{RULE}/then/stays": {path: _both("nur ein Strichcode")}}) == {}


def test_several_traits_together_are_found_and_one_alone_is_not(tmp_path: Path) -> None:
    gone = {f"{RULE}/then/anonymise/remark": {}}
    birth, code = ColumnInfo("birth_year", "integer", True), ColumnInfo("postal_code", "text", True, length=5)
    assert found(tmp_path, gone, _and(birth)) == {}
    together = "orders/claims leaves birth_year, postal_code together in shop.shop_order"
    assert found(tmp_path, gone, _and(birth, code)) == {"anonymous-row-keeps-traits": together}
    assert found(tmp_path, {**gone, f"{RULE}/then/stays": {"postal_code": _both("nur das Land")}}, _and(birth, code)) == {}


def test_a_word_about_a_column_that_is_not_there_is_found(tmp_path: Path) -> None:
    one = loaded(tmp_path, {**CUT, f"{RULE}/then/stays": {"remarks": _both("x")}})
    findings = against(one, {"shop": Inventory("shop", "sqlite", {"shop_order": _ORDER})})
    assert "shop.shop_order has no column remarks" in {finding.what for finding in findings}


def test_a_column_that_is_said_to_stay_is_not_found_to_be_left(tmp_path: Path) -> None:
    def left(changes: dict[str, Any]) -> set[str]:
        return {
            finding.what for finding in check(loaded(tmp_path, {**CUT, **changes}), ON) if finding.code == "change-leaves-columns"
        }

    assert left({}) == {"orders/claims leaves remark as they are"}
    assert left({f"{RULE}/then/stays": {"remark": _both("Wort des Hauses")}}) == set()


def test_an_aggregate_of_a_column_that_is_not_there_is_found(tmp_path: Path) -> None:
    changes = {**CUT, f"{RULE}/then/aggregate": {"columns": ["remark", "region"], "at_least": 5}}
    findings = against(loaded(tmp_path, changes), {"shop": Inventory("shop", "sqlite", {"shop_order": _ORDER})})
    assert [one.what for one in findings if one.code == "unknown-column" and "region" in one.what] == [
        "shop.shop_order has no column region"
    ]


@pytest.mark.parametrize(
    ("aggregate", "says"),
    [
        ({"columns": ["remark"], "at_least": 1}, "greater than or equal to 2"),
        ({"columns": ["remark"], "at_least": 5, "always": ["remark"]}, "nothing could go"),
        ({"columns": ["remark"], "at_least": 5, "always": ["day"]}, "add it there"),
        ({"columns": ["remark", "remark"], "at_least": 5}, "name it once"),
        ({"columns": ["name"], "at_least": 5}, "of it nothing remains"),
    ],
)
def test_an_aggregate_that_says_nothing_is_refused(aggregate: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=says):
        loaded(tmp_path, {**CUT, f"{RULE}/then/aggregate": aggregate})
