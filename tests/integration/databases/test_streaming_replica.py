"""A streaming replica of PostgreSQL: it shows what the primary holds, takes no change, and may take over in the middle of ``apply``."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration import killing
from tests.integration.killing_places import PostgresPlace, Rows
from tests.integration.servers import Postgres, postgres
from zusage.bootstrap import opened
from zusage.connectors.opening import why_apart
from zusage.connectors.sql.databases import postgresql_kin
from zusage.connectors.trouble import SystemTrouble
from zusage.promises.manifest import System
from zusage.sealing import SigningKey

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

    def system(self, looking: Postgres, changing: Postgres, database: str = "killed_shop") -> System:
        """The shop with the roles of the product, looked at through one server and changed through another."""
        reader, writer = (
            self.addresses(server)[f"SHOP_{role}_URL"] for server, role in ((looking, "READER"), (changing, "WRITER"))
        )
        return System(url=reader, writer=writer.replace("killed_shop", database))

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


def test_a_plan_made_through_a_replica_is_carried_out_on_the_primary_that_it_follows(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, postgres_server: Postgres
) -> None:
    apart = {
        **pair.addresses(pair.primary),
        **{k: v for k, v in pair.addresses(pair.replica).items() if k.endswith("READER_URL")},
    }
    for name, url in apart.items():
        monkeypatch.setenv(name, url)
    plan = pair.folder / "through-replica.json"
    with opened(pair.folder / "zusage.yaml") as product:
        product.save_plan(product.make_plan(), plan)
        product.approve_plan(plan, SigningKey.load(pair.folder / "second.key"))
    monkeypatch.setenv("SHOP_READER_URL", pair.system(postgres_server, pair.primary).url)
    with opened(pair.folder / "zusage.yaml") as product, pytest.raises(SystemTrouble, match="'shop' cannot be reached"):
        product.apply_plan(plan, lambda _: None)
    monkeypatch.setenv("SHOP_READER_URL", apart["SHOP_READER_URL"])
    with opened(pair.folder / "zusage.yaml") as product:
        assert not any(step.stopped for step in product.apply_plan(plan, lambda _: None))
    assert killing.contents(pair.folder, pair.place) == pair.wanted
    killing.copy(pair.folder.with_name("base"), pair.folder, pair.place)


def test_one_database_is_known_by_whatever_names_and_never_by_its_looks(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, postgres_server: Postgres
) -> None:
    monkeypatch.setattr(postgresql_kin, "_PATIENCE_SECONDS", 0.3)
    one = pair.system(pair.primary, pair.primary)
    assert why_apart("shop", one.model_copy(update={"url": one.url.replace("127.0.0.1", "localhost")})) == ""
    assert why_apart("shop", pair.system(pair.replica, pair.primary)) == ""
    pair.replica.run("SELECT pg_wal_replay_pause()")
    pair.primary.run("SELECT pg_current_xact_id(), pg_switch_wal()")
    assert "does not catch up" in why_apart("shop", pair.system(pair.replica, pair.primary))
    pair.replica.run("SELECT pg_wal_replay_resume()")
    pair.caught_up()
    assert why_apart("shop", pair.system(pair.replica, pair.primary)) == ""
    elsewhere = System(url=postgres_server.url(), writer=one.writer)
    assert "of the PostgreSQL system" in why_apart("shop", elsewhere)
    pair.primary.run("GRANT CONNECT ON DATABASE postgres TO zusage_writer")
    assert "'postgres'" in why_apart("shop", pair.system(pair.replica, pair.primary, "postgres"))


def test_a_copy_that_has_gone_its_own_way_is_another_database(pair: Pair) -> None:
    with pair.primary.replicated() as copy:
        pair.caught_up()
        assert why_apart("shop", pair.system(copy, pair.primary)) == ""
        copy.promote()
        assert "does not follow" in why_apart("shop", pair.system(copy, pair.primary))
        for _ in range(2):  # far ahead of what the copy has written of its own
            pair.primary.run("SELECT pg_current_xact_id(), pg_switch_wal()")
        pair.caught_up()
        assert "follows another server" in why_apart("shop", pair.system(pair.replica, copy))


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
