"""Mails as they come: one that reads cleanly is taken in, every other is refused, without a word of it in the refusal."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from zusage.rights.letter import LONGEST, MailRefused, read_mail

HEAD = b"From: Marker Otter <marker@example.org>\r\nSubject: Auskunft\r\n"
NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
BAD = {
    "binary junk": bytes(range(256)) * 50,
    "nothing": b"",
    "no sender": b"Subject: x\r\n\r\nmarker",
    "two senders": b"From: a@example.org\r\n" + HEAD + b"\r\nmarker",
    "two addresses": b"From: a@example.org, marker@example.org\r\n\r\nmarker",
    "a sender without an address": b"From: marker\r\n\r\nmarker",
    "bytes in the address": b"From: <\xff\xfemarker@x>\r\n\r\nmarker",
    "an encoding that nobody has": HEAD + b"Content-Type: text/plain; charset=nonsense-9\r\n\r\nmarker",
    "no text": HEAD + b"Content-Type: application/pdf\r\n\r\nmarker",
    "an empty text": HEAD + b"\r\n  \r\n",
    "a zero byte": HEAD + b"\r\nmarker\x00",
    "parts in parts without end": HEAD + NESTED,
    "a text without end": HEAD + b"\r\n" + b"marker" * 20_000,
    "parts without end": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nmarker\r\n" * 300 + b"--b--",
    "a page without end": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<p>marker" * 70_000,
    "a page that says nothing": HEAD + b"Content-Type: text/html\r\n\r\n<style>marker</style><img alt=marker>",
    "two ways to read the address": b"From: marker@example.org)x@example.org\r\n\r\nmarker",
    "a group": b"From: all: marker@example.org;\r\n\r\nmarker",
    "another mail": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nFYI\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    + HEAD
    + b"\r\nmarker\r\n--b--",
    "a mail without end": HEAD + b"\r\nmarker" + b"\r\n" * LONGEST,
}


def test_a_mail_says_who_wrote_and_what() -> None:
    mail = read_mail(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nWas wissen Sie?\r\n")
    assert mail["address"] == "Marker Otter <marker@example.org>"
    assert mail["subject"] == "Auskunft"
    assert str(mail["words"]).strip() == "Was wissen Sie?"


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_a_mail_that_does_not_read_cleanly_is_refused_without_a_word_of_it(raw: bytes) -> None:
    with pytest.raises(MailRefused) as caught:
        read_mail(raw)
    assert "marker" not in str(caught.value).casefold()


MACHINES = {
    "an automatic reply": b"Auto-Submitted: auto-replied; owner-email=marker@example.org\r\n",
    "our own acknowledgement": b"Auto-Submitted: auto-generated\r\n",
    "a mailing list": b"List-Id: <all.example.org>\r\n",
    "in bulk": b"Precedence: bulk\r\n",
    "an empty envelope": b"Return-Path: <>\r\n",
    "a bounce": b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    "somebody is away": b"Subject: Automatische Antwort: Auskunft\r\n",
}


@pytest.mark.parametrize("said", MACHINES.values(), ids=MACHINES)
def test_what_a_machine_or_a_list_wrote_is_answered_by_nobody(said: bytes) -> None:
    head = HEAD.replace(b"Subject: Auskunft\r\n", b"") if said.startswith(b"Subject") else HEAD
    with pytest.raises(MailRefused, match="Nobody asks") as caught:
        read_mail(said + head + b"\r\nmarker\r\n")
    assert "marker" not in str(caught.value).casefold()
    read_mail(b"Auto-Submitted: no\r\nPrecedence: first-class\r\n" + HEAD + b"\r\nmarker")  # a human's is taken in


@pytest.mark.parametrize("sender", ["MAILER-DAEMON", "noreply", "no-reply+17", "bounces+marker=example.org", "postmaster"])
def test_a_sender_that_nobody_reads_is_not_written_to(sender: str) -> None:
    with pytest.raises(MailRefused, match="nobody reads"):
        read_mail(f"From: {sender}@example.org\r\n\r\nmarker\r\n".encode())


def test_of_a_page_its_words_are_taken_and_of_what_hangs_on_it_only_the_number() -> None:
    page = "<html><head><title>Titel</title></head><p>Was wissen Sie &uuml;ber&nbsp;mich?<br>Gru\u00df<script>marker()</script></p></html>"
    parts = (
        f"Content-Type: text/html; charset=iso-8859-1\r\n\r\n{page}",
        "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=passport.pdf\r\n\r\nmarker",
        "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=marker.txt\r\n\r\nmarker",
    )
    body = "".join(f"--b\r\n{part}\r\n" for part in parts).encode("iso-8859-1")
    mail = read_mail(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body + b"--b--")
    assert mail["words"] == "Was wissen Sie über mich?\nGruß"
    assert mail["attachments"] == "2, not kept"
    assert "marker(" not in str(mail)


def test_of_a_text_and_a_page_the_text_is_taken_unless_it_says_nothing() -> None:
    def read(text: str) -> object:
        parts = f"--b\r\n\r\n{text}\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Seite\r\n--b--".encode()
        return read_mail(HEAD + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n" + parts)["words"]

    assert str(read("Text")).strip() == "Text"
    assert read("  ") == "Seite"


def test_words_in_another_encoding_are_read_and_what_controls_a_terminal_is_taken_out() -> None:
    head = "From: =?iso-8859-1?q?Marker_=D6tter?= <marker@example.org>\r\nSubject: =?utf-8?b?QXVza3VuZnQbWzMxbQ==?=\r\n"
    text = (
        head.encode() + b"Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    mail = read_mail(text + b"F=FCr =80 10 =1B[2J=9Bx")
    assert mail["address"] == "Marker Ötter <marker@example.org>"
    assert str(mail["words"]).startswith("Für € 10 \ufffd[2J")
    assert "\x1b" not in str(mail)
    assert str(mail["subject"]).startswith("Auskunft")


@pytest.mark.parametrize("prefix", ["Fwd: ", "WG: ", "fw : "])
def test_whoever_passes_a_mail_on_is_not_taken_for_the_one_who_asks(prefix: str) -> None:
    mail = read_mail(HEAD.replace(b"Auskunft", prefix.encode() + b"Auskunft") + b"\r\nmarker")
    assert mail["forwarded_by"] == "Marker Otter <marker@example.org>"
    assert "address" not in mail


@pytest.mark.parametrize("piece", ["<", "<!--", "<a ", "<a x='", "<script ", "<script>", "</", "&#", "<!["])
def test_no_page_takes_long(piece: str) -> None:
    raw = HEAD + b"Content-Type: text/html\r\n\r\n" + (piece * (99_000 // len(piece))).encode() + b"<p>marker"
    before = time.process_time()
    with suppress(MailRefused):
        read_mail(raw)
    assert time.process_time() - before < 2
