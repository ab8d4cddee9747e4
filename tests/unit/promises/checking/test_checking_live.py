"""A manifest against the tables that are really there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checking_manifests import loaded

from zusage.promises.checking import LIVE_RULES, against, unaccounted
from zusage.promises.finding import ManifestError, Severity
from zusage.promises.inventory import ColumnInfo, ColumnKind, Distinct, ForeignKey, Inventory, TableInfo

RULE = "activities/orders/keep/0"


def _table(name: str, *columns: str, keys: tuple[ForeignKey, ...] = (), is_view: bool = False) -> TableInfo:
    """Columns as ``name:kind``, with ``?`` for nullable and ``=`` for computed; the first is the key."""
    infos = []
    for column in ("id:integer", *columns):
        bare, _, kind = column.partition(":")
        kinds: dict[str, ColumnKind] = {"date": "date", "time": "time", "integer": "integer"}
        infos.append(ColumnInfo(bare.rstrip("?="), kinds.get(kind, "text"), nullable="?" in bare, generated="=" in bare))
    return TableInfo(name, tuple(infos), primary_key=("id",), foreign_keys=keys, is_view=is_view)


def _computed(name: str, computed: str) -> TableInfo:
    """A table with one column more, which is computed and must have a value."""
    table = _table(name, "address", "agent", "at:time")
    return replace(
        table, columns=(*table.columns, ColumnInfo("small", "text", nullable=False, generated=True, computed=computed))
    )


def _tables() -> dict[str, TableInfo]:
    to_customer = ForeignKey(("customer_id",), "customer", ("id",))
    to_order = ForeignKey(("order_id",), "shop_order", ("id",))
    tables = (
        _table("customer"),
        _table("shop_order", "customer_id:integer", "name", "email", "completed_at?:time", keys=(to_customer,)),
        _table("order_note", "order_id:integer", "text", keys=(to_order,)),
        _table("invoice", "number", "recipient", "issued_on:date"),
        _table("log", "address", "agent", "at:time"),
    )
    return {table.name: table for table in tables}


#: what makes the sound manifest account for every column of these tables
FITTING: dict[str, Any] = {
    "activities/orders/data/shop.shop_order/structure": ["completed_at"],
    "activities/vouchers/data/shop.invoice/structure": ["issued_on"],
    "activities/log/data/shop.log/structure": ["at"],
    "systems/shop/not_personal": {"customer": "only numbers"},
}


def _found(
    folder: Path,
    changes: dict[str, Any] | None = None,
    tables: dict[str, TableInfo] | None = None,
    dialect: str = "postgresql",
) -> set[tuple[str, str]]:
    inventory = Inventory("shop", dialect, {**_tables(), **(tables or {})})
    findings = against(loaded(folder, {**FITTING, **(changes or {})}), {"shop": inventory})
    return {(one.code, one.path.replace(".", "/")) for one in findings}


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
    "rule-about-a-view": ({}, {"log": _table("log", "address", "agent", "at:time", is_view=True)}, "activities/log/keep/0"),
    "cannot-be-emptied": (
        {"activities/log/keep/0/then/anonymise/address": {}},
        {},
        "activities/log/keep/0/then/anonymise/address",
    ),
    "generated-column": (
        {},
        {"log": _table("log", "address=", "agent", "at:time")},
        "activities/log/keep/0/then",
    ),
    "no-foreign-key": (
        {},
        {"order_note": _table("order_note", "order_id:integer", "text")},
        "activities/orders/data/shop/order_note/part_of",
    ),
    "same-value-twice": (
        {},
        {"log": replace(_table("log", "address", "agent", "at:time"), unique=(("agent",),))},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "key-changed": (
        {},
        {"log": replace(_table("log", "address", "agent", "at:time"), primary_key=("id", "agent"))},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "partition-key-changed": (
        {},
        {"log": replace(_table("log", "address", "agent", "at:time"), divided_by=("agent",))},
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
        {"log": replace(_table("log", "address", "agent", "at:time"), distinct=(Distinct("once", ("address",), "id > 5"),))},
        "activities/log/keep/0/then/anonymise/address",
    ),
    "computed-column-empty": (
        {"activities/log/keep/0/then/anonymise/agent": {}},
        {"log": _computed("log", "lower(agent)")},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "value-not-allowed": (
        {},
        {"log": _table("log", "address:integer", "agent", "at:time")},
        "activities/log/keep/0/then/anonymise/address",
    ),
    "half-a-document": (
        {"activities/log/keep/0/then/anonymise/agent": {"json": ["browser.name"]}},
        {},
        "activities/log/keep/0/then/anonymise/agent",
    ),
    "check-violated": (
        {},
        {"log": replace(_table("log", "address", "agent", "at:time"), checks=("address <> '-'",))},
        "activities/log/keep/0/then",
    ),
    "check-unclear": (
        {},
        {"log": replace(_table("log", "address", "agent", "at:time"), checks=("address ~ '-'",))},
        "activities/log/keep/0/then",
    ),
    "anonymous-row-keeps-text": (
        {},
        {"log": _table("log", "address", "agent", "at:time", "referrer")},
        "activities/log/keep/0/then",
    ),
    "anonymous-row-keeps-files": (
        {"activities/log/data/shop.log/files": ["/srv/log/{id}.txt"]},
        {},
        "activities/log/keep/0/then",
    ),
    "anonymous-row-keeps-traits": (
        {},
        {"log": _table("log", "address", "agent", "at:time", "birth_year:integer", "postal_code:integer")},
        "activities/log/keep/0/then",
    ),
    "anonymous-rows-joined": (
        {
            "activities/log/data/shop.log_line": {"part_of": "shop.log via log_id", "classes": {"contact": ["city"]}},
            "activities/log/keep/0/data": "shop.log",
        },
        {
            "log": _table("log", "address", "agent", "at:time", "birth_year:integer"),
            "log_line": _table("log_line", "log_id:integer", "city", keys=(ForeignKey(("log_id",), "log", ("id",)),)),
        },
        "activities/log/keep/0/then",
    ),
    "group-cannot-go": (
        {"activities/log/keep/0/then/aggregate": {"columns": ["agent"], "at_least": 5}},
        {"log": _table("log", "address", "agent", "at:time")},
        "activities/log/keep/0/then/aggregate/columns",
    ),
    "keys-in-one-value": (
        {"activities/log/data/shop.log/of": "customer via reader_ids"},
        {"log": _table("log", "address", "agent", "at:time", "reader_ids")},
        "activities/log/data/shop/log/of",
    ),
    "keys-not-followed": (
        {"activities/log/data/shop.log/structure": ["at", "shop_order_ids"]},
        {"log": _table("log", "address", "agent", "at:time", "shop_order_ids")},
        "activities/log/data/shop/log",
    ),
    "flag-ignored": (
        {"activities/log/data/shop.log/structure": ["at", "deleted_at"]},
        {"log": _table("log", "address", "agent", "at:time", "deleted_at?:time")},
        "activities/log/data/shop/log",
    ),
    "row-in-two-tables": (
        {
            "activities/log/data/shop.log_2024": {"structure": ["address", "agent", "at"]},
            "activities/log/keep/0/data": "shop.log",
        },
        {"log_2024": replace(_table("log_2024", "address", "agent", "at:time"), inherits="log")},
        "activities/log/data/shop/log_2024",
    ),
    "stored-view": (
        {},
        {"totals": replace(_table("totals", "email", is_view=True), materialised=True)},
        "systems/shop",
    ),
    "unlike-keys": (
        {},
        {"order_note": _table("order_note", "order_id", "text", keys=(ForeignKey(("order_id",), "shop_order", ("id",)),))},
        "activities/orders/data/shop/order_note/part_of",
    ),
    "another-end": (
        {"people/customer": {"record": "shop.customer", "title": {"de": "X", "en": "X"}}},
        {
            "order_note": _table(
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
        {"log": replace(_table("log", "address", "agent", "at:time"), primary_key=())},
        "backups/nightly",
    ),
    "unaccounted-table": ({}, {"newsletter": _table("newsletter", "email")}, "systems/shop"),
    "unaccounted-column": (
        {},
        {"log": _table("log", "address", "agent", "at:time", "referrer")},
        "systems/shop",
    ),
    "unaccounted-view": ({}, {"all_orders": _table("all_orders", "email", is_view=True)}, "systems/shop"),
}


def test_a_manifest_that_fits_has_no_finding(tmp_path: Path) -> None:
    assert _found(tmp_path) == set()


def test_every_live_rule_has_a_case() -> None:
    codes = {rule.defect.code for rule in LIVE_RULES}
    assert codes == {*CASES, "function-missing"}


@pytest.mark.parametrize("code", CASES)
def test_the_defect_is_found_where_it_stands(code: str, tmp_path: Path) -> None:
    changes, tables, path = CASES[code]
    assert (code, path) in _found(tmp_path, changes, tables)


def test_a_condition_gives_a_column_no_purpose(tmp_path: Path) -> None:
    changes = {f"{RULE}/only": "completed_at IS NOT NULL", "activities/orders/data/shop.shop_order/structure": []}
    assert ("unaccounted-column", "systems/shop") in _found(tmp_path, changes)


def test_an_unknown_column_in_a_condition_is_shown_inside_the_text(tmp_path: Path) -> None:
    one = loaded(tmp_path, {**FITTING, f"{RULE}/only": "name <> 'x' AND stat = 1"})
    findings = against(one, {"shop": Inventory("shop", "sqlite", _tables())})
    assert [f.what for f in findings] == ["shop.shop_order has no column stat"]
    place = findings[0].position
    line = (tmp_path / "zusage.yaml").read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith("stat = 1")


def test_an_unknown_table_in_a_condition_is_found(tmp_path: Path) -> None:
    condition = "EXISTS (SELECT 1 FROM dispute d WHERE d.order_id = shop_order.id)"
    assert ("unknown-table", f"{RULE}/unless") in _found(tmp_path, {f"{RULE}/unless": condition})


def test_text_is_a_time_on_sqlite_only(tmp_path: Path) -> None:
    text = {"log": _table("log", "address", "agent", "at")}
    path = ("not-a-time", "activities/log/keep/0/from")
    assert path in _found(tmp_path, tables=text)
    assert path not in _found(tmp_path, tables=text, dialect="sqlite")


def test_an_integer_is_a_time_where_it_is_declared_to_count_one(tmp_path: Path) -> None:
    counted = {"log": _table("log", "address", "agent", "at:integer")}
    path = ("not-a-time", "activities/log/keep/0/from")
    assert path in _found(tmp_path, tables=counted)
    assert path not in _found(tmp_path, {"systems/shop/epochs": {"log.at": "seconds"}}, counted)


def test_a_function_that_the_dialect_is_not_known_to_have_is_found(tmp_path: Path) -> None:
    changes = {f"{RULE}/only": "lower(name) = 'x'"}
    path = ("function-missing", f"{RULE}/only")
    assert path in _found(tmp_path, changes, dialect="db2")
    assert path not in _found(tmp_path, changes)


@pytest.mark.parametrize("longer", ["price", "name"], ids=["a column of its own", "a column of both"])
def test_some_classes_of_a_row_cannot_go_from_columns_that_must_have_a_value(tmp_path: Path, longer: str) -> None:
    other = {
        "data": {"shop.shop_order": {"classes": {"voucher": [longer]}}},
        "keep": [{"at_most": "P6Y", "from": "completed_at"}],
    }
    changes = {"activities/statistics/data": other["data"], "activities/statistics/keep": other["keep"]}
    columns = ("customer_id:integer", "price", "completed_at?:time")
    key = (ForeignKey(("customer_id",), "customer", ("id",)),)
    firm = {"shop_order": _table("shop_order", *columns, "name", "email", keys=key)}
    loose = {"shop_order": _table("shop_order", *columns, "name?", "email?", keys=key)}
    assert ("cannot-be-emptied", RULE) in _found(tmp_path, changes, firm)
    assert ("cannot-be-emptied", RULE) not in _found(tmp_path, changes, loose)
    known_by = {"shop_order": replace(loose["shop_order"], primary_key=("id", "email"))}
    assert ("cannot-be-emptied", RULE) in _found(tmp_path, changes, known_by)
    shorter = {**changes, "activities/statistics/keep": [{"at_most": "P1D", "from": "completed_at"}]}
    assert (("cannot-be-emptied", RULE) in _found(tmp_path, shorter, firm)) is (longer == "price")


def test_a_system_that_was_not_looked_at_has_no_missing_tables(tmp_path: Path) -> None:
    findings = against(loaded(tmp_path), {})
    assert [(f.code, f.severity) for f in findings] == [("not-surveyed", Severity.WARNING)]


def test_what_has_no_purpose_is_listed_by_name(tmp_path: Path) -> None:
    tables = {"newsletter": _table("newsletter", "email"), "log": _table("log", "address", "agent", "at:time", "referrer")}
    inventory = Inventory("shop", "sqlite", {**_tables(), **tables})
    assert unaccounted(loaded(tmp_path, FITTING), {"shop": inventory}) == ("shop.log.referrer", "shop.newsletter")
    assert unaccounted(loaded(tmp_path, FITTING), {"shop": Inventory("shop", "sqlite", _tables())}) == ()


def test_rows_of_a_view_cannot_live_and_die_with_others(tmp_path: Path) -> None:
    path = "activities/orders/data/shop/order_note/part_of"
    table = replace(_tables()["order_note"], is_view=True, materialised=True)
    assert ("rule-about-a-view", path) not in _found(tmp_path)
    assert ("rule-about-a-view", path) in _found(tmp_path, {}, {"order_note": table})


def test_where_postgresql_hides_restricted_rows_the_table_of_their_keys_is_our_own(tmp_path: Path) -> None:
    ours = TableInfo("zusage.restricted", (ColumnInfo("key", "text", False),), schema="zusage")
    for dialect, found in (("postgresql", ()), ("mariadb", ("shop.zusage.restricted",))):
        inventory = Inventory("shop", dialect, {**_tables(), ours.name: ours})
        assert unaccounted(loaded(tmp_path, FITTING), {"shop": inventory}) == found


def test_another_end_of_which_the_manifest_speaks_is_no_finding(tmp_path: Path) -> None:
    changes, tables, path = CASES["another-end"]
    assert ("another-end", path) in _found(tmp_path, changes, tables)
    changes = {**changes, "activities/orders/data/shop.order_note/others": ["author_id"]}
    assert "another-end" not in {code for code, _ in _found(tmp_path, changes, tables)}


_JOINED = {
    "activities/log/data/shop.log_line": {"part_of": "shop.log via log_id", "classes": {"contact": ["city"]}},
    "activities/log/keep/0/data": "shop.log",
}
_AGGREGATE = "activities/log/keep/0/then/aggregate"


def _joined_tables(line: TableInfo | None = None) -> dict[str, TableInfo]:
    log = _table("log", "address", "agent", "at:time", "birth_year?:integer")
    plain = _table("log_line", "log_id?:integer", "city", keys=(ForeignKey(("log_id",), "log", ("id",)),))
    return {"log": log, "log_line": line or plain}


@pytest.mark.parametrize(
    ("columns", "joined", "found"),
    [
        (["birth_year"], ["city"], False),
        (["birth_year"], ["id"], True),
        (["birth_year"], None, True),
    ],
)
def test_traits_of_two_tables_that_are_counted_together_are_no_finding(
    tmp_path: Path, columns: list[str], joined: list[str] | None, found: bool
) -> None:
    aggregate: dict[str, Any] = {"columns": columns, "at_least": 5}
    if joined is not None:
        aggregate["joined"] = [{"rows": "shop.log_line via log_id", "columns": joined}]
    codes = {code for code, _ in _found(tmp_path, {**_JOINED, _AGGREGATE: aggregate}, _joined_tables())}
    assert ("anonymous-rows-joined" in codes) is found
    assert "group-cannot-go" not in codes


def test_rows_that_stay_joined_must_be_able_to_part(tmp_path: Path) -> None:
    aggregate = {"columns": ["birth_year"], "at_least": 5, "joined": [{"rows": "shop.log_line via log_id", "columns": ["city"]}]}
    line = _joined_tables()["log_line"]
    for unfit in (
        _table("log_line", "log_id:integer", "city", keys=line.foreign_keys),
        replace(line, primary_key=("id", "log_id")),
        replace(line, primary_key=()),
        replace(line, columns=(*line.columns[:2], ColumnInfo("city", "json", nullable=True))),
    ):
        found = _found(tmp_path, {**_JOINED, _AGGREGATE: aggregate}, _joined_tables(unfit))
        assert ("group-cannot-go", f"{_AGGREGATE}/joined") in found, unfit


def test_a_column_that_is_joined_by_and_is_not_there_is_found(tmp_path: Path) -> None:
    for rows, columns, where in (
        ("shop.log_line via nothing", ["city"], "rows"),
        ("shop.log_line via log_id", ["nothing"], "columns/0"),
        ("shop.log_line(nothing) via log_id", ["city"], "rows"),
        ("shop.nowhere via log_id", ["city"], "rows"),
    ):
        aggregate = {"columns": ["birth_year"], "at_least": 5, "joined": [{"rows": rows, "columns": columns}]}
        found = _found(tmp_path, {**_JOINED, _AGGREGATE: aggregate}, _joined_tables())
        assert {path for code, path in found if code in ("unknown-column", "unknown-table")} == {f"{_AGGREGATE}/joined/0/{where}"}


@pytest.mark.parametrize(
    ("rows", "what"), [("depot.line via log_id", "is in another system than"), ("shop.log via agent", "of the same table")]
)
def test_what_stays_joined_is_of_another_table_of_the_same_system(tmp_path: Path, rows: str, what: str) -> None:
    joined = [{"rows": "shop.log_line via log_id", "columns": ["city"], "joined": [{"rows": rows, "columns": ["city"]}]}]
    if "same table" in what:
        joined = [{"rows": rows, "columns": ["agent"]}]
    aggregate = {"columns": ["birth_year"], "at_least": 5, "joined": joined}
    with pytest.raises(ManifestError) as refused:
        loaded(tmp_path, {**FITTING, **_JOINED, _AGGREGATE: aggregate})
    assert any(what in one.what and "joined" in one.path for one in refused.value.findings)


@pytest.mark.parametrize(
    ("link", "kind", "code"),
    [
        ("customer via reader_ids", "json", "keys-in-one-value"),
        ("customer via payload", "array", "keys-in-one-value"),
        ("customer via reader_ids[]", "json", None),
        ("customer via reader_ids[]->id", "json", None),
        ("customer via kids", "text", None),
    ],
)
def test_a_list_is_named_as_one_and_no_link_takes_it_for_a_key(
    tmp_path: Path, link: str, kind: ColumnKind, code: str | None
) -> None:
    name = link.partition("via ")[2].partition("[")[0]
    log = _table("log", "address", "agent", "at:time")
    log = replace(
        log, columns=(*log.columns, ColumnInfo(name, kind, nullable=True, declared="jsonb" if kind == "json" else "text[]"))
    )
    found = {one for one, _ in _found(tmp_path, {"activities/log/data/shop.log/of": link}, {"log": log})}
    assert ({code} if code else set()) == found & {
        "keys-in-one-value",
        "keys-not-followed",
        "unknown-column",
        "path-not-followed",
    }


def test_a_list_of_keys_of_a_table_of_which_nothing_is_said_is_no_finding(tmp_path: Path) -> None:
    changes = {"activities/log/data/shop.log/structure": ["at", "tag_ids"]}
    tables = {"log": _table("log", "address", "agent", "at:time", "tag_ids"), "tag": _table("tag", "word")}
    assert "keys-not-followed" not in {code for code, _ in _found(tmp_path, changes, tables)}
    changes = {"activities/log/data/shop.log/structure": ["at", "customer_ids"]}
    tables = {"log": _table("log", "address", "agent", "at:time", "customer_ids")}
    assert "keys-not-followed" in {code for code, _ in _found(tmp_path, changes, tables)}
