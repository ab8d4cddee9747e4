"""A canary goes through the pool on the server that its tests run on, with our own state on that server too."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from expert_pool.pool import Settings
from expert_pool.web.app import create_app
from plate_shop.standins.served import Served, listen
from zusage.bootstrap import opened
from zusage.bootstrap.canary import fly
from zusage.bootstrap.granting import READER, role_statements

EXAMPLE = Path(__file__).parents[3] / "examples" / "expert_pool"
SECRET = "least-rights"


@pytest.fixture(scope="module")
def place(postgres_server, tmp_path_factory):
    """A pool that is served, the role with which it is looked at, and the files of its database."""
    folder, bound = tmp_path_factory.mktemp("canary_on_postgresql"), listen()
    owner, url = postgres_server.database("canary_pool"), f"http://127.0.0.1:{bound.getsockname()[1]}"
    app = create_app(
        Settings(url=owner.replace("postgresql://", "postgresql+psycopg://"), folder=folder / "pool", public_url=url)
    )
    pool = app.extensions["expert_pool"].pool
    text = (EXAMPLE / "canary.yaml").read_text()
    wal = f"{postgres_server.data}/pg_wal/{postgres_server.run('SELECT pg_walfile_name(pg_current_wal_lsn())')}"
    assert text.count("database: ${POOL_DATABASE_FILE}") == 1
    text = text.replace("database: ${POOL_DATABASE_FILE}", f'database: ["${{POOL_DATABASE_FILE}}", "{wal}"]')
    (folder / "canary.yaml").write_text(text + "  whole: {pool: '${POOL_WHOLE_URL}'}\n")
    postgres_server.role("canary_whole")
    postgres_server.run("GRANT pg_read_all_data TO canary_whole")
    for name in ("zusage.yaml", "standing.yaml"):
        (folder / name).write_text((EXAMPLE / name).read_text())
    number = postgres_server.run("SELECT oid FROM pg_database WHERE datname = 'canary_pool'")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "POOL_URL": url,
            "POOL_FOLDER": str(folder / "pool"),
            "POOL_BACKUPS": str(folder / "backups"),
            "POOL_DATABASE_FILE": f"{postgres_server.data}/base/{number}",
            "POOL_DATABASE_URL": postgres_server.url("canary_pool", READER, SECRET),
            "POOL_WHOLE_URL": postgres_server.url("canary_pool", "canary_whole"),
            "POOL_APPLICATION_URL": owner,
            "ZUSAGE_STATE_URL": postgres_server.database("canary_state"),
        }.items():
            patch.setenv(name, value)
        with psycopg.connect(owner, autocommit=True) as connection:
            for statement in role_statements(owner, folder / "zusage.yaml", "pool"):
                connection.execute(statement)
            connection.execute(f"ALTER ROLE {READER} PASSWORD '{SECRET}'")
        served = Served(app, bound)
        yield pool, folder, owner
        served.close()
        pool.engine.dispose()


def flown(folder, later=timedelta()):
    clock = datetime.now(UTC).replace(microsecond=0) + later
    with opened(folder / "canary.yaml", folder / "own", clock=lambda: clock) as product:
        return fly(product)


def judged(run, verdict):
    return {one.promise.id for one in run.landed if one.judgement.verdict.value == verdict}


def test_a_canary_leaves_nothing_then_dead_rows_break_the_files_and_a_forgotten_table_breaks_the_pool(place):
    _, folder, owner = place
    run = flown(folder)
    assert {one.promise.id: one.judgement.reason for one in run.landed if one.judgement.verdict.value != "kept"} == {}
    assert {"person.email", "profile.street"} <= {trace.place for trace in run.flight.before["pool"].traces}
    assert run.flight.pages["database"].within
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE shadow (what jsonb)")
        connection.execute(
            "CREATE FUNCTION copy() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO shadow VALUES (jsonb_build_object('was', to_jsonb(new))); RETURN new; END $$"
        )
        connection.execute("CREATE TRIGGER copy AFTER INSERT ON profile FOR EACH ROW EXECUTE FUNCTION copy()")
    run = flown(folder, timedelta(days=31))
    assert judged(run, "broken") == {"canary/pool/erased", "canary/database/overwritten"}  # the first one lies there for too long
    assert {trace.place for trace in run.flight.left} == {"shadow.what"}
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("DROP TRIGGER copy ON profile; DROP TABLE shadow")


def test_a_value_in_our_own_state_breaks_ours_alone(place, postgres_server):
    pool, folder, _ = place
    postgres_server.run("CREATE TABLE IF NOT EXISTS scribble (what bytea)", "canary_state")

    def scribble(connection, cursor, statement, parameters, context, many):
        if statement.startswith("INSERT INTO person"):
            with psycopg.connect(postgres_server.url("canary_state"), autocommit=True) as state:
                state.execute("INSERT INTO scribble VALUES (%s)", [str(parameters).encode()])

    event.listen(pool.engine, "before_cursor_execute", scribble)
    try:
        run = flown(folder)
    finally:
        event.remove(pool.engine, "before_cursor_execute", scribble)
    assert judged(run, "broken") - {"canary/database/overwritten"} == {"canary/zusage/erased"}
    assert {trace.place for trace in run.flight.left} == {"scribble.what"}
    postgres_server.run("DROP TABLE scribble", "canary_state")
