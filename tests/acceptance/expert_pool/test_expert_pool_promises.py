"""The manifest of the pool on a living database: kept after a plan was applied, and each promise red under its saboteur."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest
from expert_pool_saboteurs import IMPLIED, MEMBER, NEWCOMER, NOW, SABOTEURS, insert, silent_member
from tests.integration.receivers import mail_server

from zusage.bootstrap import Product, opened
from zusage.bootstrap.asking import attest
from zusage.bootstrap.backups.drilling import drill
from zusage.bootstrap.backups.replaying import replay
from zusage.bootstrap.cases.requests import happen, receive
from zusage.bootstrap.rights.correcting import Wish as Correction
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.ending import Wish as Objection
from zusage.bootstrap.rights.ending import Wish as Withdrawal
from zusage.bootstrap.rights.objecting import place
from zusage.bootstrap.rights.restricting import Wish as Restriction
from zusage.bootstrap.rights.restricting import restrict
from zusage.bootstrap.rights.withdrawing import withdraw
from zusage.bootstrap.warning import send
from zusage.evidence.verdict import judge
from zusage.planning.holding import Person
from zusage.promises.checking import check
from zusage.promises.derive import promises_of
from zusage.promises.loading import load
from zusage.rights.case import CaseRefused
from zusage.state.database import FILE as STATE

EXAMPLE = Path(__file__).parents[3] / "examples" / "expert_pool"
PEOPLE = 120
#: somebody who withdraws the consent on which all rests, and whom nothing else is about
LEAVES = (
    "SELECT min(id) FROM person WHERE storage_class = 'other' AND id <> 1 AND id <> 2 "
    f"AND id <> {NEWCOMER} AND id NOT IN (SELECT person_id FROM legal_hold) "
    + " ".join(
        f"AND id NOT IN (SELECT person_id FROM {table} WHERE person_id NOT NULL)" for table in ("message", "comment", "referee")
    )
)


class Kept:
    """A generated pool whose promises are kept, and copies of it to break."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "pool.db"
        self.backup = folder / "backups" / f"pool-{date.today()}"
        self.first: dict[str, str] = {}
        self.mails: list[Message] = []
        self.restricted = 0

    def manifest(self) -> Path:
        return self.folder / "zusage.yaml"

    def generate(self) -> None:
        from expert_pool.generate import generate

        generate(f"sqlite:///{self.database}", self.folder / "files", people=PEOPLE, years=8, seed=5)
        with closing(sqlite3.connect(self.database)) as connection, connection:
            waiting = insert("outbox", id="'waiting'", person_id=MEMBER, kind="'alert'", queued_at=NOW)
            for statement in (*silent_member("soon.warned", 5 * 365 - 14), waiting):
                connection.execute(statement)
        (self.folder / "files" / "spool" / "waiting.eml").write_text("To: somebody\n")
        text = (EXAMPLE / "zusage.yaml").read_text(encoding="utf-8")
        assert text.count("share: 0.2") == 1
        (self.folder / "zusage.yaml").write_text(text.replace("share: 0.2", "share: 1.0"), encoding="utf-8")
        shutil.copy(EXAMPLE / "standing.yaml", self.folder)
        self.backup.parent.mkdir()
        shutil.copy(self.database, self.backup)

    @contextmanager
    def broken(self, statements: list[str]) -> Iterator[None]:
        """The database and our own state after some statements, and afterwards as they were."""
        ours = [statement for statement in statements if "zusage_" in statement]
        theirs = [statement for statement in statements if "zusage_" not in statement]
        with altered(self.database, theirs), altered(self.folder / "own" / STATE, ours):
            yield

    def ask(self, statement: str) -> int:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(statement).fetchone()[0]


@contextmanager
def altered(path: Path, statements: list[str]) -> Iterator[None]:
    with closing(sqlite3.connect(path)) as connection, closing(sqlite3.connect(":memory:")) as before:
        connection.backup(before)
        try:
            with connection:
                for statement in statements:
                    changed = connection.execute(statement).rowcount
                    assert changed != 0, f"the saboteur found nothing to break: {statement}"
            yield
        finally:
            if statements:
                before.backup(connection)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    pool = Kept(tmp_path_factory.mktemp("kept_pool"))
    pool.generate()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("POOL_DATABASE_URL", "POOL_APPLICATION_URL"):
            patch.setenv(name, f"sqlite:///{pool.database}")
        patch.setenv("POOL_FOLDER", str(pool.folder / "files"))
        for path in (pool.folder / "files").rglob("*"):
            os.utime(path, (0, 0))  # as if they had lain there for long
        patch.setenv("POOL_BACKUPS", str(pool.backup.parent))
        with mail_server() as (address, pool.mails):
            patch.setenv("POOL_MAIL_SERVER", address)
            yield pool


