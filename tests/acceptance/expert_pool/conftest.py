import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
if str(ROOT / "examples") not in sys.path:
    sys.path.insert(0, str(ROOT / "examples"))

os.environ["EXPERT_POOL_CHEAP_PASSWORDS"] = "yes"  # what is tested here is not how long a guess takes

from expert_pool_world import Visitor, World  # noqa: E402 - only now it is where to look


@pytest.fixture(scope="session")
def postgres_world(postgres_server, tmp_path_factory):
    place = World(tmp_path_factory.mktemp("expert_pool"), postgres_server.database("expert_pool"))
    yield place
    place.close()


@pytest.fixture(scope="session")
def sqlite_world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("expert_pool_demo")
    place = World(folder, f"sqlite:///{folder}/pool.db")
    yield place
    place.close()


@pytest.fixture
def world(postgres_world):
    """A served pool with everybody around it, on PostgreSQL."""
    return postgres_world


@pytest.fixture
def visitor(world):
    """A browser that has never been here."""
    with Visitor(world) as somebody:
        yield somebody
