"""Opens the databases. The one place that knows what SQLite, PostgreSQL and MariaDB need beyond their URL."""

from datetime import UTC, datetime

from sqlalchemy import URL, Connection, Engine, Integer, MetaData, create_engine, event, func, make_url, select, text


def utcnow() -> datetime:
    """The present moment as the tables hold it: naive UTC, whole seconds."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def open_engine(url: str) -> Engine:
    """An engine on which foreign keys hold, whatever the database."""
    engine = create_engine(with_driver(url), hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def with_driver(url: str) -> URL:
    """The address with the driver that is installed, where it names only the kind of database."""
    found = make_url(url)
    return found.set(drivername="mariadb+pymysql") if found.drivername in ("mariadb", "mysql") else found


def _prepare_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # a deleted row is overwritten, not only unlinked
    cursor.execute("PRAGMA busy_timeout = 15000")
    cursor.close()


def is_empty(connection: Connection, metadata: MetaData) -> bool:
    """Whether no table of the database has a row."""
    return not any(connection.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables)


def continue_numbering(connection: Connection, metadata: MetaData) -> None:
    """Lets PostgreSQL's sequences go on after rows that were inserted with their own numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "id" in table.c and isinstance(table.c.id.type, Integer):
            highest = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {highest}, false)"))
