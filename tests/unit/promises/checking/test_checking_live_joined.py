"""What is counted or found together against the tables that are really there: rows that are joined, and keys in lists."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checking_manifests import loaded
from checking_tables import FITTING, a_table, found_in

from zusage.promises.finding import ManifestError
from zusage.promises.inventory import ColumnInfo, ColumnKind, ForeignKey, TableInfo

_JOINED = {
    "activities/log/data/shop.log_line": {"part_of": "shop.log via log_id", "classes": {"contact": ["city"]}},
    "activities/log/keep/0/data": "shop.log",
}
_AGGREGATE = "activities/log/keep/0/then/aggregate"


def _joined_tables(line: TableInfo | None = None) -> dict[str, TableInfo]:
    log = a_table("log", "address", "agent", "at:time", "birth_year?:integer")
    plain = a_table("log_line", "log_id?:integer", "city", keys=(ForeignKey(("log_id",), "log", ("id",)),))
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
    codes = {code for code, _ in found_in(tmp_path, {**_JOINED, _AGGREGATE: aggregate}, _joined_tables())}
    assert ("anonymous-rows-joined" in codes) is found
    assert "group-cannot-go" not in codes


def test_rows_that_stay_joined_must_be_able_to_part(tmp_path: Path) -> None:
    aggregate = {"columns": ["birth_year"], "at_least": 5, "joined": [{"rows": "shop.log_line via log_id", "columns": ["city"]}]}
    line = _joined_tables()["log_line"]
    for unfit in (
        a_table("log_line", "log_id:integer", "city", keys=line.foreign_keys),
        replace(line, primary_key=("id", "log_id")),
        replace(line, primary_key=()),
        replace(line, columns=(*line.columns[:2], ColumnInfo("city", "json", nullable=True))),
    ):
        found = found_in(tmp_path, {**_JOINED, _AGGREGATE: aggregate}, _joined_tables(unfit))
        assert ("group-cannot-go", f"{_AGGREGATE}/joined") in found, unfit


def test_a_column_that_is_joined_by_and_is_not_there_is_found(tmp_path: Path) -> None:
    for rows, columns, where in (
        ("shop.log_line via nothing", ["city"], "rows"),
        ("shop.log_line via log_id", ["nothing"], "columns/0"),
        ("shop.log_line(nothing) via log_id", ["city"], "rows"),
        ("shop.nowhere via log_id", ["city"], "rows"),
    ):
        aggregate = {"columns": ["birth_year"], "at_least": 5, "joined": [{"rows": rows, "columns": columns}]}
        found = found_in(tmp_path, {**_JOINED, _AGGREGATE: aggregate}, _joined_tables())
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
    log = a_table("log", "address", "agent", "at:time")
    log = replace(
        log, columns=(*log.columns, ColumnInfo(name, kind, nullable=True, declared="jsonb" if kind == "json" else "text[]"))
    )
    found = {one for one, _ in found_in(tmp_path, {"activities/log/data/shop.log/of": link}, {"log": log})}
    assert ({code} if code else set()) == found & {
        "keys-in-one-value",
        "keys-not-followed",
        "unknown-column",
        "path-not-followed",
    }


def test_a_record_whose_key_is_of_bytes_is_found(tmp_path: Path) -> None:
    customer = a_table("customer")
    bytes_ = replace(customer, columns=(ColumnInfo("id", "binary", nullable=False),))
    assert ("keys-of-bytes", "people/customer/key") not in found_in(tmp_path, {}, {"customer": customer})
    assert ("keys-of-bytes", "people/customer/key") in found_in(tmp_path, {}, {"customer": bytes_})


def test_a_list_of_keys_of_a_table_of_which_nothing_is_said_is_no_finding(tmp_path: Path) -> None:
    changes = {"activities/log/data/shop.log/structure": ["at", "tag_ids"]}
    tables = {"log": a_table("log", "address", "agent", "at:time", "tag_ids"), "tag": a_table("tag", "word")}
    assert "keys-not-followed" not in {code for code, _ in found_in(tmp_path, changes, tables)}
    changes = {"activities/log/data/shop.log/structure": ["at", "customer_ids"]}
    tables = {"log": a_table("log", "address", "agent", "at:time", "customer_ids")}
    assert "keys-not-followed" in {code for code, _ in found_in(tmp_path, changes, tables)}
