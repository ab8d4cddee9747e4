"""What the law lets be done for a case is done over HTTP: by roles, with a second person where one is needed, and never twice."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.integration.recipients.ended_world import PLAN, ended
from tests.trusted import TRUSTED
from zusage.bootstrap import opened
from zusage.rights.operation import OPERATIONS
from zusage.rights.roles import ROLES

from .asking_world import Asking
from .office import Office, serving

PUBLIC = """public:
  wall:
    says: {de: Einkäufe auf der Website, en: purchases on the web site}
    data: shop.purchase
    informs: [search]
activities:
"""
SEARCH = """  search:
    title: {de: Suchmaschine, en: Search engine}
    role: controller
    country: DE
public:
"""
OBJECTION = """    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data:
      post.account"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Asking:
    made = Asking.make(tmp_path_factory.mktemp("operations"))
    made.rewrite("activities:\n", PUBLIC)
    made.rewrite("public:\n", SEARCH)
    made.rewrite("    legal_basis: art-6-1-b\n    data:\n      post.account", OBJECTION)
    made.rewrite("recipients: [carrier]", "recipients: [carrier, search]")
    return made


@pytest.fixture(scope="module")
def office(world: Asking) -> Iterator[Office]:
    with serving(world.folder) as served:
        yield served


def _done(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["outcome"])


def test_a_restriction_stands_in_the_place_of_an_erasure_when_a_second_person_has_agreed(office: Office, world: Asking) -> None:
    case = office.decided("erasure", "customer=1")
    office.step("second", case, "approve")
    instead = {"paragraph": "3", "demanded": "a", "reasons": "statutes of the association"}
    for role in {*ROLES} - {"decider"}:
        assert office.order(case, "restrict-instead", role, **instead).status_code == 403
    waiting = office.order(case, "restrict-instead", **instead).json()
    assert (waiting["waits_for_second"], waiting["outcome"], world.theirs(1)) == (True, "", 4)
    assert office.order(case, "restrict-instead", **instead).json()["number"] == waiting["number"]  # sent twice, ordered once
    assert office.call("second", "GET", f"/cases/{case}/operations/{waiting['number']}").json()["reasons"] == instead["reasons"]
    for role in {*ROLES} - {"second"}:
        assert office.agree(case, waiting["number"], role).status_code == 403
    assert world.theirs(1) == 4
    number = _done(office.agree(case, waiting["number"]))
    assert (number[:2], world.theirs(1)) == ("R-", 0)
    assert office.agree(case, waiting["number"]).status_code == 409
    shown = office.call("auditor", "GET", f"/restrictions/{number}").json()
    assert (shown["instead"], shown["shown"], shown["hidden"]) == ("3", True, 4)
    assert office.step("decider", case, "done", restriction=number).json()["state"] == "carried out"
    letter = " ".join(office.call("decider", "GET", f"/cases/{case}/letter?language=en").json()["paragraphs"])
    assert "statutes of the association" in letter
    events = office.call("auditor", "GET", f"/cases/{case}").json()["events"]
    assert [(one["kind"], one["by"]) for one in events if one["kind"] in ("ordered", "agreed", "effected")] == [
        ("ordered", "decider-1"), ("agreed", "second-1"), ("effected", "second-1"),
    ]  # fmt: skip


def test_that_a_restriction_was_there_before_is_said_and_it_takes_the_place_of_the_erasure(office: Office, world: Asking) -> None:
    first = office.order(office.decided("restriction", "customer=5"), "restrict", ground="b").json()
    assert (first["result"]["taken_up"], first["result"]["instead"]) == (False, None)
    case = office.decided("erasure", "customer=5")
    office.step("second", case, "approve")
    instead = {"paragraph": "3", "demanded": "a", "reasons": "statutes of the association"}
    made = office.agree(case, office.order(case, "restrict-instead", **instead).json()["number"]).json()
    assert made["outcome"] == first["outcome"]
    assert (made["result"]["taken_up"], made["result"]["instead"]) == (True, "3")
    assert office.call("auditor", "GET", f"/restrictions/{made['outcome']}").json()["instead"] == "3"
    assert office.step("decider", case, "done", restriction=made["outcome"]).json()["state"] == "carried out"
    code, said = world.run("restriction place | customer=5 --ground b --by clerk-1")
    assert (code, "was in force on this ground before" in said) == (0, True), said
    for operation, more in (("tell-lifting", {"how": "letter"}), ("lift", {})):
        assert _done(office.order(case, operation, restriction=made["outcome"], **more)) == made["outcome"]


