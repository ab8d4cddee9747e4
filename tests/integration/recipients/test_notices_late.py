"""Recipients that are found after the person was erased: told by what is left, or by what a human names, and nobody is told of nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from zusage.bootstrap.telling.delivering import NotNamed, name_person
from zusage.bootstrap.telling.ledger import disclosed
from zusage.cli import cli
from zusage.planning.holding import Person
from zusage.rights.notification import Notice
from zusage.state.errors import NoticeEnded

from .told_world import Told


def _late(told: Told, recipient: str = "printer", key: str = "2") -> Notice:
    """Somebody is erased, and only then it turns out that this recipient had their data."""
    with told.opened() as product:
        disclosed(product, Person(people="customer", key=key), recipient, ["email"], told.now - timedelta(days=9))
        (found,) = [one for one in product.state.notices.all() if one.recipient == recipient and one.open]
        return found


def test_a_processor_that_is_found_late_knows_the_erased_by_their_key_and_is_told(told: Told) -> None:
    told.erase("2")
    told.send()
    _late(told, "counter")
    assert [one.recipient for one in told.send().told] == ["counter"]
    (request,) = told.http.to("/v1/opendsr_requests")
    assert [one["identity_value"] for one in request.content["subject_identities"]] == ["2"]


def test_a_processor_that_knows_nothing_that_is_left_waits_for_a_human_who_names_the_person_and_is_told(told: Told) -> None:
    told.rewrite("{controller_customer_id: shop.customer.id}", "{email: shop.customer.email}")
    told.erase("2")
    told.send()
    notice = _late(told, "counter")
    for _ in range(2):
        swept = told.send()
        assert ([one.id for one in swept.by_hand], swept.told, swept.failed) == ([notice.id], (), ())
    assert not told.http.to("/v1/opendsr_requests")
    manifest = str(told.folder / "zusage.yaml")
    listed = CliRunner().invoke(cli, ["notices", "list", manifest, "--json"]).output
    assert [one["unnamed"] for one in json.loads(listed)] == [["email"]]
    for words, value in ((("--as", "phone"), "1"), (("--as", "email"), " \n"), (("--as", "email"), "")):
        done = CliRunner().invoke(cli, ["notices", "name", manifest, notice.id, *words, "--by", "clerk-1"], input=value)
        assert isinstance(done.exception, NotNamed), done.output
    done = CliRunner().invoke(
        cli, ["notices", "name", manifest, notice.id, "--as", "email", "--by", "clerk-1"], input="mail2@example.net\n"
    )
    assert (done.exit_code, "mail2" in done.output) == (0, False)
    told.later(days=1)  # the command's clock is the real one
    told.now = max(told.now, datetime.now(UTC) + timedelta(minutes=1))
    assert [one.recipient for one in told.send().told] == ["counter"]
    (request,) = told.http.to("/v1/opendsr_requests")
    assert [one["identity_value"] for one in request.content["subject_identities"]] == ["mail2@example.net"]
    with told.opened() as product:
        assert product.state.notices.sealed(notice.id) is None
        assert product.state.notices.get(notice.id).named_by == "clerk-1"
        with pytest.raises(NoticeEnded):
            name_person(product, notice.id, "email", ["mail2@example.net"], "clerk-1")


def test_a_mail_about_nobody_is_not_sent_either(told: Told) -> None:
    told.erase("5")
    told.send()
    sent = len(told.mails)
    told.rewrite(
        'notices: {by: webhook, to: "HTTP/search"}'.replace("HTTP", told.http.url),
        "notices: {by: email, to: s@example.org, names: {name: shop.customer.name}}",
    )
    notice = _late(told, "search", "5")
    assert [one.id for one in told.send().by_hand] == [notice.id]
    assert len(told.mails) == sent
    with told.opened() as product:
        name_person(product, notice.id, "name", ["name of 5"], "clerk-1")
    assert [one.recipient for one in told.send().told] == ["search"]
    assert len(told.mails) == sent + 1
