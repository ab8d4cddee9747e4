"""Objections and withdrawals over HTTP, also of somebody of whom nothing but an address is known; what goes to recipients; mails that came back."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from tests.integration.receivers import mail_server
from tests.integration.small_world import NOW, SmallWorld
from tests.unit.rights.test_rights_returned import report_of
from zusage.bootstrap import opened
from zusage.cli import cli
from zusage.rights.roles import ROLES

from .office_calls import asked

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, since DATETIME);
INSERT INTO customer VALUES (1, 'one@example.org', '2025-01-01'), (2, 'two@example.org', '2025-01-01');
CREATE TABLE reader (id INTEGER PRIMARY KEY, email TEXT, at DATETIME, withdrawn_at DATETIME);
INSERT INTO reader VALUES (1, 'one@example.org', '2025-01-01', NULL), (2, 'otter@example.org', '2025-01-01', NULL), (3, 'badger@example.org', '2025-01-01', NULL);
CREATE TABLE mailing (id INTEGER PRIMARY KEY, email TEXT, at DATETIME);
INSERT INTO mailing SELECT id, email, at FROM reader;
CREATE TABLE alert (id INTEGER PRIMARY KEY, customer_id INTEGER, at DATETIME);
INSERT INTO alert VALUES (1, 1, '2026-01-01'), (2, 2, '2026-01-01');
"""
ORDERS = """    data: {shop.customer: {classes: {one: [email, since]}}}
    keep: [{name: long, at_most: P9Y, from: since}]
"""
NEWS = """    consent: {withdraw: {de: jederzeit, en: any time}, text_version: "1", records: [{data: shop.reader, address: email, only: withdrawn_at IS NULL, then: {set: {withdrawn_at: now}}}]}
    data:
      shop.reader: {classes: {one: [email, at, withdrawn_at]}}
      shop.alert: {of: customer via customer_id, classes: {one: [at]}}
    keep: [{name: news, data: shop.reader, at_most: P9Y, from: at}, {name: alerts, data: shop.alert, at_most: P9Y, from: at}]
"""
ADVERTS = """    legitimate_interest: {de: X, en: X}
    objection: {marketing: true, lists: [{data: shop.mailing, address: email, then: delete}]}
    data: {shop.mailing: {classes: {one: [email, at]}}}
    keep: [{name: adverts, at_most: P9Y, from: at}]
"""
REQUESTS = (
    'requests: {kept: P1Y, mail: {server: "${CASE_SMTP}", sender: rights@example.org}, door: {at: "https://shop.example/rights"}}'
)
PEOPLE = "people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email], title: {de: X, en: X}}}"
CARRIER = "recipients: {carrier: {title: {de: Paketblitz, en: Paketblitz}, role: controller, country: DE}}"
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    made = SmallWorld.make(tmp_path_factory.mktemp("by-address"), TABLES, {"orders": ORDERS, "news": NEWS, "adverts": ADVERTS})
    made.rewrite("controller: {name: Example GmbH}", f"controller: {{name: Example GmbH, land: BE}}\n{REQUESTS}\n{CARRIER}")
    made.rewrite("activities:", f"{PEOPLE}\nactivities:")
    for name, basis in (("news", "art-6-1-a"), ("adverts", "art-6-1-f")):
        head = f"  {name}:\n    title: {{de: X, en: X}}\n    purpose: {{de: X, en: X}}\n    legal_basis: "
        made.rewrite(head + "art-6-1-b", head + basis)
    return made


@pytest.fixture(scope="module")
def mails() -> Iterator[list[Any]]:
    with pytest.MonkeyPatch.context() as patch, mail_server() as (address, found):
        patch.setenv("CASE_SMTP", address)
        yield found


@pytest.fixture(scope="module")
def product(world: SmallWorld, mails: list[Any]) -> Iterator[Any]:
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as found:
        yield found
        found.state.close()


