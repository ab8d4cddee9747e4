"""The service over HTTP: who may, how often, and what is acknowledged; as the prover tries it out, too."""

from __future__ import annotations

import json
import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from consent_service import Service, manifest, running
from servers import free_port
from tests.trusted import TRUSTED

from zusage.bootstrap import opened
from zusage.evidence.verdict import Verdict

SITE = "https://shop.example"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with running(tmp_path_factory.mktemp("plain"), manifest(), "--per-minute", "0") as service:
        yield service


def test_a_choice_is_acknowledged_with_its_place_in_the_chain_and_a_receipt(plain: Service) -> None:
    subject = secrets.token_urlsafe(16)
    answer = plain.post("choices", plain.choice(subject=subject), SITE)
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == SITE
    found = httpx.get(f"{plain.url}/receipts/{answer.json()['receipt']}").json()
    assert found["zusage:proof"]["zusage:digest"] == answer.json()["digest"]
    assert [one["receipt"] for one in plain.records(subject)] == [answer.json()["receipt"]]


def test_one_call_withdraws_and_both_are_on_record(plain: Service) -> None:
    subject = secrets.token_urlsafe(16)
    plain.post("choices", plain.choice(subject=subject))
    assert plain.post("withdrawals", {"subject": subject}).status_code == 201
    stands = {one["purpose"]: one["stand"] for one in plain.post("standing", {"subject": subject}).json()}
    assert stands == {"analytics": "withdrawn", "advertising": "refused", "newsletter": "unasked"}
    assert [one["how"] for one in plain.records(subject)] == ["settings", "withdraw"]


def test_a_site_that_is_not_declared_may_neither_write_nor_read(plain: Service) -> None:
    before = plain.zusage("consent", "status", "--json").stdout
    answer = plain.post("choices", plain.choice(), "https://evil.example")
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign-site")
    assert "access-control-allow-origin" not in answer.headers
    asked = httpx.options(f"{plain.url}/choices", headers={"Origin": "https://evil.example"})
    assert (asked.status_code, "access-control-allow-origin" in asked.headers) == (403, False)
    assert httpx.options(f"{plain.url}/choices", headers={"Origin": SITE}).headers["access-control-allow-origin"] == SITE
    assert plain.zusage("consent", "status", "--json").stdout == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": "x"}, "malformed"),
        ({"subject": 7}, "malformed"),
        ({"text": "0" * 64}, "unknown-text"),
        ({"text": ["0"]}, "malformed"),
        ({"language": "fr"}, "malformed"),
        ({"how": "because"}, "malformed"),
        ({"choices": {}}, "nothing-chosen"),
        ({"choices": None}, "nothing-chosen"),
        ({"choices": {"analytics": "maybe"}}, "malformed"),
        ({"choices": {"analytics": ["given"]}}, "malformed"),
        ({"choices": {"profiling": "given"}}, "unknown-purpose"),
        ({"choices": {"newsletter": "given"}}, "unknown-purpose"),
        ({"comment": "x"}, "unknown-field"),
    ],
)
def test_what_cannot_be_proved_is_refused_with_a_reason_and_nothing_is_recorded(
    plain: Service, changes: dict[str, Any], code: str
) -> None:
    with opened(plain.folder / "zusage.yaml") as product:
        before = product.state.consents.head()
        answer = plain.post("choices", plain.choice(**changes))
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert product.state.consents.head() == before


def test_the_service_writes_down_nothing_of_whoever_asks(plain: Service) -> None:
    mine = secrets.token_urlsafe(16)
    for path in (f"receipts/{mine}", f"choices/{mine}", f"mail/confirmations?token={mine}"):
        assert httpx.get(f"{plain.url}/{path}").status_code == 404
    said = (plain.folder / "log").read_text()
    assert "listening on" in said
    assert mine not in said


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"a":' * 5000, b"x" * 20_000])
def test_bad_bodies_are_answered_and_do_no_harm(plain: Service, body: bytes) -> None:
    for call in ("choices", "mail/requests"):
        answer = httpx.post(f"{plain.url}/{call}", content=body)
        assert answer.status_code in (400, 413, 422)
        assert (answer.status_code == 413) == (len(body) > 16 * 1024)
    assert httpx.get(f"{plain.url}/health").json() == {"ok": True}