def verdicts(pool: Kept) -> dict[str, str]:
    with opened(pool.manifest(), pool.folder / "own") as product:
        return {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}


@pytest.fixture(scope="session")
def looking(tidy: Kept) -> Iterator[Product]:
    """A product that stays open, so that each saboteur costs one look."""
    with opened(tidy.manifest(), tidy.folder / "own") as product:
        yield product


def judged(product: Product, *names: str) -> set[str]:
    """What a look at some promises alone finds; nothing is sealed."""
    eyes = product.eyes()
    chosen = [promise for promise in promises_of(product.loaded.manifest) if promise.id in names]
    assert len(chosen) == len(names)
    return {judge(eyes.look(promise).observation).verdict.value for promise in chosen}


@pytest.mark.parametrize("name", ["zusage.yaml", "whole.yaml"])
def test_check_of_the_manifest_is_clean(name):
    assert not check(load(EXAMPLE / name), date.today())


def test_every_item_of_the_catalogue_is_bound_or_explained():
    named = {item for file in EXAMPLE.glob("*.yaml") for item in re.findall(r"\bEP-\d{3}\b", file.read_text(encoding="utf-8"))}
    assert named == {f"EP-{number:03d}" for number in range(1, 226)}
    explained = {item for one in load(EXAMPLE / "whole.yaml").manifest.not_bound for item in one.refs}
    bound = {item for promise in promises_of(load(EXAMPLE / "whole.yaml").manifest) for item in promise.refs}
    assert not explained & bound


@pytest.fixture(scope="session")
def tidy(kept: Kept) -> Kept:
    """The pool after one plan; what it was before is told by the plan."""
    due = "SELECT count(*) FROM person WHERE storage_class = 'other' AND last_active_at < datetime('now', '-19 months')"
    held = "SELECT count(*) FROM legal_hold WHERE closed_on IS NULL AND person_id IN (SELECT id FROM person)"
    successful = "SELECT count(DISTINCT person_id) FROM application WHERE state = 'accepted'"
    survivors = kept.ask(held), kept.ask(successful)
    assert all(survivors)
    assert kept.ask(due) > survivors[0]
    _warn(kept)
    with opened(kept.manifest(), kept.folder / "own") as product:
        plan = product.make_plan()
        product.save_plan(plan, kept.folder / "plan.json")
        assert {"profiles/inactive/at-most", "claims/rejected/at-most", "receipts/tax/blocked"} <= {s.promise for s in plan.steps}
        assert not [one for one in product.apply_plan(kept.folder / "plan.json", lambda _: None) if one.stopped]
        for promise in promises_of(product.loaded.manifest):
            if promise.id.startswith("attested/"):
                attest(product, promise.id, "somebody of the role", None)
        place(product, Objection(activity="contacts", by="clerk", address="Contact.Objected@example.net"))
        _correct_and_tell(product, kept.ask("SELECT min(person_id) FROM disclosure WHERE recipient LIKE 'Wahl%'"))
        for activity in ("alerts", "sharing", "messages"):
            standing = f"SELECT min(person_id) FROM consent WHERE purpose = '{activity}' AND withdrawn_at IS NULL"
            person = Person(people="person", key=str(kept.ask(standing)))
            assert "pool.consent" in dict(withdraw(product, Withdrawal(activity=activity, by="clerk", person=person)).rows)
        left = Person(people="person", key=str(kept.ask(LEAVES)))
        rows = dict(withdraw(product, Withdrawal(activity="profiles", by="clerk", person=left)).rows)
        assert rows == {"pool.consent": 1, "pool.person": 1}
        assert (
            kept.ask(f"SELECT storage_class FROM person WHERE id = {left.key}") == "leaving"
        )  # and goes with the next day's plan
        assert drill(product, "nightly").drill.back > 100
        _ask_and_answer(product)
        asked = Person(people="person", key=str(kept.ask("SELECT min(person_id) FROM referee")))
        kept.restricted = int(asked.key)
        wish = Restriction(person=asked, ground="a", by="clerk", tables=frozenset({"pool.referee"}))
        assert restrict(product, wish).shown
        kept.first = {outcome.promise.id: outcome.judgement.verdict.value for outcome in product.verify()}
    assert survivors == (kept.ask(held), kept.ask(successful))
    assert kept.ask(due) == survivors[0]
    return kept


