"""Which supervisory authority is named for which seat."""

from __future__ import annotations

import pytest

from zusage.promises.competence import competent
from zusage.promises.law.library import read_data
from zusage.promises.manifest import Competent, Controller, Texts


def test_every_state_of_the_european_economic_area_has_one_and_no_other_state_twice() -> None:
    data = read_data("countries")
    states = {*data["member_states"], *data["efta_in_the_eea"]} - {"DE"}
    names = [competent(Controller(name="X", country=state)) for state in sorted(states)]
    assert len(states) == 29
    assert None not in names
    assert len({one.url for one in names if one}) == 29


@pytest.mark.parametrize(
    ("controller", "words"),
    [
        (Controller(name="X", land="NW"), "North Rhine-Westphalia"),
        (Controller(name="X", land="BY"), "Data Protection Supervision"),
        (Controller(name="X", land="BY", public_body=True), "Bavarian State Commissioner"),
        (Controller(name="X", country="AT"), "Austrian"),
        (Controller(name="X", country="CH"), "FDPIC"),
        (Controller(name="X", country="BE"), "Belgian"),  # not Berlin
    ],
)
def test_the_seat_says_which(controller: Controller, words: str) -> None:
    found = competent(controller)
    assert found is not None
    assert words in found.name.en


def test_one_that_is_declared_goes_before_the_seats_and_where_nothing_is_known_none_is_invented() -> None:
    church = Competent(name=Texts(de="Kirchliche Aufsicht", en="church authority"), url="https://church.example")
    assert competent(Controller(name="X", land="NW", authority=church)) == church
    assert competent(Controller(name="X", country="US")) is None
    assert competent(Controller(name="X")) is None
