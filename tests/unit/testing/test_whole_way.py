"""Whatever the rules, the rows and the suspensions: what holds of the whole way from a manifest to a verdict."""

from hypothesis import HealthCheck, given, settings

from zusage.evidence.verdict import Verdict
from zusage.planning.plan import DeleteBlocked
from zusage.planning.suspension import Suspension
from zusage.promises.condition.evaluate import holds
from zusage.testing.memory_product import MemoryProduct
from zusage.testing.worlds import World, suspensions, worlds

many = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def _left(product: MemoryProduct) -> dict[str, set[object]]:
    """The rows that are still there, in the application's tables or blocked."""
    found = {name: {row["id"] for row in product.system.rows(name)} for name in product.system.inventory.tables}
    for (_, table, key), row in product.vault.entries.items():
        found[table].add(key[0])
        for part, rows in row.parts.items():
            found[part] |= {one["id"] for one in rows}
    return found


def _apply(product: MemoryProduct) -> None:
    product.apply(product.plan())


@many
@given(worlds(), suspensions())
def test_planning_after_enforcing_gives_an_empty_plan(world: World, held: list[Suspension]) -> None:
    product = world.product(*held)
    _apply(product)
    again = product.plan()
    stopped = any(step.obstacles for step in again.steps)
    assert [(step.id, step.rows) for step in again.steps if not step.obstacles and not (stopped and step.leans)] == []


@many
@given(worlds(), suspensions())
def test_every_planned_row_is_changed_and_no_step_fails_that_has_no_obstacle(world: World, held: list[Suspension]) -> None:
    product = world.product(*held)
    plan = product.plan()
    results = product.apply(plan)
    if not any(step.obstacles for step in plan.steps):
        assert [(result.stopped, result.rows) for result in results] == [("", step.rows) for step in plan.steps]


@many
@given(worlds(), suspensions(), suspensions())
def test_adding_a_suspension_never_adds_a_deletion(world: World, held: list[Suspension], more: list[Suspension]) -> None:
    few, many_more = world.product(*held), world.product(*held, *_renamed(more))
    if any(step.obstacles for step in few.plan().steps):
        return  # a suspension may hold the very rows that stood in the way of others
    _apply(few)
    _apply(many_more)
    left, left_more = _left(few), _left(many_more)
    assert [table for table in left if not left[table] <= left_more[table]] == []


def _renamed(more: list[Suspension]) -> list[Suspension]:
    return [
        Suspension(id=f"S-9{number:03d}", reason=one.reason, review_on=one.review_on, holds=one.holds)
        for number, one in enumerate(more)
    ]


@many
@given(worlds(), suspensions())
def test_what_a_suspension_holds_is_afterwards_as_it_was(world: World, held: list[Suspension]) -> None:
    product = world.product(*held)
    held_rows = {one["id"]: one for one in product.system.rows("letter") if any(_is_held(h, one) for h in held)}
    _apply(product)
    after = {one["id"]: one for one in product.system.rows("letter")}
    assert {number: after.get(number) for number in held_rows} == held_rows


def _is_held(one: Suspension, row: dict[str, object]) -> bool:
    return any(table == "shop.letter" and holds(where, "letter", row, lambda _: ()) is not False for table, where in one.holds)


@many
@given(worlds(), suspensions())
def test_planner_and_prover_agree_about_what_is_due(world: World, held: list[Suspension]) -> None:
    """Derived by two ways from one promise: before the plan exactly what is planned is broken, and afterwards nothing is."""
    product = world.product(*held)
    plan = product.plan()
    if any(step.obstacles for step in plan.steps):
        return
    planned = {step.promise for step in plan.steps if step.rows and not isinstance(step.action, DeleteBlocked)}
    broken = {promise for promise, verdict in product.verify().items() if verdict is Verdict.BROKEN}
    assert planned <= broken
    product.apply(plan)
    seen = product.verify()
    # what nobody can date can be neither deleted nor blocked: there the minimum of truth is that the limit is undecided
    still = {promise for promise, verdict in seen.items() if verdict is Verdict.BROKEN}
    assert {one for one in still if seen[one.replace("/blocked", "/at-most")] is not Verdict.UNDECIDED} == set()


@many
@given(worlds(), suspensions())
def test_nothing_under_a_minimum_is_ever_missed_afterwards(world: World, held: list[Suspension]) -> None:
    product = world.product(*held)
    product.verify()
    _apply(product)
    assert [promise for promise, verdict in product.verify().items() if "at-least" in promise and verdict is Verdict.BROKEN] == []
