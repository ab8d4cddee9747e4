import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

sys.path.insert(0, str(Path(__file__).parents[3] / "examples"))

from citizen_looks import MANIFEST, NAMES, copied, look, product
from citizen_world import Visitor, World

from citizen_platform.community.retiring import detach
from citizen_platform.database import utcnow
from citizen_platform.generate import generate
from citizen_platform.generating.logs import write_logs
from zusage.bootstrap.cases.requests import happen, receive
from zusage.promises.derive import promises_of
from zusage.promises.promise import Attested
from zusage.sealing import SigningKey


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


@pytest.fixture(scope="session")
def broken(tmp_path_factory):
    """Six years in which nothing was ever deleted."""
    folder = tmp_path_factory.mktemp("promises") / "broken"
    (folder / "rooms" / "service").mkdir(parents=True)
    (folder / "rooms" / "service" / "alive").touch()
    generate(*(f"sqlite:///{folder}/{name}.db" for name in NAMES), members=90, years=6)
    write_logs(folder / "logs", utcnow(), days=30, a_day=4)
    key = SigningKey.generate(folder / "second.key", "second-person")
    (folder / "promises.yaml").write_text(MANIFEST.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "guard.yaml").write_text(f'guard: {{approvers: ["{key.verifier.encode()}"]}}\n')
    (folder / "zusage.yaml").write_text("import: [promises.yaml, guard.yaml]\n")
    return folder


@pytest.fixture(scope="session")
def first(broken):
    """What the first look finds."""
    with product(broken) as ours:
        return look(ours)


@pytest.fixture(scope="session")
def kept(broken, first, tmp_path_factory):
    """The same after the platform has let go of authors, one plan was carried out, and the roles have attested."""
    folder = copied(broken, tmp_path_factory.mktemp("promises") / "kept")
    engine = create_engine(f"sqlite:///{folder}/platform.db")
    detach(engine)
    engine.dispose()
    with product(folder) as ours:
        ours.save_plan(ours.make_plan(), folder / "plan.json")
        ours.approve_plan(folder / "plan.json", SigningKey.load(folder / "second.key"))
        assert not [result.stopped for result in ours.apply_plan(folder / "plan.json", lambda _: None) if result.stopped]
        for promise in promises_of(ours.loaded.manifest):
            if isinstance(promise, Attested):
                ours.state.attestations.attest(promise.id, promise.role, promise.role, ours.clock())
        case = receive(ours, "access", "office", {"person": "member=1"}).case.id
        happen(ours, case, "identity shown", "office", detail="login")
        for kind in ("granted", "carried out", "answered"):
            happen(ours, case, kind, "office")
    return folder


@pytest.fixture(scope="session")
def untouched(kept):
    with product(kept) as ours:
        return look(ours)


@pytest.fixture(scope="module")
def living(kept, tmp_path_factory):
    """A product that stays open, and its folder: what a saboteur changes in rows is taken back after it."""
    folder = copied(kept, tmp_path_factory.mktemp("promises") / "living")
    with product(folder) as ours:
        yield ours, folder
