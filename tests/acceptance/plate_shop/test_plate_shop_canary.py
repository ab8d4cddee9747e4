"""A synthetic person fills in an order of the shop and throws it away; a session that is not forgotten turns exactly that red."""

from pathlib import Path

from sqlalchemy import text

from plate_shop.web.sessions import Sessions
from zusage.bootstrap import opened
from zusage.bootstrap.canary import fly

MANIFEST = Path(__file__).parents[3] / "examples" / "plate_shop" / "canary.yaml"


def flown(world, state, monkeypatch):
    for name, value in {
        "SHOP_URL": world.url,
        "SHOP_DATABASE_FILE": f"{world.folder}/shop.db",
        "SHOP_DATABASE_URL": f"sqlite:///{world.folder}/shop.db",
        "MAILBOX_DATABASE_URL": f"sqlite:///{world.folder}/mailbox.db",
    }.items():
        monkeypatch.setenv(name, value)
    with opened(MANIFEST, state) as product:
        return fly(product)


def judged(run, verdict):
    return {one.promise.id for one in run.landed if one.judgement.verdict.value == verdict}


def test_a_canary_throws_its_order_away_and_no_recipient_hears_of_it(world, tmp_path, monkeypatch):
    services = (world.town.payment, world.town.carrier, world.town.fulfilment, world.town.registration)
    heard = [len(service.recorder.received) for service in services]
    run = flown(world, tmp_path, monkeypatch)
    assert {one.promise.id: one.judgement.reason for one in run.landed if one.judgement.verdict.value != "kept"} == {}
    assert {trace.place for trace in run.flight.before["shop"].traces} == {"web_session.state"}
    assert [len(service.recorder.received) for service in services] == heard


def test_a_session_that_is_not_forgotten_breaks_the_shop_alone(world, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Sessions, "end", lambda self: None)
        run = flown(world, tmp_path, monkeypatch)
    assert judged(run, "broken") == {"canary/shop/erased"}
    assert {trace.place for trace in run.flight.left} == {"web_session.state"}
    with world.shop.engine.begin() as connection:
        connection.execute(text("DELETE FROM web_session"))
