"""What the platform promises of its backups: whoever was deleted does not come back through a restore, and backups end."""

import shutil
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import citizen_platform
from citizen_platform.community.retiring import detach
from citizen_platform.generate import generate
from zusage.bootstrap import opened
from zusage.bootstrap.backups.drilling import drill
from zusage.bootstrap.backups.replaying import replay
from zusage.evidence.verdict import judge
from zusage.promises.checking import check
from zusage.promises.derive import promises_of
from zusage.promises.loading import load
from zusage.sealing import SigningKey

EXAMPLE = Path(citizen_platform.__file__).parent
NAMES = ("platform", "mailbox", "usage")
SYSTEMS = ("platform", "mailbox")


@contextmanager
def product(folder):
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            patch.setenv(f"{name.upper()}_DATABASE_URL", f"sqlite:///{folder}/{name}.db")
        patch.setenv("CONFERENCE_FOLDER", str(folder / "rooms"))
        patch.setenv("LOG_FOLDER", str(folder / "logs"))
        patch.setenv("PLATFORM_BACKUPS", str(folder / "backups"))
        with opened(folder / "zusage.yaml", folder / "own") as ours:
            yield ours
            ours.state.close()


def look(ours):
    eyes = ours.eyes()
    found = [promise for promise in promises_of(ours.loaded.manifest) if promise.id.startswith("backups/")]
    return {promise.id: judge(eyes.look(promise).observation).verdict.value for promise in found}


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """The platform after its first plan, with the backups of the night before."""
    folder = tmp_path_factory.mktemp("backups") / "platform"
    (folder / "backups").mkdir(parents=True)
    (folder / "logs").mkdir()
    (folder / "logs" / "access.log").touch()
    generate(*(f"sqlite:///{folder}/{name}.db" for name in NAMES), members=40, years=6)
    engine = create_engine(f"sqlite:///{folder}/platform.db")
    detach(engine)
    engine.dispose()
    for name in ("zusage.yaml", "backups.yaml"):
        shutil.copy(EXAMPLE / name, folder / f"the-{name}")
    key = SigningKey.generate(folder / "second.key", "second-person")
    (folder / "guard.yaml").write_text(f'guard: {{approvers: ["{key.verifier.encode()}"]}}\n')
    (folder / "zusage.yaml").write_text("import: [the-zusage.yaml, the-backups.yaml, guard.yaml]\n")
    for name in SYSTEMS:
        shutil.copy(folder / f"{name}.db", folder / "backups" / f"{name}-{date.today()}")
    assert check(load(folder / "zusage.yaml"), date.today()) == ()
    with product(folder) as ours:
        ours.save_plan(ours.make_plan(), folder / "plan.json")
        ours.approve_plan(folder / "plan.json", key)
        assert not [result.stopped for result in ours.apply_plan(folder / "plan.json", lambda _: None) if result.stopped]
        for name in SYSTEMS:
            held = drill(ours, name)
            assert held.judgement.verdict.value == "kept", held.judgement.reason
            assert held.drill.back > 0
    return folder


def test_after_a_plan_and_a_drill_everything_about_backups_is_kept(swept):
    with product(swept) as ours:
        assert look(ours) == dict.fromkeys(
            (f"backups/{name}/{what}" for name in SYSTEMS for what in ("made", "kept", "drilled", "erased-stay-erased")), "kept"
        )


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_restored_backup_turns_its_promise_red_and_no_other_until_it_is_replayed(swept, tmp_path, name):
    folder = tmp_path / "restored"
    shutil.copytree(swept, folder)
    shutil.copy(next((folder / "backups").glob(f"{name}-*")), folder / f"{name}.db")
    with product(folder) as ours:
        assert {one for one, word in look(ours).items() if word != "kept"} == {f"backups/{name}/erased-stay-erased"}
        done = replay(ours)
        assert done.found.rows > 0
        assert not [result.stopped for result in done.results if result.stopped]
        assert set(look(ours).values()) == {"kept"}


def test_an_old_backup_turns_its_promise_red_and_no_other(swept, tmp_path):
    folder = tmp_path / "old"
    shutil.copytree(swept, folder)
    shutil.copy(next((folder / "backups").glob("mailbox-*")), folder / "backups" / "mailbox-2024-01-31")
    with product(folder) as ours:
        assert {one for one, word in look(ours).items() if word != "kept"} == {"backups/mailbox/kept"}
