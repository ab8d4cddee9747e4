"""A real Chromium on a real site: everything declared is kept, and each saboteur turns exactly its promise red."""

import functools
import operator
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from toy_world import broken, served, verdicts

from zusage.testing.toy import Meddling
from zusage.testing.toy.saboteurs import SEEN, WebSaboteur

#: `make thorough` lets each saboteur be alone with the site, which takes a look each
ALONE = os.environ.get("ZUSAGE_SABOTEURS") == "alone"


def parties(saboteurs: Sequence[WebSaboteur]) -> list[list[WebSaboteur]]:
    """Saboteurs that can be at work at once, because each breaks another promise by another means."""
    made: list[list[WebSaboteur]] = []
    for one in saboteurs:
        for party in made if not ALONE else ():
            if one.breaks not in {other.breaks for other in party} and not clashes(one, party):
                party.append(one)
                break
        else:
            made.append([one])
    return made


def clashes(one: WebSaboteur, party: list[WebSaboteur]) -> bool:
    means = [other.meddling.changed().keys() - {"page"} for other in party]
    return len(party) == 4 or bool(set().union(*means) & one.meddling.changed().keys())


@pytest.mark.parametrize("party", parties(SEEN), ids=lambda party: ", ".join(one.name for one in party))
def test_each_saboteur_of_the_site_breaks_its_promise_and_no_other(party: list[WebSaboteur], tmp_path: Path) -> None:
    with served(tmp_path, functools.reduce(operator.add, (one.meddling for one in party))) as toy:
        found = verdicts(toy.manifest(short=True))
    promises = {one.breaks for one in party}
    assert set(broken(found)) == promises, found
    others = {promise: verdict for promise, (verdict, _) in found.items() if promise not in promises}
    assert set(others.values()) == {"kept"}, found


def test_what_loads_before_any_choice_is_not_held_against_a_choice_that_could_not_be_made(tmp_path: Path) -> None:
    """As on a loaded machine, where the banner comes later than anybody waits: no choice was made, so none was disregarded."""
    tag = 'if (location.pathname === "/" && !/choice=/.test(document.cookie)) new Image().src = "https://stats.example/hit"'
    hidden = f"<style>#banner {{ display: none }}</style><script>{tag}</script>"
    with served(tmp_path, Meddling(more=f"sub_filter '<title>' '{hidden}<title>'; sub_filter_once on;")) as toy:
        found = verdicts(toy.manifest(short=True))
    assert broken(found) == ["website/site/before-choice"], found
    after = {promise: verdict for promise, (verdict, _) in found.items() if promise.startswith("website/site/after-")}
    assert after == dict.fromkeys(
        (f"website/site/after-{one}" for one in ("reject", "accept-one", "accept-all", "withdraw")), "undecided"
    )
