"""The platform's databases, logs and rooms under the product, without a browser: looked at, tampered with, and mended again."""

import fcntl
import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import citizen_platform
from zusage.bootstrap import opened
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of
from zusage.promises.promise import Accounted, CookieSeen, KeptApart, SiteSeen, Transported

MANIFEST = Path(citizen_platform.__file__).parent / "zusage.yaml"
NAMES = ("platform", "mailbox", "usage")


@contextmanager
def product(folder):
    """The product on the databases of a folder, while the conference runs."""
    with pytest.MonkeyPatch.context() as patch, (folder / "rooms" / "service" / "alive").open("rb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        for name in NAMES:
            patch.setenv(f"{name.upper()}_DATABASE_URL", f"sqlite:///{folder}/{name}.db")
        patch.setenv("CONFERENCE_FOLDER", str(folder / "rooms"))
        patch.setenv("LOG_FOLDER", str(folder / "logs"))
        with opened(folder / "zusage.yaml", folder / "own") as opened_product:
            yield opened_product
            opened_product.state.close()


def look(opened_product, about=""):
    """The verdict of every promise that needs nothing outside this machine, without sealing it; or of those about a table."""
    eyes = opened_product.eyes()
    numbers = about in ("page_day", "browser_day")
    inside = [
        promise
        for promise in promises_of(opened_product.loaded.manifest)
        if not isinstance(promise, SiteSeen | CookieSeen | Transported)
        and (about in repr(promise) or isinstance(promise, Accounted) or (numbers and isinstance(promise, KeptApart)))
    ]
    return {promise.id: judge(eyes.look(promise).observation).verdict.value for promise in inside}


def copied(kept, folder):
    shutil.copytree(kept, folder)
    return folder


@contextmanager
def sabotaged(kept, folder, database, statement, values=()):
    """The statement is carried out behind everybody's back, and undone in the end."""
    with (
        closing(sqlite3.connect(folder / f"{database}.db")) as changed,
        closing(sqlite3.connect(kept / f"{database}.db")) as fresh,
    ):
        with changed:
            assert changed.execute(statement, values).rowcount != 0, "the saboteur found nothing to break"
        yield
        fresh.backup(changed)


def account(folder, what):
    with sqlite3.connect(folder / "platform.db") as connection:
        return connection.execute(f"SELECT {what} FROM account WHERE state = 'active' ORDER BY id LIMIT 1").fetchone()[0]
