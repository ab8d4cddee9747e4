"""Mails as they come: one that reads cleanly is taken in, every other is refused, without a word of it in the refusal."""

from __future__ import annotations

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
