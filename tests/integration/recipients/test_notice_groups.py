"""A human looks at ten thousand notices of what rules took as at a few lines, and ends all of a line by one command."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from tests.unit.rights.test_rights_returned import report_of
from zusage.bootstrap.cases.returning import take_back
from zusage.cli import cli
from zusage.cli.failing import reported
from zusage.testing.ports import free_port

from .ended_world import PLAN, ended
from .told_world import Told

OTHER = "4b" * 32
GROUP = f"{PLAN[:12]}/courier"


def run(told: Told, *words: str) -> str:
    name, command, *rest = words
    made = CliRunner().invoke(cli, [name, command, str(told.folder / "zusage.yaml"), *rest], terminal_width=200)
    assert made.exception is None or isinstance(made.exception, SystemExit), made.exception
    return made.output


def listed(told: Told, *options: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run(told, "notices", "list", "--json", *options))
    return found


def test_many_notices_are_a_line_for_each_recipient_and_plan(told: Told) -> None:
    told.erase("2")
    with told.opened() as product:
        ended(product, 600, ["courier", "printer"], batches=3)
        ended(product, 7, ["courier"], plan=OTHER)
    lines = {str(one["notice"]): one for one in listed(told)}
    groups = {name for name in lines if "/" in name}
    assert groups == {GROUP, f"{PLAN[:12]}/printer", f"{OTHER[:12]}/courier"}
    assert len(lines) == 3 + 2  # what was demanded stands alone
    assert (lines[GROUP]["notices"], lines[GROUP]["states"], lines[GROUP]["by"]) == (600, {"waiting": 600}, "hand")
    assert lines[f"{PLAN[:12]}/printer"]["by"] == "email"
    assert "600 waiting" in run(told, "notices", "list")
    assert len(listed(told, "--of", GROUP)) == 600
    told.now = told.now.replace(year=2027)
    assert reported(cli, ["notices", "list", str(told.folder / "zusage.yaml")]) == 1
    said = CliRunner().invoke(cli, ["status", str(told.folder / "zusage.yaml")]).output
    assert f"{GROUP}: courier was not told yet of 600 erasures by rules" in said


def test_a_sweep_says_in_few_lines_what_became_of_many(told: Told) -> None:
    told.rewrite(f"{told.http.url}/carrier", f"http://127.0.0.1:{free_port()}/carrier")
    with told.opened() as product:
        ended(product, 30, ["courier", "printer", "carrier"])
    said = run(told, "notices", "send")
    assert "0 recipients told, and of 30 erasures by rules in 1 message" in said
    assert f"{GROUP} (30 notices) waits for a human: `zusage notices show {GROUP}`" in said
    assert f"{PLAN[:12]}/carrier (30 notices): the recipient could not be reached" in said
    assert len(said.splitlines()) == 3


def test_a_human_sends_the_list_and_notes_the_receipt_of_all_of_it(told: Told) -> None:
    with told.opened() as product:
        ended(product, 600, ["courier"], batches=3)
    out = told.folder / "letter"
    shown = run(told, "notices", "show", GROUP, "--out", str(out))
    assert "example.net" not in shown
    rows = list(csv.DictReader(io.StringIO((out / "people.csv").read_text(encoding="utf-8-sig"), newline="")))
    assert {row["email"] for row in rows} == {f"mail{n}@example.net" for n in range(600)}
    assert "Aufbewahrungsfrist" in (out / "words.txt").read_text(encoding="utf-8")
    assert {path.stat().st_mode & 0o077 for path in (out, *out.iterdir())} == {0}
    said = run(told, "notices", "receipt", GROUP, "--by", "clerk-2", "--how", "letter of 3 June")
    assert said == f"{GROUP}: 600 notices told\n"
    with told.opened() as product:
        found = product.state.notices.all()
        assert {(one.state, one.receipt, one.by) for one in found} == {("told", "letter of 3 June", "clerk-2")}
        assert set(product.state.notices.sealed_of([one.id for one in found]).values()) == {None}
    assert listed(told) == []
    assert (
        reported(
            cli,
            ["notices", "excuse", str(told.folder / "zusage.yaml"), GROUP, "--why", "impossible", "--because", "x", "--by", "d"],
        )
        == 3
    )


def test_one_decision_excuses_what_is_open_and_nothing_that_was_told_or_of_another_plan(told: Told) -> None:
    with told.opened() as product:
        ended(product, 4, ["courier", "printer"])
        ended(product, 4, ["courier"], plan=OTHER)
        ended(product, 1, ["courier"], plan=f"{PLAN[:63]}0")
        product.state.notices.receive("N-0001", "by telephone", product.clock(), by="clerk-2")
    why = ["--why", "disproportionate", "--because", "only the number of the parcel is known there", "--by", "dpo"]
    assert reported(cli, ["notices", "excuse", str(told.folder / "zusage.yaml"), GROUP, *why]) == 3  # two plans begin so
    assert f"{GROUP}: 3 notices disproportionate" in run(told, "notices", "excuse", f"{PLAN}/courier", *why)
    with told.opened() as product:
        found = product.state.notices.all()
    states = [(one.occasion.plan[-1], one.recipient, one.state) for one in found]
    assert states.count(("9", "courier", "disproportionate")) == 3
    assert states.count(("9", "courier", "told")) == 1
    assert states.count(("9", "printer", "waiting")) == 4
    assert states.count(("b", "courier", "waiting")) == 4
    assert states.count(("0", "courier", "waiting")) == 1
    assert {one.by for one in found if one.state == "disproportionate"} == {"dpo"}


def test_what_came_back_is_named_and_ended_as_a_whole(told: Told) -> None:
    with told.opened() as product:
        ended(product, 12, ["printer"])
    told.send()
    with told.opened() as product:
        take_back(product, report_of(number=str(told.mails[0]["Message-ID"])))
    (line,) = listed(told)
    assert (line["undone"], line["escalated"]) == (12, True)
    assert "12 of them came back, a human must look" in run(told, "notices", "list")
    assert "12 notices told" in run(told, "notices", "receipt", f"{PLAN[:12]}/printer", "--by", "clerk-2", "--how", "by letter")
    assert listed(told) == []
    told.send()
    assert len(told.mails) == 1


def test_whom_nothing_names_is_counted_and_named_one_by_one(told: Told) -> None:
    with told.opened() as product:
        ended(product, 5, ["printer"], names=lambda n: {"email": [f"mail{n}@example.net"] if n else []})
    assert "of 1 nothing names the person" in run(told, "notices", "list")
    said = run(told, "notices", "send")
    name = f"{PLAN[:12]}/printer"
    assert (
        f"{name} (1 notice) waits for a human: nothing is left that names the people to it; `zusage notices list --of {name}`"
        in said
    )
    assert [one["notice"] for one in listed(told, "--of", name)] == ["N-0001"]
    words = ["notices", "name", str(told.folder / "zusage.yaml"), "N-0001", "--as", "email", "--by", "clerk-1"]
    assert "can be sent" in CliRunner().invoke(cli, words, input="other@example.net\n").output
    assert "of 1 erasure by rules in 1 message" in run(told, "notices", "send")
    assert "other@example.net" in told.mails[-1].get_payload()


@pytest.mark.parametrize(
    "name", ["3fa9/courier", "zz/courier", f"{PLAN[:12]}/nobody", "/", "Marker Person/courier", f"{PLAN[:12]}%/courier"]
)
def test_a_group_that_is_none_is_refused_and_not_repeated(told: Told, name: str) -> None:
    with told.opened() as product:
        ended(product, 1, ["courier"])
    said = CliRunner().invoke(cli, ["notices", "show", str(told.folder / "zusage.yaml"), name])
    assert said.exit_code != 0
    assert "Marker" not in said.output
    assert len(listed(told)) == 1
