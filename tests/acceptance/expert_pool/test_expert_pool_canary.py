"""A synthetic person goes through the pool by its front door; each saboteur turns exactly that red."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from expert_pool.pool import Settings
from expert_pool.web.app import create_app
from plate_shop.standins.served import Served, listen
from zusage.bootstrap import opened
from zusage.bootstrap.canary import fly
from zusage.cli import main
from zusage.connectors.front_door import DoorShut
from zusage.evidence.residue import Needles, Seeded, scan_files
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of

MANIFEST = Path(__file__).parents[3] / "examples" / "expert_pool" / "canary.yaml"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A pool on SQLite whose mail stays in its spool, and the environment that the manifest wants."""
    folder, bound = tmp_path / "pool", listen()
    folder.mkdir()
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    app = create_app(Settings(url=f"sqlite:///{tmp_path}/pool.db", folder=folder, public_url=url))
    pool = app.extensions["expert_pool"].pool
    pool.engine.dispose()
    event.listen(pool.engine, "connect", lambda c, _: c.execute("PRAGMA synchronous = OFF"))
    for name, value in {
        "POOL_URL": url,
        "POOL_FOLDER": str(folder),
        "POOL_DATABASE_FILE": f"{tmp_path}/pool.db",
        "POOL_DATABASE_URL": f"sqlite:///{tmp_path}/pool.db",
        "POOL_APPLICATION_URL": f"sqlite:///{tmp_path}/pool.db",
    }.items():
        monkeypatch.setenv(name, value)
    served = Served(app, bound)
    yield pool, folder, tmp_path / "zusage"
    served.close()
    pool.engine.dispose()


def flown(state, later=timedelta()):
    with opened(MANIFEST, state, clock=lambda: datetime.now(UTC).replace(microsecond=0) + later) as product:
        return fly(product)


def broken(run):
    undecided = {one.promise.id for one in run.landed if one.judgement.verdict.value == "undecided"}
    assert undecided <= {"canary/database/overwritten"}, run.landed  # whoever is in reach is not looked for in free pages
    return {one.promise.id for one in run.landed if one.judgement.verdict.value == "broken"}


def kept(run):
    assert {one.judgement.verdict.value for one in run.landed} == {"kept"}, run.landed
    return True


def places(run):
    return {f"{trace.store}.{trace.place}" for trace in run.flight.left}


def people(pool):
    with pool.engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM person"))


def test_a_canary_is_found_is_told_all_and_leaves_nothing_in_reach(place):
    pool, _, state = place
    run = flown(state)
    assert kept(run)
    found = {f"{trace.store}.{trace.place}" for residue in run.flight.before.values() for trace in residue.traces}
    assert {"pool.person.email", "pool.profile.street"} < found
    assert any(name.startswith("folder.documents/") for name in found)
    assert any(name.startswith("folder.previews/") for name in found)
    assert run.flight.told >= run.flight.seeded - {"password"}
    assert people(pool) == 0


def test_a_forgotten_audit_table_breaks_it(place):
    pool, _, state = place
    forget_to_erase(pool)
    run = flown(state)
    assert (broken(run), places(run)) == ({"canary/pool/erased"}, {"pool.shadow.what"})
    with pool.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER copy"))
    assert broken(flown(state)) == {"canary/pool/erased"}  # what the first one left is there still
    with pool.engine.begin() as connection:
        connection.execute(text("DROP TABLE shadow"))
    assert kept(flown(state))


def test_a_thumbnail_left_on_disk_breaks_it(place, monkeypatch):
    pool, _, state = place

    def forgetful(name):
        (pool.files.documents / f"{name}.bin").unlink()

    monkeypatch.setattr(pool.files, "remove", forgetful)
    run = flown(state)
    assert broken(run) == {"canary/folder/erased"}
    assert all(name.startswith("folder.previews/") for name in places(run))