def test_restricted_data_are_read_by_whoever_opened_them_alone_and_come_back_when_the_person_was_told(
    office: Office, world: Asking
) -> None:
    before = world.rows()
    case = office.decided("restriction", "customer=2")
    number = _done(office.order(case, "restrict", ground="a"))
    assert world.theirs(2) == 0
    wanted = {"restriction": number, "purpose": "legal-claims", "reasons": "claim 7"}
    use = _done(office.agree(case, office.order(case, "use", **wanted).json()["number"]))
    rows = office.call("decider", "GET", f"/uses/{use}/rows").json()["rows"]
    assert rows["shop.customer"][0]["email"] == world.address(2)
    file = world.folder / ".zusage" / "restricted" / f"{use}.json"
    file.rename(file.with_suffix(".away"))  # as if it had been interrupted before the file was there
    gone = office.call("decider", "GET", f"/uses/{use}/rows")
    assert (gone.status_code, "interrupted" in gone.json()["detail"]) == (409, True)
    file.with_suffix(".away").rename(file)
    for role in {*ROLES} - {"decider"}:
        refused = office.call(role, "GET", f"/uses/{use}/rows")
        assert (refused.status_code, world.address(2) in refused.text) == (403, False)
    assert office.call("auditor", "GET", "/uses").json()[-1]["second"] == "second-1"
    assert world.theirs(2) == 0  # the application still reads nothing
    assert _done(office.order(case, "close-use", use=use)) == use
    assert office.call("decider", "GET", f"/uses/{use}/rows").status_code == 409
    assert office.order(case, "lift", restriction=number).status_code == 409  # the person was not told
    assert _done(office.order(case, "tell-lifting", restriction=number, how="letter")) == number
    assert _done(office.order(case, "lift", restriction=number)) == number
    assert world.rows() == before


def test_a_case_reaches_no_other_persons_restriction_or_hold(office: Office) -> None:
    mine = office.decided("restriction", "customer=2")
    hold = _done(office.order(mine, "hold", reason="claim 8", review_on="2099-01-01"))
    number = _done(office.order(mine, "restrict", ground="c"))
    other = office.decided("restriction", "customer=3")
    for operation, more in (
        ("lift", {"restriction": number}), ("tell-lifting", {"restriction": number, "how": "x"}),
        ("use", {"restriction": number, "purpose": "consent", "reasons": "x"}), ("lift-hold", {"hold": hold, "reason": "x"}),
    ):  # fmt: skip
        assert office.order(other, operation, **more).status_code == 409, operation
    assert office.call("auditor", "GET", f"/restrictions/{number}").json()["told_at"] is None
    for operation, more in (("tell-lifting", {"restriction": number, "how": "x"}), ("lift", {"restriction": number})):
        assert _done(office.order(mine, operation, **more)) == number
    assert _done(office.order(mine, "review-hold", hold=hold, reason="still", review_on="2099-02-02")) == hold
    assert hold in [one["hold"] for one in office.call("auditor", "GET", "/holds").json()]
    assert _done(office.order(mine, "lift-hold", hold=hold, reason="settled")) == hold
    assert hold not in [one["hold"] for one in office.call("auditor", "GET", "/holds").json()]


def test_a_value_is_corrected_once_a_second_person_has_approved_and_recipients_are_told(office: Office, world: Asking) -> None:
    case = office.decided("rectification", "customer=3")
    right = {"table": "shop.customer", "column": "name", "value": "Right Otter"}
    refused = office.order(case, "rectify", **{**right, "column": "secret"})
    assert (refused.status_code, "Otter" in refused.text) == (409, False)
    assert office.call("auditor", "GET", f"/cases/{case}/operations").json() == []  # nobody is asked to agree to what cannot be
    assert office.step("decider", case, "done").status_code == 409
    office.step("second", case, "approve")  # of the case, before anybody knows the value
    same = office.order(case, "rectify", **{**right, "value": "name of 3"}).json()
    refused = office.agree(case, same["number"])
    assert (refused.status_code, "holds this value already" in refused.text, "of 3" in refused.text) == (409, True, False)
    waiting = office.order(case, "rectify", **right).json()
    assert (waiting["waits_for_second"], world.sql("SELECT name FROM customer WHERE id = 3")) == (True, [("name of 3",)])
    other = office.order(case, "rectify", **{**right, "value": "Other Otter"}).json()
    assert (other["waits_for_second"], other["number"] > waiting["number"]) == (True, True)  # another value, another order
    assert office.call("second", "GET", f"/cases/{case}/operations/{waiting['number']}").json()["value"] == "Right Otter"
    assert office.agree(case, waiting["number"], "decider").status_code == 403
    assert _done(office.agree(case, waiting["number"])).startswith("RC-")
    assert office.step("decider", case, "done").json()["state"] == "carried out"
    assert world.sql("SELECT name FROM customer WHERE id = 3") == [("Right Otter",)]
    assert _done(office.order(case, "complete", table="shop.purchase", row="id = 6", statement="It was a gift.")).startswith(
        "ST-"
    )
    told = office.call("decider", "GET", f"/cases/{case}/recipients").json()
    assert [(one["recipient"], one["of"]) for one in told["told"]] == [("carrier", "corrected")]
    assert office.call("auditor", "GET", f"/cases/{case}/recipients").status_code == 403
    outcomes = [one["outcome"] for one in office.call("auditor", "GET", f"/cases/{case}/operations").json()]
    assert (outcomes[0], outcomes[1][:3], outcomes[2], outcomes[3][:3]) == (
        "refused",
        "RC-",
        "",
        "ST-",
    )  # to the other value nobody agreed
    assert "Otter" not in office.call("auditor", "GET", f"/cases/{case}/operations").text


