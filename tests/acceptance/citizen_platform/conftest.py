import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "examples"))

from citizen_world import Visitor, World


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """A platform that is served behind a real nginx, with its conference room, for all tests of this process."""
    place = World(tmp_path_factory.mktemp("citizen_platform"))
    yield place
    place.close()


@pytest.fixture
def visitor(platform):
    """A browser that has never been here."""
    with Visitor(platform) as somebody:
        yield somebody


@pytest.fixture
def member(platform):
    """Somebody who is registered, confirmed and logged in."""
    with platform.member() as somebody:
        yield somebody
