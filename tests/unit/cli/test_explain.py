"""One promise in plain words: what it says, which rows it is about today, and what was seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cli_world import MARKER, OTHER, World

from zusage.bootstrap import opened
from zusage.documents import sentence
from zusage.promises.derive import promises_of
from zusage.promises.loading import load

YEAR = date.today().year
ALL = [
    "orders/claims/at-most",
    "customers/after-last/at-most",
    "vouchers/tax/at-most",
    "vouchers/tax/at-least",
    "vouchers/tax/blocked",
    "visits/short/at-most",
    "every-row/purchases-have-a-number",
    "no-column/no-cards",
    "accounted/shop",
    "attested/locked-room",
]


def explained(world: World, promise: str, *more: str):
    return world.ok("explain", "zusage.yaml", promise, "--json", *more).json


def test_the_examples_here_are_all_promises_of_the_manifest(world: World) -> None:
    assert [promise.id for promise in promises_of(load(world.manifest).manifest)] == ALL


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("promise", ALL)
def test_each_promise_is_explained_with_its_sentence_in_the_notice(world: World, promise: str, language: str) -> None:
    manifest = load(world.manifest).manifest
    found = next(one for one in promises_of(manifest) if one.id == promise)
    said = explained(world, promise, "--language", language)
    assert said["sentence"] == sentence(found, manifest, language)  # type: ignore[arg-type]
    assert world.ok("explain", "zusage.yaml", promise, "--language", language).out.startswith(promise)


def test_the_rule_is_found_in_the_manifest(world: World) -> None:
    place = explained(world, "orders/claims/at-most")["place"]
    name, line = place.split(":")
    assert name == "zusage.yaml"
    assert "name: claims" in world.manifest.read_text().splitlines()[int(line) - 1]


def test_the_cut_off_of_today_is_named(world: World) -> None:
    """Three years from the end of the year: on any day of a year, what began four calendar years ago is over."""
    assert f"before 1 January {YEAR - 3}" in explained(world, "orders/claims/at-most")["cutoff"]
    assert f"vor dem 1. Januar {YEAR - 3}" in explained(world, "orders/claims/at-most", "--language", "de")["cutoff"]
    assert f"began on 1 January {YEAR - 8} or later" in explained(world, "vouchers/tax/at-least")["cutoff"]


def test_a_cut_off_of_minutes_names_the_time(world: World) -> None:
    assert ":" in explained(world, "visits/short/at-most")["cutoff"]


def test_period_exception_and_duty_are_said(world: World) -> None:
    claims, tax = explained(world, "orders/claims/at-most"), explained(world, "vouchers/tax/at-most")
    assert "[P3Y from end_of_year(completed_at)]" in claims["period"]
    assert "while a dispute is open" in claims["unless"]
    assert "AO" in tax["because"]
    assert claims["refs"] == "T-01, T-02"


def test_what_would_go_now_is_counted(world: World) -> None:
    assert explained(world, "orders/claims/at-most")["now"] == ["delete: 2 of 19 rows of shop.purchase, and with them 2 item"]
    assert explained(world, "vouchers/tax/blocked")["now"] == ["block: 1 of 19 rows of shop.invoice"]


def test_what_is_held_is_not_due(world: World) -> None:
    why = ("--reason", "x", "--review-on", "2099-01-01", "--by", "y")
    world.ok("suspend", "place", "zusage.yaml", "--table", "shop.purchase", "--where", "id IN (1, 2)", *why)
    assert explained(world, "orders/claims/at-most")["now"] == ["No step is due."]


def test_a_system_that_cannot_be_reached_is_said_and_the_rest_is_explained(world: World) -> None:
    world.database.unlink()
    said = explained(world, "orders/claims/at-most")
    assert "Nobody could look" in said["now"][0]
    assert said["period"]


def test_a_clock_that_has_jumped_is_said_and_the_rest_is_explained(world: World) -> None:
    ahead = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    with opened(world.manifest, clock=lambda: ahead) as product:
        product.verify()
    said = explained(world, "orders/claims/at-most")
    assert "Nobody could look" in said["now"][0]
    assert said["evidence"].startswith("broken since")


def test_the_last_evidence_is_shown_with_its_counts(world: World) -> None:
    assert explained(world, "orders/claims/at-most")["evidence"] == "Nobody has looked yet."
    world.run("verify")
    said = explained(world, "orders/claims/at-most")
    assert said["evidence"].startswith("broken since")
    counts = dict(reversed(part.split(" ", 1)) for part in said["counts"].split(", "))
    assert counts.pop("in all") == "19"
    assert sum(int(rows) for rows in counts.values()) == 19
    assert (counts["must not be there"], counts["excepted"]) == ("2", "1")


def test_an_unknown_promise_names_the_nearest(world: World) -> None:
    ended = world.run("explain", "zusage.yaml", "orders/claim/at-most")
    assert ended.code == 3
    assert "orders/claims/at-most" in ended.err


def test_part_of_an_id_names_every_promise_that_has_it(world: World) -> None:
    assert "vouchers/tax/blocked" in world.run("explain", "zusage.yaml", "tax").err


def test_nothing_of_a_row_is_said(world: World) -> None:
    world.run("verify")
    for promise in ALL:
        said = world.ok("explain", "zusage.yaml", promise).said
        assert MARKER not in said
        assert OTHER not in said
