"""A synthetic person goes through the platform by its front door and leaves by its own form; each saboteur turns exactly that red."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from sqlalchemy import create_engine, event, text

from citizen_platform import schema
from citizen_platform.community import leaving, staff
from citizen_platform.serve import start
from zusage.bootstrap import opened
from zusage.bootstrap.canary.flight import fly
from zusage.sealing import SigningKey
from zusage.testing.authority import Authority
from zusage.testing.other_controller import other_controller

EXAMPLE = Path(__file__).parents[3] / "examples" / "citizen_platform"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("canary")
    urls = (f"sqlite:///{folder}/platform.db", f"sqlite:///{folder}/mailbox.db")
    running = start(*urls, rooms=folder / "rooms", nginx=folder / "nginx", spool=folder / "spool")
    schema.usage.create_all(create_engine(f"sqlite:///{folder}/usage.db"))
    staff.set_password(running.platform.engine, "postfach", "staff-password")
    key = SigningKey.generate(folder / "second.key", "second")
    for path in EXAMPLE.glob("*.yaml"):
        named = f'guard:\n  approvers: ["{key.verifier.encode()}"]\n  share: 0.2'
        (folder / path.name).write_text(path.read_text().replace("guard:\n  share: 0.2", named))
    yaml = YAML()
    content = yaml.load(folder / "canary.yaml")
    content["canary"]["access"] = [step for step in content["canary"]["access"] if "asks" not in step]  # printing takes long
    for name in ("portability", "transfers"):
        del content["canary"][name]
    with (folder / "brief.yaml").open("w") as file:
        yaml.dump(content, file)
    with other_controller(folder / "taken", Authority(folder / "authority")) as other:
        yield running, folder, other
    running.close()


@pytest.fixture
def place(served, monkeypatch):
    running, folder, other = served
    for name, value in {
        **other.environment,
        "PLATFORM_URL": running.url,
        "PLATFORM_AUTHORITY": str(running.ca_file),
        "PLATFORM_SPOOL": str(folder / "spool"),
        "PLATFORM_STAFF_PASSWORD": "staff-password",
        "MAILBOX_DATABASE_FILE": f"{folder}/mailbox.db",
        "PLATFORM_DATABASE_FILE": f"{folder}/platform.db",
        "PLATFORM_DATABASE_URL": f"sqlite:///{folder}/platform.db",
        "MAILBOX_DATABASE_URL": f"sqlite:///{folder}/mailbox.db",
        "USAGE_DATABASE_URL": f"sqlite:///{folder}/usage.db",
        "LOG_FOLDER": str(running.nginx.logs),
    }.items():
        monkeypatch.setenv(name, value)
    return running.platform, running.nginx.logs, folder


ANNA = (
    "INSERT INTO account (username, email, password_hash, language, state, registered_at, last_seen_on, teams_public, age_stated) "
    "VALUES ('anna', 'anna@example.org', 'x', 'de', 'active', '2026-01-01 00:00:00', '2026-01-01', 1, '16-or-older')"
)


def flown(folder, state, manifest="brief.yaml"):
    with opened(folder / manifest, state) as product:
        return fly(product, key=SigningKey.load(folder / "second.key"))


def judged(run, verdict):
    return {one.promise.id for one in run.landed if one.judgement.verdict.value == verdict}


def everything(platform):
    with platform.engine.connect() as connection:
        return {table.name: list(connection.execute(table.select())) for table in schema.platform.sorted_tables}


def test_a_canary_is_told_all_leaves_by_the_platforms_own_form_and_touches_nobody(place, tmp_path):
    platform, _, folder = place
    with platform.engine.begin() as connection:
        connection.execute(text(ANNA))
        connection.execute(
            text(
                "INSERT INTO suggestion (team_id, account_id, title, text, shown, created_at) VALUES "
                "(1, 1, 'Mehr Bänke', 'Im Schatten.', 'visible', '2026-01-01 00:00:00')"
            )
        )
    before = everything(platform)
    run = flown(folder, tmp_path, "canary.yaml")
    assert judged(run, "kept") == {one.promise.id for one in run.landed}, run.landed
    found = {trace.place for trace in run.flight.before["platform"].traces}
    assert {"account.username", "account.email", "profile.experience", "suggestion.text", "comment.text"} <= found
    assert {trace.place for trace in run.flight.before["mailbox"].traces} > {"contact.sender_email", "contact_message.body"}
    after = everything(platform)
    for name in ("access_record", "web_session"):  # that somebody of the staff was there stays
        assert len(after.pop(name)) == 1 + len(before.pop(name))
    assert after == before


def test_contributions_that_stay_a_forgotten_table_and_a_value_in_a_log_break_the_promise_of_their_store_alone(
    place, tmp_path, monkeypatch
):
    """Three saboteurs, each in a store of its own; the log holds it only until the erasure."""
    platform, logs, folder = place
    mailbox = create_engine(f"sqlite:///{folder}/mailbox.db")
    monkeypatch.setattr(leaving, "_remove_contributions", lambda *_: None)

    def write_down(connection, cursor, statement, parameters, context, many):
        if statement.startswith("INSERT INTO account"):
            with (logs / "access.log").open("a", encoding="utf-8") as file:
                file.write(f"{parameters}\n")
        if statement.startswith("DELETE FROM account"):
            (logs / "access.log").write_text("", encoding="utf-8")

    copy = "CREATE TRIGGER copy AFTER INSERT ON contact BEGIN INSERT INTO shadow VALUES (upper(new.sender_email)); END"
    with mailbox.begin() as connection:
        for statement in ("CREATE TABLE shadow (what TEXT)", copy):
            connection.execute(text(statement))
    event.listen(platform.engine, "before_cursor_execute", write_down)
    try:
        run = flown(folder, tmp_path)
    finally:
        event.remove(platform.engine, "before_cursor_execute", write_down)
        with mailbox.begin() as connection:
            for statement in ("DROP TRIGGER copy", "DROP TABLE shadow"):
                connection.execute(text(statement))
        with platform.engine.begin() as connection:
            connection.execute(text("DELETE FROM comment"))
            connection.execute(text("DELETE FROM suggestion WHERE account_id IS NULL"))
    assert judged(run, "broken") == {f"canary/{store}/erased" for store in ("platform", "mailbox", "weblogs")}
    assert {trace.place for trace in run.flight.left} == {"suggestion.title", "suggestion.text", "comment.text", "shadow.what"}
