"""Verdicts as JUnit XML."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cli_world import MARKER, OTHER, World

from zusage.cli.junit import write
from zusage.evidence.look import Seen
from zusage.evidence.observation import Unseen
from zusage.evidence.prove import Outcome
from zusage.evidence.verdict import Judgement, Verdict
from zusage.promises.period import Period
from zusage.promises.promise import Attested


def cases_of(path: Path) -> dict[str, Any]:
    root = ElementTree.parse(path).getroot()
    return {f"{case.get('classname')}/{case.get('name')}": case for case in root.iter("testcase")}


def outcome(promise: str, verdict: Verdict, reason: str) -> Outcome:
    attested = Attested(id=promise, refs=("X-1",), path=(), role="Head of IT", every=Period(years=1))
    seen = Seen(promise=attested, observation=Unseen(reason=reason))
    return Outcome(promise=attested, seen=seen, judgement=Judgement(verdict, reason))


def test_every_promise_is_a_case_that_passes_fails_or_errs_as_it_was_judged(world: World) -> None:
    ended = world.run("verify", "--junit", "out.xml", "--json")
    cases = cases_of(world.folder / "out.xml")
    assert set(cases) == {one["promise"] for one in ended.json}
    tags = {"kept": set(), "broken": {"failure"}, "undecided": {"error"}}
    for one in ended.json:
        found = [child for child in cases[one["promise"]] if child.tag != "system-out"]
        assert {child.tag for child in found} == tags[one["verdict"]]
        assert all(child.get("message") == one["reason"] for child in found)
    assert {one["verdict"] for one in ended.json} == set(tags)


def test_there_is_one_suite_for_each_activity_and_each_other_kind(world: World) -> None:
    world.run("verify", "--junit", "out.xml")
    root = ElementTree.parse(world.folder / "out.xml").getroot()
    names = [suite.get("name") for suite in root]
    assert len(names) == len(set(names))
    assert {"orders", "customers", "vouchers", "visits", "every-row", "no-column", "accounted", "attested"} == set(names)


def test_the_counts_are_those_of_the_cases(world: World) -> None:
    world.run("verify", "--junit", "out.xml")
    root = ElementTree.parse(world.folder / "out.xml").getroot()
    for suite in (root, *root):
        assert int(suite.get("tests", "")) == len(list(suite.iter("testcase")))
        assert int(suite.get("failures", "")) == len(list(suite.iter("failure")))
        assert int(suite.get("errors", "")) == len(list(suite.iter("error")))
    assert int(root.get("failures", "")) > 0


def test_no_value_of_any_row_is_in_it(world: World) -> None:
    world.run("verify", "--junit", "out.xml")
    text = (world.folder / "out.xml").read_text(encoding="utf-8")
    assert MARKER not in text
    assert OTHER not in text


def test_the_same_outcomes_give_the_same_bytes(tmp_path: Path) -> None:
    outcomes = [outcome("attested/a", Verdict.BROKEN, "it ran out"), outcome("attested/b", Verdict.KEPT, "said")]
    write(outcomes, tmp_path / "one.xml")
    write(outcomes, tmp_path / "two.xml")
    assert (tmp_path / "one.xml").read_bytes() == (tmp_path / "two.xml").read_bytes()


@pytest.mark.parametrize("reason", ["<b> & \"c\" 'd' ]]>", "\x00\x1b[31m\ufffe", "Übergröße 😀"])
def test_any_reason_gives_xml_that_can_be_read(reason: str, tmp_path: Path) -> None:
    write([outcome("attested/odd", Verdict.UNDECIDED, reason)], tmp_path / "out.xml")
    message = cases_of(tmp_path / "out.xml")["attested/odd"].find("error").get("message")
    assert message == "".join(c if c not in "\x00\x1b\ufffe" else "\ufffd" for c in reason)


def test_no_outcome_at_all_is_an_empty_report(tmp_path: Path) -> None:
    write([], tmp_path / "out.xml")
    assert ElementTree.parse(tmp_path / "out.xml").getroot().get("tests") == "0"
