"""Every form in which a value may be written is found, and what is not there is not."""

from __future__ import annotations

import base64
import email.policy
import json
from dataclasses import replace
from email.message import EmailMessage
from urllib.parse import quote, quote_plus

import pytest

from zusage.bootstrap.canary.bird import made
from zusage.evidence.residue import Needles, Seeded, ValueTooShort

NAME = "Zoë Mückenstößel-Übertür"
ADDRESS = "kanarie+47Qx@residue.example"
NEEDLES = Needles.of([Seeded("name", NAME), Seeded("email", ADDRESS)])


def forms_in(text: bytes) -> set[tuple[str, str]]:
    return set(NEEDLES.within(b"\x00before " + text + b" after\xff"))


@pytest.mark.parametrize("value", [NAME, ADDRESS])
@pytest.mark.parametrize("case", [str, str.upper, str.lower])
@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.encode(),
        lambda text: text.encode("latin-1"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: quote(text).encode(),
        lambda text: quote(text, safe="").lower().encode() if text.islower() else quote(text, safe="").encode(),
        lambda text: quote_plus(text).encode(),
        lambda text: json.dumps({"a": text}).encode(),
        lambda text: json.dumps({"a": text}, ensure_ascii=False).encode(),
        lambda text: base64.b64encode(b"" + text.encode() + b"zz"),
        lambda text: base64.b64encode(b"a" + text.encode() + b"zz"),
        lambda text: base64.b64encode(b"ab" + text.encode() + b"zz"),
        lambda text: base64.urlsafe_b64encode(b"ab" + text.encode()),
        lambda text: base64.b64encode(b"abc" * 40 + text.encode() + b"abc" * 40),
        lambda text: base64.encodebytes(b"abc" * 17 + text.encode() + b"abc" * 40),
    ],
)
def test_each_form_of_each_case_is_found(value: str, case: object, write: object) -> None:
    text = write(case(value))  # type: ignore[operator]
    kind = "name" if value is NAME else "email"
    assert kind in {found for found, _ in forms_in(text)}


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
def test_a_value_in_a_mail_is_found_across_the_folds_of_its_lines(transfer: str) -> None:
    for before in range(0, 90, 7):
        mail = EmailMessage()
        mail.set_content("ä" * before + f" {NAME} wohnt hier " + "ö" * 99, cte=transfer)
        assert "name" in {kind for kind, _ in forms_in(mail.as_bytes(policy=email.policy.SMTP))}, before


def test_what_is_not_there_is_not_found() -> None:
    assert not forms_in(b"Zoe Mueckenstoessel wrote to kanarie+47Qy@residue.example" * 100)


def test_values_that_overlap_are_both_found() -> None:
    needles = Needles.of([Seeded("long", "abcdefghij"), Seeded("inner", "defghi"), Seeded("first", "abcdef")])
    assert {kind for kind, _ in needles.within(b"xabcdefghijx")} == {"long", "inner", "first"}


def test_a_value_that_would_be_found_by_chance_is_refused_without_being_named() -> None:
    with pytest.raises(ValueTooShort, match="town") as refused:
        Needles.of([Seeded("town", "Ulm")])
    assert "Ulm" not in str(refused.value)


def test_nothing_shows_a_seeded_value() -> None:
    assert ADDRESS not in repr(NEEDLES) + repr(Seeded("email", ADDRESS))


def test_what_is_looked_for_first_misses_no_form_however_it_is_folded() -> None:
    _, values = made()
    needles = Needles.of(Seeded(kind, value) for kind, value in values.items())
    slow = replace(needles, anchors=())
    assert 0 < len(needles.anchors) <= 12
    assert not needles.may_be_in(b"2026-11-28 10:00:00;+49 30 1234567;anna@example.org\n" * 1000)
    for form in needles.forms:
        for fold in (b"", b"\n", b"\r\n", b"=\r\n"):
            for at in range(1, len(form), 13):
                text = b"<" + form[:at] + fold + form[at:] + b">"
                assert needles.within(text) == slow.within(text)
                assert fold or needles.within(text)
