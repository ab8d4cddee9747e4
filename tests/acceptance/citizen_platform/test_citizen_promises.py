"""The promises of the platform's stores: clean by themselves, and from broken to kept by one plan."""

import re
from datetime import UTC, date, datetime, timedelta

from citizen_looks import MANIFEST, copied, look, product

from zusage.bootstrap.requests import receive
from zusage.promises.checking import against, check
from zusage.promises.loading import load


def test_the_manifest_is_clean_by_itself_and_against_the_databases(broken):
    assert check(load(MANIFEST), date.today()) == ()
    with product(broken) as ours:
        assert {finding.code for finding in against(ours.loaded, ours.inventories)} <= {"limit-only-for-some-rows"}


def test_what_nobody_ever_deleted_is_broken_before_the_plan(first):
    expected = {
        "account/unconfirmed/at-most",
        "account/inactive/at-most",
        "account/addresses/at-most",
        "account/sessions/at-most",
        "account/mails/at-most",
        "account/profile/at-most",
        "minors/unanswered/at-most",
        "contact/done/at-most",
        "moderation/decisions/at-most",
        "access-record/looks/at-most",
        "server-log/lines/at-most",
        "meeting-log/lines/at-most",
    }
    assert {name for name, verdict in first.items() if verdict == "broken"} >= expected


def test_after_one_plan_every_promise_is_kept(untouched):
    assert {name: verdict for name, verdict in untouched.items() if verdict != "kept"} == {}
    assert len(untouched) > 70


def test_a_request_that_nobody_answers_is_red(kept, tmp_path):
    folder = copied(kept, tmp_path / "asked")
    with product(folder) as ours:
        ours.clock = lambda: datetime.now(UTC) - timedelta(days=62)
        receive(ours, "access", "office", {"person": "member=2"})
    with product(folder) as ours:
        red = {name for name, verdict in look(ours).items() if verdict == "broken"}
        assert red == {"requests/answered-in-time", "requests/steps-sealed"}  # noted after looks of days that should have seen it


def test_every_item_of_the_catalogue_is_bound_or_explained():
    """The last three stand beside their backups, in a part of the manifest of its own."""
    texts = (MANIFEST.read_text(encoding="utf-8"), (MANIFEST.parent / "backups.yaml").read_text(encoding="utf-8"))
    named, beside = (set(re.findall(r"\bCP-\d{3}\b", text)) for text in texts)
    assert named | beside == {f"CP-{number:03d}" for number in range(1, 314)}
    assert not named & beside