@pytest.fixture(scope="module")
def call(product: Any) -> Iterator[Call]:
    with asked(product) as found:
        yield found


def _case(call: Call, right: str, **said: str) -> str:
    found = call("POST", "/office/cases", "intake", json={"right": right, **said})
    assert found.status_code == 201, found.text
    return str(found.json()["case"])


def _step(call: Call, case: str, step: str, role: str = "decider", **more: str) -> Any:
    return call("POST", f"/office/cases/{case}/steps", role, json={"step": step, **more})


def _order(call: Call, case: str, **order: object) -> Any:
    return call("POST", f"/office/cases/{case}/operations", "decider", json=order)


def _linked(call: Call, mails: list[Any], case: str) -> None:
    """They show by a mailed link that the address is theirs."""
    assert _step(call, case, "mail-link").status_code == 200
    assert call("POST", f"/rights/link/{_newest(mails, 'link')[1]}").status_code == 200


def _newest(mails: list[Any], kind: str) -> tuple[str, str]:
    """The Message-ID of the newest mail with such a link, and the secret in it."""
    texts = ((mail, mail.get_payload(decode=True).decode()) for mail in reversed(mails))
    return next(
        (str(mail["Message-ID"]), found[1]) for mail, text in texts if (found := re.search(rf"/rights/{kind}/(\S+)", text))
    )


def test_a_consent_is_withdrawn_by_the_address_that_a_mailed_link_has_shown(
    call: Call, world: SmallWorld, mails: list[Any]
) -> None:
    case = _case(call, "withdrawal", address="Otter@example.org")
    _step(call, case, "identify", how="known-detail")
    unshown = _order(call, case, operation="withdraw-consent", activity="news")
    assert (unshown.status_code, "mailed link" in unshown.json()["detail"]) == (409, True)
    case = _case(call, "withdrawal", address="Otter@example.org")
    _linked(call, mails, case)
    assert _order(call, case, operation="restrict", ground="a").status_code == 409  # nothing else goes by an address
    done = _order(call, case, operation="withdraw-consent", activity="news").json()
    assert (done["outcome"], done["result"]["rows"], "plan" in done["result"]) == ("W-0001", {"shop.reader": 1}, False)
    assert world.sql("SELECT id FROM reader WHERE withdrawn_at IS NULL ORDER BY id") == [(1,), (3,)]
    letter = call("GET", f"/office/cases/{case}/operations/{done['number']}/letter?language=en", "decider").json()
    assert "withdr" in " ".join(letter["paragraphs"])


def test_of_a_withdrawal_by_key_the_letter_names_what_its_plan_took(call: Call, world: SmallWorld) -> None:
    case = _case(call, "withdrawal", person="customer=1")
    _step(call, case, "identify", how="login")
    done = _order(call, case, operation="withdraw-consent", activity="news").json()
    assert [one["table"] for one in done["result"]["steps"]] == ["shop.alert"]
    path = f"/office/cases/{case}/operations/{done['number']}/letter"
    assert call("GET", path, "auditor").status_code == 403
    assert "one@" not in call("GET", path, "decider").text
    assert call("GET", path.replace(f"/{done['number']}/", "/1/"), "decider").status_code == 409


