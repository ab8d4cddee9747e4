"""What a rule took of many people is told to a recipient in few messages, which a kill or a failure repeats as they were."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import sqlite3
from contextlib import closing
from datetime import timedelta
from email.message import Message
from pathlib import Path

import pytest

from tests.integration.forked import die, killed
from tests.integration.receivers import Receiver, Request, mail_server
from tests.unit.rights.test_rights_returned import report_of
from zusage.bootstrap.cases.returning import take_back
from zusage.bootstrap.telling import attempts
from zusage.bootstrap.telling.delivering import name_person, signing_secret
from zusage.bootstrap.telling.sending import Swept, escalated_now
from zusage.rights.notification import Notice
from zusage.testing.ports import free_port

from .ended_world import Names, ended
from .told_world import Told


def table_of(letter: Message) -> list[dict[str, str]]:
    (part,) = [one for one in letter.walk() if one.get_content_type() == "text/csv"]
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


def text_of(letter: Message) -> str:
    part = next(one for one in letter.walk() if one.get_content_type() == "text/plain")
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode("utf-8")


def notices(told: Told, recipient: str) -> list[Notice]:
    with told.opened() as product:
        return [one for one in product.state.notices.all() if one.recipient == recipient]


def told_in(swept: Swept) -> int:
    return sum(one.told for one in swept.groups)


def failed_in(swept: Swept) -> int:
    return sum(one.failed for one in swept.groups)


def test_two_thousand_people_are_two_mails_and_two_requests(told: Told) -> None:
    with told.opened() as product:
        ended(product, 2000, ["printer", "carrier"])
    swept = told.send()
    assert (told_in(swept), swept.messages, failed_in(swept), swept.by_hand) == (4000, 4, 0, ())
    letters, requests = told.mails, told.http.to("/carrier")
    assert [len(found) for found in (letters, requests)] == [2, 2]
    everybody = {f"mail{n}@example.net" for n in range(2000)}
    assert {row["email"] for letter in letters for row in table_of(letter)} == everybody
    assert [len(one.content["data"]["people"]) for one in requests] == [1000, 1000]
    people = [person for one in requests for person in one.content["data"]["people"]]
    assert {person["identities"][0]["value"] for person in people} == everybody
    assert {one.state for one in notices(told, "printer")} == {"told"}
    with told.opened() as product:
        ids = [one.id for one in product.state.notices.all()]
        assert set(product.state.notices.sealed_of(ids).values()) == {None}
    assert told.send().groups == ()
    assert (len(told.mails), len(told.http.requests)) == (2, 2)


def test_the_mail_says_what_was_done_and_names_nobody_in_its_head(told: Told) -> None:
    told.rewrite("language: en", "language: de")
    with told.opened() as product:
        ended(product, 11, ["printer"])
    told.send()
    (letter,) = told.mails
    text = text_of(letter)
    assert "wurden am 1. Juni 2026 nach Ablauf der Aufbewahrungsfrist gelöscht (Art. 17 Abs. 1 Buchst. a, Art. 19 DSGVO)" in text
    assert "Als gelöscht gelten auch Daten, die anonymisiert wurden" in text
    assert "Verlangen" not in text
    assert "example.net" not in text
    first, *rest = table_of(letter)
    assert first == {
        "gelöscht am": "2026-06-01",
        "email": "mail0@example.net",
        "Nummer der Mitteilung": notices(told, "printer")[0].key,
    }
    assert len(rest) == 10
    assert not [value for _, value in letter.items() if "example.net" in str(value)]


def test_few_people_stand_in_the_text_and_what_somebody_demanded_goes_alone(told: Told) -> None:
    with told.opened() as product:
        ended(product, 2, ["printer"])
    told.erase("2")
    told.send()
    by_rule, demanded = sorted((text_of(one) for one in told.mails), key=lambda text: "demand" in text)
    assert "mail0@example.net" in by_rule
    assert "mail1@example.net" in by_rule
    assert "mail2@example.net" not in by_rule
    assert "mail2@example.net" in demanded
    assert len([one for letter in told.mails for one in letter.walk() if one.get_content_type() == "text/csv"]) == 0


def test_the_webhook_of_many_is_signed_as_that_of_one(told: Told) -> None:
    with told.opened() as product:
        ended(product, 3, ["carrier"])
        secret = signing_secret(product, "carrier")
    told.send()
    (request,) = told.http.to("/carrier")
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["idempotency-key"] == request.headers["webhook-id"] == request.content["data"]["id"]
    assert request.content["type"] == "people.erased"


def test_a_failure_is_repeated_with_the_same_people_under_the_same_key_also_when_more_have_come(told: Told) -> None:
    told.http.answers["/carrier"] = [503]
    with told.opened() as product:
        ended(product, 30, ["carrier"])
    assert failed_in(told.send()) == 30
    assert {one.tries for one in notices(told, "carrier")} == {1}
    told.later(minutes=6)
    with told.opened() as product:
        ended(product, 30, ["carrier"], plan="4b" * 32)
    swept = told.send()
    assert (told_in(swept), swept.messages) == (60, 2)
    first, again, other = sorted(told.http.to("/carrier"), key=lambda one: told.http.requests.index(one))
    if again.headers["idempotency-key"] != first.headers["idempotency-key"]:
        again, other = other, again
    assert again.headers["idempotency-key"] == first.headers["idempotency-key"] != other.headers["idempotency-key"]
    assert again.body == first.body


@pytest.mark.parametrize("moment", ["begun", "sent", "noted"])
def test_killed_between_sending_and_noting_the_same_message_goes_out_again(
    either: Told, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    with either.opened() as product:
        ended(product, 30, ["carrier", "printer"])
    from zusage.state.bundles import Bundles  # only now that the state was open

    with monkeypatch.context() as patch:
        begin, noted = Bundles.begin, Bundles.receive
        if moment == "begun":
            patch.setattr(Bundles, "begin", lambda *all_: (begin(*all_), die()))
        else:
            patch.setattr(Bundles, "receive", lambda *all_: (noted(*all_), die()) if moment == "noted" else die())
        assert killed(either.send)
    first = len(either.http.requests) + len(either.mails)
    assert first in ((0,) if moment == "begun" else (1, 2))
    either.later(minutes=1)
    with either.opened() as product:
        ended(product, 5, ["carrier"], plan="4b" * 32)
        doubtful = {one.recipient for one in product.state.notices.all() if one.in_doubt}
    assert doubtful
    either.send()
    assert {one.state for one in [*notices(either, "carrier"), *notices(either, "printer")]} == {"told"}
    keys = [one.headers["idempotency-key"] for one in either.http.to("/carrier") if len(one.content["data"]["people"]) == 30]
    numbers = [str(one["Message-ID"]) for one in either.mails]
    assert len(set(keys)) == len(set(numbers)) == 1
    bodies = {one.body for one in either.http.to("/carrier") if len(one.content["data"]["people"]) == 30}
    assert len(bodies) == 1


def test_a_rule_that_takes_many_people_tells_a_recipient_of_all_of_them_at_once(told: Told) -> None:
    told.rewrite("names: {name: shop.customer.name}}", "names: {name: shop.customer.name}, rules: told}")
    for n in range(6, 30):
        told.sql(f"INSERT INTO customer VALUES ({n}, 'name of {n}', 'mail{n}@example.net', '2010-01-01 10:00:00')")
        told.sql(f"INSERT INTO disclosure (customer_id, recipient, sent_at) VALUES ({n}, 'paketblitz', '2026-03-01 10:00:00')")
    path = told.folder / "plan.json"
    with told.opened() as product:
        product.save_plan(product.make_plan(), path)
        product.approve_plan(path, told.key)
    told.apply(path)
    assert told.sql("SELECT count(*) FROM customer") == [(5,)]
    assert told.send().messages == 1
    (request,) = told.http.to("/carrier")
    found = {person["identities"][0]["value"] for person in request.content["data"]["people"]}
    assert found == {f"name of {n}" for n in range(6, 30)}
    assert told.send().messages == 0


def test_whom_a_human_has_ended_is_not_sent_and_the_rest_goes_under_another_key(told: Told) -> None:
    told.http.answers["/carrier"] = [503]
    with told.opened() as product:
        ended(product, 3, ["carrier"])
    told.send()
    told.later(minutes=6)
    with told.opened() as product:
        product.state.notices.excuse("N-0002", "impossible", "unknown there", "dpo", product.clock())
    assert told_in(told.send()) == 2
    first, second = told.http.to("/carrier")
    assert [len(one.content["data"]["people"]) for one in (first, second)] == [3, 2]
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]
    assert [one.state for one in notices(told, "carrier")] == ["told", "impossible", "told"]


def test_whom_a_human_names_anew_is_not_sent_under_the_key_of_before(told: Told) -> None:
    told.http.answers["/carrier"] = [503]
    with told.opened() as product:
        ended(product, 1, ["carrier"], names=lambda n: {"name": ["wrong"]})
    told.send()
    with told.opened() as product:
        name_person(product, "N-0001", "name", ["right"], "clerk-1")
    told.later(minutes=6)
    told.send()
    first, second = told.http.to("/carrier")
    assert [one.content["data"]["people"][0]["identities"][0]["value"] for one in (first, second)] == ["wrong", "right"]
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]


def test_one_that_a_human_ends_while_the_message_is_under_way_stays_as_the_human_said(told: Told) -> None:
    with told.opened() as product:
        ended(product, 3, ["carrier"])

    def interfere(_: object) -> None:
        with told.opened() as product:
            product.state.notices.excuse("N-0002", "impossible", "unknown there", "dpo", product.clock())

    told.http.on_request = interfere
    assert told_in(told.send()) == 2
    assert [one.state for one in notices(told, "carrier")] == ["told", "impossible", "told"]


def test_a_recipient_that_is_down_delays_only_itself_and_waits_as_for_one_message(told: Told) -> None:
    told.rewrite(f"{told.http.url}/carrier", f"http://127.0.0.1:{free_port()}/carrier")
    with told.opened() as product:
        ended(product, 1500, ["carrier"])
        ended(product, 20, ["printer"], plan="4b" * 32)
    swept = told.send()
    assert (told_in(swept), swept.messages) == (20, 1)
    assert failed_in(swept) == 1000  # the second message of its line was not tried
    told.later(minutes=6)
    assert failed_in(told.send()) == 500
    told.later(minutes=20)
    tries = {one.tries for one in notices(told, "carrier")}
    assert tries == {1}
    assert failed_in(told.send()) == 1000  # ten minutes after the second failure, not a day


def test_one_whose_content_was_changed_holds_up_no_other(told: Told) -> None:
    with told.opened() as product:
        ended(product, 30, ["carrier"])
    with closing(sqlite3.connect(told.folder / ".zusage" / "state.sqlite3")) as state, state:
        state.execute("UPDATE zusage_notice SET sealed = x'00' WHERE id = 7")
    swept = told.send()
    assert [(one.failed, "cannot be opened" in one.trouble) for one in swept.groups] == [(1, True)]
    assert [one.id for one in notices(told, "carrier") if one.open] == ["N-0007"]
    assert (told_in(swept), swept.messages) == (29, 1)


def test_very_long_lists_go_in_more_messages(told: Told) -> None:
    def parcels(n: int) -> Names:
        return {"parcel": [f"{n}-{place:040d}" for place in range(250)]}

    with told.opened() as product:
        ended(product, 40, ["carrier"], names=parcels)
    swept = told.send()
    assert (told_in(swept), swept.messages) == (40, 3)
    assert max(len(one.body) for one in told.http.to("/carrier")) < 1_000_000


def test_whom_a_recipient_does_not_take_is_alone_in_the_end_and_the_others_are_told(told: Told) -> None:
    def judge(request: Request) -> None:
        if b"mail5@" in request.body:
            told.http.answers["/carrier"] = [422]

    told.http.on_request = judge
    with told.opened() as product:
        ended(product, 8, ["carrier"])
    swept = told.send()
    assert (told_in(swept), failed_in(swept)) == (7, 1)
    (alone,) = [one for one in notices(told, "carrier") if one.open]
    assert (alone.id, alone.tries) == ("N-0006", 1)
    assert alone.next_at == told.now + timedelta(minutes=5)
    sizes = [len(one.content["data"]["people"]) for one in told.http.to("/carrier")]
    assert sizes == [8, 4, 4, 2, 2, 1, 1]
    keys = [one.headers["idempotency-key"] for one in told.http.to("/carrier")]
    assert len(keys) == len(set(keys))
    told.later(minutes=6)
    told.send()
    assert [one.next_at for one in notices(told, "carrier") if one.open] == [told.now + timedelta(minutes=10)]
    assert told.http.to("/carrier")[-1].headers["idempotency-key"] == keys[-1]
    told.http.on_request = None
    told.later(minutes=11)
    assert told_in(told.send()) == 1


def test_a_recipient_that_takes_nothing_is_asked_so_often_in_a_sweep_and_no_more(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "_PARTINGS", 5)
    told.http.on_request = lambda _: told.http.answers.update({"/carrier": [400]})
    with told.opened() as product:
        ended(product, 12, ["carrier"])
    swept = told.send()
    assert (told_in(swept), failed_in(swept)) == (0, 12)
    assert len(told.http.to("/carrier")) == 11  # the whole, and both halves of what went in two five times
    assert told.send().groups == ()  # all of it waits
    told.http.on_request = None
    told.http.answers.clear()
    told.later(minutes=6)
    assert told_in(told.send()) == 12


def test_killed_while_a_message_goes_in_halves_everybody_is_told_in_the_end(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.http.answers["/carrier"] = [422]
    with told.opened() as product:
        ended(product, 9, ["carrier"])
    from zusage.state.bundles import Bundles  # only now that the state was open

    with monkeypatch.context() as patch:
        part = Bundles.part
        patch.setattr(Bundles, "part", lambda *all_: (part(*all_), die()))
        assert killed(told.send)
    assert {one.state for one in notices(told, "carrier")} == {"waiting"}
    assert told_in(told.send()) == 9  # without a wait: nothing of it was tried as it is now
    assert sorted(len(one.content["data"]["people"]) for one in told.http.to("/carrier")) == [4, 5, 9]


def test_a_list_that_a_mail_server_finds_too_long_goes_in_halves(tmp_path: Path, http: Receiver) -> None:
    with mail_server(data_size_limit=20_000) as mail:
        told = Told.make(tmp_path, http, mail)
        with told.opened() as product:
            ended(product, 200, ["printer"])
        assert (told_in(told.send()), len(told.mails)) == (200, 2)


def test_who_takes_opendsr_requests_gets_a_mail_for_nobody_demanded_this(told: Told) -> None:
    with told.opened() as product:
        ended(product, 12, ["counter"], names=lambda n: {"controller_customer_id": [str(n)]})
    assert told.send().messages == 1
    (letter,) = told.mails
    assert letter["To"] == "dsr@counter.example"
    assert [row["controller_customer_id"] for row in table_of(letter)] == [str(n) for n in range(12)]
    assert told.http.requests == []


def test_nobody_is_sent_without_what_names_them(told: Told) -> None:
    with told.opened() as product:
        ended(product, 3, ["printer"], names=lambda n: {"email": [f"mail{n}@example.net"] if n else []})
    swept = told.send()
    assert [one.nameless for one in swept.groups] == [1]
    assert [one.id for one in notices(told, "printer") if one.open] == ["N-0001"]
    assert told_in(swept) == 2


def test_a_mail_that_came_back_brings_back_everybody_in_it(told: Told) -> None:
    with told.opened() as product:
        ended(product, 12, ["printer"])
        ended(product, 2, ["carrier"], plan="4b" * 32)
    told.send()
    (letter,) = told.mails
    with told.opened() as product:
        assert take_back(product, report_of(number=str(letter["Message-ID"]))) == "N-0001 and 11 more"
        found = product.state.notices.all()
        assert {one.recipient: escalated_now(product, one) for one in found} == {"printer": True, "carrier": False}
        assert len([one for one in found if escalated_now(product, one)]) == 12


def test_nothing_in_a_value_becomes_a_formula_a_line_or_a_header(told: Told) -> None:
    odd = ["=1+1", "+49 30 1", "@x", "'=2", "Müller", 'a";=cmd|x', "x\nBcc: all@example.net", "x;-1", "-3", "a,b", "k", "l", "m"]
    with told.opened() as product:
        ended(product, len(odd), ["printer"], names=lambda n: {"email": [odd[n]]})
    told.send()
    (letter,) = told.mails
    cells = [row["email"] for row in table_of(letter)]
    assert cells == ["'=1+1", "'+49 30 1", "'@x", "''=2", "Müller", "'-3", "a,b", "k", "l", "m"]
    text = text_of(letter)
    assert ": x Bcc: all@example.net" in text
    assert 'a";=cmd|x' in text
    assert "apostrophe" in text
    assert letter["Bcc"] is None


def test_no_value_stands_in_an_error_or_on_disk(told: Told, capfd: pytest.CaptureFixture[str]) -> None:
    told.http.answers["/carrier"] = [500]
    with told.opened() as product:
        ended(product, 20, ["carrier"], names=lambda n: {"email": [f"marker{n}@example.net"]})
    swept = told.send()
    assert failed_in(swept) == 20
    said = capfd.readouterr()
    assert "marker" not in repr(swept) + said.out + said.err
    told.later(minutes=6)
    assert told_in(told.send()) == 20
    assert b"marker1@" in told.http.requests[-1].body
    for path in told.folder.rglob("*"):
        assert not path.is_file() or b"marker1@" not in path.read_bytes()
