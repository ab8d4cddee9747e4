"""A real Chromium on a real site: everything declared is kept, and each saboteur turns exactly its promise red."""

from pathlib import Path

import pytest
from toy_world import broken, served, verdicts

from zusage.testing.toy import Meddling
from zusage.testing.toy.saboteurs import SEEN, WebSaboteur


@pytest.mark.parametrize("saboteur", SEEN, ids=lambda one: one.name)
def test_a_saboteur_of_the_site_breaks_its_promise_and_no_other(saboteur: WebSaboteur, tmp_path: Path) -> None:
    with served(tmp_path, saboteur.meddling) as toy:
        found = verdicts(toy.manifest(short=True))
    assert broken(found) == [saboteur.breaks], found
    others = {promise: verdict for promise, (verdict, _) in found.items() if promise != saboteur.breaks}
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
