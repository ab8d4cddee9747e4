"""Each saboteur of the platform's databases turns exactly its promise red, and no promise is without one."""

import re
import sqlite3
from contextlib import closing

import pytest
from citizen_looks import copied, look, product, sabotaged
from citizen_saboteurs import SABOTEURS

from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of


def table_of(statement):
    return re.search(r"(?:INTO|UPDATE|TABLE|FROM) (\w+)", statement)[1]


ROWS = [name for name, (_, statement, _) in SABOTEURS.items() if "TABLE" not in statement]
#: whose rows are another promise's too, so that no saboteur breaks it alone
SHARED = {"study-group/project/at-most"}
TABLES = [name for name in SABOTEURS if name not in ROWS]


@pytest.mark.parametrize("name", ROWS)
def test_each_saboteur_turns_exactly_its_promise_red(kept, untouched, living, name):
    database, statement, promise = SABOTEURS[name]
    ours, folder = living
    with sabotaged(kept, folder, database, statement):
        now = look(ours, table_of(statement))
    assert now[promise] == "broken"
    assert {one for one, verdict in now.items() if verdict != "kept"} == {promise}


def test_a_study_group_that_outlives_its_project_turns_its_own_promise_red_and_that_of_the_profile_in_which_it_stands(
    kept, untouched, living
):
    ours, folder = living
    outlives = (
        "UPDATE profile SET project_ends_on = date('now', '-3 days') "
        "WHERE account_id = (SELECT min(account_id) FROM profile WHERE study_group IS NOT NULL)"
    )
    with sabotaged(kept, folder, "platform", outlives):
        now = look(ours, "profile")
    assert {one for one, verdict in now.items() if verdict != "kept"} == SHARED | {"account/profile/at-most"}


def test_each_column_and_table_that_must_not_be_turns_its_promise_red_and_is_named_there(kept, untouched, tmp_path):
    folder = copied(kept, tmp_path / "sabotaged")
    added = {}
    for name in TABLES:
        database, statement, promise = SABOTEURS[name]
        with closing(sqlite3.connect(folder / f"{database}.db")) as connection, connection:
            connection.execute(statement)
        words = re.match(r"(?:CREATE|ALTER) TABLE (\w+)(?: ADD COLUMN (\w+))?", statement)
        added[promise] = words[1] if words[2] is None else f"{words[1]}.{words[2]}"
    with product(folder) as ours:
        eyes = ours.eyes()
        names = [p for p in promises_of(ours.loaded.manifest) if p.id.startswith(("no-column/", "accounted/"))]
        seen = {p.id: eyes.look(p).observation for p in names}
    assert {one for one, observation in seen.items() if judge(observation).verdict.value != "kept"} == set(added)
    for promise, name in added.items():
        if promise.startswith("no-column/"):
            assert seen[promise].forbidden == (name,)
        else:
            assert any(name in forbidden for forbidden in seen[promise].forbidden)


def test_every_promise_that_a_machine_can_see_has_a_saboteur(untouched):
    outside = (
        "kept-apart/",
        "server-log/",
        "meeting-log/",
        "short-lived/",
        "every-row/logs-",
        "accounted/weblogs",
        "accounted/meetinglogs",
        "requests/",
    )
    elsewhere = {one for one in untouched if one.startswith(outside)}
    seen = {one for one in untouched if not one.startswith("attested/")}
    assert seen - {promise for _, _, promise in SABOTEURS.values()} - elsewhere == SHARED


def test_nothing_of_the_saboteurs_is_left(untouched, living):
    assert look(living[0]) == untouched
