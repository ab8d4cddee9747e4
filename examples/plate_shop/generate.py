"""Fills an empty shop and mailbox with invented years of business. The same seed gives the same rows."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, MetaData, insert

from plate_shop import schema
from plate_shop.database import continue_numbering, is_empty, open_engine, utcnow
from plate_shop.founding import found
from plate_shop.generating import others, survivors, values
from plate_shop.generating.orders import OrderHistory, Rows

Report = Callable[[int, int], None]

CHUNK = 2500
ORDERS_OF_A_CUSTOMER = (1, 1, 1, 1, 2, 2, 2, 3, 4, 5)  # on average 2.2


class NotEmptyError(Exception):
    """The database already has rows; invented rows are never mixed with them."""


def generate(
    shop_url: str,
    mailbox_url: str,
    *,
    customers: int = 20_000,
    years: int = 12,
    now: datetime | None = None,
    seed: int = 4711,
    report: Report = lambda done, total: None,
) -> None:
    """Writes ``years`` of business up to ``now`` (naive UTC) into two empty databases."""
    now, random = now or utcnow(), Random(seed)
    shop, mailbox = open_engine(shop_url), open_engine(mailbox_url)
    schema.shop.create_all(shop)
    schema.mailbox.create_all(mailbox)
    _refuse_filled(shop, schema.shop)
    _refuse_filled(mailbox, schema.mailbox)
    found(shop, mailbox, now=now, years=years + 1)
    with shop.begin() as connection:
        _write_shop(connection, random, customers, years, now, report)
    with mailbox.begin() as connection:
        _write_mailbox(connection, random, max(40, customers // 7), years, now)
    shop.dispose()
    mailbox.dispose()


def _refuse_filled(engine: object, metadata: MetaData) -> None:
    with engine.connect() as connection:
        if not is_empty(connection, metadata):
            raise NotEmptyError(f"{engine.url.render_as_string()}: has rows; give an empty database")


def _write_shop(connection: Connection, random: Random, customers: int, years: int, now: datetime, report: Report) -> None:
    people, visits = _people(random, customers, years, now)
    _insert(connection, schema.shop, {"customer": people})
    orders, invoices = [], []
    for rows in _histories(random, people, visits, now):
        orders += rows["shop_order"]
        invoices += rows.pop("invoice", [])
        _insert(connection, schema.shop, rows)
        report(len(orders), len(visits))
    rows = _remaining(random, customers, years, now)
    survivors.dispute_orders(rows, random, orders, now)
    survivors.keep_assessments_open(random, invoices, now)
    rows["invoice"] = invoices
    _insert(connection, schema.shop, rows)
    continue_numbering(connection, schema.shop)


def _people(random: Random, customers: int, years: int, now: datetime) -> tuple[list[dict], list[tuple]]:
    """The customers, and when each of them ordered, oldest first."""
    people, visits = [], []
    for number in range(1, customers + 1):
        times = sorted(_moments(random, random.choice(ORDERS_OF_A_CUSTOMER), years, now))
        known = {
            "id": number,
            **values.person(random, number),
            "created_at": times[0],
            "last_order_at": times[-1],
        }
        people.append(known)
        visits += [(moment, number) for moment in times]
    return people, sorted(visits)


def _moments(random: Random, count: int, years: int, now: datetime) -> Iterator[datetime]:
    span = years * 365 * 86400
    return (now - timedelta(seconds=random.randint(60, span)) for _ in range(count))


def _histories(random: Random, people: list[dict], visits: list[tuple], now: datetime) -> Iterator[Rows]:
    """The orders' rows, a chunk at a time."""
    for start in range(0, len(visits), CHUNK):
        rows: Rows = defaultdict(list)
        history = OrderHistory(rows, random, now)
        for number, (placed, customer) in enumerate(visits[start : start + CHUNK], start + 1):
            history.write(number, people[customer - 1], placed)
        yield rows


def _remaining(random: Random, customers: int, years: int, now: datetime) -> Rows:
    rows: Rows = defaultdict(list)
    rows["comparison_consent"] = [others.comparison_consent(random, now, years) for _ in range(customers // 8)]
    rows["data_request"] = [others.data_request(random, number, now) for number in range(24)]
    rows["web_session"] = [others.left_checkout(random, now) for _ in range(5)]
    rows["staff"] = others.former_staff(now)
    rows["marketing_suppression"] = [others.suppression(random, now) for _ in range(12)]
    return rows


def _write_mailbox(connection: Connection, random: Random, inquiries: int, years: int, now: datetime) -> None:
    rows: Rows = defaultdict(list)
    for number in range(1, inquiries + 1):
        others.inquiry(rows, random, number, now, years)
    _insert(connection, schema.mailbox, rows)
    continue_numbering(connection, schema.mailbox)


def _insert(connection: Connection, metadata: MetaData, rows: dict[str, list[dict]]) -> None:
    for table in metadata.sorted_tables:
        if rows.get(table.name):
            connection.execute(insert(table), rows[table.name])
