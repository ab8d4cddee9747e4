"""A synthetic person goes through the pool by its front door; each saboteur turns exactly that red."""

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from expert_pool_spoilers import listen, spoilt
from expert_pool_trial import EXAMPLE, NEW, Trial, flown, judged, short
from ruamel.yaml import YAML
from sqlalchemy import event, text

from expert_pool.work import accounts, history
from zusage.bootstrap import opened
from zusage.bootstrap.canary.flight import fly
from zusage.bootstrap.rights import answering, nothing_held, persons
from zusage.cli import main
from zusage.connectors.front_door import DoorShut
from zusage.evidence.residue import Needles, Seeded, scan_files
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of
from zusage.rights.person import NobodyFound

EXAMPLE_CANARY = YAML(typ="safe").load(EXAMPLE / "canary.yaml")["canary"]
LATER = {
    "canary/database/overwritten",
    "canary/used",
}  # whoever is in reach is not looked for in free pages; the short trial uses little


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """A pool on SQLite whose mail stays in its spool, and the environment that the manifest wants."""
    folder = tmp_path_factory.mktemp("canary")
    made = Trial(folder, f"sqlite:///{folder}/pool.db")
    with pytest.MonkeyPatch.context() as patch:
        database = {"POOL_DATABASE_URL": f"sqlite:///{folder}/pool.db", "POOL_APPLICATION_URL": f"sqlite:///{folder}/pool.db"}
        for name, value in {**made.environment, **database, "POOL_DATABASE_FILE": f"{folder}/pool.db"}.items():
            patch.setenv(name, value)
        yield made
    made.close()


@pytest.fixture
def place(trial, tmp_path):
    return trial.pool, trial.folder, tmp_path / "zusage"


@pytest.fixture(scope="module")
def brief(trial, tmp_path_factory):
    """The manifest of a short flight."""
    return short(tmp_path_factory.mktemp("short"))


def broken(run):
    assert judged(run, "undecided").keys() <= LATER, run.landed
    return judged(run, "broken").keys()


def kept(run):
    assert judged(run, "kept").keys() | {"canary/used"} == {one.promise.id for one in run.landed}, run.landed
    return True


def places(run):
    return {f"{trace.store}.{trace.place}" for trace in run.flight.left}


def people(pool):
    with pool.engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM person"))


def test_a_canary_uses_every_function_is_told_all_leaves_nothing_in_reach_and_touches_nobody(trial, place, tmp_path, monkeypatch):
    _, _, state = place
    rows, files = trial.rows(), trial.files()
    delivered = listen(monkeypatch)
    run = flown(EXAMPLE / "canary.yaml", state)
    assert judged(run, "kept").keys() == {one.promise.id for one in run.landed}, run.landed
    found = {f"{trace.store}.{trace.place}" for residue in run.flight.before.values() for trace in residue.traces}
    assert {"pool.person.email", "pool.profile.street", "pool.application_event.note", "pool.appointment.place"} < found
    assert any(name.startswith("folder.documents/") for name in found)
    assert any(name.startswith("folder.previews/") for name in found)
    after = trial.rows()
    assert sum(map(len, rows.values())) > 1_000
    for name, before in rows.items():
        gone, new = before - after[name], after[name] - before
        assert not gone, name
        assert not new or name in NEW, name
    assert trial.files() == files
    (package,) = trial.other.imports  # and in it what they were given themselves
    assert package[:2] == b"PK"
    assert {name: broken for name, (seen, broken) in spoilt(delivered, tmp_path).items() if seen != broken} == {}


def test_a_mail_to_whoever_registers_twice_goes_with_them_and_one_that_stays_is_found(trial, place, tmp_path, monkeypatch):
    _, _, state = place
    again = [*EXAMPLE_CANARY["join"][:1], *EXAMPLE_CANARY["join"]]
    manifest = short(tmp_path, join=again)
    assert kept(flown(manifest, state))
    monkeypatch.setattr(accounts, "owner", lambda *_: None)  # as if nobody knew whose mail it is
    run = flown(manifest, state)
    assert broken(run) == {"canary/folder/erased"}
    assert all(name.startswith("folder.spool/") for name in places(run))
    for path in (trial.folder / "spool").iterdir():
        path.unlink()


def test_a_figure_that_counts_a_trial_breaks_it(brief, place, monkeypatch):
    _, _, state = place
    monkeypatch.setattr(history, "is_trial", lambda email: False)
    assert broken(flown(brief, state)) == {"canary/figures-of-groups/uncounted"}


