"""What the shop promises of requests, recipients and backups: each saboteur turns exactly its promise red."""

import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.integration.receivers import http_receiver, mail_server

from plate_shop.generate import generate
from zusage.bootstrap import opened
from zusage.bootstrap.backups.drilling import drill
from zusage.bootstrap.backups.replaying import replay
from zusage.bootstrap.cases.requests import happen, receive
from zusage.bootstrap.rights.correcting import Wish as Correction
from zusage.bootstrap.rights.correcting import correct
from zusage.bootstrap.rights.restricting import Wish as Restriction
from zusage.bootstrap.rights.restricting import restrict
from zusage.bootstrap.telling.sending import send
from zusage.evidence.verdict import judge
from zusage.planning.holding import Person
from zusage.promises.derive import promises_of
from zusage.sealing import SigningKey

SHOP = Path(__file__).parents[3] / "examples" / "plate_shop"
NAMES = ("shop", "mailbox")
PARTS = ("zusage.yaml", "website.yaml", "telling.yaml", "requests.yaml", "backups.yaml")
#: what a browser, a server or a role must say
OUTSIDE = ("website/", "cookies/", "attested/", "transport/", "before-consent/")


@contextmanager
def product(folder, at=None):
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            patch.setenv(f"{name.upper()}_DATABASE_URL", f"sqlite:///{folder}/{name}.db")
        patch.setenv("SHOP_BACKUPS", str(folder / "backups"))
        with opened(folder / "all.yaml", folder / "own", lambda: at or datetime.now(UTC)) as ours:
            yield ours
            ours.state.close()


def look(folder):
    with product(folder) as ours:
        eyes = ours.eyes()
        found = [one for one in promises_of(ours.loaded.manifest) if not one.id.startswith(OUTSIDE)]
        return {one.id: judge(eyes.look(one).observation).verdict.value for one in found}


def ask(folder, statement):
    with closing(sqlite3.connect(folder / "shop.db")) as database:
        return str(database.execute(statement).fetchone()[0])


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The shop after a plan and a drill: somebody corrected and everybody told, somebody restricted, somebody answered."""
    folder = tmp_path_factory.mktemp("told") / "shop"
    (folder / "backups").mkdir(parents=True)
    generate(*(f"sqlite:///{folder}/{name}.db" for name in NAMES), customers=80, now=datetime.now(UTC).replace(tzinfo=None))
    key = SigningKey.generate(folder / "second.key", "second-person")
    for name in PARTS:
        shutil.copy(SHOP / name, folder)
    named = f'guard:\n  approvers: ["{key.verifier.encode()}"]\n  share: 0.9'
    (folder / "zusage.yaml").write_text((SHOP / "zusage.yaml").read_text().replace("guard:\n  share: 0.2", named))
    (folder / "all.yaml").write_text("import: [telling.yaml, requests.yaml, backups.yaml]\n")
    for name in NAMES:
        shutil.copy(folder / f"{name}.db", folder / "backups" / f"{name}-{date.today()}")
    with http_receiver() as http, mail_server() as (server, _), pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "SHOP_FULFILMENT_NOTICES": f"{http.url}/fulfilment",
            "SHOP_CARRIER_NOTICES": f"{http.url}/carrier",
            "SHOP_MAIL_SERVER": server,
        }.items():
            patch.setenv(name, value)
        with product(folder) as ours:
            ours.save_plan(ours.make_plan(), folder / "plan.json")
            ours.approve_plan(folder / "plan.json", key)
            assert not [one for one in ours.apply_plan(folder / "plan.json", lambda _: None) if one.stopped]
            sent = "SELECT o.customer_id FROM shop_order o JOIN shipment s ON s.order_id = o.id WHERE o.status = 'completed' ORDER BY o.id"
            corrected, restricted = (ask(folder, f"{sent} {end}") for end in ("LIMIT 1", "DESC LIMIT 1"))
            assert corrected != restricted
            person = Person(people="customer", key=corrected)
            correct(ours, Correction(person=person, table="shop.customer", column="name", value="Neuer Name", by="clerk"))
            swept = send(ours)
            assert swept.told
            for one in swept.by_hand:
                ours.state.notices.receive(one.id, "letter", ours.clock(), by="clerk")
            restrict(ours, Restriction(person=Person(people="customer", key=restricted), ground="a", by="clerk"))
            case = receive(ours, "access", "clerk", {"person": f"customer={corrected}"}).case.id
            happen(ours, case, "identity shown", "clerk", detail="login")
            for kind in ("granted", "carried out", "answered"):
                happen(ours, case, kind, "clerk")
            assert all(drill(ours, name).judgement.verdict.value == "kept" for name in NAMES)
        yield folder, corrected, restricted


@pytest.fixture(scope="module")
def untouched(told):
    return look(told[0])


def test_after_a_plan_nothing_is_broken_and_what_is_sabotaged_below_is_kept(untouched):
    waiting = {name for name, verdict in untouched.items() if verdict != "kept"}
    assert {untouched[name] for name in waiting} == {"undecided"}  # what nobody looked at before, and choices that nobody made
    below = {"requests/restricted", "requests/answered-in-time", "requests/steps-sealed", "recipients-told"}
    assert not waiting & (below | {f"backups/{name}/erased-stay-erased" for name in NAMES})


def test_recipients_whom_nobody_ever_told_turn_exactly_their_promise_red(told, untouched, tmp_path):
    folder = tmp_path / "untold"
    shutil.copytree(told[0], folder)
    with product(folder, datetime.now(UTC) - timedelta(days=21)) as ours:
        person = Person(people="customer", key=told[1])
        correct(ours, Correction(person=person, table="shop.customer", column="name", value="Noch ein Name", by="clerk"))
    assert look(folder) == {**untouched, "recipients-told": "broken"}


def test_a_row_that_the_restriction_does_not_hide_turns_exactly_its_promise_red(told, untouched, tmp_path):
    folder = tmp_path / "in-reach"
    shutil.copytree(told[0], folder)
    with closing(sqlite3.connect(folder / "shop.db")) as database, database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(customer)")]
        known = {"id": told[2], "last_order_at": "datetime('now')", "created_at": "datetime('now')"}
        values = [known.get(one, f"'{one}'") for one in columns]
        database.execute(f"INSERT INTO customer ({', '.join(columns)}) VALUES ({', '.join(values)})")
    assert look(folder) == {**untouched, "requests/restricted": "broken"}


def test_a_request_that_nobody_answers_turns_exactly_its_promises_red(told, untouched, tmp_path):
    folder = tmp_path / "asked"
    shutil.copytree(told[0], folder)
    with product(folder, datetime.now(UTC) - timedelta(days=62)) as ours:
        receive(ours, "access", "clerk", {"person": "customer=2"})
    late = {"requests/answered-in-time", "requests/steps-sealed"}  # noted after looks of days that should have seen it
    assert look(folder) == {**untouched, **dict.fromkeys(late, "broken")}


def test_a_restored_backup_turns_exactly_its_promise_red_until_it_is_replayed(told, untouched, tmp_path):
    folder = tmp_path / "restored"
    shutil.copytree(told[0], folder)
    shutil.copy(next((folder / "backups").glob("mailbox-*")), folder / "mailbox.db")
    restored = look(folder)
    assert restored["backups/mailbox/erased-stay-erased"] == "broken"
    back = {name for name, verdict in restored.items() if verdict != untouched[name]} - {"backups/mailbox/erased-stay-erased"}
    assert all(name.startswith("inquir") for name in back)  # who comes back is overdue again
    with product(folder) as ours:
        assert not [one for one in replay(ours).results if one.stopped]
    assert look(folder) == untouched
