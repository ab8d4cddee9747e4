"""Cases over HTTP: a real server, tokens with roles, and the same steps as the command line has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tests.integration.small_world import SmallWorld
from zusage.cli import cli
from zusage.cli.case import command as case_command
from zusage.rights.roles import STEPS

from .office import Office, serving

TABLES = "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, since DATETIME); INSERT INTO customer VALUES (1, 'one', '2025-01-01'); CREATE TABLE mail (sender TEXT);"
ACTIVITY = "    data: {shop.customer: {classes: {one: [name, since]}}}\n    keep: [{name: long, at_most: P9Y, from: since}]\n"


def _run(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, [*words[0].split(), str(folder / "zusage.yaml"), *words[1:]], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output.strip()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    world = SmallWorld.make(folder, TABLES, {"customers": ACTIVITY})
    world.rewrite(
        "controller: {name: Example GmbH}",
        "controller: {name: Example GmbH, land: BE}\nrequests: {kept: P1Y}\npeople: {customer: {record: shop.customer, known_by: [shop.mail.sender]}}",
    )
    with serving(folder) as served:
        yield served


def test_a_request_goes_from_receipt_to_answer(office: Office) -> None:
    case = office.open("erasure")
    assert office.step("intake", case, "identify", how="login").status_code == 200
    assert office.step("decider", case, "grant").json()["state"] == "granted"
    assert office.step("second", case, "approve").json()["state"] == "approved"
    done = office.step("decider", case, "done")  # by a plan, which the command is given
    assert (done.status_code, "Name the plan" in done.json()["detail"], "--" in done.json()["detail"]) == (409, True, False)
    other = office.open()
    for role, name, more in (
        ("intake", "acknowledge", {}), ("intake", "identify", {"how": "login"}), ("decider", "grant", {}),
        ("decider", "done", {}), ("decider", "answer", {"words": "The copy lies ready.", "way": "in-person"}), ("decider", "close", {}),
    ):  # fmt: skip
        assert office.step(role, other, name, **more).status_code == 200, name
    shown = office.call("auditor", "GET", f"/cases/{other}").json()
    assert [event["by"] for event in shown["events"]] == ["intake-1"] * 3 + ["decider-1"] * 4
    assert _run(office.folder, "case show", other).count("decider-1") == 4  # one register, whatever the face


def test_what_only_has_the_address_is_included_by_whoever_decides_with_name_and_reason(office: Office) -> None:
    case, mail = office.open("erasure"), {"name": "shop.mail.sender"}
    assert office.step("intake", case, "include", **mail, words="theirs").status_code == 403
    assert office.step("decider", case, "include", **mail).status_code == 409  # without a reason
    assert office.step("decider", case, "include", name="shop.mail.text", words="theirs").status_code == 409
    assert office.step("decider", case, "include", **mail, words="theirs").status_code == 200
    assert office.step("decider", case, "leave-out", **mail, words="a namesake's").status_code == 200
    events = office.call("auditor", "GET", f"/cases/{case}").json()["events"][1:]
    assert [(e["kind"], e["by"], e["detail"]) for e in events] == [
        (kind, "decider-1", "shop.mail.sender") for kind in ("included", "left out")
    ]


@pytest.mark.parametrize(
    ("role", "name"),
    [("intake", "grant"), ("auditor", "acknowledge"), ("second", "grant"), ("decider", "approve"), ("intake", "approve")],
)
def test_a_token_is_good_for_its_role_alone(office: Office, role: str, name: str) -> None:
    case = office.open("erasure")
    before = office.call("auditor", "GET", f"/cases/{case}").json()
    assert office.step(role, case, name).status_code == 403
    assert office.call("auditor", "GET", f"/cases/{case}").json() == before


def test_without_a_token_nothing_is_told(office: Office) -> None:
    case = office.open()
    for path in ("/cases", f"/cases/{case}", f"/cases/{case}/content"):
        assert office.call("zusage_wrong", "GET", path).status_code == 401
    assert httpx.get(f"{office.url}/office/cases", trust_env=False).status_code == 401


def test_a_revoked_token_is_worth_nothing(office: Office) -> None:
    token = _run(office.folder, "case token issue", "--holder", "leaver", "--role", "decider")
    assert office.call(token, "GET", "/cases").status_code == 200
    _run(office.folder, "case token revoke", "--holder", "leaver")
    assert office.call(token, "GET", "/cases").status_code == 401


def test_whoever_audits_sees_what_happened_and_nothing_of_the_person(office: Office) -> None:
    case = office.open()
    assert "Marker Otter" in office.call("decider", "GET", f"/cases/{case}/content").text
    assert office.call("auditor", "GET", f"/cases/{case}/content").status_code == 403
    assert "Marker" not in office.call("auditor", "GET", f"/cases/{case}").text
    assert "Marker" not in office.call("auditor", "GET", "/cases?everything=true").text


def test_tokens_lie_in_no_file(office: Office) -> None:
    files = [path for path in office.folder.rglob("*") if path.is_file()]
    digest = hashlib.sha256(office.tokens["intake"].encode()).hexdigest().encode()
    assert any(digest in path.read_bytes() for path in files)  # so that it would be found
    assert not [path.name for path in files for token in office.tokens.values() if token.encode() in path.read_bytes()]


def test_what_does_not_fit_is_refused_with_the_rule_and_nothing_is_noted(office: Office) -> None:
    case = office.open()
    refused = office.step("decider", case, "grant")
    assert (refused.status_code, "nobody has shown who asks" in refused.json()["detail"]) == (409, True)
    assert office.step("decider", case, "refuse").status_code == 409  # without words
    assert office.call("intake", "GET", "/cases/C-9999").status_code == 404
    assert office.call("intake", "POST", "/cases", json={"right": "gold"}).status_code == 422
    assert office.call("intake", "POST", "/cases", json={"right": "access", "more": 1}).status_code == 422
    assert len(office.call("auditor", "GET", f"/cases/{case}").json()["events"]) == 1


def test_the_description_has_every_step_of_the_command_line(office: Office) -> None:
    described = httpx.get(f"{office.url}/office/openapi.json", trust_env=False).json()
    steps = set(described["components"]["schemas"]["Taken"]["properties"]["step"]["enum"])
    assert steps == set(STEPS)
    others = {"open", "list", "show", "letter", "nothing-held", "agree"}
    here_alone = {"serve", "token", "sweep", "returned"}  # of the machine itself, or of no step
    orders = {"transfer", "no-transfer"}  # given as operations of a case
    assert set(case_command.commands) == steps | others | here_alone | orders
    told = {way["operationId"] for path in described["paths"].values() for way in path.values()}
    assert told >= others
    assert all("/office/" in path for path in described["paths"])
