"""A manifest against the tables that are really there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checking_manifests import loaded
from checking_tables import FITTING, RULE, a_table, all_tables, computed_table, found_in

from zusage.promises.checking import LIVE_RULES, against, unaccounted
from zusage.promises.finding import Severity
from zusage.promises.inventory import ColumnInfo, Distinct, ForeignKey, Inventory, TableInfo

#: code → changes to the manifest, tables that are otherwise, and where the finding must stand
CASES: dict[str, tuple[dict[str, Any], dict[str, TableInfo], str]] = {
    "not-surveyed": ({"systems/depot": {"url": "${DEPOT}"}}, {}, "systems/depot"),
    "unknown-table": (
        {f"{RULE}/waits_for": ["shop.dispute via order_id"]},
        {},
        f"{RULE}/waits_for/0",
    ),
    "unknown-column": ({f"{RULE}/from": "finished_at"}, {}, f"{RULE}/from"),
    "path-not-followed": ({f"{RULE}/waits_for": ["shop.order_note via text->order"]}, {}, f"{RULE}/waits_for/0"),
    "not-personal-missing": ({"systems/shop/not_personal/gone": "x"}, {}, "systems/shop/not_personal/gone"),
    "not-a-time": ({f"{RULE}/from": "name"}, {}, f"{RULE}/from"),
    "rule-about-a-view": ({}, {"log": a_table("log", "address", "agent", "at:time", is_view=True)}, "activities/log/keep/0"),
    "cannot-be-emptied": (
        {"activities/log/keep/0/then/anonymise/address": {}},
        {},
        "activities/log/keep/0/then/anonymise/address",
    ),
    "generated-column": (
        {},
        {"log": a_table("log", "address=", "agent", "at:time")},
        "activities/log/keep/0/then",
    ),
    "no-foreign-key": (
        {},
        {"order_note": a_table("order_note", "order_id:integer", "text")},
        "activities/orders/data/shop/order_note/part_of",
    ),
    "same-value-twice": (
        {},
        {"log": replace(a_table("log", "address", "agent", "at:time"), unique=(("agent",),))},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "key-changed": (
        {},
        {"log": replace(a_table("log", "address", "agent", "at:time"), primary_key=("id", "agent"))},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "partition-key-changed": (
        {},
        {"log": replace(a_table("log", "address", "agent", "at:time"), divided_by=("agent",))},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "reference-stays": (
        {f"{RULE}/elsewhere": [{"rows": "shop.log via agent", "become": {"address": {}}}]},
        {},
        f"{RULE}/elsewhere/0/become",
    ),
    "cannot-be-emptied-elsewhere": (
        {f"{RULE}/elsewhere": [{"rows": "shop.log via agent", "become": {"agent": {}}}]},
        {},
        f"{RULE}/elsewhere/0/become/agent",
    ),
    "same-value-unclear": (
        {},
        {"log": replace(a_table("log", "address", "agent", "at:time"), distinct=(Distinct("once", ("address",), "id > 5"),))},
        "activities/log/keep/0/then/anonymise/address",
    ),
    "computed-column-empty": (
        {"activities/log/keep/0/then/anonymise/agent": {}},
        {"log": computed_table("log", "lower(agent)")},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "value-not-allowed": (
        {},
        {"log": a_table("log", "address:integer", "agent", "at:time")},
        "activities/log/keep/0/then/anonymise/address",
    ),
    "half-a-document": (
        {"activities/log/keep/0/then/anonymise/agent": {"json": ["browser.name"]}},
        {},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "check-violated": (
        {},
        {"log": replace(a_table("log", "address", "agent", "at:time"), checks=("address <> '-'",))},
        "activities/log/keep/0/then",
    ),
    "check-unclear": (
        {},
        {"log": replace(a_table("log", "address", "agent", "at:time"), checks=("address ~ '-'",))},
        "activities/log/keep/0/then",
    ),
    "anonymous-row-keeps-text": (
        {},
        {"log": a_table("log", "address", "agent", "at:time", "referrer")},
        "activities/log/keep/0/then",
    ),
    "anonymous-row-keeps-files": (
        {"activities/log/data/shop.log/files": ["/srv/log/{id}.txt"]},
        {},
        "activities/log/keep/0/then",
    ),
    "anonymous-row-keeps-traits": (
        {},
        {"log": a_table("log", "address", "agent", "at:time", "birth_year:integer", "postal_code:integer")},
        "activities/log/keep/0/then",
    ),
    "anonymous-rows-joined": (
        {
            "activities/log/data/shop.log_line": {"part_of": "shop.log via log_id", "classes": {"contact": ["city"]}},
            "activities/log/keep/0/data": "shop.log",
        },
        {
            "log": a_table("log", "address", "agent", "at:time", "birth_year:integer"),
            "log_line": a_table("log_line", "log_id:integer", "city", keys=(ForeignKey(("log_id",), "log", ("id",)),)),
        },
        "activities/log/keep/0/then",
    ),
    "group-cannot-go": (
        {"activities/log/keep/0/then/aggregate": {"columns": ["agent"], "at_least": 5}},
        {"log": a_table("log", "address", "agent", "at:time")},
        "activities/log/keep/0/then/aggregate/columns",
    ),
    "keys-in-one-value": (
        {"activities/log/data/shop.log/of": "customer via reader_ids"},
        {"log": a_table("log", "address", "agent", "at:time", "reader_ids")},
        "activities/log/data/shop/log/of",
    ),
    "keys-of-bytes": (
        {"activities/log/data/shop.log/of": "customer via reader"},
        {
            "log": replace(
                a_table("log", "address", "agent", "at:time"),
                columns=(*a_table("log", "address", "agent", "at:time").columns, ColumnInfo("reader", "binary", nullable=True)),
            )
        },
        "activities/log/data/shop/log/of",
    ),
    "keys-not-followed": (
        {"activities/log/data/shop.log/structure": ["at", "shop_order_ids"]},
        {"log": a_table("log", "address", "agent", "at:time", "shop_order_ids")},
        "activities/log/data/shop/log",
    ),
    "flag-ignored": (
        {"activities/log/data/shop.log/structure": ["at", "deleted_at"]},
        {"log": a_table("log", "address", "agent", "at:time", "deleted_at?:time")},
        "activities/log/data/shop/log",
    ),
    "row-in-two-tables": (
        {
            "activities/log/data/shop.log_2024": {"structure": ["address", "agent", "at"]},
            "activities/log/keep/0/data": "shop.log",
        },
        {"log_2024": replace(a_table("log_2024", "address", "agent", "at:time"), inherits="log")},
        "activities/log/data/shop/log_2024",
    ),
    "stored-view": (
        {},
        {"totals": replace(a_table("totals", "email", is_view=True), materialised=True)},
        "systems/shop",
    ),
    "unlike-keys": (
        {},
        {"order_note": a_table("order_note", "order_id", "text", keys=(ForeignKey(("order_id",), "shop_order", ("id",)),))},
        "activities/orders/data/shop/order_note/part_of",
    ),
    "another-end": (
        {"people/customer": {"record": "shop.customer", "title": {"de": "X", "en": "X"}}},
        {
            "order_note": a_table(
                "order_note",
                "order_id:integer",
                "text",
                "author_id:integer",
                keys=(ForeignKey(("order_id",), "shop_order", ("id",)), ForeignKey(("author_id",), "customer", ("id",))),
            )
        },
        "activities/orders/data/shop/order_note",
    ),
    "limit-only-for-some-rows": (
        {f"{RULE}/only": "completed_at IS NOT NULL"},
        {},
        "activities/orders/data/shop/shop_order",
    ),
    "not-known-again": (
        {"backups/nightly/kind": "pg-dump", "backups/nightly/path": "/b/*"},
        {"log": replace(a_table("log", "address", "agent", "at:time"), primary_key=())},
        "backups/nightly",
    ),
    "unaccounted-table": ({}, {"newsletter": a_table("newsletter", "email")}, "systems/shop"),
    "unaccounted-column": (
        {},
        {"log": a_table("log", "address", "agent", "at:time", "referrer")},
        "systems/shop",
    ),
    "unaccounted-view": ({}, {"all_orders": a_table("all_orders", "email", is_view=True)}, "systems/shop"),
}


def test_a_manifest_that_fits_has_no_finding(tmp_path: Path) -> None:
    assert found_in(tmp_path) == set()


def test_every_live_rule_has_a_case() -> None:
    codes = {rule.defect.code for rule in LIVE_RULES}
    assert codes == {*CASES, "function-missing"}


@pytest.mark.parametrize("code", CASES)
def test_the_defect_is_found_where_it_stands(code: str, tmp_path: Path) -> None:
    changes, tables, path = CASES[code]
    assert (code, path) in found_in(tmp_path, changes, tables)


def test_a_condition_gives_a_column_no_purpose(tmp_path: Path) -> None:
    changes = {f"{RULE}/only": "completed_at IS NOT NULL", "activities/orders/data/shop.shop_order/structure": []}
    assert ("unaccounted-column", "systems/shop") in found_in(tmp_path, changes)


def test_an_unknown_column_in_a_condition_is_shown_inside_the_text(tmp_path: Path) -> None:
    one = loaded(tmp_path, {**FITTING, f"{RULE}/only": "name <> 'x' AND stat = 1"})
    findings = against(one, {"shop": Inventory("shop", "sqlite", all_tables())})
    assert [f.what for f in findings] == ["shop.shop_order has no column stat"]
    place = findings[0].position
    line = (tmp_path / "zusage.yaml").read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith("stat = 1")


def test_an_unknown_table_in_a_condition_is_found(tmp_path: Path) -> None:
    condition = "EXISTS (SELECT 1 FROM dispute d WHERE d.order_id = shop_order.id)"
    assert ("unknown-table", f"{RULE}/unless") in found_in(tmp_path, {f"{RULE}/unless": condition})


def test_text_is_a_time_on_sqlite_only(tmp_path: Path) -> None:
    text = {"log": a_table("log", "address", "agent", "at")}
    path = ("not-a-time", "activities/log/keep/0/from")
    assert path in found_in(tmp_path, tables=text)
    assert path not in found_in(tmp_path, tables=text, dialect="sqlite")


def test_an_integer_is_a_time_where_it_is_declared_to_count_one(tmp_path: Path) -> None:
    counted = {"log": a_table("log", "address", "agent", "at:integer")}
    path = ("not-a-time", "activities/log/keep/0/from")
    assert path in found_in(tmp_path, tables=counted)
    assert path not in found_in(tmp_path, {"systems/shop/epochs": {"log.at": "seconds"}}, counted)


def test_a_function_that_the_dialect_is_not_known_to_have_is_found(tmp_path: Path) -> None:
    changes = {f"{RULE}/only": "lower(name) = 'x'"}
    path = ("function-missing", f"{RULE}/only")
    assert path in found_in(tmp_path, changes, dialect="db2")
    assert path not in found_in(tmp_path, changes)


@pytest.mark.parametrize("longer", ["price", "name"], ids=["a column of its own", "a column of both"])
def test_some_classes_of_a_row_cannot_go_from_columns_that_must_have_a_value(tmp_path: Path, longer: str) -> None:
    other = {
        "data": {"shop.shop_order": {"classes": {"voucher": [longer]}}},
        "keep": [{"at_most": "P6Y", "from": "completed_at"}],
    }
    changes = {"activities/statistics/data": other["data"], "activities/statistics/keep": other["keep"]}
    columns = ("customer_id:integer", "price", "completed_at?:time")
    key = (ForeignKey(("customer_id",), "customer", ("id",)),)
    firm = {"shop_order": a_table("shop_order", *columns, "name", "email", keys=key)}
    loose = {"shop_order": a_table("shop_order", *columns, "name?", "email?", keys=key)}
    assert ("cannot-be-emptied", RULE) in found_in(tmp_path, changes, firm)
    assert ("cannot-be-emptied", RULE) not in found_in(tmp_path, changes, loose)
    known_by = {"shop_order": replace(loose["shop_order"], primary_key=("id", "email"))}
    assert ("cannot-be-emptied", RULE) in found_in(tmp_path, changes, known_by)
    shorter = {**changes, "activities/statistics/keep": [{"at_most": "P1D", "from": "completed_at"}]}
    assert (("cannot-be-emptied", RULE) in found_in(tmp_path, shorter, firm)) is (longer == "price")


def test_a_system_that_was_not_looked_at_has_no_missing_tables(tmp_path: Path) -> None:
    findings = against(loaded(tmp_path), {})
    assert [(f.code, f.severity) for f in findings] == [("not-surveyed", Severity.WARNING)]


def test_what_has_no_purpose_is_listed_by_name(tmp_path: Path) -> None:
    tables = {"newsletter": a_table("newsletter", "email"), "log": a_table("log", "address", "agent", "at:time", "referrer")}
    inventory = Inventory("shop", "sqlite", {**all_tables(), **tables})
    assert unaccounted(loaded(tmp_path, FITTING), {"shop": inventory}) == ("shop.log.referrer", "shop.newsletter")
    assert unaccounted(loaded(tmp_path, FITTING), {"shop": Inventory("shop", "sqlite", all_tables())}) == ()


def test_rows_of_a_view_cannot_live_and_die_with_others(tmp_path: Path) -> None:
    path = "activities/orders/data/shop/order_note/part_of"
    table = replace(all_tables()["order_note"], is_view=True, materialised=True)
    assert ("rule-about-a-view", path) not in found_in(tmp_path)
    assert ("rule-about-a-view", path) in found_in(tmp_path, {}, {"order_note": table})


def test_where_postgresql_hides_restricted_rows_the_table_of_their_keys_is_our_own(tmp_path: Path) -> None:
    ours = TableInfo("zusage.restricted", (ColumnInfo("key", "text", False),), schema="zusage")
    for dialect, found in (("postgresql", ()), ("mariadb", ("shop.zusage.restricted",))):
        inventory = Inventory("shop", dialect, {**all_tables(), ours.name: ours})
        assert unaccounted(loaded(tmp_path, FITTING), {"shop": inventory}) == found


def test_another_end_of_which_the_manifest_speaks_is_no_finding(tmp_path: Path) -> None:
    changes, tables, path = CASES["another-end"]
    assert ("another-end", path) in found_in(tmp_path, changes, tables)
    changes = {**changes, "activities/orders/data/shop.order_note/others": ["author_id"]}
    assert "another-end" not in {code for code, _ in found_in(tmp_path, changes, tables)}


def test_a_link_without_a_column_is_told_which_key_its_table_has(tmp_path: Path) -> None:
    order = a_table("shop_order", "number:integer", "customer_id:integer", "name", "email", "completed_at?:time")
    keyed = replace(order, columns=order.columns[1:], primary_key=("number",))
    findings = against(loaded(tmp_path, FITTING), {"shop": Inventory("shop", "sqlite", {**all_tables(), "shop_order": keyed})})
    (said,) = {f.what for f in findings if f.code == "unknown-column"}
    assert said.endswith("write shop.shop_order(number) if its key is meant")
