"""Every saboteur turns exactly its promise red, on a real system on which everything was kept before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest

from zusage.bootstrap import Product, opened
from zusage.bootstrap.backups.drilling import drill
from zusage.bootstrap.cases.requests import happen, receive, sweep
from zusage.bootstrap.rights.ending import Wish as Objection
from zusage.bootstrap.rights.ending import Wish as Withdrawal
from zusage.bootstrap.rights.objecting import place
from zusage.bootstrap.rights.restricting import Wish as Restriction
from zusage.bootstrap.rights.restricting import restrict
from zusage.bootstrap.rights.withdrawing import withdraw
from zusage.bootstrap.warning import near
from zusage.evidence.verdict import Verdict
from zusage.planning.holding import Person
from zusage.promises.promise import AnyPromise, CanaryFlown, CookieSeen, Encrypted, SiteSeen, Transported
from zusage.rights.case import Event
from zusage.testing.saboteurs import SABOTEURS, Saboteur
from zusage.testing.scene import HELD, NOW, VARIABLE, Scene
from zusage.testing.scene.choices import choose
from zusage.testing.scene.tellings import tell, tell_of_rules

Verdicts = dict[str, Verdict]
#: what is seen from outside is broken on servers of its own, in tests/integration/website; a canary flies through the running examples
OUTSIDE = {SiteSeen, CookieSeen, Transported, Encrypted, CanaryFlown}


@contextmanager
def _product(scene: Scene) -> Iterator[Product]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(scene.folder))
        with scene.meeting(), opened(scene.manifest, scene.own, lambda: NOW) as product:
            yield product
            product.state.close()


def _verify(scene: Scene) -> Verdicts:
    with _product(scene) as product:
        return {outcome.promise.id: outcome.judgement.verdict for outcome in product.verify()}


def _long_ago(product: Product) -> None:
    """C-0001, long emptied, and C-0002, answered in time: each step was sealed on its day."""
    for days in (3650, 720):
        asked = replace(product, clock=lambda days=days: NOW - timedelta(days=days + 10))
        case = receive(asked, "access", "office", {"words": "please"}).case.id
        then = replace(product, clock=lambda days=days: NOW - timedelta(days=days))
        happen(then, case, "identity shown", "office", detail="login")
        happen(then, case, "refused", "office", words="manifestly unfounded")
        happen(then, case, "answered", "office", words="refused")
        happen(then, case, "closed", "office")
    assert sweep(product) == 1


def _warn(product: Product) -> None:
    """Everybody whose end is near has had their mail."""
    world = product.world()
    for rule in world.rules:
        for code, _ in list(near(product, world, rule)) if rule.warns else ():
            product.state.warnings.sent(product.state.warnings.begin(rule.id, code, NOW), NOW)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The scene after a first look, a plan carried out, and a look that finds everything kept."""
    scene = Scene.build(tmp_path_factory.mktemp("kept") / "scene")
    with _product(scene) as product:
        _long_ago(product)
        product.state.suspensions.place([HELD], "a case", date(2025, 1, 1), "office")
        product.state.attestations.attest("attested/training", "office", "office", NOW)
        choose(product.state, product.folder, product.loaded.manifest, NOW)
        product.state.cases.open("access", Event(kind="received", at=NOW, by="office"), {"words": "please"})
        asked = product.state.cases.open("human-decision", Event(kind="received", at=NOW, by="office"), {"words": "please"})
        happen(product, asked.id, "identity shown", "office", detail="login")
        happen(product, asked.id, "refused", "reviewer-1", words="looked at again, with what the person said")
        objected = place(product, Objection(activity="newsletter", by="office", address="otter@scene.example"))
        assert dict(objected.rows) == {"scene.reader": 1}
        tell(product.state, NOW)
        _warn(product)
        withdrawn = withdraw(product, Withdrawal(activity="alerts", by="office", address="otter@scene.example"))
        assert dict(withdrawn.rows) == {"scene.agreement": 1}
        assert restrict(product, Restriction(person=Person(people="reader", key="2"), ground="a", by="office")).hidden == 1
        before = {outcome.promise.id: outcome.judgement.verdict for outcome in product.verify()}
        assert Verdict.BROKEN in before.values()
        plan = scene.folder / "plan.json"
        product.save_plan(product.make_plan(), plan)
        assert not [result.stopped for result in product.apply_plan(plan, lambda _: None) if result.stopped]
        tell_of_rules(product.state, NOW)
        assert drill(product, "nightly").drill.back > 0
    return scene


@pytest.fixture(scope="module")
def untouched(kept: Scene, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """What a look at an untouched copy finds: the control."""
    return _verify(kept.copy(tmp_path_factory.mktemp("control") / "scene"))


def test_without_a_saboteur_every_promise_is_kept(untouched: Verdicts) -> None:
    assert set(untouched.values()) == {Verdict.KEPT}, untouched


@pytest.mark.parametrize("saboteur", SABOTEURS, ids=lambda saboteur: saboteur.name)
def test_each_saboteur_turns_its_promise_red_and_no_other(
    kept: Scene, untouched: Verdicts, tmp_path: Path, saboteur: Saboteur
) -> None:
    scene = kept.copy(tmp_path / "scene")
    saboteur.act(scene)
    if saboteur.drilled:
        with _product(scene) as product:
            drill(product, "nightly")
    broken = {name: Verdict.BROKEN for name in (saboteur.breaks, saboteur.also) if name}
    assert _verify(scene) == {**untouched, **broken}


def test_there_is_a_saboteur_for_every_kind_of_promise_and_for_every_promise_of_the_scene(untouched: Verdicts) -> None:
    assert {saboteur.kind for saboteur in SABOTEURS} == set(get_args(AnyPromise)) - OUTSIDE
    assert {saboteur.breaks for saboteur in SABOTEURS} == set(untouched)
    assert len({saboteur.name for saboteur in SABOTEURS}) == len(SABOTEURS)


def test_what_a_plan_can_mend_is_kept_again_after_the_next_plan(kept: Scene, tmp_path: Path) -> None:
    mendable = [
        s
        for s in SABOTEURS
        if s.breaks.endswith(("/at-most", "/smallest-group", "statistics/figures")) and "blocked" not in s.name
    ]
    for number, saboteur in enumerate(mendable):
        scene = kept.copy(tmp_path / str(number))
        saboteur.act(scene)
        assert _verify(scene)[saboteur.breaks] is Verdict.BROKEN
        with _product(scene) as product:
            plan = scene.folder / "plan-2.json"
            product.save_plan(product.make_plan(), plan)
            product.apply_plan(plan, lambda _: None)
        assert set(_verify(scene).values()) == {Verdict.KEPT}, saboteur.name