def _warn(kept: Kept) -> None:
    """Who goes today was warned a month ago, and who goes next month is warned today; each once, and by mail."""
    for days in (31, 31, 0):
        then = datetime.now(UTC) - timedelta(days=days)
        with opened(kept.manifest(), kept.folder / "own", clock=lambda then=then: then) as product:
            swept = send(product)
            assert not swept.down
            assert set(swept.sent) == {"profiles/inactive", "profiles/successful"}
    told = [str(mail["To"]) for mail in kept.mails]
    assert len(told) == len(set(told)) > 5


def _ask_and_answer(product: Product) -> None:
    """Somebody asks for their data, somebody for a human in the place of the machine; both have their answer the same day."""
    for right in ("access", "human-decision"):
        case = receive(product, right, "clerk", {"person": "person=1"}).case.id
        happen(product, case, "identity shown", "clerk", detail="login")
        happen(product, case, "granted", "clerk", words="a seat was free after all")
        for kind in ("carried out", "answered"):
            happen(product, case, kind, "clerk")


def _correct_and_tell(product: Product, number: int) -> None:
    """A value is corrected, and a human tells everybody who received it."""
    person = Person(people="person", key=str(number))
    correct(product, Correction(person=person, table="pool.profile", column="headline", value="neu", by="clerk"))
    notices = product.state.notices.all()
    assert {one.recipient for one in notices} >= {"provider", "region-west"}
    for one in notices:
        product.state.notices.receive(one.id, "letter", product.clock(), by="clerk")


def test_one_plan_leads_from_broken_to_kept(tidy):
    assert {name for name, word in tidy.first.items() if word != "kept"} == {"receipts/tax/at-least"}  # never looked at before


BACKUPS = {f"backups/nightly/{name}" for name in ("made", "kept", "drilled", "erased-stay-erased")}


def test_every_promise_has_a_saboteur():
    promises = {promise.id for promise in promises_of(load(EXAMPLE / "zusage.yaml").manifest)}
    without = ("attested/", "requests/")  # which are not about the pool's database
    assert {name for name in promises if not name.startswith(without)} == set(SABOTEURS) | BACKUPS


def test_backups_too_old_or_too_few_are_red(tidy, looking):
    old = tidy.backup.with_name("pool-2024-01-31")
    shutil.copy(tidy.backup, old)
    assert [judged(looking, f"backups/nightly/{name}") for name in ("made", "kept")] == [{"kept"}, {"broken"}]
    old.unlink()
    aside = tidy.backup.rename(tidy.folder / "aside")
    shutil.copy(aside, tidy.backup.with_name(f"pool-{date.today() - timedelta(days=5)}"))
    assert [judged(looking, f"backups/nightly/{name}") for name in ("made", "kept")] == [{"broken"}, {"kept"}]
    shutil.rmtree(tidy.backup.parent)
    tidy.backup.parent.mkdir()
    aside.rename(tidy.backup)
    assert judged(looking, *BACKUPS) == {"kept"}


def test_a_damaged_backup_is_red_after_the_next_drill(tidy, tmp_path):
    own, content = tmp_path / "own", tidy.backup.read_bytes()
    shutil.copytree(tidy.folder / "own", own)
    tidy.backup.write_bytes(content[:-8192])
    try:
        with opened(tidy.manifest(), own) as product:
            drill(product, "nightly")
            assert judged(product, "backups/nightly/drilled") == {"broken"}
            assert judged(product, *(BACKUPS - {"backups/nightly/drilled"})) == {"kept"}
            product.state.close()
    finally:
        tidy.backup.write_bytes(content)


def test_a_restored_backup_is_red_until_it_is_replayed(tidy, tmp_path):
    """An applicant who was erased comes back, and goes again with everything of theirs; who was there before stays."""
    here, own = tmp_path / "pool.db", tmp_path / "own"
    shutil.copy(tidy.backup, here)
    shutil.copytree(tidy.folder / "own", own)
    with closing(sqlite3.connect(tidy.database)) as connection:
        people = {row[0] for row in connection.execute("SELECT id FROM person")}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("POOL_DATABASE_URL", "POOL_APPLICATION_URL"):
            patch.setenv(name, f"sqlite:///{here}")
        with opened(tidy.manifest(), own) as product:
            assert judged(product, "backups/nightly/erased-stay-erased") == {"broken"}
            done = replay(product)
            assert not [result.stopped for result in done.results if result.stopped], done.results
            assert judged(product, "backups/nightly/erased-stay-erased") == {"kept"}
            product.state.close()
    with closing(sqlite3.connect(here)) as connection:
        assert {row[0] for row in connection.execute("SELECT id FROM person")} == people


