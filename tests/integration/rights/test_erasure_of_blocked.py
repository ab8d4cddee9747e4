"""What a rule blocked earlier, on demand: it goes where no duty keeps it, and is held and counted like what is in its table."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.integration.rights.erasing_shop import NOW, Shop, shop
from zusage.bootstrap import opened
from zusage.bootstrap.holding import Wish as Hold
from zusage.bootstrap.holding import place
from zusage.bootstrap.people import code_of
from zusage.bootstrap.rights.erased_letter import letter
from zusage.bootstrap.rights.erasing import answer
from zusage.planning.holding import Person
from zusage.planning.plan import DeleteBlocked

__all__ = ["shop"]


def test_what_a_rule_blocked_earlier_is_known_as_theirs_and_stays_for_its_duty(shop: Shop) -> None:
    path = shop.folder / "zusage.yaml"
    ends = "duty: ao-147-vouchers, purpose_ends: {from: end_of_year(issued_on), after: P1Y}}"
    path.write_text(path.read_text().replace("duty: ao-147-vouchers}", ends))
    shop.sql("UPDATE invoice SET issued_on = '2022-03-01'")
    with shop.opened() as product:
        product.save_plan(product.make_plan(), shop.folder / "plan.json")
        product.approve_plan(shop.folder / "plan.json", shop.key)
        assert not any(result.stopped for result in product.apply_plan(shop.folder / "plan.json", lambda _: None))
    assert shop.sql("SELECT count(*) FROM invoice") == [(0,)]  # although its table does not say whose they are
    shop.plan()
    shop.apply()
    with shop.opened() as product:
        found = answer(product, shop.folder / "erasure.json")
    assert [(kept.rule, kept.rows, kept.until) for kept in found.kept] == [("vouchers/tax", 2, date(2031, 1, 1))]
    assert found.complete


@pytest.mark.parametrize("duty", ["", ", at_least: P2Y"])
def test_what_a_rule_blocked_earlier_goes_on_demand_where_no_minimum_keeps_it(shop: Shop, duty: str) -> None:
    path = shop.folder / "zusage.yaml"
    ended = f"remarks, at_most: P9Y{duty}, from: at, purpose_ends: {{from: at, after: P1M}}}}]"
    path.write_text(
        path.read_text().replace(
            'remarks, at_most: P9Y, from: at, then: {anonymise: {customer_id: {}, text: {constant: "-"}}}}]', ended
        )
    )
    with shop.opened() as product:
        product.save_plan(product.make_plan(), shop.folder / "plan.json")
        product.approve_plan(shop.folder / "plan.json", shop.key)
        assert not any(result.stopped for result in product.apply_plan(shop.folder / "plan.json", lambda _: None))
        code = code_of(product, Person(people="customer", key="3"))
        assert ("remarks/remarks", 1) in [(rule, rows) for rule, rows, _ in product.blocked().until(code)]
    assert shop.sql("SELECT count(*) FROM remark") == [(0,)]
    shop.plan()
    shop.apply()
    with shop.opened() as product:
        found = answer(product, shop.folder / "erasure.json")
        left = {rule for rule, _, _ in product.blocked().until(code)}
        others = product.blocked().until(code_of(product, Person(people="customer", key="4")))
    assert left == ({"vouchers/tax", "remarks/remarks"} if duty else {"vouchers/tax"})
    assert {kept.rule for kept in found.kept} == left
    assert [(rule, rows) for rule, rows, _ in others] == [("remarks/remarks", 1)]
    assert [one.rows for one in found.done if one.table == "shop.remark"] == ([] if duty else [1])
    with shop.opened() as product:  # carried out once: nothing more of theirs goes with the same plan
        assert product.apply_plan(shop.folder / "erasure.json", lambda _: None) == ()


def test_a_suspension_holds_what_a_rule_blocked_earlier_too(shop: Shop) -> None:
    path = shop.folder / "zusage.yaml"
    ended = "remarks, at_most: P9Y, from: at, purpose_ends: {from: at, after: P1M}}]"
    path.write_text(
        path.read_text().replace(
            'remarks, at_most: P9Y, from: at, then: {anonymise: {customer_id: {}, text: {constant: "-"}}}}]', ended
        )
    )
    with shop.opened() as product:
        product.save_plan(product.make_plan(), shop.folder / "plan.json")
        product.approve_plan(shop.folder / "plan.json", shop.key)
        product.apply_plan(shop.folder / "plan.json", lambda _: None)
    made = shop.plan()
    assert [step.table for step in made.steps if isinstance(step.action, DeleteBlocked)] == ["remark"]
    person = Person(people="customer", key="3")
    with shop.opened() as product:
        place(product, Hold(person=person, reason="claim", review_on=date(2027, 1, 1), by="legal"))
    shop.apply()
    with shop.opened() as product:
        assert ("remarks/remarks", 1) in [(rule, rows) for rule, rows, _ in product.blocked().until(code_of(product, person))]
    assert not [step for step in shop.plan().steps if isinstance(step.action, DeleteBlocked)]


def test_what_waits_under_a_rule_that_the_manifest_has_no_more_must_be_gone_on_its_day(shop: Shop) -> None:
    def seen(year: int) -> tuple[str, str]:
        with opened(shop.folder / "zusage.yaml", clock=lambda: NOW.replace(year=year)) as product:
            found = {one.promise.id: one.judgement for one in product.verify()}["accounted/shop"]
        return found.verdict.value, found.reason

    shop.plan()
    shop.apply()
    before = seen(2026)
    text = (shop.folder / "zusage.yaml").read_text()
    (shop.folder / "zusage.yaml").write_text(text.replace("{name: tax,", "{name: other,"))
    assert seen(2030) == before
    waits = "invoice (blocked under vouchers/tax, past its day)"
    assert waits not in before[1]
    assert waits in seen(2036)[1]
    assert seen(2036)[0] == "broken"
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW.replace(year=2036)) as product:
        product.state.suspensions.place([("shop.invoice", "TRUE")], "a claim", date(2037, 1, 1), "legal")
    assert seen(2036) == before
    with opened(shop.folder / "zusage.yaml", clock=lambda: NOW.replace(year=2036, month=7)) as product:
        product.state.suspensions.lift("S-0001", "legal", "settled")
        product.save_plan(product.make_plan(), shop.folder / "late.json")
        product.approve_plan(shop.folder / "late.json", shop.key)
        assert not [one.stopped for one in product.apply_plan(shop.folder / "late.json", lambda _: None) if one.stopped]
    assert seen(2037) == before


@pytest.mark.parametrize(("since", "last"), [("", date(2034, 12, 31)), ("P10Y", date(2036, 12, 31))])
def test_the_day_that_the_person_is_told_is_the_last_on_which_it_may_be_there_and_is_kept(
    shop: Shop, since: str, last: date
) -> None:
    """What is told is judged by the proof, which works the day out by itself, also where the law has changed since."""

    def seen(day: date) -> tuple[str, int]:
        at = datetime.combine(day, time(9), UTC)
        with opened(shop.folder / "zusage.yaml", clock=lambda: at) as product:
            verdict = {one.promise.id: one.judgement.verdict.value for one in product.verify()}["vouchers/tax/at-most"]
            goes = [step.rows for step in product.make_plan().steps if isinstance(step.action, DeleteBlocked)]
        return verdict, sum(goes)

    shop.sql("DELETE FROM invoice WHERE recipient <> 'name of 3'")
    shop.plan()
    shop.apply()
    if since:
        text = (shop.folder / "zusage.yaml").read_text()
        changed = text.replace("at_least: P8Y, at_most: P8Y", f"at_least: {since}, at_most: {since}").replace(
            ", duty: ao-147-vouchers", ""
        )
        (shop.folder / "zusage.yaml").write_text(changed)
    with shop.opened() as product:
        told = letter(product, shop.folder / "erasure.json", answer(product, shop.folder / "erasure.json"), "de")
    assert f"2 Einträge gesperrt bis spätestens 31. Dezember {last.year}." in "\n".join(told)
    assert seen(last) == ("kept", 0)
    assert seen(last + timedelta(days=1)) == ("broken", 2)