def test_an_objection_is_taken_in_by_address_seen_and_taken_back_by_nobody_else(
    call: Call, world: SmallWorld, mails: list[Any]
) -> None:
    mine, other = _case(call, "objection", address="badger@example.org"), _case(call, "objection", person="customer=1")
    _linked(call, mails, mine)
    _step(call, other, "identify", how="login")
    number = _order(call, mine, operation="object", activity="adverts").json()["outcome"]
    theirs = _order(call, other, operation="object", activity="adverts").json()["outcome"]
    assert world.sql("SELECT email FROM mailing") == [("otter@example.org",)]
    assert call("GET", f"/office/objections/{number}", "auditor").json()["left"] == {}
    world.sql("INSERT INTO mailing VALUES (9, 'BADGER@example.org', '2026-01-01')")
    assert call("GET", f"/office/objections/{number}", "auditor").json()["left"] == {"shop.mailing": 1}
    for case, wrong in ((mine, theirs), (other, number)):
        assert _order(call, case, operation="end-objection", objection=wrong, reasons="x").status_code == 409
    assert call("GET", f"/office/objections/{number}", "auditor").json()["ended_at"] is None
    ended = _order(call, mine, operation="end-objection", objection=number, reasons="subscribed again")
    assert (ended.status_code, ended.json()["outcome"]) == (200, number)
    assert call("GET", f"/office/objections/{number}", "auditor").json()["ended_at"]


def test_a_command_takes_whom_a_case_is_about(call: Call, world: SmallWorld, product: Any) -> None:
    case = _case(call, "withdrawal", person="customer=2")
    words = [
        "withdrawal",
        "place",
        str(world.folder / "zusage.yaml"),
        "news",
        "--by",
        "clerk",
        "-o",
        str(world.folder / "w.json"),
    ]
    two = CliRunner().invoke(cli, [*words, "--case", case, "--person", "customer=1"])
    assert (two.exit_code, (world.folder / "w.json").exists()) == (2, False)
    done = CliRunner().invoke(cli, [*words, "--case", case], catch_exceptions=False, standalone_mode=False)
    assert (done.return_value, (world.folder / "w.json").exists()) == (0, True), done.output
    letter = CliRunner().invoke(
        cli, ["withdrawal", "letter", words[2], "news", "--case", case, "--language", "en"], catch_exceptions=False
    )
    assert "withdr" in letter.output


def test_what_goes_to_a_recipient_is_noted_once_and_told_to_the_person(call: Call) -> None:
    sent = {"person": "customer=2", "recipient": "carrier", "what": ["name"], "at": NOW.isoformat(), "reference": "parcel-17"}
    for role in {*ROLES} - {"decider"}:
        assert call("POST", "/office/disclosures", role, json=sent).status_code == 403
    assert [call("POST", "/office/disclosures", "decider", json=sent).json()["new"] for _ in range(2)] == [True, False]
    for wrong in ({"recipient": "stranger"}, {"person": "customer"}, {"person": "robot=1"}):
        refused = call("POST", "/office/disclosures", "decider", json=sent | wrong)
        assert (refused.status_code, "--" in refused.json()["detail"]) == (409, False), wrong
    assert call("POST", "/office/disclosures", "decider", json=sent | {"at": "2026-01-01T10:00:00"}).status_code == 422
    case = _case(call, "access", person="customer=2")
    assert call("GET", f"/office/cases/{case}/recipients", "decider").json()["received"] == ["carrier"]


def test_an_answer_that_came_back_is_noted_over_http(call: Call, mails: list[Any]) -> None:
    case = _case(call, "rectification", person="customer=2")
    for role, step, more in (
        ("intake", "identify", {"how": "login"}), ("decider", "grant", {}), ("second", "approve", {}), ("decider", "done", {}),
        ("decider", "answer", {"words": "It is corrected.", "way": "mailed-link"}),
    ):  # fmt: skip
        assert _step(call, case, step, role, **more).status_code == 200, step
    report = report_of(number=_newest(mails, "answer")[0])
    sent = {"report": base64.b64encode(report).decode()}
    assert call("POST", "/office/returned", "auditor", json=sent).status_code == 403
    assert call("POST", "/office/returned", "intake", json={"report": "no base64!"}).status_code == 422
    other = base64.b64encode(report_of()).decode()
    assert call("POST", "/office/returned", "intake", json={"report": other}).status_code == 409
    assert call("POST", "/office/returned", "intake", json=sent).json() == {"of": case}
    assert call("GET", f"/office/cases/{case}", "auditor").json()["events"][-1]["kind"] == "not delivered"
