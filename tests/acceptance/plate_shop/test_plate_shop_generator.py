"""The generator: the same rows from the same seed, and in them every population that a limit tells apart."""

from datetime import datetime
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from plate_shop import schema
from plate_shop.database import open_engine
from plate_shop.generate import NotEmptyError, generate

NOW = datetime(2026, 3, 1, 12)
METADATA = (schema.shop, schema.mailbox)


def fill(folder, **more):
    folder.mkdir(exist_ok=True)
    urls = f"sqlite:///{folder}/shop.db", f"sqlite:///{folder}/mailbox.db"
    generate(*urls, customers=600, now=NOW, **more)
    return urls


def everything(urls):
    """One digest over all rows of both databases."""
    digest = sha256()
    for url, metadata in zip(urls, METADATA, strict=True):
        engine = open_engine(url)
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                    digest.update(repr(tuple(row)).encode())
        engine.dispose()
    return digest.hexdigest()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("generated") / "a")


@pytest.fixture(scope="module")
def number(filled):
    """Counts the rows of a table that meet every condition."""
    engines = {metadata: open_engine(url) for url, metadata in zip(filled, METADATA, strict=True)}

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
        generate(*filled, customers=1, now=NOW)


def test_progress_is_reported_to_the_end(tmp_path):
    seen = []
    fill(tmp_path / "d", report=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 1000


def test_orders_end_exactly_when_they_are_completed_or_cancelled(number):
    table = schema.shop_order
    ended = table.c.status.in_(("completed", "cancelled"))
    assert number(table, ended, table.c.completed_at.is_(None)) == 0
    assert number(table, ~ended, table.c.completed_at.is_not(None)) == 0
    assert 0 < number(table, ~ended) < 50
    assert number(table, table.c.completed_at > NOW) == 0
    assert number(table, table.c.completed_at < table.c.placed_at) == 0


def test_rows_long_past_every_limit_are_there(number):
    assert number(schema.shop_order, schema.shop_order.c.completed_at < datetime(2018, 1, 1)) > 50
    assert number(schema.invoice, schema.invoice.c.issued_on < datetime(2017, 1, 1).date()) > 20
    closed = schema.inquiry.c
    assert number(schema.inquiry, closed.closed_at < datetime(2020, 1, 1), closed.kept_for.is_(None)) > 3


def test_invoices_and_letters_under_their_statutory_minimum_are_there(number):
    issued, sent = schema.invoice.c.issued_on, schema.commercial_letter.c.sent_on
    assert number(schema.invoice, issued >= datetime(2018, 1, 1).date(), issued < datetime(2022, 1, 1).date()) > 50
    sent_between = sent >= datetime(2020, 1, 1).date(), sent < datetime(2022, 1, 1).date()
    assert number(schema.commercial_letter, *sent_between) > 20


def test_open_disputes_hold_orders_past_four_years(number):
    old = select(schema.shop_order.c.id).where(schema.shop_order.c.completed_at < datetime(2021, 12, 31))
    theirs = schema.dispute.c.order_id.in_(old)
    assert number(schema.dispute, theirs, schema.dispute.c.closed_at.is_(None)) >= 3
    assert number(schema.dispute, theirs, schema.dispute.c.closed_at.is_not(None)) >= 3


def test_open_assessments_hold_invoices_past_eight_years(number):
    invoice = schema.invoice.c
    held = invoice.assessment_open.is_(True), invoice.issued_on < datetime(2018, 1, 1).date()
    assert number(schema.invoice, *held) >= 3


def test_customers_who_came_back_are_there(number):
    customer = schema.customer.c
    back = customer.created_at < datetime(2019, 1, 1), customer.last_order_at > datetime(2025, 1, 1)
    assert number(schema.customer, *back) >= 3


@pytest.mark.parametrize("kept_for", ["contract", "letter", "claim"])
def test_kept_inquiries_have_a_reference(number, kept_for):
    kept = schema.inquiry.c.kept_for == kept_for
    assert number(schema.inquiry, kept) > 3
    assert number(schema.inquiry, kept, schema.inquiry.c.reference.is_(None)) == 0


def test_open_and_idle_inquiries_are_there(number):
    idle = schema.inquiry.c.last_message_at < datetime(2025, 12, 1)
    assert number(schema.inquiry, schema.inquiry.c.state == "open", idle) > 3
    assert number(schema.inquiry, schema.inquiry.c.state == "open", ~idle) > 3


def test_people_are_invented_and_reachable_nowhere(number):
    email = schema.customer.c.email
    assert number(schema.customer, ~email.like("%@example.org"), ~email.like("%@example.net")) == 0
    assert number(schema.customer, ~schema.customer.c.postal_code.like("00%")) == 0