def test_that_a_use_goes_on_against_an_objection_needs_somebody_else(office: Office, world: Asking) -> None:
    case = office.open("objection", "customer=4")
    assert office.order(case, "object", activity="mailbox").status_code == 409  # nobody has shown who asks
    office.step("intake", case, "identify", how="login")
    assert office.order(case, "object", activity="orders").status_code == 409  # no right against a contract
    number = _done(office.order(case, "object", activity="mailbox"))
    assert world.sql("SELECT count(*) FROM account WHERE customer_id = 4", "post") == [(0,)]
    ruling = {"objection": number, "finding": "compelling-grounds", "reasons": "fraud in progress"}
    waiting = office.order(case, "decide-objection", **ruling).json()
    assert office.call("auditor", "GET", "/objections").json()[-1]["finding"] is None
    assert _done(office.agree(case, waiting["number"])) == number
    found = office.call("auditor", "GET", "/objections").json()[-1]
    assert (found["finding"], found["second"]) == ("compelling-grounds", "second-1")
    assert office.call("decider", "GET", f"/objections/{number}/letter?language=en").json()["paragraphs"]
    other = office.open("objection", "customer=5")
    office.step("intake", other, "identify", how="login")
    assert office.order(other, "decide-objection", **(ruling | {"finding": "upheld"})).status_code == 409


def test_an_erasure_is_planned_here_signed_by_the_operator_and_noted_here_and_other_controllers_are_informed(
    office: Office, world: Asking
) -> None:
    case = office.decided("erasure", "customer=6")
    found = office.call("decider", "GET", f"/cases/{case}/found").json()
    assert found["rows"] == {"shop.customer": 1, "shop.purchase": 2, "post.account": 1}
    made = office.order(case, "plan-erasure", ground="b").json()
    plan = world.folder / ".zusage" / made["result"]["file"]
    assert office.call("second", "GET", f"/cases/{case}/operations/{made['number']}/plan").json() == json.loads(plan.read_text())
    office.step("second", case, "approve")
    assert office.step("decider", case, "done", order=made["number"]).status_code == 409  # nobody has carried it out
    assert world.run(f"approve | {plan} --key {world.folder / 'second.key'}")[0] == 0
    code, said = world.run(f"apply | {plan}")
    assert (code, world.theirs(6)) == (0, 0), said
    assert office.step("decider", case, "done", order=made["number"]).json()["state"] == "carried out"
    again = office.step("decider", case, "done", order=made["number"])
    assert (again.status_code, "carried out before" in again.json()["detail"]) == (409, True)
    notices = {one["recipient"]: one for one in office.call("auditor", "GET", "/notices").json() if one["of"] == "erased"}
    assert notices.keys() == {"carrier", "search", "public/wall"}
    place = notices["public/wall"]["notice"]
    for role in {*ROLES} - {"decider"}:
        assert office.call(role, "POST", f"/notices/{place}/receipt", json={"how": "x"}).status_code == 403
    letter = office.call("decider", "GET", f"/notices/{notices['search']['notice']}/letter").json()
    assert "17" in letter["text"]
    assert office.call("auditor", "GET", f"/notices/{place}/letter").status_code == 403
    told = office.call("decider", "POST", f"/notices/{place}/receipt", json={"how": "asked the archive to drop its copy"}).json()
    assert (told["state"], office.call("decider", "GET", f"/notices/{place}/letter").status_code) == ("told", 409)
    why = {"why": "disproportionate", "because": "it cannot be found there"}
    other = office.call("decider", "POST", f"/notices/{notices['search']['notice']}/excuse", json=why).json()
    assert other["state"] == "disproportionate"
    assert office.call("decider", "POST", f"/notices/{place}/excuse", json=why).status_code == 409


