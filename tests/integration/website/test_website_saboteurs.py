"""A real Chromium on a real site: everything declared is kept, and each saboteur turns exactly its promise red."""

from pathlib import Path

import pytest
from toy_world import broken, served, verdicts

from zusage.testing.toy.saboteurs import SEEN, WebSaboteur


@pytest.mark.parametrize("saboteur", SEEN, ids=lambda one: one.name)
def test_a_saboteur_of_the_site_breaks_its_promise_and_no_other(saboteur: WebSaboteur, tmp_path: Path) -> None:
    with served(tmp_path, saboteur.meddling) as toy:
        found = verdicts(toy.manifest(short=True))
    assert broken(found) == [saboteur.breaks], found
    others = {promise: verdict for promise, (verdict, _) in found.items() if promise != saboteur.breaks}
    assert set(others.values()) == {"kept"}, found