@pytest.mark.parametrize("name", SABOTEURS)
def test_saboteur_turns_its_promise_red(tidy, looking, name):
    with tidy.broken(SABOTEURS[name]):
        if name.startswith(("no-column/", "accounted/")):  # what tables there are is looked up once
            with opened(tidy.manifest(), tidy.folder / "own") as product:
                assert judged(product, name) == {"broken"}
        else:
            assert judged(looking, name) == {"broken"}


@pytest.mark.parametrize("half", [0, 1])
def test_saboteurs_turn_no_other_promise_red(tidy, half):
    """Half of them at once: what they broke is theirs, and the other half stays as it was."""
    chosen = list(SABOTEURS)[half::2]
    with tidy.broken([statement for name in chosen for statement in SABOTEURS[name]]):
        found = verdicts(tidy)
    expected = set(chosen).union(*(IMPLIED.get(name, set()) for name in chosen))
    assert {name for name, word in found.items() if word == "broken"} == expected
    assert {word for name, word in found.items() if name not in expected} == {"kept"}


@pytest.mark.parametrize(
    ("months_ago", "then", "red"),
    [(2, "", "requests/answered-in-time"), (2, "extended", "requests/answered-in-time"), (50, "answered", "requests/cases-kept")],
)
def test_a_request_left_lying_is_red(tidy, tmp_path, months_ago, then, red):
    """Nobody answers; somebody takes longer without having said so in time; what a case says of somebody is kept for ever."""
    shutil.copytree(tidy.folder / "own", tmp_path / "own")
    then_was = datetime.now(UTC) - timedelta(days=31 * months_ago)
    with opened(tidy.manifest(), tmp_path / "own", clock=lambda: then_was) as product:
        case = receive(product, "access", "clerk", {"person": "person=1"}).case.id
        if then == "answered":
            happen(product, case, "identity shown", "clerk", detail="login")
            for kind in ("granted", "carried out", "answered", "closed"):
                happen(product, case, kind, "clerk")
    with opened(tidy.manifest(), tmp_path / "own") as product:
        if then == "extended":
            with pytest.raises(CaseRefused, match="possible until"):
                happen(product, case, "extended", "clerk", words="much to do")
        names = ("requests/answered-in-time", "requests/cases-kept")
        assert {name: judged(product, name) for name in names} == {name: {"broken" if name == red else "kept"} for name in names}


@pytest.mark.parametrize("how", ["a row in reach", "lifted without a word"])
def test_a_restriction_that_is_not_kept_is_red(tidy, looking, how):
    row = insert("referee", person_id=tidy.restricted, name="'R'", email="'r@example.net'", relation="''", added_at=NOW)
    statements = [row] if how == "a row in reach" else ["UPDATE zusage_restriction SET lifted_at = placed_at"]
    assert judged(looking, "requests/restricted") == {"kept"}
    with tidy.broken(statements):
        assert judged(looking, "requests/restricted") == {"broken"}


def test_a_machine_that_has_the_last_word_is_red(tidy, tmp_path):
    shutil.copytree(tidy.folder / "own", tmp_path / "own")
    with opened(tidy.manifest(), tmp_path / "own", clock=lambda: datetime.now(UTC) - timedelta(days=70)) as product:
        receive(product, "human-decision", "clerk", {"person": "person=2"})
    with opened(tidy.manifest(), tmp_path / "own") as product:
        assert judged(product, "requests/decided-by-humans") == {"broken"}


def test_lapsed_attestation_is_red(tidy, looking):
    state = tidy.folder / "own" / STATE
    with closing(sqlite3.connect(state)) as database, database:
        before = database.execute("SELECT id, at FROM zusage_attestation").fetchall()
        database.execute("UPDATE zusage_attestation SET at = datetime(at, '-2 years')")
    try:
        assert judged(looking, "attested/compliance-review", "attested/sites-in-germany") == {"broken"}
    finally:
        with closing(sqlite3.connect(state)) as database, database:
            database.executemany("UPDATE zusage_attestation SET at = ? WHERE id = ?", [(at, number) for number, at in before])
