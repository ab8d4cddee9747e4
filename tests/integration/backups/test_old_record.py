"""State, folder and evidence that come back together from an old copy agree with each other; what is outside shows that they are old."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.integration.rights.erasing_shop import NOW
from zusage.bootstrap import Product, opened
from zusage.bootstrap.backups.replaying import Replayed, replay
from zusage.bootstrap.heartbeat import tell
from zusage.bootstrap.register.gaps import RecordBehind
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.cli import cli
from zusage.planning.holding import Person
from zusage.sealing import SigningKey
from zusage.testing.witness import WitnessServer

from .backed_world import Backed, shop

__all__ = ["shop"]

#: our own folder beside the shop, and a copy of it that became old
_OWN, _OLD = ".zusage", "copy"

_STAYS = "backups/nightly/erased-stay-erased"


def _opened(shop: Backed, days: float, own: str = _OWN) -> AbstractContextManager[Product]:
    return opened(shop.folder / "zusage.yaml", shop.folder / own, clock=lambda: NOW + timedelta(days=days))


def _erase(shop: Backed, key: str, days: float, own: str = _OWN) -> None:
    path = shop.folder / "erasure.json"
    with _opened(shop, days, own) as product:
        made = plan(product, Wish(people=(Person(people="customer", key=key),), ground="b", by="clerk", needed={})).plan
        product.save_plan(made, path)
        product.approve_plan(path, shop.key)
        assert not [one.stopped for one in product.apply_plan(path, lambda _: None) if one.stopped]


def _stays(shop: Backed, days: float, own: str = _OWN) -> tuple[str, str]:
    with _opened(shop, days, own) as product:
        (judged,) = (one.judgement for one in product.verify() if one.promise.id == _STAYS)
    return judged.verdict.value, judged.reason


def _replay(shop: Backed, days: float, own: str = _OWN, *, nothing_newer: bool = False) -> Replayed:
    with _opened(shop, days, own) as product:
        return replay(product, nothing_newer=nothing_newer)


def _guard(shop: Backed, days: float, own: str = _OWN) -> float:
    with _opened(shop, days, own) as product:
        return product.make_plan().guard


def _sold(shop: Backed, number: int, when: str) -> None:
    shop.sql(f"INSERT INTO purchase VALUES ({number}, 'N{number}', 5, '{when}', FALSE)")


@pytest.fixture
def old(shop: Backed) -> Backed:
    """Somebody was erased after the copy of our own folder was made, and shop and folder came back from copies."""
    _erase(shop, "4", 0)
    assert _stays(shop, 0)[0] == "kept"
    shutil.copytree(shop.folder / _OWN, shop.folder / _OLD)
    _sold(shop, 91, "2026-06-02 08:00:00")
    assert _stays(shop, 1.5)[0] == "kept"
    _sold(shop, 92, "2026-06-04 08:00:00")
    shop.back_up()
    _erase(shop, "3", 3)
    assert _stays(shop, 3)[0] == "kept"
    shop.restore()
    return shop


def test_rows_that_are_newer_than_our_own_record_show_that_it_may_be_old_until_somebody_says_that_nothing_newer_is_there(
    old: Backed,
) -> None:
    assert _stays(old, 3)[0] == "broken"  # with the newest record it is known who is back
    assert _guard(old, 3) == 1.0
    for _ in range(2):  # a look of its own does not make the record whole
        verdict, reason = _stays(old, 3.1, _OLD)
        assert verdict == "undecided", reason
        assert "shop is ahead of our own record" in reason
    assert _guard(old, 3.1, _OLD) == 0.0
    done = _replay(old, 3.1, _OLD)
    assert [gap.of for gap in done.gaps] == ["shop"]
    assert not done.complete
    done = _replay(old, 3.1)
    assert (done.gaps, done.complete) == ((), True)
    assert old.sql("SELECT count(*) FROM customer WHERE id IN (3, 4)") == [(0,)]
    assert _stays(old, 3.1)[0] == "kept"


def test_who_has_no_newer_copy_says_so_and_is_not_asked_again_for_a_pause_as_long(old: Backed) -> None:
    at = str(old.folder / "zusage.yaml")
    with _opened(old, 3.1, _OLD) as product:
        product.make_plan()  # finds it
    told = CliRunner().invoke(
        cli, ["plan", at, "-o", str(old.folder / "plan.json"), "--folder", str(old.folder / _OLD)], standalone_mode=False
    )
    assert "nothing is on our own record of what was decided about shop between 2026-06-01 09:00 UTC and" in told.output
    assert _replay(old, 3.1, _OLD, nothing_newer=True).complete
    assert _stays(old, 3.1, _OLD)[0] == "kept"
    assert _guard(old, 3.1, _OLD) == 1.0
    _sold(old, 93, "2026-06-07 08:00:00")
    assert _stays(old, 6.5, _OLD)[0] == "kept"  # as long a pause as the one that was none
    _sold(old, 94, "2026-06-20 08:00:00")
    assert _stays(old, 20, _OLD)[0] == "undecided"


def test_a_long_pause_in_which_nothing_happened_is_none_but_after_a_restore_it_is_asked_for(shop: Backed) -> None:
    _erase(shop, "4", 0)
    assert _stays(shop, 9)[0] == "kept"
    assert _guard(shop, 9) == 1.0
    assert _replay(shop, 10).complete
    assert not _replay(shop, 20).complete
    assert _replay(shop, 20, nothing_newer=True).complete


def test_a_witness_that_remembers_more_stops_whatever_would_change_until_somebody_says_that_nothing_newer_is_there(
    shop: Backed,
) -> None:
    _erase(shop, "4", 0)
    assert _stays(shop, 0)[0] == "kept"
    with shop.opened() as product:
        origin, key = product.log.checkpoint().origin, SigningKey.load(shop.folder / ".zusage" / "log.key").verifier
    with WitnessServer("witness.example", {origin: [key]}) as witness:
        path = shop.folder / "zusage.yaml"
        path.write_text(path.read_text() + f'witnesses:\n  {witness.url}: "{witness.key.encode()}"\n')
        shutil.copytree(shop.folder / _OWN, shop.folder / _OLD)
        assert _stays(shop, 0)[0] == "kept"
        with shop.opened() as product:
            assert tell(product, "kept") == ()
        before = shop.rows()
        with pytest.raises(RecordBehind, match=r"witness.example has seen \d+ entries.*Nothing was changed.*--nothing-newer"):
            _erase(shop, "3", 0, _OLD)
        with pytest.raises(RecordBehind):
            _replay(shop, 0, _OLD)
        assert shop.rows() == before
        for _ in range(2):  # entries of its own make it no longer the same log
            verdict, reason = _stays(shop, 0, _OLD)
            assert (verdict, "witness.example is ahead of our own record" in reason) == ("undecided", True)
        assert _replay(shop, 0, _OLD, nothing_newer=True).complete
        assert _stays(shop, 0, _OLD)[0] == "kept"
        _erase(shop, "3", 0, _OLD)
        assert shop.rows() != before


def test_a_witness_that_cannot_be_reached_stops_nothing(shop: Backed) -> None:
    path = shop.folder / "zusage.yaml"
    nobody = "witness.example+19b14a2c+BMhAafoiFsbtwdUsqDqhHCZ91UQK+lJgkMpD69DKhqnP"
    path.write_text(path.read_text() + f'witnesses:\n  http://127.0.0.1:9: "{nobody}"\n')
    _stays(shop, 0)
    shop.erase("3")
    assert shop.sql("SELECT count(*) FROM customer WHERE id = 3") == [(0,)]


def test_where_another_database_may_be_answering_verify_says_so_and_is_undecided(shop: Backed) -> None:
    _erase(shop, "4", 0)
    assert _stays(shop, 0)[0] == "kept"
    shop.sql("UPDATE customer SET since = '2025-01-01 10:00:01'")
    for table in ("purchase", "remark"):
        shop.sql(f"UPDATE {table} SET at = '2026-01-01 10:00:01'")
    verdict, reason = _stays(shop, 0)
    assert (verdict, "another database may be answering for shop" in reason) == ("undecided", True)
