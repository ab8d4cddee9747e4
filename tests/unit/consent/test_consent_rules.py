"""Records, their chain, what they amount to, the cookie, the links of mails, and receipts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from consent_world import offer
from hypothesis import given
from hypothesis import strategies as st

from zusage.consent.cookie import Remembered, encode, parse
from zusage.consent.errors import LinkRefused
from zusage.consent.mail import message, read_token, token, wished
from zusage.consent.receipt import receipt
from zusage.consent.record import BEFORE_FIRST, Answer, Choice, Record, digest_of, drafted, linked, pseudonym, read_content
from zusage.consent.shown import shown
from zusage.consent.standing import Stand, standing

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
OFFER = offer()
TEXT = shown(OFFER, "de")
REACHES = {TEXT.digest: TEXT.reaches}


def choice(answers: dict[str, Answer], at: datetime = NOW, **more: Any) -> Choice:
    known: dict[str, Any] = {
        "subject": "a" * 64,
        "text": TEXT.digest,
        "language": "de",
        "site": "https://shop.example",
        "how": "settings",
        "until": at + timedelta(days=180),
    }
    return Choice(answers=answers, at=at, **{**known, **more})


def stands(*choices: Choice, now: datetime = NOW + timedelta(hours=1), changes: dict[str, Any] | None = None) -> dict[str, Stand]:
    return {one.purpose: one.stand for one in standing(offer(changes), choices, REACHES, now)}


# -- what choices amount to ------------------------------------------------------------------------------------


def test_who_was_never_asked_is_asked() -> None:
    assert set(stands().values()) == {Stand.UNASKED}
    assert Stand.UNASKED.asks


def test_the_last_answer_for_each_purpose_counts() -> None:
    found = stands(choice({"analytics": "given", "advertising": "given"}), choice({"advertising": "withdrawn"}))
    assert found == {"analytics": Stand.ALLOWED, "advertising": Stand.WITHDRAWN, "newsletter": Stand.UNASKED}


def test_a_refusal_is_not_asked_again_before_it_expires() -> None:
    refused = choice({"analytics": "refused"})
    assert stands(refused)["analytics"] is Stand.REFUSED
    assert not Stand.REFUSED.asks
    assert stands(refused, now=NOW + timedelta(days=181))["analytics"] is Stand.EXPIRED
    assert stands(refused, changes={"activities/analytics/recipients": ["counter", "network"]})["analytics"] is Stand.REFUSED


def test_a_consent_ends_on_its_day_and_not_before() -> None:
    given_ = choice({"analytics": "given"})
    assert stands(given_, now=given_.until - timedelta(seconds=1))["analytics"] is Stand.ALLOWED
    assert stands(given_, now=given_.until)["analytics"] is Stand.EXPIRED


def test_a_new_recipient_is_asked_for_again_and_a_new_purpose_alone() -> None:
    allowed = choice({"analytics": "given", "advertising": "given"})
    more = stands(allowed, changes={"activities/analytics/recipients": ["counter", "network"]})
    assert (more["analytics"], more["advertising"]) == (Stand.OUTGROWN, Stand.ALLOWED)
    assert stands(allowed)["newsletter"] is Stand.UNASKED


def test_a_text_that_nobody_has_covers_nothing() -> None:
    assert stands(choice({"analytics": "given"}, text="0" * 64))["analytics"] is Stand.OUTGROWN


@given(st.lists(st.sampled_from(["given", "refused", "withdrawn"]), min_size=1, max_size=6))
def test_nothing_is_allowed_unless_the_last_word_was_yes(answers: list[Answer]) -> None:
    found = stands(*(choice({"analytics": one}) for one in answers))
    assert (found["analytics"] is Stand.ALLOWED) == (answers[-1] == "given")


# -- records -----------------------------------------------------------------------------------------------------


def record(chosen: Choice, number: int = 1, previous: str = BEFORE_FIRST) -> Record:
    ((name, content),) = drafted([chosen])
    content_digest = digest_of(content)
    digest = linked(previous, number, chosen.at, content_digest)
    return Record(number=number, id=name, choice=chosen, content=content, content_digest=content_digest, digest=digest)


@given(st.text(), st.text(), st.dictionaries(st.text(), st.sampled_from(["given", "refused"])), st.booleans())
def test_the_content_of_a_record_is_canonical_json(subject: str, site: str, answers: dict[str, Answer], by_mail: bool) -> None:
    at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    chosen = Choice(
        subject=subject, text='"\\', language="de", site=site, how="mail", answers=answers, at=at, until=at + timedelta(days=9),
        requested_at=at - timedelta(hours=1) if by_mail else None,
    )  # fmt: skip
    ((name, content),) = drafted([chosen])
    again = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert content == again
    assert json.loads(content)["id"] == name
    assert len({len(name), len(json.loads(content)["salt"]), 22}) == 1
    assert read_content(content) == chosen


def test_a_record_says_all_that_was_decided_and_nothing_about_the_person() -> None:
    chosen = choice({"analytics": "given"}, requested_at=NOW - timedelta(minutes=5))
    made = record(chosen)
    assert read_content(made.content) == chosen
    assert set(json.loads(made.content)) == {
        "zusage-consent", "id", "salt", "subject", "text", "language", "site", "how", "choices", "at", "until", "requested-at",
    }  # fmt: skip


def test_the_same_choice_twice_has_two_digests_that_nobody_can_guess() -> None:
    assert record(choice({"analytics": "given"})).content_digest != record(choice({"analytics": "given"})).content_digest


def test_the_chain_follows_from_number_time_content_and_the_record_before() -> None:
    made = record(choice({"analytics": "given"}))
    again = linked(BEFORE_FIRST, 1, NOW, made.content_digest)
    assert made.digest == again
    others = {
        linked("0" * 64, 1, NOW, made.content_digest),
        linked(BEFORE_FIRST, 2, NOW, made.content_digest),
        linked(BEFORE_FIRST, 1, NOW + timedelta(seconds=1), made.content_digest),
        linked(BEFORE_FIRST, 1, NOW, "0" * 64),
    }
    assert len(others | {again}) == 5


def test_a_pseudonym_needs_the_key_and_keeps_kinds_apart() -> None:
    one = pseudonym(b"k" * 32, "mail", "a@b.example")
    assert one == pseudonym(b"k" * 32, "mail", "a@b.example")
    assert len({one, pseudonym(b"l" * 32, "mail", "a@b.example"), pseudonym(b"k" * 32, "browser", "a@b.example")}) == 3


def test_a_receipt_has_what_the_standard_asks_for_and_can_be_checked_by_its_holder() -> None:
    made = record(choice({"analytics": "given", "advertising": "refused"}))
    found = receipt(made, TEXT, OFFER, NOW)
    inner = found["dpv:hasRecordOfActivity"]
    assert (found["@type"], inner["@type"]) == ("dpv:ConsentReceipt", "dpv:ConsentRecord")
    assert inner["dpv:hasDataController"]["schema:name"] == "Musterschild GmbH"
    assert inner["dpv:hasNotice"]["dct:language"] == "de"
    events = {one["dpv:hasPurpose"]["@id"]: one["dpv:hasConsentStatus"] for one in inner["dpv:hasProcess"]}
    assert events["zusage:purpose-analytics"]["@id"] == "dpv:ConsentGiven"
    assert events["zusage:purpose-advertising"]["@id"] == "dpv:ConsentRefused"
    assert events["zusage:purpose-analytics"]["dct:date"] == "2026-11-27T12:00:00+00:00"
    assert digest_of(found["zusage:proof"]["zusage:content"]) == found["zusage:proof"]["zusage:contentDigest"]


#: every field that the public descriptions of ISO/IEC TS 27560 call mandatory → where it is, from the receipt
DEMANDED = {
    "schema version": "dpv:hasRecordOfActivity/dct:conformsTo",
    "record id": "dpv:hasRecordOfActivity/dct:identifier",
    "receipt id": "dct:identifier",
    "principal id": "dpv:hasRecordOfActivity/dpv:hasDataSubject/@id",
    "creation": "dpv:hasRecordOfActivity/dct:created",
    "privacy notice": "dpv:hasRecordOfActivity/dpv:hasNotice/dct:source",
    "language": "dpv:hasRecordOfActivity/dpv:hasNotice/dct:language",
    "jurisdiction": "dpv:hasRecordOfActivity/dpv:hasJurisdiction",
    "party id": "dpv:hasRecordOfActivity/dpv:hasDataController/dct:identifier",
    "party name": "dpv:hasRecordOfActivity/dpv:hasDataController/schema:name",
    "party address": "dpv:hasRecordOfActivity/dpv:hasDataController/dpv:hasAddress",
    "party contact": "dpv:hasRecordOfActivity/dpv:hasDataController/dpv:hasContact",
    "party type": "dpv:hasRecordOfActivity/dpv:hasDataController/@type",
    "purpose": "PROCESS/dpv:hasPurpose/dct:description",
    "lawful basis": "PROCESS/dpv:hasLegalBasis",
    "data": "PROCESS/dpv:hasPersonalData",
    "storage locations": "PROCESS/dpv:hasStorageCondition/0/dpv:hasLocation",
    "retention period": "PROCESS/dpv:hasStorageCondition/1/dpv:hasDuration",
    "recipients": "PROCESS/dpv:hasRecipient/0/schema:name",
    "withdrawal method": "PROCESS/dpv:hasConsentControl/schema:url",
    "event time": "PROCESS/dpv:hasConsentStatus/dct:date",
    "validity duration": "PROCESS/dpv:hasConsentStatus/dct:valid",
    "entity id": "PROCESS/dpv:hasConsentStatus/dpv:isImplementedByEntity",
    "event type": "PROCESS/dpv:hasConsentStatus/@type",
    "event state": "PROCESS/dpv:hasConsentStatus/@id",
}


@pytest.mark.parametrize("field", DEMANDED)
def test_a_receipt_has_each_field_that_the_standard_demands(field: str) -> None:
    made = record(choice({"analytics": "given", "advertising": "withdrawn"}))
    for number in (0, 1):
        at: Any = receipt(made, TEXT, OFFER, NOW)
        for key in DEMANDED[field].replace("PROCESS", f"dpv:hasRecordOfActivity/dpv:hasProcess/{number}").split("/"):
            at = at[int(key)] if isinstance(at, list) else at[key]
        assert at


def test_a_receipt_says_where_and_for_how_long_as_the_text_of_then_did() -> None:
    analytics, advertising = receipt(record(choice({"analytics": "given", "advertising": "given"})), TEXT, OFFER, NOW)[
        "dpv:hasRecordOfActivity"
    ]["dpv:hasProcess"]
    assert analytics["dpv:hasStorageCondition"] == [
        {"@type": "dpv:StorageLocation", "dpv:hasLocation": ["loc:DE"]},
        {"@type": "dpv:StorageDuration", "dct:identifier": "_stat", "dpv:hasDuration": "P6M"},
    ]
    assert advertising["dpv:hasStorageCondition"][0]["dpv:hasLocation"] == ["loc:DE", "loc:US"]
    assert advertising["dpv:hasConsentControl"]["schema:url"] == "https://shop.example/zusage/withdrawals"


# -- the cookie --------------------------------------------------------------------------------------------------

ITEMS = frozenset(OFFER.purposes[0].items)
REMEMBERED = Remembered(
    subject="AAAAAAAAAAAAAAAAAAAAAA",
    at=NOW,
    text=TEXT.digest[:12],
    recorded=True,
    choices={"analytics": ITEMS, "advertising": None},
)


def test_the_cookie_remembers_a_choice_in_harmless_letters() -> None:
    value = encode(REMEMBERED)
    assert parse(value) == REMEMBERED
    assert set(value) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
    assert len(value) < 400


@given(
    st.text(max_size=120) | st.from_regex(r"1\.[A-Za-z0-9_-]{20,24}\.[0-9a-z]{1,12}\.[0-9a-f]{11,13}(\.[a-z~0-9A-Z_-]{0,12})*")
)
def test_no_cookie_breaks_the_reader_or_allows_what_nobody_allowed(value: str) -> None:
    found = parse(value)
    assert found is None or not found.allows(OFFER, "analytics", NOW) or (found.choices["analytics"] or frozenset()) >= ITEMS


@pytest.mark.parametrize(
    ("changed", "allowed"),
    [
        ({}, True),
        ({"recorded": False}, False),
        ({"at": NOW - timedelta(days=200)}, False),
        ({"at": NOW + timedelta(days=1)}, False),
        ({"choices": {"analytics": None}}, False),
        ({"choices": {}}, False),
        ({"choices": {"analytics": frozenset(list(ITEMS)[1:])}}, False),
        ({"choices": {"analytics": ITEMS | {"more"}}}, True),
    ],
)
def test_a_purpose_is_allowed_only_by_a_recorded_fresh_and_wide_enough_yes(changed: dict[str, Any], allowed: bool) -> None:
    known = {name: getattr(REMEMBERED, name) for name in ("subject", "at", "text", "recorded", "choices")}
    assert Remembered(**{**known, **changed}).allows(OFFER, "analytics", NOW) is allowed


# -- by mail -----------------------------------------------------------------------------------------------------

MAIL = offer({"consents/mail": {"server": "smtp://127.0.0.1:25", "sender": "frage@shop.example"}})
KEY = b"k" * 32


def test_a_link_holds_for_its_time_and_for_nobody_else() -> None:
    wish = wished(MAIL, "a" * 64, ["newsletter"], TEXT.digest, "de", "", NOW)
    text = token(wish, KEY)
    assert read_token(text, KEY, NOW + timedelta(days=1)) == wish
    assert "a" * 64 not in text
    with pytest.raises(LinkRefused):
        read_token(text, KEY, NOW + timedelta(days=3))
    with pytest.raises(LinkRefused):
        read_token(text, b"l" * 32, NOW)


@given(st.text(max_size=60) | st.integers(0, 200).map(lambda at: at))  # type: ignore[arg-type]
def test_an_altered_link_is_refused(altered: str | int) -> None:
    text = token(wished(MAIL, "a" * 64, ["newsletter"], TEXT.digest, "de", "", NOW), KEY)
    if isinstance(altered, int):
        place = altered % len(text)
        altered = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    with pytest.raises(LinkRefused):
        read_token(altered, KEY, NOW)


def test_the_mail_says_what_is_asked_by_whom_until_when_and_how_to_withdraw() -> None:
    wish = wished(MAIL, "a" * 64, ["newsletter"], TEXT.digest, "en", "", NOW)
    made = message(MAIL, wish, "person@mail.example", "https://shop.example/zusage/mail/confirmations?token=x")
    body = made.get_content()
    for part in (
        "Musterschild GmbH",
        "Newsletter",
        "29.11.2026 12:00 UTC",
        "token=x",
        "At any time at the bottom of every page.",
    ):
        assert part in body, part
    assert made["From"] == "frage@shop.example"
