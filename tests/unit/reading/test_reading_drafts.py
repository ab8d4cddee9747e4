"""From the tables of a database to proposals."""

from datetime import date
from pathlib import Path

import pytest
from schemas import ALL, CHINOOK, GROWN, NOBODY, TIMELESS, VEREIN, surveyed

from zusage.reading import Draft, as_data, draft
from zusage.reading.drafting import ActivityDraft, DataDraft

ON = date(2026, 1, 15)


def drafted(tmp_path: Path, script: str, on: date = ON) -> Draft:
    return draft(surveyed(tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite3", script), on)


def activity(found: Draft, name: str) -> ActivityDraft:
    return next(one for one in found.activities if one.name == name)


def table(found: Draft, name: str) -> DataDraft:
    return next(data for one in found.activities for data in one.data if data.guess.name == name)


def test_a_table_of_people_stands_for_itself_and_others_refer_to_it(tmp_path: Path) -> None:
    found = drafted(tmp_path, VEREIN)
    assert [(p.name, p.record, p.key) for p in found.people] == [("mitglieder", "db.mitglieder", "mitglied_id")]
    assert table(found, "rechnungen").of == "mitglieder via mitglied_id"


def test_tables_whose_keys_are_named_by_numbers_alone_are_drafted(tmp_path: Path) -> None:
    found = drafted(tmp_path, 'CREATE TABLE a ("2020" TEXT); CREATE TABLE b ("2020" TEXT PRIMARY KEY, mail TEXT)')
    assert table(found, "b").guess.name == "b"


def test_rows_that_cannot_be_without_another_belong_to_it(tmp_path: Path) -> None:
    assert table(drafted(tmp_path, VEREIN), "beiträge").part_of == "db.mitglieder(mitglied_id) via mitglied_id"
    lines = table(drafted(tmp_path, CHINOOK), "InvoiceLine")
    assert lines.part_of == "db.Invoice(InvoiceId) via InvoiceId"


def test_a_person_waits_for_what_still_refers_to_them(tmp_path: Path) -> None:
    members = activity(drafted(tmp_path, VEREIN), "mitglieder")
    assert [wait.link for wait in members.waits_for] == ["db.rechnungen via mitglied_id"]
    assert "a foreign key says so" in members.waits_for[0].reason


def test_vouchers_are_kept_as_long_as_the_law_of_the_day_demands(tmp_path: Path) -> None:
    now, before = (activity(drafted(tmp_path / day, VEREIN, date.fromisoformat(day)), "rechnungen") for day in _days(tmp_path))
    assert [(r.at_least, r.at_most, r.start, r.duty) for r in now.rules] == [
        ("P8Y", "P8Y", "end_of_year(rechnungsdatum)", "ao-147-vouchers")
    ]
    assert before.rules[0].at_most == "P10Y"
    assert now.basis.legal_basis == "art-6-1-c"


def _days(tmp_path: Path) -> tuple[str, str]:
    days = ("2026-01-15", "2020-01-15")
    for day in days:
        (tmp_path / day).mkdir()
    return days


def test_the_end_of_a_matter_is_the_starting_point_before_its_beginning(tmp_path: Path) -> None:
    orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, created_at TEXT NOT NULL, completed_at TEXT);"
    rules = activity(drafted(tmp_path, orders), "orders").rules
    assert [(rule.only, rule.start) for rule in rules] == [
        ("completed_at IS NOT NULL", "end_of_year(completed_at)"),
        ("completed_at IS NULL", "end_of_year(created_at)"),
    ]


def test_whoever_is_still_a_member_has_no_period_but_a_question(tmp_path: Path) -> None:
    staff = "CREATE TABLE staff (id INTEGER PRIMARY KEY, email TEXT, hired_on DATE NOT NULL, left_on DATE);"
    found = activity(drafted(tmp_path, staff), "staff")
    assert [rule.only for rule in found.rules] == ["left_on IS NOT NULL"]
    assert found.questions == ("rows of staff whose left_on is empty have no rule: when should they go?",)


def test_a_single_time_that_may_be_empty_leaves_no_row_out(tmp_path: Path) -> None:
    log = "CREATE TABLE access_log (id INTEGER PRIMARY KEY, ip TEXT, at_time TEXT);"
    (rule,) = activity(drafted(tmp_path, log), "access-log").rules
    assert (rule.only, rule.start) == (None, "at_time")
    assert "undecided" in rule.start_reason


def test_people_without_any_time_get_a_rule_and_the_question_from_when(tmp_path: Path) -> None:
    (rule,) = activity(drafted(tmp_path, TIMELESS), "contacts").rules
    assert rule.start is None
    assert "no column with a time" in rule.start_reason


def test_tables_about_things_are_said_to_be_about_nobody_with_the_reason(tmp_path: Path) -> None:
    found = drafted(tmp_path, CHINOOK)
    assert set(found.not_personal) == {"Track", "Genre"}
    assert "Name is taken to be about things" in found.not_personal["Genre"]
    assert drafted(tmp_path, NOBODY).activities == ()


def test_relations_without_a_foreign_key_are_guessed_by_name_and_say_so(tmp_path: Path) -> None:
    posts = table(drafted(tmp_path, GROWN), "posts")
    assert posts.part_of == "db.users via user_id"
    assert posts.part_reason.startswith("guessed by the name alone")


def test_times_that_are_numbers_are_declared(tmp_path: Path) -> None:
    assert drafted(tmp_path, GROWN).epochs == ("users.last_login", "users.created_at")


def test_what_a_manifest_cannot_say_is_listed(tmp_path: Path) -> None:
    found = drafted(tmp_path, GROWN)
    assert found.unsayable == ("odd.stuff",)
    assert table(found, "pair_comments").part_of is None  # its key may be empty
    assert drafted(tmp_path, CHINOOK).views == ("Addresses",)


def test_bookkeeping_of_programs_is_about_nobody(tmp_path: Path) -> None:
    assert "bookkeeping" in drafted(tmp_path, GROWN).not_personal["alembic_version"]


def test_tables_that_refer_to_each_other_in_a_circle_are_drafted(tmp_path: Path) -> None:
    found = drafted(tmp_path, GROWN)
    parts = [name for name in ("a", "b") if table(found, name).part_of]
    assert len(parts) == 1


def test_rows_that_refer_to_rows_of_the_same_table_are_a_question(tmp_path: Path) -> None:
    employee = activity(drafted(tmp_path, CHINOOK), "employee")
    assert any("through ReportsTo" in question for question in employee.questions)
    assert [wait.link for wait in employee.waits_for] == ["db.Customer via SupportRepId"]


@pytest.mark.parametrize("name", ALL)
def test_every_table_is_proposed_or_listed_exactly_once(name: str, tmp_path: Path) -> None:
    inventory = surveyed(tmp_path / "db.sqlite3", ALL[name])
    found = draft(inventory, ON)
    proposed = [data.guess.name for one in found.activities for data in one.data]
    assert sorted([*proposed, *found.not_personal, *found.views, *found.unsayable]) == sorted(inventory.tables)


@pytest.mark.parametrize("name", ALL)
def test_every_proposal_has_its_reason(name: str, tmp_path: Path) -> None:
    content = as_data(drafted(tmp_path, ALL[name]))
    for one in content["activities"]:
        assert one["because"]
        assert all(all(rule["because"]) for rule in one["keep"])
        assert all(data["because"] and all(c["because"] for c in data["columns"]) for data in one["data"])
    assert all(content["not_personal"].values())


@pytest.mark.parametrize("name", ALL)
def test_the_same_tables_give_the_same_draft(name: str, tmp_path: Path) -> None:
    inventory = surveyed(tmp_path / "db.sqlite3", ALL[name])
    assert draft(inventory, ON) == draft(inventory, ON)
