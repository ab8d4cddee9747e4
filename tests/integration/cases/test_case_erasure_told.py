"""Whoever demanded an erasure is told what went, what a duty keeps, why and until when, whatever the clerk writes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.rights.erasing_shop import NOW, Shop
from zusage.bootstrap import opened
from zusage.bootstrap.cases.parcels import Parcel
from zusage.bootstrap.cases.parcels import opened as unsealed
from zusage.bootstrap.cases.requests import letter, receive, sweep
from zusage.bootstrap.cases.stepping import step
from zusage.bootstrap.rights.demands import close
from zusage.bootstrap.rights.erasing import Wish, plan
from zusage.planning.holding import Person
from zusage.rights.case import CaseRefused

REQUESTS = """requests:
  kept: P1Y
  mail: {server: "smtp://127.0.0.1:1", sender: rights@example.org}
  door: {at: "https://shop.example/rights", valid: PT2H}
"""
KEPT = "„Rechnungen“: 2 Einträge gesperrt bis spätestens 31. Dezember 2034."


@pytest.fixture
def asked(tmp_path: Path) -> Shop:
    """Customer 3 demands their erasure, and it was carried out by a plan that nobody has kept."""
    shop = Shop(tmp_path)
    file = tmp_path / "zusage.yaml"
    file.write_text(file.read_text().replace("classes:", REQUESTS + "classes:", 1))
    _open(shop, "C-0001", "3")
    shop.plan()
    _erase(shop)
    _done(shop, "C-0001")
    return shop


def _open(shop: Shop, case: str, key: str) -> None:
    with shop.opened() as product:
        receive(product, "erasure", "clerk-1", {"person": f"customer={key}", "address": f"{key}@example.org", "language": "de"})
        for name in ("identify", "grant", "approve"):
            step(product, case, name, "clerk-2" if name == "approve" else "clerk-1", how="in-person")  # type: ignore[arg-type]


def _erase(shop: Shop) -> None:
    shop.apply()
    shop.sql("UPDATE remark SET customer_id = NULL WHERE customer_id = 3")


def _done(shop: Shop, case: str) -> None:
    with shop.opened() as product:
        step(product, case, "done", "clerk-1", plan=shop.folder / "erasure.json", words="Compared.")
    (shop.folder / "erasure.json").unlink()


def _answer(shop: Shop, case: str = "C-0001", **more: Any) -> str:
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=1)) as product:
        return str(step(product, case, "answer", "clerk-1", **more).case.state)


def _sealed(shop: Shop) -> str:
    """What lies ready for the person."""
    with shop.opened() as product:
        (one,) = product.state.case_answers.waiting(NOW)
        return "\n\n".join(Parcel(case=one.case, content=unsealed(product, one)).letter or ())


def test_the_answer_to_an_erasure_tells_what_stays_and_until_when_by_itself(asked: Shop) -> None:
    _answer(asked, way="mailed-link", words="Liebe Kundin,\n\nwir haben geprüft:\n– alles ist weg")
    found = _sealed(asked)
    assert "Liebe Kundin,\n\nwir haben geprüft:\n– alles ist weg." in found
    assert "„Bestellung“: 5 Einträge gelöscht." in found
    assert KEPT in found
    assert "§ 147" in found
    assert "nach seinem Abschluss noch ein Jahr auf und löschen es dann." in found
    assert "Sicherungskopien" not in found  # there are none


@pytest.mark.parametrize(
    ("backups", "words", "again"),
    [
        ("{nightly: {of: [shop], kept: P30D}, weekly: {of: [shop], kept: P2M}}", "spätestens nach zwei Monaten.", False),
        ("{nightly: {of: [shop], kept: P30D}, weekly: {of: [shop]}}", "bis diese Kopien gelöscht werden.", False),
        ("{nightly: {of: [shop], every: P1D, kept: P30D, kind: database, path: /nowhere/*}}", "spätestens nach 30 Tagen.", True),
    ],
)
def test_what_backups_still_hold_is_told_with_the_longest_of_their_times(
    asked: Shop, backups: str, words: str, again: bool
) -> None:
    file = asked.folder / "zusage.yaml"
    file.write_text(file.read_text() + f"backups: {backups}\n")
    _answer(asked, way="post", words="By letter.")
    with asked.opened() as product:
        (found,) = [one for one in letter(product, "C-0001", "de") if "Sicherungskopien" in one]
    assert words in found
    assert ("zurückgespielt" in found) is again


def test_an_answer_without_words_of_the_clerk_is_one_where_it_tells_by_itself(asked: Shop) -> None:
    _answer(asked, way="mailed-link")
    assert KEPT in _sealed(asked)
    _open(asked, "C-0002", "77")
    with asked.opened() as product:
        step(product, "C-0002", "done", "clerk-1", words="Nothing is there.")
    with pytest.raises(CaseRefused, match="nothing is said"):
        _answer(asked, "C-0002", way="mailed-link")


def test_what_was_given_by_hand_is_printed_with_it_also_after_the_demand_was_closed(asked: Shop) -> None:
    with asked.opened() as product:
        (kept,) = (product.folder / "plans").glob("*-done.json")
        assert close(product, kept)
    _answer(asked, way="post", words="By letter.")
    with asked.opened() as product:
        found = "\n".join(letter(product, "C-0001", "de"))
    assert "By letter." in found
    assert KEPT in found
    with opened(asked.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=2)) as product:
        step(product, "C-0001", "close", "clerk-1")
    with opened(asked.folder / "zusage.yaml", clock=lambda: NOW + timedelta(days=900)) as product:
        assert sweep(product) == 1  # and with what the case says of somebody goes the plan by which it was carried out
        assert not list((product.folder / "plans").iterdir())


def test_of_several_who_were_erased_together_each_is_told_of_their_own(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    file = tmp_path / "zusage.yaml"
    file.write_text(file.read_text().replace("classes:", REQUESTS + "classes:", 1))
    shop.sql("DELETE FROM purchase WHERE customer_id = 4")
    _open(shop, "C-0001", "3")
    with shop.opened() as product:
        people = [Person(people="customer", key=key) for key in ("4", "3")]
        product.save_plan(
            plan(product, Wish(people=people, ground="b", by="clerk", needed={})).plan, shop.folder / "erasure.json"
        )
        product.approve_plan(shop.folder / "erasure.json", shop.key)
    _erase(shop)
    _done(shop, "C-0001")
    _answer(shop, way="mailed-link")
    found = _sealed(shop)
    assert "„Bestellung“: 5 Einträge gelöscht." in found
    assert KEPT in found


@pytest.mark.parametrize("together", [False, True])
def test_what_an_earlier_plan_of_the_case_took_is_counted_with_what_the_last_one_took(tmp_path: Path, together: bool) -> None:
    shop = Shop(tmp_path)
    file = tmp_path / "zusage.yaml"
    file.write_text(file.read_text().replace("classes:", REQUESTS + "classes:", 1))
    shop.sql("UPDATE purchase SET open = TRUE WHERE id = 7")  # which keeps it, and with it the customer, from the first plan
    _open(shop, "C-0001", "3")
    with shop.opened() as product:
        people = [Person(people="customer", key=key) for key in (["4", "3"] if together else ["3"])]
        made = plan(product, Wish(people=people, ground="b", by="clerk", needed={})).plan
        product.save_plan(made, shop.folder / "erasure.json")
        product.approve_plan(shop.folder / "erasure.json", shop.key)
    shop.apply()
    assert shop.sql("SELECT id FROM purchase WHERE customer_id = 3") == [(7,)]
    shop.sql("UPDATE purchase SET open = FALSE WHERE id = 7")
    shop.plan()
    _erase(shop)
    _done(shop, "C-0001")
    _answer(shop, way="mailed-link")
    found = _sealed(shop)
    assert "„Bestellung“: 5 Einträge gelöscht." in found  # a customer, two purchases, two lines
    assert "Noch nicht gelöscht" not in found
