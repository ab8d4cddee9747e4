"""Whatever is sent to an endpoint that is described is answered by what is wrong with it, wherever our own state is kept.

Each field of each body, each part of each path and each parameter is given everything that fits it badly; the rest of the call would be done.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.servers import Postgres
from zusage.bootstrap import opened

from .asking_world import Asking
from .office_calls import asked

MARK = "Kennwort-77"
DEEP: Any = MARK
for _ in range(400):
    DEEP = [DEEP]
#: for a field, whatever it takes
BAD: tuple[Any, ...] = (
    "\x00", f"{MARK}\x00", "\ud800", "", MARK * 100_000, f"{MARK}\u202e'; DROP TABLE customer; --", "2026-02-30",
    -1, 2**70, 1.5, True, None, [MARK], [None], {MARK: MARK}, {"\x00": "x"}, DEEP,
)  # fmt: skip
#: what goes behind the door, and so to the database of our own state
GOES_ON: tuple[Any, ...] = (f"{MARK}\x00", "\ud800", 2**70, f"{MARK}\u202e'; DROP TABLE customer; --")
#: for a part of a path or a parameter
BAD_WORDS = ("C-\x00", "-1", "0", "R-" + "9" * 40, "%2e%2e%2f", MARK * 200, "' OR 1=1", "C-0001%0aX", "\udcff", " ")

#: what fits a field of this name, so that a call with one bad field goes as far as it can
FITS: Mapping[str, Any] = {
    "table": "shop.customer", "column": "name", "activity": "orders", "person": "customer=1", "recipient": "carrier", "restriction": "R-0001",
    "use": "U-0001", "hold": "S-0001", "objection": "O-0001", "review_on": "2099-01-01", "report": "eA==", "value": "Right Otter", "way": "post",
    "how": "login", "row": "id = 1", "name": "post.mail.sender",
}  # fmt: skip
#: an order belongs to a case in which somebody asked for it
ASKED = {"restrict-instead": "erasure", "plan-erasure": "erasure", "rectify": "rectification", "complete": "rectification"} | dict.fromkeys(
    ("object", "decide-objection", "end-objection"), "objection"
)  # fmt: skip
#: what a manifest or a database calls something is named in what is refused, so that a slip of the pen is seen
NAMES = {"table", "tables", "column", "activity", "recipient", "needed", "what"}
NEVER = ("Traceback", "sqlite", "psycopg", "SELECT", tempfile.gettempdir(), "/tmp", "/home", ".py")
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def bad(call: Call) -> tuple[Any, ...]:
    """The door is one; what lies behind it is not."""
    return GOES_ON if os.environ.get("ZUSAGE_STATE_URL") else BAD


@pytest.fixture(scope="module", params=["embedded", "postgresql"])
def call(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    folder: Path = tmp_path_factory.mktemp("bad")
    Asking.make(folder)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgresql":
            server: Postgres = request.getfixturevalue("postgres_server")
            patch.setenv("ZUSAGE_STATE_URL", server.database("bad_calls"))
        with opened(folder / "zusage.yaml") as product, asked(product) as found:
            for n, right in enumerate(("restriction", "erasure", "rectification", "objection", "withdrawal"), 1):
                assert (
                    found("POST", "/office/cases", "intake", json={"right": right, "person": f"customer={n}"}).status_code == 201
                )
                for role, step in (("intake", "identify"), ("decider", "grant"), ("second", "approve")):
                    path = f"/office/cases/C-000{n}/steps"
                    assert found("POST", path, role, json={"step": step, "how": "login"}).status_code == 200
            yield found
            product.state.close()


def _resolved(schemas: Mapping[str, Any], one: Mapping[str, Any]) -> Mapping[str, Any]:
    return schemas[one["$ref"].rpartition("/")[2]] if "$ref" in one else one


def _bodies(described: Mapping[str, Any], way: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema of each body that a way takes: each order has one of its own."""
    schemas = described["components"]["schemas"]
    content = _resolved(schemas, way["requestBody"]["content"]["application/json"]["schema"])
    for one in content.get("oneOf", content.get("anyOf", [content])):
        yield _resolved(schemas, one)


