"""Recipients are told of erasures, corrections and restrictions: by mail, webhook and OpenDSR, each once, and none is forgotten."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import signal
import subprocess
import sys
import threading

import pytest

from zusage.bootstrap.people import code_of
from zusage.bootstrap.recipients.informing import informed, letter_to
from zusage.bootstrap.rights.answering import Asked, access
from zusage.bootstrap.rights.restricting import Wish, lift, restrict
from zusage.bootstrap.telling.delivering import letter_of
from zusage.bootstrap.telling.ledger import disclosed
from zusage.bootstrap.telling.sending import escalated_now
from zusage.state.errors import AlreadySending

from .told_world import THREE, Told

SENDING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from zusage.bootstrap import opened
from zusage.bootstrap.telling.sending import send
with opened(Path(sys.argv[1]), clock=lambda: datetime(2026, 6, 1, 9, 0, tzinfo=UTC)) as product:
    send(product)
"""


def test_an_erasure_reaches_everybody_who_received_the_data_and_nobody_else(either: Told) -> None:
    either.erase("2")
    assert either.states() == {"carrier": "waiting", "printer": "waiting"}
    assert not either.http.requests
    swept = either.send()
    assert {one.recipient for one in swept.told} == {"carrier", "printer"}
    (request,) = either.http.to("/carrier")
    assert request.content["type"] == "person.erased"
    assert request.content["data"]["identities"] == [{"type": "name", "value": "name of 2"}]
    (letter,) = either.mails
    assert letter["To"] == "office@printer.example"
    assert str(letter["Subject"]).strip().startswith("Notification under Art. 19 GDPR")
    assert "mail2@example.net" in str(letter.get_payload())
    assert "name of 2" not in str(letter.get_payload())
    assert either.send().told == ()
    assert len(either.http.requests) == len(either.mails) == 1


def test_the_webhook_is_signed_as_standard_webhooks_are(told: Told) -> None:
    from click.testing import CliRunner

    from zusage.cli import cli

    told.erase()
    told.send()
    printed = CliRunner().invoke(cli, ["notices", "secret", str(told.folder / "zusage.yaml"), "carrier"]).output
    secret = base64.b64decode(printed.strip().removeprefix("whsec_"))
    (request,) = told.http.to("/carrier")
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["idempotency-key"] == request.headers["webhook-id"]


def test_a_processor_gets_an_opendsr_request_and_says_later_that_it_is_done(told: Told) -> None:
    told.erase()
    told.send()
    (request,) = told.http.to("/v1/opendsr_requests")
    assert request.content["subject_request_type"] == "erasure"
    assert request.content["subject_identities"] == [
        {"identity_type": "controller_customer_id", "identity_value": "3", "identity_format": "raw"}
    ]
    key = request.content["subject_request_id"]
    told.http.known[key] = "completed"
    told.send()
    with told.opened() as product:
        (notice,) = [one for one in product.state.notices.all() if one.recipient == "counter"]
    assert (notice.state, notice.progress, notice.key) == ("told", "completed", key)


def test_an_answer_of_a_processor_counts_only_with_its_signature_where_its_certificate_is_declared(told: Told) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from zusage.testing.authority import Authority

    certificate, private = Authority(told.folder / "authority").issue("processor.example")
    told.rewrite("otherwise: dsr@counter.example", f'otherwise: dsr@counter.example, certificate: "{certificate}"')
    told.erase()
    (failed,) = told.send().failed
    assert "has not signed" in failed.trouble
    told.http.sign = lambda body: b"forged"
    told.later(minutes=6)
    (failed,) = told.send().failed
    assert "not good" in failed.trouble
    key = load_pem_private_key(private.read_bytes(), None)
    told.http.sign = lambda body: key.sign(body, ECDSA(SHA256()))
    told.later(minutes=11)
    assert [one.recipient for one in told.send().told] == ["counter"]


def test_a_report_of_a_processor_is_not_believed_it_is_asked_itself(told: Told) -> None:
    from click.testing import CliRunner

    from zusage.cli import cli

    told.erase()
    told.send()
    key = told.http.to("/v1/opendsr_requests")[0].content["subject_request_id"]
    words = ["notices", "reported", str(told.folder / "zusage.yaml")]
    report = {"subject_request_id": key, "request_status": "completed"}
    said = CliRunner().invoke(cli, words, input=json.dumps(report))
    assert "counter" not in said.output
    assert "pending" in said.output
    told.http.known[key] = "cancelled"
    assert "cancelled" in CliRunner().invoke(cli, words, input=json.dumps(report)).output
    with told.opened() as product:
        (notice,) = [one for one in product.state.notices.all() if one.recipient == "counter"]
        assert escalated_now(product, notice)  # a human must look
    for wrong in ("no report", json.dumps({"subject_request_id": "another"})):
        assert CliRunner().invoke(cli, words, input=wrong).exit_code != 0


