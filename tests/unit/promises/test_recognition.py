"""By which columns a row that went is known again: never by its key alone."""

import pytest

from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo
from zusage.promises.manifest import Manifest
from zusage.promises.promise import Change, Rule
from zusage.promises.recognition import covered, marks, unmarked
from zusage.promises.starting_point import StartingPoint


def _manifest(**backup: object) -> Manifest:
    return Manifest.model_validate(
        {
            "zusage": 1,
            "controller": {"name": "X"},
            "systems": {"shop": {"url": "sqlite:///x"}, "other": {"url": "sqlite:///y"}},
            "backups": {"nightly": {"of": ["shop"], "kind": "sqlite-file", "path": "/b/*", **backup}},
        }
    )


def _table(*columns: str, key: tuple[str, ...] = ("id",)) -> TableInfo:
    """Columns as ``name?``, nullable; all but the key are times."""
    infos = [ColumnInfo(name.rstrip("?"), "time", nullable=name.endswith("?")) for name in columns]
    return TableInfo("t", (*(ColumnInfo(name, "integer", nullable=False) for name in key), *infos), primary_key=key)


def _rule(start: str, *changed: str) -> Rule:
    from zusage.promises.period import Period

    return Rule(
        id="a/r", activity="a", system="shop", table="t", columns=(), classes=(), only=None, unless=None,
        start=StartingPoint((start,)), at_least=None, at_most=Period.parse("P1Y"),
        changes=tuple(Change(column=name, how="clear") for name in changed),
    )  # fmt: skip


def _born(table: TableInfo, *rules: Rule, **backup: object) -> tuple[str, bool] | None:
    found = marks(_manifest(**backup), rules, {"shop": Inventory("shop", "sqlite", {"t": table})})
    return (found["shop.t"].born, found["shop.t"].sure) if found else None


@pytest.mark.parametrize(
    ("columns", "born"),
    [
        (("closed_at?", "created_at"), ("created_at", True)),
        (("closed_at?", "opened_at"), ("opened_at", True)),
        (("closed_at?", "erfasst"), ("erfasst", False)),
        (("closed_at?", "one", "two"), ("closed_at", False)),
        (("closed_at", "one"), ("closed_at", False)),
    ],
)
def test_the_time_at_which_a_row_came_to_be_is_told_by_its_name_or_because_every_row_has_it(
    columns: tuple[str, ...], born: tuple[str, bool]
) -> None:
    assert _born(_table(*columns), _rule("closed_at")) == born


def test_the_column_that_the_manifest_names_comes_first_and_one_that_is_changed_never() -> None:
    table = _table("created_at", "joined?", "closed_at?")
    assert _born(table, _rule("closed_at"), born={"shop.t": "joined"}) == ("joined", True)
    assert _born(table, _rule("closed_at", "created_at")) == ("joined", True)


def test_without_a_key_or_a_time_a_table_is_not_known_again_and_that_is_said() -> None:
    manifest, rules = _manifest(), [_rule("closed_at")]
    for table in (
        _table("created_at", key=()),
        TableInfo("t", (ColumnInfo("id", "integer", nullable=False),), primary_key=("id",)),
    ):
        inventories = {"shop": Inventory("shop", "sqlite", {"t": table})}
        assert marks(manifest, rules, inventories) == {}
        assert unmarked(manifest, rules, inventories) == ("shop.t",)


def test_only_databases_in_a_backup_that_says_what_it_is_are_covered() -> None:
    assert covered(_manifest()) == {"shop"}
    assert covered(_manifest(kind=None, path=None)) == frozenset()
