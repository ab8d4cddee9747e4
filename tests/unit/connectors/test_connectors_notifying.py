"""Nothing that names a person leaves over an open line, stands in an error, or is sent to where it should not go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from zusage.connectors.notifying import Letter, NotDelivered, Post, Processor, ask, post, progress_of, send_mail

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
LETTER = Letter(
    key="0b0b0b0b-1111-4222-8333-444444444444",
    kind="erased",
    at=AT,
    controller="Example GmbH",
    identities={"email": ["marker@example.org"]},
    corrected=None,
    public=False,
    subject="Mitteilung",
    text="marker@example.org\n",
)


@pytest.mark.parametrize("url", ["http://carrier.example/notices", "ftp://carrier.example", "carrier.example", ""])
def test_only_encrypted_addresses_are_spoken_to(url: str) -> None:
    processor = Processor(url=url)
    for attempt in (
        lambda: post(url, b"secret", LETTER, AT),
        lambda: ask(processor, LETTER, None, in_doubt=False),
        lambda: progress_of(processor, LETTER.key),
    ):
        with pytest.raises(NotDelivered, match="not https"):
            attempt()


@pytest.mark.parametrize("server", ["smtp://127.0.0.1:1", "smtps://127.0.0.1:1", "smtp://", "nonsense"])
def test_why_a_mail_did_not_go_out_names_nobody(server: str) -> None:
    with pytest.raises(NotDelivered) as failed:
        send_mail(Post(server=server, sender="a@example.org"), "marker@example.org", LETTER)
    assert "marker" not in str(failed.value)


def test_a_request_that_names_nobody_is_not_sent() -> None:
    with pytest.raises(NotDelivered, match="nothing names the person"):
        ask(Processor(url="https://127.0.0.1:1/v1"), replace(LETTER, identities={"parcel": ["17"]}), None, in_doubt=False)