def _fitting(schemas: Mapping[str, Any], name: str, one: Mapping[str, Any]) -> Any:
    if name in FITS:
        return FITS[name]
    one = _resolved(schemas, next((o for o in one.get("anyOf", ()) if o.get("type") != "null"), one))
    if "const" in one or "enum" in one:
        return one.get("const", one.get("enum", [None])[0])
    return {"string": "x", "integer": 1, "array": ["x"], "object": {}}.get(str(one.get("type")), "x")


def _wrong(answer: Any, *, named: bool = False) -> str:
    """What is wrong with an answer: it is an error of ours, does not say what is wrong, or repeats what was sent."""
    if answer.status_code < 400:
        return ""
    said = answer.json() if answer.headers["content-type"].startswith("application/json") else {}
    told = answer.status_code < 500 and said.get("code") and len(said.get("detail", "")) > 8 and len(answer.text) < 4000
    leaks = [word for word in (*NEVER, *(() if named else (MARK,))) if word in answer.text]
    return "" if told and not leaks else f"{answer.status_code} {leaks} {answer.text[:200]}"


def test_each_field_of_each_body_is_answered_whatever_it_is_given(
    call: Call, bad: tuple[Any, ...], caplog: pytest.LogCaptureFixture
) -> None:
    described = call("GET", "/office/openapi.json").json()
    schemas, seen, done, wrong = described["components"]["schemas"], 0, 0, []
    with caplog.at_level(logging.DEBUG):
        for path, ways in described["paths"].items():
            way = ways.get("post", {})
            for body in _bodies(described, way) if "requestBody" in way else ():
                fits = {name: _fitting(schemas, name, one) for name, one in body["properties"].items()}
                right = ASKED.get(fits.get("operation", ""), "restriction")
                case = f"C-000{('restriction', 'erasure', 'rectification', 'objection').index(right) + 1}"
                url = path.replace("{case}", case).replace("{number}", "1").replace("{notice}", "N-0001")
                for name, wrong_one in [*((name, one) for name in fits for one in bad), ("more", MARK)]:
                    content = json.dumps(fits | {name: wrong_one}).encode()
                    answer = call("POST", url, "decider", content=content, headers={"Content-Type": "application/json"})
                    if said := _wrong(answer, named=name in NAMES):
                        wrong.append((path, fits.get("operation"), name, str(wrong_one)[:40], said))
                    seen, done = seen + 1, done + (answer.status_code < 300)
    assert not wrong, "\n".join(map(str, wrong))
    assert seen > 300
    assert done > 3, "some of them must fit, or nothing was tried behind the door"
    assert MARK not in caplog.text


def test_each_part_of_each_path_and_each_parameter_is_answered_whatever_it_is(call: Call) -> None:
    described = call("GET", "/office/openapi.json").json()
    seen = 0
    for path, ways in described["paths"].items():
        for method, way in ways.items():
            for one in way["parameters"]:
                for bad in BAD_WORDS:
                    word = quote(bad, safe="%", errors="surrogatepass")
                    url = path.replace(f"{{{one['name']}}}", word).replace("{case}", "C-0001").replace("{number}", "2")
                    asked_for = f"?{one['name']}={word}" if one["in"] == "query" else ""
                    url = url.replace("{notice}", "N-0001") + asked_for
                    assert not (said := _wrong(call(method.upper(), url, "decider", json={}))), (method, url[:80], said)
                    seen += 1
    assert seen > 300


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b'"x"', b"[]", b'{"right": "access", "right": 7}', b"{" * 9]
)
def test_a_body_that_is_no_json_or_no_object_is_answered(call: Call, body: bytes) -> None:
    for path in ("/cases", "/cases/C-0001/operations", "/cases/C-0001/steps", "/disclosures", "/returned"):
        answer = call("POST", f"/office{path}", "decider", content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500, (path, body[:20])
        assert not (said := _wrong(answer)), (path, body[:20], said)


def test_what_is_not_there_is_answered_in_the_same_form(call: Call) -> None:
    for method, path in (
        ("GET", "/office/nothing"),
        ("DELETE", "/office/cases"),
        ("PUT", "/office/cases/C-0001"),
        ("GET", "/office/"),
    ):
        answer = call(method, path, "decider")
        assert answer.status_code in (404, 405)
        assert not (said := _wrong(answer)), (method, path, said)
