"""What the tables are made of."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, String

pool = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"})


def key() -> Column:
    """A number that is never given twice."""
    return Column("id", Integer, primary_key=True)


def token() -> Column:
    """A random name that nobody guesses."""
    return Column("id", String(43), primary_key=True)


def needed(name: str, kind: object, **more: object) -> Column:
    """A column that every row fills."""
    return Column(name, kind, nullable=False, **more)


def of(table: str, name: str = "", *, nullable: bool = False) -> Column:
    """A reference to a row there."""
    return Column(name or f"{table}_id", ForeignKey(f"{table}.id"), nullable=nullable, index=True)


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """The column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
