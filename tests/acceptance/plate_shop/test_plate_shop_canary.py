"""A synthetic person binds an order that is paid, made and sent, writes to the office, and asks for access and erasure."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import request
from plate_shop_world import Visitor, order, pay
from ruamel.yaml import YAML
from sqlalchemy import text

from plate_shop import schema
from plate_shop.web.sessions import Sessions
from zusage.bootstrap import opened
from zusage.bootstrap.canary import delivering
from zusage.bootstrap.canary.desk import AskedInVain
from zusage.bootstrap.canary.flight import fly
from zusage.evidence.answers import copied
from zusage.evidence.verdict import judge
from zusage.promises.manifest import Texts
from zusage.sealing import SigningKey
from zusage.testing.authority import Authority
from zusage.testing.other_controller import other_controller

EXAMPLE = Path(__file__).parents[3] / "examples" / "plate_shop"
KEPT_FOR_A_DUTY = {"shop.invoice", "shop.commercial_letter"}


@pytest.fixture(scope="module")
def trial(world, tmp_path_factory):
    """The manifest with a second person, their key, and what the environment must say."""
    folder = tmp_path_factory.mktemp("trial")
    key = SigningKey.generate(folder / "second.key", "second")
    for path in EXAMPLE.glob("*.yaml"):
        named = f'guard:\n  approvers: ["{key.verifier.encode()}"]\n  share: 0.2'
        (folder / path.name).write_text(path.read_text().replace("guard:\n  share: 0.2", named))
    for role in ("orders", "support"):
        world.hire(f"trial-{role}", role)
    around = other_controller(folder / "taken", Authority(folder / "authority"))
    with pytest.MonkeyPatch.context() as patch, around as other:
        for name, value in {
            **other.environment,
            "SHOP_URL": world.url,
            "SHOP_PAYMENT_URL": world.town.services["payment"],
            "SHOP_DATABASE_FILE": f"{world.folder}/shop.db",
            "MAILBOX_DATABASE_FILE": f"{world.folder}/mailbox.db",
            "SHOP_DATABASE_URL": f"sqlite:///{world.folder}/shop.db",
            "MAILBOX_DATABASE_URL": f"sqlite:///{world.folder}/mailbox.db",
            **{f"SHOP_{role.upper()}_LOGIN": f"trial-{role}" for role in ("orders", "support")},
            **{f"SHOP_{role.upper()}_PASSWORD": f"pass-trial-{role}" for role in ("orders", "support")},
        }.items():
            patch.setenv(name, value)
        yield folder / "canary.yaml", key


@pytest.fixture(scope="module")
def brief(trial):
    """The same without a copy and a package, for what is not about them: printing takes long."""
    manifest, key = trial
    yaml = YAML()
    content = yaml.load(manifest)
    for name in ("access", "portability", "transfers"):
        del content["canary"][name]
    with (manifest.parent / "brief.yaml").open("w") as file:
        yaml.dump(content, file)
    return manifest.parent / "brief.yaml", key


def flown(trial, state):
    manifest, key = trial
    with opened(manifest, state) as product:
        return fly(product, key=key)


def judged(run, verdict):
    return {one.promise.id: one.judgement.reason for one in run.landed if one.judgement.verdict.value == verdict}


OTHERS = (schema.shop_order, schema.customer, schema.payment, schema.invoice, schema.commercial_letter, schema.inquiry)


def rows_of_others(world):
    return {table.name: world.rows(table) for table in OTHERS}


@pytest.fixture(scope="module")
def others(world):
    """Somebody real has ordered and paid, and waits; theirs is what staff see first."""
    with Visitor(world) as somebody:
        pay(somebody, order(world, somebody))
    found = rows_of_others(world)
    assert all(found[name] for name in ("shop_order", "customer", "payment"))
    return found


@pytest.fixture(scope="module")
def heard():
    """By kind of people, the copy that a flight was given, as it was judged."""
    return {}


@pytest.fixture(scope="module")
def run(trial, others, heard, tmp_path_factory):
    """One flight, in which nothing goes wrong."""
    real = delivering.copied

    def hear(manifest, answer, *more):
        heard[answer.people] = (manifest, answer, *more)
        return real(manifest, answer, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivering, "copied", hear)
        return flown(trial, tmp_path_factory.mktemp("flown"))


def test_a_bound_order_leaves_only_what_a_duty_keeps_and_that_in_the_vault(world, others, run):
    assert set(judged(run, "kept")) == {one.promise.id for one in run.landed}, run.landed
    traces = [trace for residue in run.flight.before.values() for trace in residue.traces]
    there = {f"{trace.store}.{trace.place}".rpartition(".")[0] for trace in traces}
    assert there >= KEPT_FOR_A_DUTY | {"shop.shop_order", "shop.customer", "shop.shipment", "shop.order_note", "mailbox.inquiry"}
    assert set(run.flight.kept) == KEPT_FOR_A_DUTY
    town = world.town
    assert all(one.recorder.received for one in (town.payment, town.fulfilment, town.carrier, town.registration))
    assert rows_of_others(world) == others


def test_what_the_vault_keeps_and_nobody_declared_is_left_over(run):
    undeclared = replace(run.flight, blocked={"shop.invoice": "accounting vouchers are kept"})
    today = datetime.now(UTC).date()
    verdicts = {one.promise.id: judge(undeclared.seen_for(one.promise, today)).verdict.value for one in run.landed}
    assert {name for name, verdict in verdicts.items() if verdict == "broken"} == {"canary/zusage/erased", "canary/blocked"}


@pytest.mark.parametrize(
    ("people", "point", "line", "red"),
    [
        ("customer", "automated", "not stated", "automated"),
        ("customer", "automated", "If nobody looks, a machine decides.", "automated"),
        ("customer", "abroad", "not stated", "abroad"),
        ("correspondent", "automated", "nicht angegeben", "automated"),
        ("correspondent", "abroad", "nicht angegeben", "abroad"),
        ("correspondent", "source", "Allgemeine Anfragen: Herkunft nicht bekannt.", "source"),
    ],
)
def test_an_answer_that_only_sounds_like_a_denial_is_none(run, heard, people, point, line, red):
    """Nobody is abroad here and no machine decides, which must be said of the thing itself, in the language in which somebody asked."""
    manifest, answer, *more = heard[people]
    assert not copied(manifest, answer, *more)[red].lacking
    content = json.loads(answer.files["access.json"])
    assert content["language"] == {"customer": "en", "correspondent": "de"}[people]
    content["information"][point] = [line]
    files = {**answer.files, "access.json": json.dumps(content).encode()}
    files.pop("access.pdf")  # reading paper takes long
    parts = copied(manifest, replace(answer, files=files), *more)
    assert {name for name, part in parts.items() if part.lacking or part.wrong} == {red, "forms"}


def test_a_recipient_in_a_third_country_must_be_named_with_what_the_transfer_rests_on(run, heard):
    """And where the manifest itself does not say on what, nobody can tell whether the copy does."""
    manifest, answer, *more = heard["customer"]
    carrier = manifest.recipients["carrier"]
    far = {"country": "IN", "safeguard": Texts(de="Standardvertragsklauseln", en="standard contractual clauses")}
    found = {}
    for name, change in {"said": far, "unsaid": far | {"safeguard": None}}.items():
        recipients = {**manifest.recipients, "carrier": carrier.model_copy(update=change)}
        found[name] = copied(manifest.model_copy(update={"recipients": recipients}), answer, *more)["abroad"]
    assert found["said"].lacking == {"carrier"}
    assert "that there is none" in found["said"].wrong
    assert (found["unsaid"].lacking, found["unsaid"].wrong) == (set(), set())
    assert found["unsaid"].unread


def test_a_lost_invoice_a_copy_of_orders_and_a_session_that_stays_are_seen(world, brief, tmp_path, monkeypatch):
    copy = "CREATE TRIGGER copy AFTER INSERT ON customer BEGIN INSERT INTO shadow VALUES (json_object('was', new.email)); END"
    with world.shop.engine.begin() as connection:
        for statement in ("CREATE TABLE shadow (what TEXT)", copy):
            connection.execute(text(statement))

    def lose(self):
        """No session is forgotten, and whoever throws a checkout away loses the invoices."""
        if request.path == "/bestellen/abbrechen":
            with world.shop.engine.begin() as connection:
                connection.execute(schema.invoice.delete())

    monkeypatch.setattr(Sessions, "end", lose)
    run = flown(brief, tmp_path)
    assert set(judged(run, "broken")) == {"canary/shop/erased", "canary/blocked"}
    assert {trace.place for trace in run.flight.left} == {"web_session.state", "shadow.what"}


def test_nothing_is_begun_where_nobody_could_sign_the_erasure(world, trial, tmp_path):
    before = world.rows(schema.web_session)
    with pytest.raises(AskedInVain, match="a second person must sign"):
        flown((trial[0], None), tmp_path)
    with pytest.raises(AskedInVain, match=r"not among guard\.approvers"):
        flown((trial[0], SigningKey.generate(tmp_path / "other.key", "other")), tmp_path)
    assert world.rows(schema.web_session) == before
    assert list((tmp_path / "canaries").glob("*")) == []
