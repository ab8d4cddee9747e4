"""What refers to a row that should go, and was not declared, stops the step, whatever its foreign key would do."""

# ruff: noqa: D102 - the name of a test is a sentence

from __future__ import annotations

from typing import get_args

from zusage.connectors.trouble import Interrupted, StillReferred
from zusage.planning.plan import Obstacle
from zusage.promises.inventory import OnDelete

from ..bench import Bench, Rows
from ..checks import refused, same, true
from .shop import carry_out, everything, fill, step

_REVIEWS: Rows = {"review": ({"id": 1, "customer_id": 6, "stars": 5}, {"id": 2, "customer_id": None, "stars": 1})}
_FORBIDDING: tuple[OnDelete, ...] = ("NO ACTION", "RESTRICT")
_KINDS: tuple[OnDelete, ...] = tuple(kind for kind in get_args(OnDelete) if kind != "SET DEFAULT")


def _referrer(kind: OnDelete) -> Obstacle:
    return Obstacle(table="review", columns=("customer_id",), of="customer", referred=("id",), on_delete=kind)


class ReferringTests:
    """Rows elsewhere that refer to rows that should go."""

    def test_an_undeclared_reference_stops_the_step_whatever_its_foreign_key_would_do(self, bench: Bench) -> None:
        for kind in _KINDS:
            bed = fill(bench, kind, _REVIEWS)
            before = everything(bed)
            with refused(StillReferred, f"a review that refers with ON DELETE {kind}") as caught:
                carry_out(bed.writer(), step(referrers=(_referrer(kind),)))
            true("review" in str(caught[0]) and "customer_id" in str(caught[0]), "the message names table and column")
            same(everything(bed), before, f"with ON DELETE {kind} something changed")

    def test_a_reference_to_rows_that_stay_stops_nothing(self, bench: Bench) -> None:
        for kind in _KINDS:
            bed = fill(bench, kind, {"review": ({"id": 1, "customer_id": 7, "stars": 5}, {"id": 2, "customer_id": None})})
            same(carry_out(bed.writer(), step(referrers=(_referrer(kind),))), [3], f"customers deleted with ON DELETE {kind}")
            same(len(bed.rows("review")), 2, f"reviews left with ON DELETE {kind}")

    def test_a_reference_stops_only_the_batch_in_which_it_is_found(self, bench: Bench) -> None:
        bed = fill(bench, "CASCADE", _REVIEWS)
        with refused(StillReferred, "the review of customer 6"):
            carry_out(bed.writer(), step(referrers=(_referrer("CASCADE"),)), batch=1)
        same([row["id"] for row in bed.rows("customer")], [3, 4, 5, 6, 7], "customers left")

    def test_a_reference_to_a_part_stops_the_step_too(self, bench: Bench) -> None:
        bed = fill(bench)
        before = everything(bed)
        notes = Obstacle(table="line_note", columns=("line_id",), of="line", referred=("id",), on_delete="NO ACTION")
        without_notes = step().parts[:2]
        with refused(StillReferred, "a note that refers to a line"):
            carry_out(bed.writer(), step(parts=without_notes, referrers=(notes,)))
        same(everything(bed), before, "something changed")

    def test_what_the_database_forbids_is_undone_and_not_tried_again(self, bench: Bench) -> None:
        for kind in _FORBIDDING:
            bed = fill(bench, kind, _REVIEWS)
            before = everything(bed)
            with refused(Interrupted, f"a reference that the step does not know of, ON DELETE {kind}") as caught:
                carry_out(bed.writer(), step())
            true(isinstance(caught[0], Interrupted) and not caught[0].retryable, "trying again would not help")
            same(everything(bed), before, "something changed")
