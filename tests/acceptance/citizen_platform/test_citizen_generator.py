"""The generator: the same rows from the same seed, and in them every population that a limit tells apart."""

from datetime import date, datetime
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from citizen_platform import schema
from citizen_platform.database import open_engine
from citizen_platform.generate import NotEmptyError, generate

NOW = datetime(2026, 3, 1, 12)


def fill(folder, **more):
    folder.mkdir(exist_ok=True)
    urls = [f"sqlite:///{folder}/{name}.db" for name in ("platform", "mailbox", "usage")]
    generate(*urls, members=400, years=6, now=NOW, **more)
    return dict(zip(("platform", "mailbox", "usage"), urls, strict=True))


def everything(urls):
    """One digest over all rows of all databases."""
    digest = sha256()
    for name, metadata in schema.ALL.items():
        engine = open_engine(urls[name])
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                    digest.update(repr(tuple(row)).encode())
        engine.dispose()
    return digest.hexdigest()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("community") / "a")


@pytest.fixture(scope="module")
def number(filled):
    """Counts the rows of a table that meet every condition."""
    engines = {metadata: open_engine(filled[name]) for name, metadata in schema.ALL.items()}

    def count(table, *conditions):
        with engines[table.metadata].connect() as connection:
            return connection.scalar(select(func.count()).select_from(table).where(*conditions))

    yield count
    for engine in engines.values():
        engine.dispose()


def test_same_seed_gives_the_same_rows_and_another_seed_others(filled, tmp_path):
    assert everything(fill(tmp_path / "b")) == everything(filled)
    assert everything(fill(tmp_path / "c", seed=1)) != everything(filled)


def test_filled_database_is_refused(filled):
    with pytest.raises(NotEmptyError):
        generate(filled["platform"], filled["mailbox"], filled["usage"], members=1, now=NOW)


def test_every_table_has_rows(number):
    assert [t.name for metadata in schema.ALL.values() for t in metadata.sorted_tables if not number(t)] == []


def test_registrations_that_were_never_confirmed_and_members_long_gone_are_there(number):
    account = schema.account.c
    assert number(schema.account, account.state == "unconfirmed", account.registered_at < datetime(2026, 2, 1)) > 5
    assert number(schema.account, account.state == "active", account.last_seen_on < date(2024, 2, 1)) > 10
    assert number(schema.account, account.state == "active", account.last_seen_on > date(2026, 1, 1)) > 10


def test_everything_that_should_be_gone_has_something_long_past_it(number):
    old = datetime(2026, 1, 1)
    assert number(schema.token, schema.token.c.expires_at < old) > 0
    assert number(schema.profile, schema.profile.c.project_ends_on < date(2026, 1, 1)) > 3
    assert number(schema.mail_log, schema.mail_log.c.sent_at < datetime(2026, 2, 1)) > 5
    assert number(schema.web_session, schema.web_session.c.last_seen_at < datetime(2026, 2, 20)) > 5
    assert (
        number(schema.guardian_request, schema.guardian_request.c.agreed_at.is_(None), schema.guardian_request.c.asked_at < old)
        > 3
    )
    assert number(schema.access_record, schema.access_record.c.seen_at < datetime(2025, 1, 1)) > 10
    assert number(schema.moderation, schema.moderation.c.decided_at < datetime(2023, 1, 1)) > 3
    assert number(schema.contact, schema.contact.c.done_at < old, schema.contact.c.held_for.is_(None)) > 20
    assert number(schema.contact, schema.contact.c.held_for.is_not(None)) > 0


def test_profiles_rest_on_consents_and_study_groups_on_explicit_ones(number):
    for purpose, column in (("profile-research", schema.profile.c.account_id), ("study-group", schema.profile.c.study_group)):
        standing = schema.consent.c.purpose == purpose, schema.consent.c.withdrawn_at.is_(None)
        given = select(schema.consent.c.account_id).where(*standing)
        assert number(schema.profile, column.is_not(None)) > 3
        assert number(schema.profile, column.is_not(None), schema.profile.c.account_id.not_in(given)) == 0


def test_people_are_invented_and_reachable_nowhere(number):
    for table, column in (
        (schema.account, "email"),
        (schema.contact, "sender_email"),
        (schema.guardian_request, "guardian_email"),
    ):
        address = table.c[column]
        assert number(table) > 10
        assert number(table, ~address.like("%@example.org"), ~address.like("%@example.net")) == 0


def test_numbers_of_visits_are_never_below_five(number):
    for table in (schema.page_day, schema.browser_day):
        assert number(table) > 1000
        assert number(table, table.c.views < 5) == 0