def test_what_a_rule_took_of_many_is_looked_at_and_ended_in_groups(office: Office, world: Asking) -> None:
    with opened(world.folder / "zusage.yaml") as product:
        ended(product, 12, ["search", "carrier"])
    (group, _) = found = office.call("auditor", "GET", "/notice-groups").json()
    assert [(one["plan"], one["recipient"], one["by"], one["states"]) for one in found] == [
        (PLAN, "search", "hand", {"waiting": 12}),
        (PLAN, "carrier", "webhook", {"waiting": 12}),
    ]
    named = {"plan": PLAN, "recipient": "search"}
    assert office.call("auditor", "GET", "/notice-groups/letter", params=named).status_code == 403
    letter = office.call("decider", "GET", "/notice-groups/letter", params=named).json()
    assert "mail11@example.net" in letter["table"]
    assert "mail11@example.net" not in json.dumps(group)
    why = {"why": "disproportionate", "because": "it cannot be found there"}
    for role in {*ROLES} - {"decider"}:
        assert office.call(role, "POST", "/notice-groups/excuse", json=named | why).status_code == 403
    assert office.call("decider", "POST", "/notice-groups/receipt", json={**named, "how": "by letter"}).json() == {"notices": 12}
    assert office.call("decider", "POST", "/notice-groups/excuse", json=named | why).status_code == 409
    assert office.call("decider", "GET", "/notice-groups/letter", params=named).status_code == 409
    for wrong, status in (({"recipient": "nobody"}, 404), ({"plan": "3f"}, 422), ({"recipient": "\x00"}, 422)):
        assert office.call("decider", "POST", "/notice-groups/excuse", json=named | why | wrong).status_code == status
    (left,) = office.call("auditor", "GET", "/notice-groups").json()
    assert left["recipient"] == "carrier"
    other = named | {"recipient": "carrier"}
    assert office.call("decider", "POST", "/notice-groups/excuse", json=other | why).json() == {"notices": 12}


def test_every_operation_is_described_and_no_one_orders_without_a_token(office: Office) -> None:
    described = httpx.get(f"{office.url}/office/openapi.json", trust_env=False).json()
    asked = json.dumps(described["paths"]["/office/cases/{case}/operations"]["post"]["requestBody"])
    names = {one for one in OPERATIONS if one in asked or f'"{one}"' in json.dumps(described["components"])}
    assert names == set(OPERATIONS)
    for path, ways in described["paths"].items():
        for method in ways:
            if path.endswith("/health"):
                continue
            sent = httpx.request(
                method, office.url + path.replace("{", "").replace("}", ""), json={}, verify=TRUSTED, trust_env=False
            )
            assert sent.status_code == 401, (path, method)


def test_whatever_is_sent_is_answered_with_what_is_wrong_and_never_with_an_error_of_ours(office: Office) -> None:
    case = office.decided("rectification", "customer=3")
    order, number = f"/cases/{case}/operations", "9" * 40
    right = {"operation": "rectify", "table": "shop.customer", "column": "name", "value": "Marker Otter"}
    bodies = (b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"null", b"[" * 5000, b'{"operation": "rectify"}', b'{"operation": "drop"}')
    odd = (
        {**right, "value": "\x00"}, {**right, "table": "\u202e../" * 40}, {**right, "row": "1 = 1; DROP TABLE customer"}, {**right, "row": "\x00"},
        {**right, "value": "x" * 200_000}, {**right, "extra": 1}, {**right, "value": 7}, {"operation": "use", "restriction": number, "purpose": "x"},
        {"operation": "hold", "reason": "x", "review_on": "2026-02-30"}, {"operation": "lift", "restriction": f"R-{number}"},
    )  # fmt: skip
    surrogate = b'{"operation": "lift", "restriction": "\\ud800"}'
    answers = [office.call("decider", "POST", order, content=body) for body in (*bodies, surrogate)]
    answers += [office.call("decider", "POST", order, json=body) for body in odd]
    answers += [office.call("decider", "POST", order, data={"operation": "lift"}, headers={"Cookie": "sessionid=x"})]
    answers += [office.call("decider", "POST", order, content=b"x" * (2 * 1024 * 1024 + 1))]
    for path in (f"/cases/{case}/operations/{number}", f"/notices/N-{number}", f"/restrictions/R-{number}", f"/uses/U-{number}/rows", f"/holds/{number}", "/cases?limit=0", "/cases?offset=-1", "/notices?limit=100000", "/cases/C-%00", "/cases/..%2f..%2fetc"):  # fmt: skip
        answers.append(office.call("decider", "GET", path))
    answers += [
        office.call("decider", "DELETE", path) for path in ("/cases", f"/cases/{case}", order, "/restrictions", "/notices")
    ]
    wrong = [
        (one.status_code, one.request.url.path, one.request.content[:80]) for one in answers if not 400 <= one.status_code < 500
    ]
    assert not wrong
    assert not [one.text for one in answers if "Marker" in one.text or "Traceback" in one.text or "sqlite" in one.text.lower()]
    assert not [one for one in answers if "set-cookie" in one.headers or "access-control-allow-origin" in one.headers]
    assert office.call("decider", "GET", f"/cases/{case}").status_code == 200
