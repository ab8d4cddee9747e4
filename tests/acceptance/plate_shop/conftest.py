import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "examples"))

from plate_shop_world import Visitor, World


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A served shop with its town; each module of tests has its own."""
    place = World(tmp_path_factory.mktemp("plate_shop"))
    yield place
    place.close()


@pytest.fixture
def visitor(world):
    """A browser that has never been here."""
    with Visitor(world) as somebody:
        yield somebody
