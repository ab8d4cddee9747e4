"""A canary goes through the pool on a server of its own, with our own state on that server too."""

from datetime import timedelta

import psycopg
import pytest
from expert_pool_trial import EXAMPLE, NEW, Trial, flown, judged, short
from ruamel.yaml import YAML
from tests.integration.servers import postgres

from zusage.bootstrap.granting import READER, role_statements

EXAMPLE_CANARY = YAML(typ="safe").load(EXAMPLE / "canary.yaml")["canary"]
SECRET = "least-rights"


@pytest.fixture(scope="module")
def postgres_server():
    """A server of our own: what other tests write would move the log on, and a whole log of theirs would be read."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="module")
def place(postgres_server, tmp_path_factory):
    """A pool that is served, the role with which it is looked at, and the files of its database."""
    folder, owner = tmp_path_factory.mktemp("canary_on_postgresql"), postgres_server.database("canary_pool")
    trial = Trial(folder, owner.replace("postgresql://", "postgresql+psycopg://"))
    log = f"{postgres_server.data}/pg_wal"
    whole, files = {"pool": "${POOL_WHOLE_URL}"}, {"database": ["${POOL_DATABASE_FILE}", log]}
    manifest = short(folder, whole=whole, physical=files)
    full = folder / "full"
    full.mkdir()
    short(full, **{**EXAMPLE_CANARY, "whole": whole, "physical": files})
    postgres_server.role("canary_whole")
    postgres_server.run("GRANT pg_read_all_data TO canary_whole")
    number = postgres_server.run("SELECT oid FROM pg_database WHERE datname = 'canary_pool'")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            **trial.environment,
            "POOL_DATABASE_FILE": f"{postgres_server.data}/base/{number}",
            "POOL_DATABASE_URL": postgres_server.url("canary_pool", READER, SECRET),
            "POOL_WHOLE_URL": postgres_server.url("canary_pool", "canary_whole"),
            "POOL_APPLICATION_URL": owner,
            "ZUSAGE_STATE_URL": postgres_server.database("canary_state"),
        }.items():
            patch.setenv(name, value)
        with psycopg.connect(owner, autocommit=True) as connection:
            for statement in role_statements(owner, manifest, "pool"):
                connection.execute(statement)
            connection.execute(f"ALTER ROLE {READER} PASSWORD '{SECRET}'")
        yield trial, manifest, owner
        trial.close()


def test_a_canary_leaves_nothing_then_dead_rows_break_the_files_and_a_forgotten_table_breaks_the_pool(place):
    trial, manifest, owner = place
    state, rows = manifest.parent / "own", trial.rows()
    run = flown(manifest.parent / "full" / "canary.yaml", state)
    assert judged(run, "kept").keys() == {one.promise.id for one in run.landed}, run.landed
    after = trial.rows()
    assert sum(map(len, rows.values())) > 1_000
    for name, before in rows.items():  # of everybody else each row is as it was
        assert not before - after[name], name
        assert not after[name] - before or name in NEW, name
    assert {"person.email", "profile.street"} <= {trace.place for trace in run.flight.before["pool"].traces}
    assert run.flight.pages["database"].within
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE shadow (what jsonb)")
        connection.execute(
            "CREATE FUNCTION copy() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO shadow VALUES (jsonb_build_object('was', to_jsonb(new))); RETURN new; END $$"
        )
        connection.execute("CREATE TRIGGER copy AFTER INSERT ON profile FOR EACH ROW EXECUTE FUNCTION copy()")
    run = flown(manifest, state, timedelta(days=31))
    assert judged(run, "broken").keys() == {
        "canary/pool/erased",
        "canary/database/overwritten",
    }  # the first one lies there for too long
    assert {trace.place for trace in run.flight.left} == {"shadow.what"}
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("DROP TRIGGER copy ON profile; DROP TABLE shadow")


def test_a_value_in_our_own_state_breaks_ours_alone(place, postgres_server):
    trial, manifest, _ = place
    postgres_server.run("CREATE TABLE IF NOT EXISTS scribble (what bytea)", "canary_state")

    def scribble(connection, cursor, statement, parameters, context, many):
        if statement.startswith("INSERT INTO person"):
            with psycopg.connect(postgres_server.url("canary_state"), autocommit=True) as state:
                state.execute("INSERT INTO scribble VALUES (%s)", [str(parameters).encode()])

    with trial.listening(scribble):
        run = flown(manifest, manifest.parent / "own")
    assert judged(run, "broken").keys() - {"canary/database/overwritten"} == {"canary/zusage/erased"}
    assert {trace.place for trace in run.flight.left} == {"scribble.what"}
    postgres_server.run("DROP TABLE scribble", "canary_state")
