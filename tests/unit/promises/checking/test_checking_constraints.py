"""What a column is to become is held against what the database lets it be."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checking_manifests import loaded

from zusage.promises.checking import against
from zusage.promises.finding import Severity
from zusage.promises.inventory import ColumnInfo, Distinct, ForeignKey, Inventory, TableInfo

_LOG = TableInfo(
    "log",
    (
        ColumnInfo("id", "integer", False),
        ColumnInfo("address", "text", True, length=40),
        ColumnInfo("agent", "text", True),
        ColumnInfo("at", "time", True),
    ),
    primary_key=("id",),
)
THEN = "activities/log/keep/0/then"


def _with(**columns: Any) -> TableInfo:
    """The log with other properties of some columns."""
    return replace(_LOG, columns=tuple(replace(c, **columns.get(c.name, {})) for c in _LOG.columns))


def _found(folder: Path, table: TableInfo, then: dict[str, Any], dialect: str = "sqlite", *others: TableInfo) -> dict[str, str]:
    changes = {THEN: then, "activities/log/data/shop.log/classes": {"contact": ["address", "agent"]}}
    tables = {one.name: one for one in (table, *others)}
    findings = against(loaded(folder, changes), {"shop": Inventory("shop", dialect, tables)})
    about = [one for one in findings if one.path.startswith("activities.log.keep.0.then")]
    return {one.code: f"{one.what} → {one.advice}" for one in about if one.severity is not Severity.NOTE}


def _anonymise(address: dict[str, Any], agent: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"anonymise": {"address": address, "agent": agent or {}}}


UNIQUE = replace(_LOG, unique=(("address",),))
TOGETHER = replace(_LOG, unique=(("address", "agent"),))


@pytest.mark.parametrize(
    ("table", "then", "code"),
    [
        (UNIQUE, _anonymise({"constant": "-"}), "same-value-twice"),
        (UNIQUE, _anonymise({"first": 3}), "same-value-twice"),
        (UNIQUE, _anonymise({}), None),
        (UNIQUE, _anonymise({"unique": "x-"}), None),
        (TOGETHER, _anonymise({"constant": "-"}, {"constant": "-"}), "same-value-twice"),
        (TOGETHER, _anonymise({"constant": "-"}, {"unique": ""}), None),
        (replace(_LOG, primary_key=("address",)), _anonymise({"unique": "x-"}), "key-changed"),
        (replace(_LOG, foreign_keys=(ForeignKey(("address",), "other", ("id",)),)), _anonymise({"constant": "-"}), "key-changed"),
        (replace(_LOG, foreign_keys=(ForeignKey(("address",), "other", ("id",)),)), _anonymise({}), None),
        (_with(address={"length": 10}), _anonymise({"constant": "eleven char"}), "value-not-allowed"),
        (_with(address={"length": 10}), _anonymise({"constant": "ten chars."}), None),
        (_with(address={"length": 33}), _anonymise({"unique": "x-"}), "value-not-allowed"),
        (_with(address={"length": 34}), _anonymise({"unique": "x-"}), None),
        (_LOG, {"pseudonymise": ["address", "agent"]}, "value-not-allowed"),
        (_with(address={"length": 48}), {"pseudonymise": ["address", "agent"]}, None),
        (_with(address={"choices": ("a", "b")}), _anonymise({"constant": "c"}), "value-not-allowed"),
        (_with(address={"choices": ("a", "b")}), _anonymise({"constant": "b"}), None),
        (_with(address={"kind": "integer"}), _anonymise({"constant": "none"}), "value-not-allowed"),
        (_with(address={"kind": "integer"}), _anonymise({"constant": 0}), None),
        (_with(address={"kind": "date"}), _anonymise({"constant": "1900-01-01"}), None),
        (_with(address={"kind": "date"}), _anonymise({"constant": "never"}), "value-not-allowed"),
        (_with(address={"kind": "date"}), _anonymise({"first": 4}), "value-not-allowed"),
        (_with(address={"kind": "integer"}), _anonymise({"multiple_of": 10}), None),
        (_LOG, _anonymise({"multiple_of": 10}), "value-not-allowed"),
        (_with(address={"kind": "date"}), _anonymise({"multiple_of": 10}), "value-not-allowed"),
        (_with(address={"kind": "date"}), _anonymise({"beginning_of": "year"}), None),
        (_with(address={"kind": "time"}), _anonymise({"beginning_of": "year"}), "value-not-allowed"),
        (_with(address={"kind": "integer"}), _anonymise({"beginning_of": "year"}), "value-not-allowed"),
        (_with(address={"kind": "json"}), _anonymise({"multiple_of": 10}), "half-a-document"),
        (replace(UNIQUE, columns=_with(address={"kind": "integer"}).columns), _anonymise({"multiple_of": 10}), "same-value-twice"),
        (_with(address={"kind": "uuid"}), _anonymise({"unique": ""}), "value-not-allowed"),
        (_with(address={"kind": "json"}), _anonymise({"first": 4}), "half-a-document"),
        (_with(address={"kind": "array"}), _anonymise({"json": ["a"]}), "half-a-document"),
        (_with(address={"kind": "array", "declared": "text[]"}), _anonymise({"first": 4}), None),
        (_with(address={"kind": "array", "declared": "integer[]"}), _anonymise({"first": 4}), "half-a-document"),
        (_with(address={"kind": "array"}), _anonymise({"constant": "{}"}), None),
        (_with(address={"kind": "array"}), _anonymise({"constant": "none"}), "value-not-allowed"),
        (_with(address={"kind": "json"}), _anonymise({"json": ["customer.name", "guests[].name"]}), None),
        (replace(_LOG, checks=("address <> '-'",)), _anonymise({"constant": "-"}), "check-violated"),
        (replace(_LOG, checks=("address <> '-'",)), _anonymise({}), None),
        (replace(_LOG, checks=("length(address) > 40",)), _anonymise({"unique": "x-"}), "check-violated"),
        (replace(_LOG, checks=("address LIKE '%@%'",)), _anonymise({"unique": "x-*@y"}), None),
        (replace(_LOG, checks=("agent <> 'x'",)), _anonymise({"first": 3}), None),
        (replace(_LOG, checks=("address <> agent OR id > 5",)), _anonymise({"constant": "-"}), "check-unclear"),
        (replace(_LOG, checks=("address ~ '^x'",)), _anonymise({"constant": "-"}), "check-unclear"),
    ],
)  # fmt: skip
def test_what_the_database_would_refuse_is_found_before(
    table: TableInfo, then: dict[str, Any], code: str | None, tmp_path: Path
) -> None:
    assert set(_found(tmp_path, table, then)) == ({code} if code else set())


def test_a_path_in_a_text_is_refused_where_the_database_cannot_tell_a_document(tmp_path: Path) -> None:
    then = _anonymise({"json": ["customer.name"]})
    assert set(_found(tmp_path, _LOG, then, "postgresql")) == {"half-a-document"}
    assert _found(tmp_path, _LOG, then, "mariadb") == {}


def test_it_is_said_what_to_write_instead(tmp_path: Path) -> None:
    assert '{unique: "deleted-"}' in _found(tmp_path, UNIQUE, _anonymise({"constant": "-"}))["same-value-twice"]
    enumeration = _with(address={"choices": ("none", "some")})
    assert "one of none, some" in _found(tmp_path, enumeration, _anonymise({"constant": "-"}))["value-not-allowed"]


def test_a_column_to_which_others_refer_is_not_changed(tmp_path: Path) -> None:
    line = TableInfo("line", (ColumnInfo("log_address", "text", True),), (), (ForeignKey(("log_address",), "log", ("address",)),))
    assert set(_found(tmp_path, _LOG, _anonymise({"unique": "x-"}), "sqlite", line)) == {"key-changed"}


def test_two_replacements_of_one_column_are_refused(tmp_path: Path) -> None:
    from zusage.promises.finding import ManifestError

    with pytest.raises(ManifestError, match="cannot both replace"):
        loaded(tmp_path, {THEN: _anonymise({"constant": "-", "unique": "x"})})


@pytest.mark.parametrize("path", ["a..b", "$.a", "items[0]", "a b", ""])
def test_a_path_that_is_none_is_refused(path: str, tmp_path: Path) -> None:
    from zusage.promises.finding import ManifestError

    with pytest.raises(ManifestError):
        loaded(tmp_path, {THEN: _anonymise({"json": [path]})})


@pytest.mark.parametrize(
    ("child", "code"),
    [
        ({"unique": (("address",),)}, "same-value-twice"),
        ({"distinct": (Distinct("once", ("lower(address)",)),)}, "same-value-twice"),
        ({"checks": ("address <> '-'",)}, "check-violated"),
        ({}, None),
    ],
)
def test_what_a_partition_demands_for_itself_is_held_against_the_rule_of_its_table(
    child: dict[str, Any], code: str | None, tmp_path: Path
) -> None:
    part = replace(_LOG, name="log_2024", inherits="log", **child)
    assert set(_found(tmp_path, _LOG, _anonymise({"constant": "-"}), "postgresql", part)) == ({code} if code else set())