def test_a_forgotten_audit_table_breaks_it(brief, place):
    pool, _, state = place
    forget_to_erase(pool)
    run = flown(brief, state)
    assert (broken(run), places(run)) == ({"canary/pool/erased"}, {"pool.shadow.what"})
    with pool.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER copy"))
    assert broken(flown(brief, state)) == {"canary/pool/erased"}  # what the first one left is there still
    with pool.engine.begin() as connection:
        connection.execute(text("DROP TABLE shadow"))
    assert kept(flown(brief, state))


def test_a_profile_that_takes_no_change_breaks_what_is_told(trial, brief, place):
    pool, _, state = place
    with pool.engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER stuck BEFORE UPDATE ON profile BEGIN SELECT RAISE(IGNORE); END"))
    try:
        run = flown(brief, state)
    finally:
        with pool.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER stuck"))
    assert judged(run, "broken").keys() == {"canary/told"}


def test_a_controller_who_does_not_know_them_breaks_that_alone_and_the_rest_is_judged(place, tmp_path, monkeypatch):
    def nobody(*_):
        raise NobodyFound

    pool, _, state = place
    manifest = short(tmp_path, access=[*EXAMPLE_CANARY["access"][:3], {"asks": "person"}], portability=[{"asks": "person"}])
    monkeypatch.setattr(persons, "key_of", nobody)
    before = people(pool)
    run = flown(manifest, state)
    assert judged(run, "broken").keys() == {"canary/copy/confirmed"}
    undecided = judged(run, "undecided")
    assert all(name.startswith(("canary/copy/", "canary/package/")) for name in undecided.keys() - LATER), undecided
    assert {"canary/told", "canary/pool/erased", "canary/folder/erased"} <= judged(run, "kept").keys()
    assert people(pool) == before


def test_a_controller_who_tells_somebody_known_that_nothing_is_held_breaks_that_alone(place, tmp_path, monkeypatch):
    monkeypatch.setattr(nothing_held, "_count_address", lambda *_: None)  # as if nobody looked
    run = flown(short(tmp_path, access=[*EXAMPLE_CANARY["access"][:3], {"asks": "person"}]), place[2])
    assert broken(run) == {"canary/copy/nothing"}


def test_a_package_that_takes_something_away_breaks_that_alone(place, tmp_path, monkeypatch):
    real = answering.portability

    def greedy(*asked):
        found = real(*asked)
        with place[0].engine.begin() as connection:
            assert connection.execute(text("DELETE FROM referee WHERE name LIKE 'Kanaria-%'")).rowcount
        return found

    monkeypatch.setattr(answering, "portability", greedy)
    run = flown(short(tmp_path, portability=[{"asks": "person"}]), place[2])
    assert broken(run) == {"canary/package/erasure"}


def test_a_thumbnail_left_on_disk_breaks_it(brief, place, monkeypatch):
    pool, _, state = place

    def forgetful(name):
        (pool.files.documents / f"{name}.bin").unlink()

    monkeypatch.setattr(pool.files, "remove", forgetful)
    run = flown(brief, state)
    assert broken(run) == {"canary/folder/erased"}
    assert all(name.startswith("folder.previews/") for name in places(run))
    for name in places(run):
        (pool.files.documents.parent / name.removeprefix("folder.")).unlink()


