"""Every published promise is shown, broken, undecided, attested, superseded, declared or open; none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_world import World

CATALOGUE = Path(__file__).parents[2] / "assets" / "catalogue.yaml"


def states(world: World, code: int) -> dict[str, str]:
    ended = world.run("coverage", CATALOGUE, "zusage.yaml", "--json")
    assert ended.code == code, ended.said
    return {item["id"]: item["state"] for item in ended.json["items"]}


def test_before_any_look_what_is_bound_is_undecided(world: World) -> None:
    assert states(world, 2) == {
        "T-01": "undecided",
        "T-02": "undecided",
        "T-03": "undecided",
        "T-04": "undecided",
        "T-05": "undecided",
        "T-06": "declared",
        "T-07": "superseded",
        "T-08": "open",
        "T-09": "undecided",
    }


def test_a_broken_promise_breaks_every_item_that_it_keeps(world: World) -> None:
    world.run("verify")
    found = states(world, 1)
    assert {one: found[one] for one in ("T-01", "T-02", "T-03", "T-04", "T-09")} == {
        "T-01": "broken",
        "T-02": "broken",
        "T-03": "broken",
        "T-04": "shown",
        "T-09": "shown",
    }


def test_what_is_kept_is_shown_and_what_is_said_is_only_attested(world: World) -> None:
    world.keep_everything()
    found = states(world, 0)
    assert found["T-01"] == found["T-03"] == "shown"
    assert found["T-05"] == "attested"


def test_open_items_do_not_change_the_code(world: World) -> None:
    world.keep_everything()
    assert "open" in states(world, 0).values()


def test_an_item_that_a_text_names_too_is_judged_by_its_promise(world: World) -> None:
    """T-01 is bound to a promise and to a recipient."""
    world.run("verify")
    ended = world.run("coverage", CATALOGUE, "zusage.yaml", "--json")
    item = next(one for one in ended.json["items"] if one["id"] == "T-01")
    assert (item["state"], item["by"]) == ("broken", ["orders/claims/at-most", "recipients.carrier"])


def test_totals_name_every_state_and_count_every_item_once(world: World) -> None:
    totals = world.run("coverage", CATALOGUE, "zusage.yaml", "--json").json["totals"]
    assert list(totals) == ["shown", "attested", "broken", "undecided", "superseded", "declared", "explained", "open"]
    assert sum(totals.values()) == 9


def test_what_nothing_keeps_for_a_reason_is_not_open(world: World) -> None:
    text = world.manifest.read_text(encoding="utf-8")
    world.manifest.write_text(f"{text}not_bound:\n  - {{refs: [T-08], because: People do that.}}\n", encoding="utf-8")
    ended = world.run("coverage", CATALOGUE, "zusage.yaml", "--json")
    item = next(one for one in ended.json["items"] if one["id"] == "T-08")
    assert (item["state"], item["by"]) == ("explained", ["People do that."])
    assert world.run("coverage", CATALOGUE, "zusage.yaml", "--open", "--json").json["items"] == []


def test_only_what_is_open_can_be_listed(world: World) -> None:
    ended = world.run("coverage", CATALOGUE, "zusage.yaml", "--open")
    assert "T-08" in ended.out
    assert "T-01" not in ended.out
    assert [one["id"] for one in world.run("coverage", CATALOGUE, "zusage.yaml", "--open", "--json").json["items"]] == ["T-08"]


def test_a_ref_to_nothing_is_reported_with_its_place(world: World) -> None:
    world.manifest.write_text(world.manifest.read_text().replace("refs: [T-04]", "refs: [T-40]"))
    ended = world.run("coverage", CATALOGUE, "zusage.yaml")
    line = next(n for n, text in enumerate(world.manifest.read_text().splitlines(), 1) if "T-40" in text)
    assert f"zusage.yaml:{line}:" in ended.out
    assert "no item T-40" in ended.out
    assert states(world, 2)["T-04"] == "open"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("[", "not YAML"),
        ("a: b", "not a list"),
        ("", "not a list"),
        ("- says: x", "item 1 has no id"),
        ("- id: A\n- id: A", "two items are called A"),
        ("- id: 4", "item 1 has no id"),
        ("\0", "not YAML"),
        ("- &a [*a]", "no id"),
    ],
)
def test_a_catalogue_that_cannot_be_read_is_refused_with_its_place(world: World, content: str, what: str) -> None:
    (world.folder / "catalogue.yaml").write_text(content)
    ended = world.run("coverage", "catalogue.yaml", "zusage.yaml")
    assert ended.code == 3
    assert what in ended.said
    assert "catalogue.yaml:" in ended.said
