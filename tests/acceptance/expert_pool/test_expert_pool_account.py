"""Registering, logging in, changing and deleting: what a person can do with their own profile."""

import json
import re
from datetime import timedelta

import pytest
from expert_pool_world import PASSWORD, Visitor

from expert_pool import notice, schema
from plate_shop.database import utcnow


def test_nobody_logs_in_before_the_mailed_link_was_followed(world, visitor):
    one = world.register(visitor)
    assert world.enter(one).status_code == 403
    (mail,) = world.around.mail.to(one.email)
    link = re.search(r"/bestaetigen/\S+", mail.get_content())[0]
    visitor.get(link)  # a program that only follows links confirms nothing
    assert world.enter(one).status_code == 403
    visitor.submit(link)
    assert world.enter(one).status_code == 303


def test_registration_without_consent_is_refused_and_stores_nothing(world, visitor):
    before = world.count(schema.person)
    values = {"given_name": "A", "family_name": "B", "country": "DE", "email": "no@example.org", "password": PASSWORD}
    assert visitor.submit("/registrieren", values).status_code == 422
    assert world.count(schema.person) == before


def test_consent_is_written_down_with_the_german_text_whatever_language_was_shown(world, visitor):
    values = {"given_name": "A", "family_name": "B", "country": "DE", "email": "english@example.org", "password": PASSWORD}
    visitor.submit("/en/registrieren", values | {"consent": "yes"})
    person = world.one(schema.person, email="english@example.org")
    (row,) = world.rows(schema.consent, person_id=person.id)
    assert (row.purpose, row.shown_in, row.text_digest) == ("profile", "en", notice.text_digest("profile"))


def test_known_address_is_told_to_its_owner_only(world, visitor):
    one = world.register(visitor)
    values = {"given_name": "X", "family_name": "Y", "country": "DE", "email": one.email, "password": PASSWORD, "consent": "yes"}
    with Visitor(world) as stranger:
        assert (
            stranger.submit("/registrieren", values).text
            == stranger.submit("/registrieren", values | {"email": "new@example.org"}).text
        )
    assert "schon ein Profil" in world.around.mail.to(one.email)[-1].get_content()


def test_five_wrong_passwords_let_the_login_rest(world):
    with world.person() as one:
        one.submit("/abmelden", page="/ich/")
        for _ in range(5):
            assert world.enter(one, "wrong password").status_code == 403
        assert world.enter(one).status_code == 403


def test_three_session_cookies_come_with_the_login_and_go_with_the_logout(world):
    with world.person() as one:
        jar = one.visitor.cookies
        assert {"JSESSIONID", "sysckcs", "LBSESSIONID"} <= set(jar)
        assert all(cookie.expires is None for cookie in jar.jar if cookie.name != "cookiechoice")
        old = {name: jar[name] for name in ("JSESSIONID", "sysckcs")}
        one.submit("/abmelden", page="/ich/")
        assert not {"JSESSIONID", "sysckcs", "LBSESSIONID"} & set(jar)
        with Visitor(world) as replay:
            replay.cookies.update(old)
            assert replay.get("/ich/").status_code == 303


def test_session_needs_both_of_its_cookies(world):
    with world.person() as one, Visitor(world) as thief:
        thief.cookies.set("JSESSIONID", one.visitor.cookies["JSESSIONID"])
        assert thief.get("/ich/").status_code == 303
        assert one.get("/ich/").status_code == 200


def test_looking_around_sets_no_cookie_and_leaves_no_row(world, visitor):
    number = world.vacancy()
    before = {table.name: world.count(table) for table in schema.pool.sorted_tables}
    for path in ("/", "/stellen", f"/stellen/{number}", "/trainings", "/feed.json", "/cookies", "/datenschutz", "/impressum"):
        assert visitor.get(path).status_code == 200, path
    assert not visitor.cookies
    assert before == {table.name: world.count(table) for table in schema.pool.sorted_tables}


