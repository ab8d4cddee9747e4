"""Making plans and carrying them out, with everything that may stop one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from zusage import PROGRAM
from zusage.connectors.blocked import BlockedWriter
from zusage.enforcement import approval
from zusage.enforcement.apply import Enforcement
from zusage.planning.make import make_plan as planned
from zusage.sealing import VerifierKey

from . import warning
from .cases.erased_answer import keep_for_cases
from .cases.undemanded import refuse_given_again, refuse_undemanded
from .changing.kinship import unlike
from .looking.looks import Looks
from .looking.undisturbed import undisturbed
from .plans import read_plan, refuse_changed
from .product import LONG_PAUSE
from .register.gaps import find, refuse_behind
from .register.registering import register_of
from .rights.demands import people_of
from .rights.erasing import filler
from .telling.of_rules import RuleTelling, tells
from .telling.settling import erasing

if TYPE_CHECKING:
    from zusage.connectors.port import Registrar
    from zusage.enforcement.apply import Progress, StepResult
    from zusage.planning.plan import Plan, Step
    from zusage.state.gaps import Gap

    from .product import Product
    from .register.registering import Register


def make_plan(product: Product) -> Plan:
    """Look and plan; changes nothing. Raises SystemTrouble, ForeignKeyCycle or ClockJumped."""
    pause, open_gaps = product.trust_clock(), gaps(product)
    world, fill = warning.asked(product, product.world())
    with undisturbed():
        plan = planned(world, Looks(product), meaning=product.loaded.meaning, program=PROGRAM, fill=fill)
    return replace(plan, guard=0.0, guards=()) if pause > LONG_PAUSE or open_gaps else plan


def gaps(product: Product) -> tuple[Gap, ...]:
    """Times of which our own record may know nothing: what is planned then needs a second person, whatever its share. Raises SystemTrouble."""
    register = register_of(product)
    return find(register) if register else product.state.gaps.open()


def apply_plan(product: Product, path: Path, watch: Callable[[Progress], None]) -> tuple[StepResult, ...]:
    """Carry out a saved plan. Raises PlanRefused, AlreadyRunning, SystemTrouble."""
    product.trust_clock()
    plan, note = read_plan(path)
    approvers = [VerifierKey.parse(text) for text in product.loaded.manifest.guard.approvers]
    approval.check(plan, note, product.key("planner").verifier, approvers)
    refuse_changed(product.loaded, plan)
    refuse_behind(product)
    erased, warned = filler(product, plan), warning.filler(product, plan)

    def fill(step: Step) -> Step:
        refuse_undemanded(product, plan)  # somebody may withdraw while it is carried out,
        refuse_given_again(product, plan)  # and somebody else be given a key
        return warned(erased(step))

    telling = RuleTelling(product, plan) if tells(product, plan) else None

    def beside(register: Register | None) -> Registrar | None:
        return telling.beside(register) if telling else register

    with product.changing(beside) as writers:
        refuse_undemanded(product, plan)
        refuse_given_again(product, plan)
        enforcement = Enforcement(
            journal=product.state.journal,
            suspensions=product.state.suspensions,
            writers=writers,
            vault=BlockedWriter(product.folder),
            batch=product.loaded.manifest.guard.batch,
            pace=product.loaded.manifest.guard.pace,
            now=product.clock,
            watch=watch,
            fill=fill,
            unlike=partial(unlike, product, writers),
        )

        def refuse_unfit() -> None:
            enforcement.check(plan, product.loaded.meaning.digest)
            enforcement.refuse_lacking(plan)

        product.settle_batches()
        keep_for_cases(product, plan, path)
        if telling:
            refuse_unfit()
            telling.begin(fill)
        with erasing(product, plan, lambda code: people_of(product, code), refuse_unfit):
            results = enforcement.apply(plan, product.loaded.meaning.digest)
        if telling:
            product.settle_batches()
        return results
