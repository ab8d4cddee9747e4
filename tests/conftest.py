"""Private servers, and a command line that is warm: one of a kind for each worker, started when a test first asks."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.examples import examples
from tests.integration.servers import MariaDB, Postgres, mariadb, postgres
from tests.memory import in_memory
from tests.states import copied_states
from tests.warm import warm

in_memory()

#: a busy machine is slow, which says nothing of the product
_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("steady", deadline=None, suppress_health_check=_PATIENT, derandomize=True, max_examples=examples(100))
settings.register_profile("explore", deadline=None, suppress_health_check=_PATIENT, print_blob=True)
# who runs the tests sees what the change did, not what chance has found in what was there before: that is looked for by `make explore`
settings.load_profile(os.environ.get("ZUSAGE_CHANCE", "steady"))

#: files of tests that take longest, the longest first; one that is not there, or not here, is no mistake
_LONGEST = (
    "test_docs.py", "test_postgresql.py", "test_website_saboteurs.py", "test_plate_shop_site.py", "test_demo.py", "test_mariadb.py", "test_expert_pool_canary.py",
    "test_citizen_site.py", "test_killed_apply.py", "test_killed_on_servers.py", "test_expert_pool_site.py", "test_case_calls_bad.py", "test_saboteurs.py",
    "test_demo_on_mariadb.py", "test_demo_on_a_server.py", "test_killed_without_transactions.py", "test_expert_pool_canary_on_postgresql.py",
    "test_expert_pool_promises.py", "test_consent_service.py", "test_case_calls_killed.py", "test_consent_killed.py", "test_case_calls_at_once.py",
    "test_consent_in_the_browser.py", "test_mariadb_replica.py", "test_backup_replay.py", "test_access_log_masking.py", "test_seal_crash.py",
    "test_canary_flight.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left alone with it at the end; everything else in its order."""
    place = {name: number for number, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


# what pytest makes of each assertion of the tests takes longer than all else before the first of them; it is kept, however Python is set
sys.dont_write_bytecode = False

# as in the command itself (`zusage.cli`): what is imported and collected stays to the end, and looking there for rubbish took an eighth of all tests
gc.set_threshold(50_000)


def pytest_collection_finish() -> None:
    """Nothing that is there before the first test is looked through again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """One worker reads the tests first and keeps what it made of them; the others wait, and find it."""
    folder = os.open(Path(__file__).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(folder, fcntl.LOCK_SH)
        os.close(folder)
        return (yield)
    try:
        return (yield)
    finally:
        os.close(folder)


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