def test_optional_cookie_comes_after_yes_only_and_holds_an_origin(world, visitor):
    visitor.submit("/cookies", {"choice": "all"})
    visitor.get("/", params={"von": "partner"})
    assert visitor.cookies["Firstcontact"] == "partner"
    (cookie,) = (c for c in visitor.cookies.jar if c.name == "Firstcontact")
    first = cookie.expires
    visitor.get("/stellen", params={"von": "search"})
    (again,) = (c for c in visitor.cookies.jar if c.name == "Firstcontact")
    assert (again.value, again.expires) == ("partner", first)
    visitor.submit("/cookies", {"choice": "essential"})
    assert "Firstcontact" not in visitor.cookies
    visitor.get("/")
    assert "Firstcontact" not in visitor.cookies


@pytest.mark.parametrize("signal", ["Sec-GPC", "DNT"])
def test_signal_against_tracking_outweighs_a_yes(world, visitor, signal):
    visitor.headers[signal] = "1"
    visitor.submit("/cookies", {"choice": "all"})
    visitor.get("/")
    assert visitor.cookies["cookiechoice"].startswith("essential.")
    assert "Firstcontact" not in visitor.cookies


def test_banner_waits_for_a_choice_and_comes_back_without_one(world, visitor):
    assert "banner" in visitor.get("/").text
    visitor.submit("/cookies", {"choice": "essential"})
    assert all("banner" not in visitor.get(path).text for path in ("/", "/stellen", "/impressum", "/anmelden"))
    visitor.cookies.clear()
    assert "banner" in visitor.get("/").text


def test_origin_is_stored_only_while_its_consent_stands(world, visitor):
    visitor.submit("/cookies", {"choice": "all"})
    visitor.get("/", params={"von": "search"})
    one = world.register(visitor)
    assert world.one(schema.person, id=one.id).origin == "search"
    assert "origin" in {row.purpose for row in world.rows(schema.consent, person_id=one.id)}
    (mail,) = world.around.mail.to(one.email)
    visitor.submit(re.search(r"/bestaetigen/\S+", mail.get_content())[0])
    world.enter(one)
    visitor.submit("/cookies", {"choice": "essential"})
    assert world.one(schema.person, id=one.id).origin is None


def test_every_field_of_the_profile_can_be_changed(world):
    new = {"given_name": "Neu", "family_name": "Neuer", "headline": "H", "about": "A", "birth_year": "1980", "gender": "diverse"}
    new |= {"phone": "1", "street": "S 1", "postal_code": "00123", "city": "C", "country": "FR"}
    with world.person() as one:
        assert one.submit("/ich/profil", new).status_code == 303
        row = world.one(schema.profile, person_id=one.id)
    assert {name: str(getattr(row, name)) for name in new} == new


def test_minors_are_refused(world):
    with world.person() as one:
        year = str(utcnow().year - 17)
        assert (
            one.submit("/ich/profil", {"given_name": "A", "family_name": "B", "country": "DE", "birth_year": year}).status_code
            == 422
        )


def test_undeclared_fields_are_not_stored(world):
    with world.person() as one:
        values = {"given_name": "A", "family_name": "B", "country": "DE", "religion": "MARKERUNDECLARED", "source": "partner"}
        one.submit("/ich/profil", values)
        assert world.traces("MARKERUNDECLARED") == set()
        assert world.one(schema.profile, person_id=one.id).source == "self"


SECTIONS = {
    "kompetenzen": {"area": "Mediation", "years": "4"},
    "sprachen": {"tongue": "Englisch", "level": "C1"},
    "erfahrungen": {"employer": "E", "role": "R", "country": "K", "from_year": "2010"},
    "referenzen": {"name": "Markerreferenz", "email": "ref@example.net"},
    "verfuegbarkeit": {"kind": "available", "from_on": "2030-01-01", "until_on": "2030-02-01"},
}


