"""The limit: what somebody who knows the tables would write, set by set, in one transaction; and the loop of an object mapper."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


def statements(kind: str, task: str, cutoff: str) -> list[str]:
    """The statements of a task."""
    closed = f"closed_at < '{cutoff}'"
    match task, kind:
        case "anonymise", _:
            return [
                f"UPDATE account SET email = 'gone', name = NULL, city = substr(city, 1, 3) WHERE {closed} AND email <> 'gone'"
            ]
        case "join", _:  # the disputes decide who goes, and go themselves, so that a list is made first
            undisputed = "NOT EXISTS (SELECT 1 FROM dispute WHERE account_id = account.id AND closed_at IS NULL)"
            found = f"SELECT id FROM account WHERE {closed} AND held = 0 AND {undisputed}"
            if kind == "mariadb":  # which would ask of every row whether it is in the list, were it not joined
                made = f"CREATE TEMPORARY TABLE going (PRIMARY KEY (id)) AS {found}"
                last = (
                    "DELETE d FROM dispute d JOIN going a ON a.id = d.account_id",
                    "DELETE c FROM account c JOIN going a ON a.id = c.id",
                )
                return [made, *_joined("going a", "TRUE"), *last]
            made = f"CREATE TEMPORARY TABLE going AS {found}"
            listed = [made, *(["ANALYZE going"] if kind == "postgresql" else []), *_subselects("SELECT id FROM going")]
            disputes = "DELETE FROM dispute WHERE account_id IN (SELECT id FROM going)"
            return [*listed, disputes, "DELETE FROM account WHERE id IN (SELECT id FROM going)"]
        case _, "mariadb":  # which is faster with joined deletes than with subselects
            return [*_joined("account a", closed), f"DELETE FROM account WHERE {closed}"]
        case _:
            return [*_subselects(f"SELECT id FROM account WHERE {closed}"), f"DELETE FROM account WHERE {closed}"]


def _subselects(found: str) -> list[str]:
    return [
        f"DELETE FROM purchase_line WHERE purchase_id IN (SELECT id FROM purchase WHERE account_id IN ({found}))",
        f"DELETE FROM purchase WHERE account_id IN ({found})",
        f"DELETE FROM login WHERE account_id IN ({found})",
    ]


def _joined(going: str, closed: str) -> list[str]:
    return [
        f"DELETE l FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id JOIN {going} ON a.id = p.account_id WHERE {closed}",
        f"DELETE p FROM purchase p JOIN {going} ON a.id = p.account_id WHERE {closed}",
        f"DELETE l FROM login l JOIN {going} ON a.id = l.account_id WHERE {closed}",
    ]


class _Base(DeclarativeBase):
    pass


class Account(_Base):
    """An account as an object mapper sees it."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime | None]
    logins: Mapped[list[Login]] = relationship(cascade="all, delete-orphan")
    purchases: Mapped[list[Purchase]] = relationship(cascade="all, delete-orphan")


class Login(_Base):
    """A login."""

    __tablename__ = "login"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))


class Purchase(_Base):
    """A purchase."""

    __tablename__ = "purchase"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    lines: Mapped[list[PurchaseLine]] = relationship(cascade="all, delete-orphan")


class PurchaseLine(_Base):
    """A line of a purchase."""

    __tablename__ = "purchase_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_id: Mapped[int] = mapped_column(sa.ForeignKey("purchase.id"))


def row_by_row(engine: sa.Engine, cutoff: datetime, rows: int) -> int:
    """Delete at most so many accounts as objects, each in a transaction of its own; returns how many there were."""
    with Session(engine) as session:
        chosen = list(session.scalars(sa.select(Account.id).where(Account.closed_at < cutoff).limit(rows)))
    for number in chosen:
        with Session(engine) as session:
            session.delete(session.get_one(Account, number))
            session.commit()
    return len(chosen)
