"""One's own account: the optional profile, consents, seeing everything, leaving."""

import json
from datetime import timedelta

import pytest
from citizen_world import Visitor, somebody

from citizen_platform import schema
from citizen_platform.community import consents, profiles, retiring
from citizen_platform.database import utcnow

PROFILE = {
    "main_language": "pl",
    "other_languages": "Marker-Sorbisch",
    "country": "PL",
    "postal_code": "77-999",
    "birth_year": "1971",
    "gender": "diverse",
    "rri_group": "policy",
    "experience": "Marker-Erfahrung mit Moosen",
    "interests": "Marker-Interesse an Flechten",
}


def consent(member, purpose, what="geben"):
    assert member.submit(f"/konto/einwilligung/{purpose}/{what}", page="/konto/").status_code == 303


def profile_of(platform, member):
    return platform.rows(schema.profile, account_id=member.row.id)


def test_fresh_account_has_no_profile_and_the_most_private_settings(platform, member):
    assert profile_of(platform, member) == []
    assert platform.rows(schema.account, id=member.row.id)[0].teams_public is False
    form = next(f for f in member.page("/konto/profil").forms if "gender" in f.inputs)
    assert (form.required, form.chosen) == (set(), set())
    assert "checked" not in member.get("/konto/").text
    assert {row.purpose for row in platform.rows(schema.consent, account_id=member.row.id)} == {"registration"}


def test_profile_is_stored_only_with_consent_shown_to_nobody_and_emptied_for_good(platform, member, visitor):
    assert member.submit("/konto/profil", PROFILE).status_code == 422
    assert profile_of(platform, member) == []
    consent(member, consents.PROFILE)
    assert member.submit("/konto/profil", PROFILE).headers["location"] == "/konto/profil"
    (row,) = profile_of(platform, member)
    assert (row.birth_year, row.gender, row.study_group) == (1971, "diverse", None)
    assert platform.traces("Marker-Sorbisch") == {"profile", "platform.db"}
    with platform.member() as other:
        for browser in (visitor, other):
            for path in ("/", "/teams/stadtbaeume", "/konto/", "/konto/daten"):
                assert "Marker-Sorbisch" not in browser.get(path).text
    member.submit("/konto/profil", PROFILE | {"other_languages": ""})
    assert platform.traces("Marker-Sorbisch") == set()
    member.submit("/konto/profil", {})
    assert profile_of(platform, member) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("main_language", "fr"), ("birth_year", "1971-05-01"), ("gender", "x"), ("postal_code", "!"), ("country", "XX")],
)
def test_value_outside_the_declared_ones_is_refused(platform, member, field, value):
    consent(member, consents.PROFILE)
    assert member.submit("/konto/profil", {field: value}).status_code == 422
    assert profile_of(platform, member) == []


def test_study_group_needs_an_explicit_consent_of_its_own(platform, member):
    consent(member, consents.PROFILE)
    assert member.submit("/konto/profil", {"study_group": "yes"}).status_code == 422
    consent(member, consents.STUDY_GROUP)
    member.submit("/konto/profil", {"study_group": "yes", "country": "DE"})
    assert profile_of(platform, member)[0].study_group == "yes"
    consent(member, consents.STUDY_GROUP, "widerrufen")
    assert (profile_of(platform, member)[0].study_group, profile_of(platform, member)[0].country) == (None, "DE")


def test_withdrawal_deletes_what_rests_on_the_consent_and_stays_on_record(platform, member):
    consent(member, consents.PROFILE)
    member.submit("/konto/profil", PROFILE)
    consent(member, consents.PROFILE, "widerrufen")
    assert profile_of(platform, member) == []
    (row,) = platform.rows(schema.consent, account_id=member.row.id, purpose=consents.PROFILE)
    assert row.withdrawn_at >= row.given_at


def test_giving_and_withdrawing_take_the_same_single_click(platform, member):
    for purpose in consents.OPTIONAL:
        for what in ("geben", "widerrufen"):
            forms = [f for f in member.page("/konto/").forms if f"/{purpose}/" in f.action]
            assert [f.action.rpartition("/")[2] for f in forms] == [what]
            assert set(forms[0].inputs) == {"csrf"}
            consent(member, purpose, what)