def test_a_value_in_a_log_breaks_it(place):
    pool, folder, state = place

    def log(connection, cursor, statement, parameters, context, many):
        if statement.startswith("INSERT INTO profile"):
            with (folder / "logs" / "debug.log").open("a", encoding="utf-8") as file:
                file.write(json.dumps([str(value) for value in parameters]) + "\n")

    event.listen(pool.engine, "before_cursor_execute", log)
    run = flown(state)
    assert (broken(run), places(run)) == ({"canary/folder/erased"}, {"folder.logs/debug.log"})


def test_a_value_in_an_archive_within_an_archive_breaks_it(place):
    pool, folder, state = place

    def pack(connection, cursor, statement, parameters, context, many):
        if statement.startswith("INSERT INTO profile"):
            with zipfile.ZipFile(folder / "logs" / "old.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("debug.gz", gzip.compress(json.dumps([str(value) for value in parameters]).encode()))

    event.listen(pool.engine, "before_cursor_execute", pack)
    run = flown(state)
    assert (broken(run), places(run)) == ({"canary/folder/erased"}, {"folder.logs/old.zip!debug.gz!"})


def test_what_lies_in_the_file_of_the_database_for_too_long_breaks_it(place, monkeypatch):
    pool, _, state = place
    pool.engine.dispose()
    event.listen(pool.engine, "connect", lambda c, _: c.execute("PRAGMA secure_delete = OFF"))
    first = flown(state)
    assert kept(first)
    assert first.flight.pages["database"].within
    file = state.parent / "pool.db"
    shutil.copy(file, state.parent / "yesterday.db")  # the pages as they are now: the next canary may overwrite them in place
    monkeypatch.setenv("POOL_DATABASE_FILE", f"{state.parent}/*.db")
    later = flown(state, timedelta(days=31))
    assert broken(later) == {"canary/database/overwritten"}


def test_a_run_that_was_killed_is_cleared_up_by_the_next(place):
    pool, _, state = place
    command = [sys.executable, "-m", "zusage", "canary", str(MANIFEST), "--folder", str(state)]
    running = subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not people(pool) and time.monotonic() < end:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert people(pool) == 1
    assert kept(flown(state))
    assert people(pool) == 0


def test_a_real_person_is_not_touched(place):
    pool, _, state = place
    row = (
        "INSERT INTO person (email, password_hash, state, storage_class, language, registered_at, last_active_at) VALUES "
        "('anna@example.org', 'x', 'applicant', 'unconfirmed', 'de', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
    )
    with pool.engine.begin() as connection:
        connection.execute(text(row))
        before = connection.execute(text("SELECT * FROM person")).all()
    assert kept(flown(state))
    with pool.engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM person")).all() == before


def test_verify_judges_by_what_was_sealed_until_the_next_flight_is_due(place, tmp_path):
    pool, _, state = place
    with opened(MANIFEST, state) as product:
        assert canaries(product) == {"undecided"}  # none has flown
        fly(product)
        assert canaries(product) == {"kept"}
        forget_to_erase(pool)
        fly(product)
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
    with opened(MANIFEST, state, clock=lambda: later) as product:
        assert canaries(product) == {"broken", "undecided"}  # what was left is not forgotten


def test_a_flight_that_came_to_nothing_leaves_its_promises_undecided(place, monkeypatch):
    _, _, state = place
    assert kept(flown(state))
    monkeypatch.setenv("POOL_URL", "http://127.0.0.1:9")
    with pytest.raises(DoorShut):
        flown(state)
    with opened(MANIFEST, state) as product:
        assert canaries(product) == {"undecided"}


def test_verify_lets_one_fly_first_when_it_is_told_to(place):
    _, _, state = place
    command("verify", str(MANIFEST), "--folder", str(state), "--canary")  # other promises wait for other things
    with opened(MANIFEST, state) as product:
        stands = product.evidence.history().standings
    assert {stand.verdict.value for name, stand in stands.items() if name.startswith("canary/")} == {"kept"}


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
