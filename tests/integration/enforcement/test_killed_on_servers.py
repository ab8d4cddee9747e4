"""Killed at random moments, ``apply`` or the server under it, ``apply`` taken up again ends in the same databases.

ZUSAGE_KILLS is how often each is killed; without it fewer times, so that the tests stay quick.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration import killing
from tests.integration.killing_places import MariaDbPlace, PostgresPlace, Rows
from tests.integration.servers import Postgres, mariadb, postgres

_OFTEN = os.environ.get("ZUSAGE_KILLS")
APPLIES, SERVERS = (int(_OFTEN), int(_OFTEN)) if _OFTEN else (10, 5)
_CUSTOMERS = 25


@dataclass
class Ready:
    """A prepared folder and its databases, and how they end when nobody kills anything."""

    room: Path
    place: PostgresPlace | MariaDbPlace
    wanted: Rows
    took: float

    def fresh(self) -> Path:
        return killing.copy(self.room / "base", self.room / "place", self.place)

    def ends_right(self, folder: Path, about: str) -> None:
        assert killing.apply(folder, place=self.place) == 0, about
        assert killing.contents(folder, self.place) == self.wanted, about


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def ready(request: pytest.FixtureRequest) -> Iterator[Ready]:
    """A server of its own: it is killed."""
    with postgres() if request.param == "postgresql" else mariadb() as server:
        shared = Path("/dev/shm")
        room = Path(tempfile.mkdtemp(prefix="zusage-kill-", dir=shared if shared.is_dir() else None))
        place = PostgresPlace(server) if isinstance(server, Postgres) else MariaDbPlace(server)
        yield _prepared(room, place)
        shutil.rmtree(room)


def _prepared(room: Path, place: PostgresPlace | MariaDbPlace) -> Ready:
    folder = room / "place"
    folder.mkdir()
    killing.prepare(folder, _CUSTOMERS, place)
    killing.preload(folder)
    place.keep()
    folder.rename(room / "base")
    found = Ready(room, place, {}, 0.0)
    before = killing.contents(found.fresh(), place)
    began = time.monotonic()
    assert killing.apply(folder, place=place) == 0
    found.took = time.monotonic() - began
    found.wanted = killing.contents(folder, place)
    assert len(before["shop.shop_order"]) > len(found.wanted["shop.shop_order"]) > 0
    assert len(found.wanted["vault"]) > len(before["vault"]) == 0
    return found


def test_apply_killed_at_random_moments_on_a_server_ends_in_the_same_databases(ready: Ready) -> None:
    chance, killed, folder = random.Random(1), 0, ready.fresh()
    while killed < APPLIES:
        child = killing.start(folder, place=ready.place)
        if killing.kill(child, chance.uniform(0.0, ready.took * 0.7)) == -9:
            killed += 1
        else:
            ready.ends_right(folder, f"after {killed} kills")
            folder = ready.fresh()
    ready.ends_right(folder, f"after {killed} kills")


def test_the_server_killed_at_random_moments_ends_in_the_same_databases(ready: Ready) -> None:
    chance, killed, waited_out, folder = random.Random(2), 0, 0, ready.fresh()
    while killed < SERVERS:
        child = killing.start(folder, place=ready.place)
        time.sleep(chance.uniform(0.0, ready.took * 0.8))
        ready.place.server.kill()
        ready.place.server.start()
        killed += 1
        if killing.wait(child) == 0:
            waited_out += 1
            ready.ends_right(folder, f"after {killed} kills of the server")
            folder = ready.fresh()
    ready.ends_right(folder, f"after {killed} kills of the server")
    assert waited_out, "apply never got over a server that went away"