def test_a_value_in_a_log_and_one_in_an_archive_within_an_archive_break_it(trial, brief, place):
    _, folder, state = place

    def log(connection, cursor, statement, parameters, context, many):
        if statement.startswith("INSERT INTO profile"):
            said = json.dumps([str(value) for value in parameters])
            (folder / "logs" / "debug.log").write_text(said)
            with zipfile.ZipFile(folder / "logs" / "old.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("debug.gz", gzip.compress(said.encode()))

    with trial.listening(log):
        run = flown(brief, state)
    for name in ("debug.log", "old.zip"):
        (folder / "logs" / name).unlink()
    assert broken(run) == {"canary/folder/erased"}
    assert places(run) == {"folder.logs/debug.log", "folder.logs/old.zip!debug.gz!"}


def test_a_backup_that_is_made_meanwhile_breaks_it(trial, brief, place):
    """It may be restored one day, with whoever was there."""
    _, folder, state = place
    backups = folder.parent / "backups"

    def back_up(connection, cursor, statement, parameters, context, many):
        if statement.startswith("DELETE FROM person"):
            with (
                closing(sqlite3.connect(folder.parent / "pool.db")) as here,
                closing(sqlite3.connect(backups / "pool-1.db")) as copy,
            ):
                here.backup(copy)
            (backups / "pool-1.sql.gz").write_bytes(gzip.compress((backups / "pool-1.db").read_bytes()))

    with trial.listening(back_up):
        run = flown(brief, state)
    for path in backups.glob("pool-1*"):
        path.unlink()
    assert broken(run) == {"canary/backups/erased"}
    assert places(run) == {"backups.pool-1.db", "backups.pool-1.sql.gz!"}


def test_what_lies_in_the_file_of_the_database_for_too_long_breaks_it(trial, brief, place, monkeypatch):
    pool, folder, state = place

    def careless(connection, _):
        connection.execute("PRAGMA secure_delete = OFF")

    pool.engine.dispose()
    event.listen(pool.engine, "connect", careless)
    first = flown(brief, state)
    event.remove(pool.engine, "connect", careless)
    pool.engine.dispose()
    assert kept(first)
    assert first.flight.pages["database"].within
    copy = folder.parent / "yesterday.db"
    shutil.copy(folder.parent / "pool.db", copy)  # the pages as they are now: the next canary may overwrite them in place
    monkeypatch.setenv("POOL_DATABASE_FILE", f"{folder.parent}/*.db")
    later = flown(brief, state, timedelta(days=31))
    copy.unlink()
    assert broken(later) == {"canary/database/overwritten"}


def test_a_run_of_the_command_that_was_killed_is_cleared_up_by_the_next(brief, place):
    pool, _, state = place
    before = people(pool)
    command = [sys.executable, "-m", "zusage", "canary", str(brief), "--folder", str(state)]
    running = subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while people(pool) == before and time.monotonic() < end:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert people(pool) == before + 1
    assert kept(flown(brief, state))
    assert people(pool) == before


def test_verify_judges_by_what_was_sealed_until_the_next_flight_is_due(brief, place, tmp_path):
    pool, _, state = place
    with opened(brief, state) as product:
        assert canaries(product) == {"undecided"}  # none has flown
        fly(product)
        assert canaries(product) == {"kept", "undecided"}  # not every function was used
        forget_to_erase(pool)
        fly(product)
        with pool.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER copy"))
            connection.execute(text("DROP TABLE shadow"))
        assert canaries(product) == {"broken", "kept", "undecided"}
        product.verify()  # evidence ends with a whole look
        product.evidence.export(tmp_path / "evidence.zip")
        (tmp_path / "log.vkey").write_bytes(product.evidence.public_keys())
    assert command("evidence", "verify", str(tmp_path / "evidence.zip"), "--key", str(tmp_path / "log.vkey")) == 0
    (left,) = (json.loads(file.read_text())["values"] for file in (state / "canaries").glob("*.json"))
    needles = Needles.of(Seeded(kind, value) for kind, value in left.items())
    assert scan_files("canaries", [state / "canaries"], needles).kinds == set(left)
    assert not scan_files("evidence", [tmp_path / "evidence.zip"], needles).traces
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=31)
    with opened(brief, state, clock=lambda: later) as product:
        assert canaries(product) == {"broken", "undecided"}  # what was left is not forgotten


def test_a_flight_that_came_to_nothing_leaves_its_promises_undecided(brief, place, monkeypatch):
    _, _, state = place
    assert kept(flown(brief, state))
    monkeypatch.setenv("POOL_URL", "http://127.0.0.1:9")
    with pytest.raises(DoorShut):
        flown(brief, state)
    with opened(brief, state) as product:
        assert canaries(product) == {"undecided"}


def test_verify_lets_one_fly_first_when_it_is_told_to(brief, place):
    _, _, state = place
    command("verify", str(brief), "--folder", str(state), "--canary")  # other promises wait for other things
    with opened(brief, state) as product:
        stands = product.evidence.history().standings
    assert {name for name, stand in stands.items() if name.startswith("canary/") and stand.verdict.value != "kept"} == {
        "canary/used"
    }


def command(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


def forget_to_erase(pool):
    with pool.engine.begin() as connection:
        connection.execute(text("CREATE TABLE shadow (what TEXT)"))
        connection.execute(
            text("CREATE TRIGGER copy AFTER INSERT ON person BEGIN INSERT INTO shadow VALUES (upper(new.email)); END")
        )


def canaries(product):
    """The verdicts of a look, without all the other promises of the pool."""
    eyes = product.eyes()
    found = [one for one in promises_of(product.loaded.manifest) if one.id.startswith("canary/")]
    assert found
    return {judge(eyes.look(one).observation).verdict.value for one in found}
