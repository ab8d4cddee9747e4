"""The draft as a manifest: it loads, and leaves open only what a person must decide."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schemas import ALL, TIMELESS, surveyed
from tests.examples import examples

from zusage.promises.checking import against, check
from zusage.promises.finding import Severity
from zusage.promises.inventory import ColumnInfo, ForeignKey, Inventory, TableInfo
from zusage.promises.loading import Loaded, load
from zusage.promises.yaml_nodes import parse
from zusage.reading import draft, to_yaml
from zusage.reading.writing import scalar

ON = date(2026, 1, 15)
#: what only a person knows: who they are, what the data are for, why they may, and what they tell people
DECISIONS = {
    "unanswered", "no-officer", "no-notice-version", "no-controller-address", "no-controller-email", "no-authority",
    "automated-decisions-unstated", "obligation-unstated", "not-personal-guessed",
}  # fmt: skip
#: what shows beside the living tables and is for a person to decide, too
LIVE_DECISIONS = {"limit-only-for-some-rows", "no-foreign-key", "unaccounted-view"}


def written(inventory: Inventory, folder: Path) -> Loaded:
    file = folder / "zusage.yaml"
    file.write_text(to_yaml(draft(inventory, ON), url="sqlite:///db.sqlite3", secret=False, file="zusage.yaml"), encoding="utf-8")
    return load(file)


@pytest.mark.parametrize("name", [name for name in ALL if name != "timeless"])
def test_a_draft_leaves_open_only_what_a_person_must_decide(name: str, tmp_path: Path) -> None:
    inventory = surveyed(tmp_path / "db.sqlite3", ALL[name])
    loaded = written(inventory, tmp_path)
    errors = {(finding.code, finding.path) for finding in check(loaded, ON) if finding.code not in DECISIONS}
    timeless = {("no-starting-point", "activities.customer.keep.0.at_most")} if name == "chinook" else set()
    assert errors == timeless
    beside = against(loaded, {"db": inventory})
    unsaid = [f.what for f in beside if f.code not in LIVE_DECISIONS]
    assert unsaid == (["no activity accounts for the table db.odd.stuff"] if name == "grown" else [])


def test_a_table_of_people_without_a_time_is_an_error_with_advice(tmp_path: Path) -> None:
    loaded = written(surveyed(tmp_path / "db.sqlite3", TIMELESS), tmp_path)
    errors = [f for f in check(loaded, ON) if f.severity is Severity.ERROR and f.code != "unanswered"]
    assert [error.code for error in errors] == ["no-starting-point"]


@pytest.mark.parametrize("name", ALL)
def test_every_guess_says_because_and_nothing_is_left_to_do(name: str, tmp_path: Path) -> None:
    text = to_yaml(draft(surveyed(tmp_path / "db.sqlite3", ALL[name]), ON), url="sqlite:///x", secret=False, file="z.yaml")
    assert "TODO" not in text
    for line in text.splitlines():
        words = line.strip()
        if words.startswith(("legal_basis:", "- email", "- vorname")):
            assert "guessed because" in words


def test_the_address_of_a_server_stands_in_the_environment(tmp_path: Path) -> None:
    inventory = surveyed(tmp_path / "db.sqlite3", ALL["verein"])
    text = to_yaml(draft(inventory, ON), url="${DATABASE_URL}", secret=True, file="zusage.yaml")
    assert 'url: "${DATABASE_URL}"' in text
    assert "export DATABASE_URL=" in text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"), min_size=1))
def test_any_text_is_written_so_that_it_reads_back_equal(text: str) -> None:
    content = f"a: {{b: {scalar(text)}, c: {{{scalar(text)}: 1}}}}\n".encode()
    assert parse(content, "x").values == {"a": {"b": text, "c": {text: 1}}}


NAMES = st.one_of(
    st.sampled_from(["id", "email", "name", "customer", "customer_id", "order", "Order Details", "select", "null", "true", "on", "yes", "2020", "a.b", "größe", "straße", "x: y", "#", "- a", "?", "created_at", "closed_at", "user", "user_id", "'", '"', "{", "[a]", "*", "&a", "\x1b[31m", "‮"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)  # fmt: skip


@st.composite
def inventories(pick: st.DrawFn) -> Inventory:
    """Any tables with any names, keys to each other included."""
    names = pick(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    kinds = st.sampled_from(["text", "integer", "date", "time", "boolean", "other", "binary"])
    tables = {}
    for name in names:
        columns = [
            ColumnInfo(c, pick(kinds), pick(st.booleans())) for c in pick(st.lists(NAMES, min_size=1, max_size=5, unique=True))
        ]
        keys = tuple(pick(st.lists(st.sampled_from([c.name for c in columns]), max_size=2, unique=True)))
        foreign = [
            ForeignKey((pick(st.sampled_from(columns)).name,), other, ("id",))
            for other in pick(st.lists(st.sampled_from(names), max_size=2))
        ]
        tables[name] = TableInfo(name, tuple(columns), keys, tuple(foreign), (), pick(st.integers(0, 9)) == 0)
    return Inventory("db", "sqlite", tables)


@given(inventories())
@settings(max_examples=examples(150), deadline=None)
def test_a_draft_of_any_tables_loads_and_accounts_for_every_column(inventory: Inventory) -> None:
    with TemporaryDirectory() as folder:
        loaded = written(inventory, Path(folder))
        unsayable = {f"no activity accounts for the table db.{name}" for name in draft(inventory, ON).unsayable}
        for finding in against(loaded, {"db": inventory}):
            assert not finding.code.startswith("unaccounted-c"), finding.what
            assert finding.code != "unaccounted-table" or finding.what in unsayable