@pytest.mark.parametrize("sign", ["\\ud800", "\\u0000", "\\u0007", "\\r\\nBcc: x@mail.example"])
def test_an_address_that_cannot_be_written_is_said_to_be_none(plain: Service, sign: str) -> None:
    for at in (f"a{sign}@mail.example", f"a@{sign}.example"):
        body = f'{{"address": "{at}", "purposes": ["newsletter"], "language": "de"}}'.encode()
        answer = httpx.post(f"{plain.url}/mail/requests", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
        assert answer.json()["detail"].startswith("address is not ")


def test_the_interface_describes_itself(plain: Service) -> None:
    found = httpx.get(f"{plain.url}/openapi.json").json()
    assert found["openapi"].startswith("3.")
    assert set(found["paths"]) >= {
        "/choices",
        "/withdrawals",
        "/standing",
        "/receipts/{receipt}",
        "/texts/{digest}",
        "/mail/requests",
    }
    assert found["paths"]["/choices"]["post"]["operationId"] == "choose"


def test_the_script_is_asked_for_anew_and_not_sent_twice(plain: Service) -> None:
    first = httpx.get(f"{plain.url}/consent.js")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) <= 10_000
    again = httpx.get(f"{plain.url}/consent.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert plain.zusage("consent", "script").stdout == first.text


def test_a_receipt_is_told_from_an_altered_one(plain: Service) -> None:
    made = plain.post("choices", plain.choice()).json()["receipt"]
    printed = plain.zusage("consent", "receipt", "zusage.yaml", made)
    assert printed.returncode == 0, printed.stderr
    (plain.folder / "receipt.json").write_text(printed.stdout)
    assert plain.zusage("consent", "check", "zusage.yaml", "receipt.json").returncode == 0
    (plain.folder / "receipt.json").write_text(printed.stdout.replace('\\"given\\"', '\\"refused\\"'))
    checked = plain.zusage("consent", "check", "zusage.yaml", "receipt.json")
    assert (checked.returncode, "altered" in checked.stdout) == (1, True)


def test_every_record_is_exported_a_line_each(plain: Service) -> None:
    plain.post("choices", plain.choice())
    done = plain.zusage("consent", "export", "zusage.yaml", "--out", "records.jsonl")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (plain.folder / "records.jsonl").read_text().splitlines()]
    assert len(lines) == json.loads(plain.zusage("consent", "status", "--json").stdout)["records"]
    assert {line["@type"] for line in lines} == {"dpv:ConsentRecord"}


def test_who_writes_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    with running(tmp_path, manifest(), "--per-minute", "5", "--behind-proxy") as service:
        told = service.choice()

        def post(address: str) -> httpx.Response:
            return httpx.post(f"{service.url}/choices", json=told, headers={"X-Forwarded-For": address}, verify=TRUSTED)

        answers = [post("198.51.100.7") for _ in range(8)]
        assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 3
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 12
        assert post("203.0.113.9").status_code == 201
        assert post("1.1.1.1, 198.51.100.7").status_code == 429
        assert "198.51.100" not in (service.folder / "log").read_text()


# -- by mail -----------------------------------------------------------------------------------------------------


