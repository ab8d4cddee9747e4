"""Months in which somebody does not log in, put forward by the clock: the warning, the time to come back, the return, and the end.

The days around the end are always tried; ``ZUSAGE_MONTHS=20`` begins on the day of the registration, and ends when who came back is
warned anew.
"""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from expert_pool_saboteurs import silent_member
from expert_pool_world import World
from tests.integration.receivers import mail_server

from expert_pool.work import accounts
from zusage.bootstrap import Product, opened
from zusage.bootstrap.vaults import vault_of
from zusage.bootstrap.warning import send
from zusage.evidence.verdict import judge
from zusage.promises.derive import promises_of
from zusage.promises.period import Period
from zusage.sealing import SigningKey

EXAMPLE = Path(__file__).parents[3] / "examples" / "expert_pool"
MONTHS = int(os.environ.get("ZUSAGE_MONTHS", "3"))
RULES = ("profiles/inactive/at-most", "profiles/inactive/warned")
START = datetime.now(UTC).replace(microsecond=0)


def after(months, moment):
    return Period.parse(f"P{months}M").after(moment.date()) if months else moment.date()


class Months:
    """A pool, its people, and what they found in their mail."""

    def __init__(self, folder, mails):
        self.folder, self.mails, self.now = folder, mails, START
        self.key = SigningKey.generate(folder / "second.key", "second-person")
        named = f'guard:\n  approvers: ["{self.key.verifier.encode()}"]\n  share: 0.2'
        (folder / "zusage.yaml").write_text((EXAMPLE / "zusage.yaml").read_text().replace("guard:\n  share: 0.2", named))
        shutil.copy(EXAMPLE / "standing.yaml", folder)

    @contextmanager
    def opened(self) -> Iterator[Product]:
        with opened(self.folder / "zusage.yaml", self.folder / "own", clock=lambda: self.now) as product:
            yield product
            product.state.close()

    def night(self, months, days=0):
        """What runs every night: warn, plan, sign, apply, look; returns the verdicts about inactivity."""
        self.now = START + (after(months, START) - START.date()) + timedelta(days=days)
        with self.opened() as product:
            assert not send(product).down
            plan = product.make_plan()
            if plan.steps:
                product.save_plan(plan, self.folder / "plan.json")
                product.approve_plan(self.folder / "plan.json", self.key)
                assert not [one.stopped for one in product.apply_plan(self.folder / "plan.json", lambda _: None) if one.stopped]
            eyes = product.eyes()
            found = [one for one in promises_of(product.loaded.manifest) if one.id in RULES]
            return {one.id: judge(eyes.look(one).observation).verdict.value for one in found}

    def people(self):
        with closing(sqlite3.connect(self.folder / "pool.db")) as database:
            return {row[0] for row in database.execute("SELECT email FROM person")}

    def shared(self, email, recipient):
        """Somebody's profile was once shown to a recipient."""
        consent = "(SELECT min(id) FROM consent WHERE person_id = person.id)"
        line = f"SELECT id, {consent}, ?, 'stakeholder', 'CH', '', 'given_name', 'x', '2026-01-02 10:00:00' FROM person WHERE email = ?"
        columns = "person_id, consent_id, recipient, kind, country, transfer_basis, fields, purpose, sent_at"
        with closing(sqlite3.connect(self.folder / "pool.db")) as database, database:
            assert database.execute(f"INSERT INTO disclosure ({columns}) {line}", (recipient, email)).rowcount == 1

    def told(self):
        """Who is to be told of an end, and by which names."""
        with self.opened() as product:
            state = product.state.notices
            return [
                (
                    one.recipient,
                    json.loads(vault_of(product).unseal_note(f"notice {one.key}", state.sealed(one.id)))["identities"],
                )
                for one in state.all()
            ]

    def warned(self):
        """How often, by address."""
        told = [str(mail["To"]) for mail in self.mails]
        return {address: told.count(address) for address in told}


@pytest.fixture
def months(tmp_path, monkeypatch):
    with mail_server() as (server, mails):
        for name in ("POOL_DATABASE_URL", "POOL_APPLICATION_URL"):
            monkeypatch.setenv(name, f"sqlite:///{tmp_path}/pool.db")
        monkeypatch.setenv("POOL_FOLDER", str(tmp_path))
        monkeypatch.setenv("POOL_MAIL_SERVER", server)
        yield Months(tmp_path, mails)


def test_who_stays_away_is_warned_and_goes_who_comes_back_stays_and_who_was_successful_is_not_asked(months, monkeypatch):
    with ExitStack() as stack:
        world = World(months.folder, f"sqlite:///{months.folder}/pool.db")
        stack.callback(world.close)
        away, back = (stack.enter_context(world.person()) for _ in range(2))
        with closing(sqlite3.connect(months.folder / "pool.db")) as database, database:
            for statement in silent_member("successful", 0):
                assert database.execute(statement).rowcount
            (successful,) = (row[0] for row in database.execute("SELECT email FROM person WHERE email LIKE '%successful%'"))
        for one in (away, back):
            months.shared(one.email, "Mission Delta")
        everybody = {away.email, back.email, successful}
        for month in range(max(0, 20 - MONTHS), 17):
            assert set(months.night(month).values()) <= {"kept", "undecided"}  # nobody is near their end yet
            assert months.warned() == {}
            assert months.people() == everybody
        months.night(17, -1)
        assert months.warned() == {away.email: 1, back.email: 1}
        assert not any(re.search(rf"{away.family}|{away.given}", mail.as_string()) for mail in months.mails)
        months.now += timedelta(days=10)
        monkeypatch.setattr(accounts, "utcnow", lambda: months.now.replace(tzinfo=None))
        assert world.enter(back).status_code == 303
        returned = months.now
        months.night(18, -1)
        assert months.people() == everybody  # the period is not over
        assert months.night(18, 1) == dict.fromkeys(RULES, "kept")
        assert months.people() == everybody - {away.email}
        assert world.enter(away).status_code != 303
        assert months.told() == [("mission-delta", {"given-name": [away.given], "family-name": [away.family]})]
        if MONTHS < 20:
            return
        assert months.night(20) == dict.fromkeys(RULES, "kept")
        assert months.people() == everybody - {away.email}
        assert months.warned() == {away.email: 1, back.email: 1}
        months.night(0, (after(17, returned) - START.date()).days - 1)
        assert months.warned() == {away.email: 1, back.email: 2}  # whoever comes back and stays away again is told again