def test_year_that_makes_the_member_15_pauses_the_account_and_16_asks(platform, member):
    consent(member, consents.PROFILE)
    young, boundary = str(utcnow().year - 15), str(utcnow().year - profiles.AGE)
    asked = member.submit("/konto/profil", {"birth_year": boundary})
    assert (asked.status_code, "says_16" in asked.text) == (422, True)
    assert member.submit("/konto/profil", {"birth_year": boundary, "says_16": "yes"}).headers["location"] == "/konto/profil"
    assert member.submit("/konto/profil", {"birth_year": young}).headers["location"] == "/unter-16"
    assert platform.rows(schema.account, id=member.row.id)[0].state == "paused"
    assert profile_of(platform, member) == []
    assert member.post("/teams/stadtbaeume/mitmachen", data={"csrf": member.secret("/konto/")}).status_code == 403


def test_member_sees_and_downloads_everything_that_is_stored_and_nothing_of_others(platform, member):
    consent(member, consents.PROFILE)
    member.submit("/konto/profil", PROFILE)
    member.submit("/teams/stadtbaeume/mitmachen", page="/teams/stadtbaeume")
    data = member.get("/konto/daten.json").json()
    assert data["account"][0]["email"] == member.person.email
    assert data["profile"][0]["interests"] == PROFILE["interests"]
    assert data["membership"][0]["team"] == "Stadtbäume"
    assert {one["purpose"] for one in data["consent"]} == {"registration", "profile-research"}
    assert "password_hash" not in json.dumps(data)
    page = member.get("/konto/daten").text
    assert all(value in page for value in (member.person.email, PROFILE["experience"], "Stadtbäume"))
    with platform.member() as other:
        assert member.person.email not in json.dumps(other.get("/konto/daten.json").json())


def test_long_silent_member_is_reminded_once_and_then_loses_the_authorship(platform, member):
    member.submit("/teams/nachtluft/vorschlag", {"title": "Alt", "text": "Aus alter Zeit"}, page="/teams/nachtluft")
    later = utcnow().date() + timedelta(days=710)
    assert retiring.detach(platform.platform.engine, later) == 0
    before = len(platform.mails(member.person.email))
    assert retiring.remind(platform.platform, later) > 0
    retiring.remind(platform.platform, later)
    (mail,) = platform.mails(member.person.email)[before:]
    assert mail["Subject"] == "Ihr Konto ruht"
    member.cookies.clear()
    platform.login(member, member.person)
    assert platform.rows(schema.account, id=member.row.id)[0].reminded_on is None
    assert retiring.detach(platform.platform.engine, later + timedelta(days=30)) > 0
    assert platform.rows(schema.suggestion, account_id=member.row.id) == []


@pytest.mark.parametrize("choice", ["delete", "keep"])
def test_leaving_deletes_account_and_traces_at_once(platform, choice):
    with platform.member() as member:
        person, number = member.person, member.row.id
        consent(member, consents.PROFILE)
        member.submit("/konto/profil", PROFILE | {"experience": f"Erfahrung {person.username}"})
        member.submit("/teams/nachtluft/mitmachen", page="/teams/nachtluft")
        member.submit(
            "/teams/nachtluft/vorschlag", {"title": f"Titel von {number}", "text": "Messen wir nachts?"}, page="/teams/nachtluft"
        )
        assert platform.traces(person.username) >= {"account", "profile", "platform.db"}
        assert member.submit("/konto/loeschen", {"contributions": choice}).headers["location"] == "/"
    assert platform.traces(person.username) - {"mail"} == set()
    assert platform.traces(person.email) - {"mail"} == set()
    owned = [t for t in schema.platform.sorted_tables if "account_id" in t.c]
    assert len(owned) > 6
    assert all(platform.rows(table, account_id=number) == [] for table in owned)
    left = platform.rows(schema.suggestion, title=f"Titel von {number}")
    assert [row.account_id for row in left] == ([] if choice == "delete" else [None])
    with Visitor(platform) as visitor:
        assert platform.login(visitor, person).status_code == 403


def test_public_name_can_be_changed_and_the_old_one_is_gone(platform, member):
    fresh = somebody().username
    member.submit("/konto/name", {"username": fresh}, page="/konto/")
    assert platform.rows(schema.account, id=member.row.id)[0].username == fresh
    assert platform.traces(member.person.username) - {"mail"} == set()


def test_new_password_ends_the_other_sessions(platform, member):
    with Visitor(platform) as other:
        platform.login(other, member.person)
        assert member.submit("/konto/passwort", {"password": "Frisch-gewaehlt-88"}, page="/konto/").status_code == 303
        assert member.get("/konto/").status_code == 200
        assert other.get("/konto/").headers["location"] == "/anmelden"
