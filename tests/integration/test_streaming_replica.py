"""A streaming replica of PostgreSQL: it shows what the primary holds, takes no change, and may take over in the middle of ``apply``."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from zusage.bootstrap import opened
from zusage.connectors.port import SystemTrouble

from . import killing
from .killing_places import PostgresPlace, Rows
from .servers import Postgres, postgres

_CUSTOMERS = 25
_APPLICATIONS = ("SHOP_DATABASE_URL", "MAILBOX_DATABASE_URL")


@dataclass
class Pair:
    """A primary and its replica, and a plan whose end is known."""

    folder: Path
    place: PostgresPlace
    primary: Postgres
    replica: Postgres
    wanted: Rows
    took: float

    def addresses(self, server: Postgres) -> dict[str, str]:
        """Reader and writer at one of the two servers; the application stays with the primary, where it can try to change rows."""
        there = (f":{self.primary.port}/", f":{server.port}/")
        of = self.place.environment(self.folder)
        return {name: url if name in _APPLICATIONS else url.replace(*there) for name, url in of.items()}

    def caught_up(self) -> None:
        last = self.primary.run("SELECT pg_current_wal_lsn()")
        while self.replica.run(f"SELECT pg_last_wal_replay_lsn() < '{last}'") == "t":
            time.sleep(0.02)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    room = Path(tempfile.mkdtemp(prefix="zusage-replica-room-"))
    with postgres() as primary:
        place, folder = PostgresPlace(primary), room / "place"
        folder.mkdir()
        killing.prepare(folder, _CUSTOMERS, place)
        killing.preload(folder)
        place.keep()
        folder.rename(room / "base")
        began = time.monotonic()
        assert killing.apply(killing.copy(room / "base", folder, place), place=place) == 0
        took, wanted = time.monotonic() - began, killing.contents(folder, place)
        killing.copy(room / "base", folder, place)
        with primary.replicated() as replica:
            yield Pair(folder, place, primary, replica, wanted, took)
    shutil.rmtree(room)


def _verdicts(pair: Pair, server: Postgres, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, url in pair.addresses(server).items():
        monkeypatch.setenv(name, url)
    with opened(pair.folder / "zusage.yaml") as product:
        return {one.promise.id: one.judgement.verdict.value for one in product.verify()}


def test_a_replica_shows_what_the_primary_holds_and_takes_no_change(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.caught_up()
    _verdicts(pair, pair.primary, monkeypatch)  # minima are judged by what an earlier look saw
    found = _verdicts(pair, pair.primary, monkeypatch)
    assert _verdicts(pair, pair.replica, monkeypatch) == found
    assert {"broken", "kept"} <= set(found.values())
    before = killing.contents(pair.folder, pair.place)
    with opened(pair.folder / "zusage.yaml") as product, pytest.raises(SystemTrouble, match="only reads, such as a replica"):
        product.apply_plan(pair.folder / "plan.json", lambda _: None)
    assert killing.contents(pair.folder, pair.place) == before != pair.wanted


def test_a_replica_that_takes_over_in_the_middle_ends_in_the_same_databases(pair: Pair) -> None:
    child = killing.start(pair.folder, place=pair.place)
    time.sleep(pair.took * 0.5)
    pair.primary.kill()
    there = pair.replica.take_over(pair.primary)
    try:
        killing.wait(child)  # it got over it, or stopped with a word
        assert there.run("SELECT pg_is_in_recovery()") == "f"
        assert killing.apply(pair.folder, place=pair.place) == 0
        assert killing.contents(pair.folder, pair.place) == pair.wanted
    finally:
        there.stop()
        pair.primary.start()