@pytest.mark.parametrize("name", SECTIONS)
def test_list_of_the_profile_takes_and_loses_an_entry(world, name):
    from expert_pool.web.person import SECTIONS as TABLES

    table = TABLES[name][1]
    with world.person() as one:
        assert one.submit(f"/ich/{name}", {}).status_code == 422
        assert one.submit(f"/ich/{name}", SECTIONS[name]).status_code == 303
        (row,) = world.rows(table, person_id=one.id)
        with world.person() as other:
            other.submit(f"/ich/{name}/{row.id}", page=f"/ich/{name}")
        assert world.rows(table, person_id=one.id)
        one.submit(f"/ich/{name}/{row.id}", page=f"/ich/{name}")
        assert not world.rows(table, person_id=one.id)


def test_new_access_ends_the_old_one_and_other_sessions_and_tells_the_old_address(world):
    with world.person() as one, Visitor(world) as elsewhere:
        elsewhere.submit("/anmelden", {"email": one.email, "password": PASSWORD})
        assert elsewhere.get("/ich/").status_code == 200
        new = {"now_password": PASSWORD, "email": f"new-{one.email}", "password": "another long password"}
        assert one.submit("/ich/zugang", new | {"now_password": "wrong"}).status_code == 422
        assert one.submit("/ich/zugang", new).status_code == 303
        assert elsewhere.get("/ich/").status_code == 303
        told = [mail.get_content() for mail in world.around.mail.to(one.email)]
        assert "geändert" in told[-2]
        assert "andere Adresse" in told[-1]
        assert elsewhere.submit("/anmelden", {"email": one.email, "password": PASSWORD}).status_code == 403
        assert elsewhere.submit("/anmelden", {"email": new["email"], "password": new["password"]}).status_code == 403
        (asked,) = world.around.mail.to(new["email"])
        link = re.search(r"/adresse/\S+", asked.get_content())[0]
        assert one.email not in link + world.url
        assert elsewhere.get(link).status_code == 200  # a program that follows links changes nothing
        assert world.one(schema.person, id=one.id).email == one.email
        assert elsewhere.submit(link).status_code == 200
        assert "geändert" in world.around.mail.to(one.email)[-1].get_content()
        assert one.get("/ich/").status_code == 303  # every other session ended
        assert elsewhere.submit("/anmelden", {"email": new["email"], "password": new["password"]}).status_code == 303
        assert elsewhere.submit(link).status_code == 404  # once
        assert elsewhere.submit(link[:-9] + "AAAAAAAA=").status_code == 404


def test_address_of_somebody_else_is_neither_taken_nor_given_away(world):
    with world.person() as one, world.person() as other:
        free, taken = (
            one.submit("/ich/zugang", {"now_password": PASSWORD, "email": email, "password": ""})
            for email in ("nobody-yet@example.org", other.email)
        )
        assert (free.status_code, free.headers["location"]) == (taken.status_code, taken.headers["location"])
        assert "schon ein Profil" in world.around.mail.to(other.email)[-1].get_content()
        assert "/adresse/" not in world.around.mail.to(other.email)[-1].get_content()


def test_own_data_are_complete_and_hold_nobody_else(world):
    with world.person() as one, world.person() as other:
        for name, values in SECTIONS.items():
            one.submit(f"/ich/{name}", values)
        taken = one.get("/ich/daten.json").json()
        assert taken["account"]["email"] == one.email
        assert [row["area"] for row in taken["competence"]] == ["Mediation"]
        assert other.family not in json.dumps(taken)
        assert one.family in json.dumps(taken)


def test_staff_looking_and_writing_is_no_activity_of_the_person(world):
    with world.person() as one:
        long_ago = utcnow() - timedelta(days=400)
        world.change(schema.person, {"id": one.id}, last_active_at=long_ago)
        with world.staff("recruiting") as staff:
            page = f"/intern/personen/{one.id}"
            assert staff.get(page).status_code == 200
            staff.submit(f"{page}/nachricht", {"subject": "S", "body": "B"}, page=page)
        assert world.rows(schema.message_recipient, person_id=one.id)
        assert world.one(schema.person, id=one.id).last_active_at == long_ago