class Mailbox(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


def test_a_consent_by_mail_counts_only_when_its_reader_confirms_and_ends_with_a_click(tmp_path: Path) -> None:
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mail = {"consents/mail": {"server": f"smtp://127.0.0.1:{port}", "sender": "frage@shop.example"}}
    own = free_port()
    try:
        with running(tmp_path, manifest(mail), "--public", f"http://127.0.0.1:{own}/zusage", port=own) as service:
            asked = {"address": "Person@Mail.example", "purposes": ["newsletter"], "language": "de"}
            assert service.post("mail/requests", asked, SITE).status_code == 202
            assert service.post("mail/requests", {**asked, "purposes": ["analytics"]}).status_code == 422
            (body,) = [one.get_payload(decode=True).decode() for one in mailbox.mails]  # type: ignore[union-attr]
            link = re.search(r"http://\S+token=\S+", body)[0]  # type: ignore[index]
            with opened(service.folder / "zusage.yaml") as product:
                assert product.state.consents.head()[0] == 0
            page = httpx.get(link)
            assert (page.status_code, "Ja, ich willige ein" in page.text) == (200, True)
            with opened(service.folder / "zusage.yaml") as product:
                assert product.state.consents.head()[0] == 0
            with ThreadPoolExecutor(8) as pool:
                confirmed, *others = pool.map(httpx.post, [link] * 8)
            assert "gespeichert" in confirmed.text
            assert {one.status_code for one in others} == {200}
            shown = json.loads(service.zusage("consent", "show", "--mail", "person@mail.example", "--json").stdout)
            assert [one["how"] for one in shown["records"]] == ["mail"]
            assert shown["standing"]["newsletter"] == "allowed"
            action = re.search(r'action="([^"]+)"', confirmed.text)[1]  # type: ignore[index]
            withdrawn = httpx.post(f"{service.url}/mail/{action}")
            assert "widerrufen" in withdrawn.text
            shown = json.loads(service.zusage("consent", "show", "--mail", "PERSON@mail.example", "--json").stdout)
            assert shown["standing"]["newsletter"] == "withdrawn"
            assert httpx.post(link + "x").status_code == 404
            stored = b"".join(path.read_bytes() for path in (service.folder / ".zusage").glob("state*"))
            assert b"mail.example" not in stored.lower()
            again = [service.post("mail/requests", {**asked, "address": "PERSON@mail.example"}).status_code for _ in range(4)]
            assert again == [202] * 4
            assert len(mailbox.mails) == 3  # nobody's mailbox is filled by others
            assert service.post("mail/requests", {**asked, "address": "other@mail.example"}).status_code == 202
            assert len(mailbox.mails) == 4
    finally:
        controller.stop()


# -- tried out -----------------------------------------------------------------------------------------------------

FORGETFUL = """
import sys
import zusage.office.consents.counter as counter
from zusage.consent.desk import Desk

def forgets(self, told, site):
    return {act}

counter.Counter.choice, counter.Counter.kept = forgets, counter.Counter.choice
from zusage.cli import main
main(sys.argv[1:])
"""


def tried(folder: Path, port: int) -> Verdict:
    with opened(folder / "zusage.yaml") as product:
        found = {one.promise.id: one.judgement for one in product.verify()}
    return found["consents/withdrawable"].verdict


def test_the_prover_tries_the_service_out_and_a_service_that_is_away_is_undecided(tmp_path: Path) -> None:
    port = free_port()
    made = manifest({"consents/probe": f"http://127.0.0.1:{port}/zusage"})
    with running(tmp_path, made, "--per-minute", "0", port=port):
        assert tried(tmp_path, port) is Verdict.KEPT
    assert tried(tmp_path, port) is Verdict.UNDECIDED


@pytest.mark.parametrize(
    "act",
    [
        'self.kept({**told, "choices": dict.fromkeys(told["choices"], "given")}, site)',  # a refusal is recorded as a consent
        'self.kept({**told, "choices": dict.fromkeys(told["choices"], "refused")}, site)',  # nothing can be given
        'self.kept({**told, "subject": "B" * 22}, site)',  # everything is recorded for somebody else
    ],
)
def test_a_service_that_records_something_else_turns_its_promise_red(tmp_path: Path, act: str) -> None:
    import subprocess
    import sys

    from consent_service import write

    port = free_port()
    write(tmp_path, manifest({"consents/probe": f"http://127.0.0.1:{port}/zusage"}))
    command = [
        sys.executable,
        "-c",
        FORGETFUL.replace("{act}", act),
        "consent",
        "serve",
        "--port",
        str(port),
        "--per-minute",
        "0",
    ]
    served = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/zusage/consent.js")
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        assert tried(tmp_path, port) is Verdict.BROKEN
    finally:
        served.terminate()
        served.wait()