def test_a_corrected_value_goes_only_where_the_wrong_one_went(told: Told) -> None:
    told.correct()
    told.send()
    (request,) = told.http.to("/carrier")
    assert request.content["data"]["corrected"] == {"what": "name", "before": "name of 3", "after": "Right Name"}
    to_printer, to_counter = sorted(told.mails, key=lambda one: one["To"], reverse=True)
    assert (to_printer["To"], to_counter["To"]) == (
        "office@printer.example",
        "dsr@counter.example",
    )  # OpenDSR has no words for it
    for letter in told.mails:
        assert "Name" in str(letter.get_payload())
        assert "Right Name" not in str(letter.get_payload())


def test_a_restriction_and_its_end_are_told(either: Told) -> None:
    with either.opened() as product:
        restrict(product, Wish(person=THREE, ground="a", by="clerk"))
    either.send()
    with either.opened() as product:
        product.state.restrictions.told("R-0001", "clerk", "letter", either.now)
        lift(product, "R-0001", "clerk")
    either.send()
    assert [one.content["type"] for one in either.http.to("/carrier")] == ["person.restricted", "person.lifted"]
    assert either.http.to("/carrier")[1].content["data"]["identities"] == [{"type": "name", "value": "name of 3"}]


def test_what_was_public_asks_a_human_and_tells_those_who_are_known_to_have_it(told: Told) -> None:
    told.sql("INSERT INTO review VALUES (1, 3, 'good', TRUE, '2026-01-01 10:00:00'), (2, 4, 'bad', FALSE, '2026-01-01 10:00:00')")
    told.erase("4")
    assert "search" not in told.states()
    told.erase("3")
    swept = told.send()
    (request,) = told.http.to("/search")
    assert request.content["data"]["links_and_copies"] is True
    assert [one.recipient for one in swept.by_hand] == ["public/reviews"]
    told.later(days=4)
    with told.opened() as product:
        (open_,) = [one for one in product.state.notices.all() if one.open]
        letter = letter_of(product, open_)
        assert letter
        assert letter.subject.startswith("Mitteilung nach Art. 17 Abs. 2 DSGVO")
        product.state.notices.receive(open_.id, "pages taken out of the index, mirrors written to", told.now, by="clerk")
    assert told.states()["public/reviews"] == "told"


def test_two_do_not_send_at_once(either: Told) -> None:
    either.erase()
    with either.opened() as product, product.state.sending(), pytest.raises(AlreadySending):
        either.send()
    assert either.http.requests == []


def test_killed_while_sending_nothing_is_lost_and_a_repetition_has_the_same_number(either: Told) -> None:
    """The recipient takes its time, and the process dies meanwhile: nobody can know whether it was told."""
    for key in ("2", "4"):
        either.erase(key)
    path = str(either.folder / "zusage.yaml")
    asked, dead = threading.Event(), threading.Event()
    either.http.on_request = lambda _: (asked.set(), dead.wait(60))
    child = subprocess.Popen([sys.executable, "-c", SENDING, path])
    assert asked.wait(120)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    dead.set()
    with either.opened() as product:
        assert any(one.in_doubt for one in product.state.notices.all())
    either.http.on_request = None
    either.later(days=1)
    either.send()
    assert set(either.states().values()) == {"told"}
    keys = [one.headers["idempotency-key"] for one in either.http.to("/carrier")]
    assert len(keys) > len(set(keys)) == 2  # told twice, under one number
    assert len({one["Message-ID"] for one in either.mails}) == 2


def test_what_is_kept_long_enough_is_forgotten_and_what_is_open_is_not(either: Told) -> None:
    either.erase("2")
    either.send()
    either.http.answers["/carrier"] = [500]
    either.erase("4")
    either.send()
    with either.opened() as product:
        disclosed(product, THREE, "carrier", ["name"], reference="parcel-17")
        assert not disclosed(product, THREE, "carrier", ["name"], reference="parcel-17")
        assert [line.recipient for line in product.state.disclosures.of(code_of(product, THREE))] == ["carrier"]
    either.later(days=3 * 366 + 1)
    either.http.answers["/carrier"] = [500]
    assert either.send().forgotten == 2  # the erasure of which everybody was told, and the line of the ledger
    assert either.states() == {"carrier": "waiting", "printer": "told"}
    with either.opened() as product:
        assert product.state.disclosures.of(code_of(product, THREE)) == ()


def test_the_day_of_a_disclosure_is_the_controllers_and_one_that_is_no_time_has_none(either: Told) -> None:
    either.sql("UPDATE disclosure SET sent_at = '2026-03-01 23:30:00' WHERE recipient = 'paketblitz'")
    either.sql("UPDATE disclosure SET sent_at = 'long ago' WHERE recipient = 'counter'")
    with either.opened() as product:
        letter = "\n".join(letter_to(product, informed(product, THREE), "de"))
        copy = str(access(product, Asked(people="customer", given="3"), "de", paper=False).files["access.html"])
    for words in (letter, copy):
        assert "Paketblitz, zuletzt am 2. März 2026" in words
        assert "Druckhaus, zuletzt am 1. März 2026" in words
        assert "Zählwerk" in words
        assert "Zählwerk, zuletzt" not in words
