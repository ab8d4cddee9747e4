"""Private servers, and a command line that is warm: one of a kind for each worker, started when a test first asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.integration.servers import MariaDB, Postgres, mariadb, postgres
from tests.states import copied_states
from tests.warm import warm

#: a busy machine is slow, which says nothing of the product
_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("steady", deadline=None, suppress_health_check=_PATIENT, derandomize=True)
settings.register_profile("explore", deadline=None, suppress_health_check=_PATIENT, print_blob=True)
# who runs the tests sees what the change did, not what chance has found in what was there before: that is looked for by `make explore`
settings.load_profile(os.environ.get("ZUSAGE_CHANCE", "steady"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDB]:
    with mariadb() as running:
        yield running


@pytest.fixture(scope="session")
def warm_zusage() -> Iterator[Path]:
    """A folder for the front of ``PATH``; see `warm`."""
    with warm() as folder:
        yield folder


@pytest.fixture(autouse=True, scope="session")
def _states_are_copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """See `states`; the tests of the state itself make their own."""
    with copied_states(tmp_path_factory.mktemp("state")):
        yield
