"""Coming in: what is asked, what is stored, what is mailed, and what stays a secret."""

from datetime import timedelta

import pytest
from citizen_world import Visitor, link_in, somebody
from sqlalchemy import update

from citizen_platform import passwords, schema
from citizen_platform.database import utcnow


def test_registration_needs_three_entries_an_age_and_a_consent_and_nothing_is_preselected(visitor):
    form = next(form for form in visitor.page("/registrieren").forms if "username" in form.inputs)
    assert form.required == {"username", "email", "password", "age", "consent"}
    assert form.chosen == set()
    assert any("/datenschutz" in link for link in form.links)
    assert not {name for name in form.inputs if "name" in name} - {"username"}


def test_confirmed_member_can_log_in_and_only_then(platform, visitor):
    person = somebody()
    assert platform.register(visitor, person).headers["location"] == "/post"
    (row,) = platform.rows(schema.account, username=person.username)
    assert (row.state, row.teams_public) == ("unconfirmed", False)
    assert platform.login(visitor, person).status_code == 403
    link = link_in(platform.mails(person.email)[-1])
    assert "Bestätigen" in visitor.get(link).text
    assert platform.rows(schema.account, username=person.username)[0].state == "unconfirmed"  # following a link confirms nothing
    assert visitor.submit(link).status_code == 200
    assert visitor.submit(link).status_code == 404  # only once
    assert platform.login(visitor, person).status_code == 303
    assert person.username in visitor.get("/konto/").text
    (consent,) = platform.rows(schema.consent, account_id=row.id)
    assert (consent.purpose, len(consent.text_digest), consent.withdrawn_at) == ("registration", 64, None)


@pytest.mark.parametrize("missing", ["consent", "age", "email", "username", "password"])
def test_registration_without_one_of_them_stores_nothing(platform, visitor, missing):
    person = somebody()
    assert platform.register(visitor, person, **{missing: None}).status_code == 422
    assert platform.rows(schema.account, username=person.username) == []


def test_unknown_fields_of_a_form_are_stored_nowhere(platform, visitor):
    person = somebody()
    platform.register(visitor, person, real_name="Marker-Klarname", phone="0000-marker")
    assert platform.traces(person.email) >= {"account", "mail"}
    assert platform.traces("Marker-Klarname") == set()
    assert platform.traces("0000-marker") == set()


@pytest.mark.parametrize("weak", ["passwort2026", "short", "aaaaaaaaaaaa", "Qwertz123456"])
def test_password_that_a_dictionary_finds_is_refused(platform, visitor, weak):
    person = somebody()
    assert platform.register(visitor, person, password=weak).status_code == 422
    assert platform.rows(schema.account, username=person.username) == []


def test_password_that_holds_the_name_is_refused(platform, visitor):
    person = somebody()
    assert platform.register(visitor, person, password=f"x-{person.username}-77").status_code == 422


def test_passwords_are_argon2id_with_a_salt_of_their_own_and_nowhere_in_clear(platform):
    one, other = somebody(), somebody()
    other.password = one.password
    with platform.member(one) as a, platform.member(other) as b:
        hashes = [visitor.row.password_hash for visitor in (a, b)]
    assert all(stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for stored in hashes)
    assert hashes[0] != hashes[1]
    assert platform.traces(hashes[0]) >= {"account"}
    assert platform.traces(one.password) == set()


def test_outdated_hash_is_made_anew_at_the_next_login(platform, member, monkeypatch):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(member.person.password)
    assert passwords.outdated(weak)
    with platform.platform.engine.begin() as connection:
        connection.execute(update(schema.account).where(schema.account.c.id == member.row.id).values(password_hash=weak))
    with Visitor(platform) as again:
        assert platform.login(again, member.person).status_code == 303
    assert not passwords.outdated(platform.rows(schema.account, id=member.row.id)[0].password_hash)


def test_logout_ends_the_session_on_the_server_too(platform, member):
    cookie = member.cookies["session"]
    assert platform.rows(schema.web_session, account_id=member.row.id)
    assert member.submit("/abmelden", page="/konto/").status_code == 303
    assert platform.rows(schema.web_session, account_id=member.row.id) == []
    with Visitor(platform, cookies={"session": cookie}) as replay:
        assert replay.get("/konto/").headers["location"] == "/anmelden"


def test_session_token_is_new_after_login_and_is_stored_as_a_digest_only(platform, member):
    cookie = member.cookies["session"]
    assert len(cookie) >= 43
    assert platform.traces(cookie) == set()
    assert "account_id" not in cookie


def test_idle_and_overlong_sessions_end(platform, member):
    table = schema.web_session
    for column, age in ((table.c.last_seen_at, timedelta(minutes=61)), (table.c.created_at, timedelta(hours=13))):
        member.cookies.clear()
        platform.login(member, member.person)
        with platform.platform.engine.begin() as connection:
            theirs = update(table).where(table.c.account_id == member.row.id)
            connection.execute(theirs.values({column: utcnow() - age}))
        assert member.get("/konto/").headers["location"] == "/anmelden"
        platform.running.purge()
        assert platform.rows(table, account_id=member.row.id) == []


def test_forgotten_password_is_replaced_by_a_link_that_works_once_and_ends_all_sessions(platform, member, visitor):
    person = member.person
    assert visitor.submit("/passwort", {"email": person.email}).headers["location"] == "/post"
    mail = platform.mails(person.email)[-1]
    link = link_in(mail)
    assert person.password not in mail.get_content()
    assert platform.traces(link.rpartition("/")[2]) == {"mail"}  # the database knows its digest alone
    fresh = "Ganz-neues-Wort-4711"
    assert visitor.submit(link, {"password": fresh}).headers["location"] == "/anmelden"
    assert visitor.submit(link, {"password": "Noch-ein-anderes-4711"}).status_code == 404
    assert member.get("/konto/").headers["location"] == "/anmelden"
    assert platform.login(visitor, person).status_code == 403
    person.password = fresh
    assert platform.login(visitor, person).status_code == 303


def test_old_reset_link_is_refused(platform, member, visitor):
    visitor.submit("/passwort", {"email": member.person.email})
    link = link_in(platform.mails(member.person.email)[-1])
    with platform.platform.engine.begin() as connection:
        theirs = update(schema.token).where(schema.token.c.account_id == member.row.id)
        connection.execute(theirs.values(expires_at=utcnow() - timedelta(seconds=1)))
    assert visitor.submit(link, {"password": "Ganz-neues-Wort-4712"}).status_code == 404


def test_nothing_tells_whether_an_address_has_an_account(platform, member):
    unknown = somebody()
    with Visitor(platform) as one, Visitor(platform) as other:
        answers = [v.submit("/passwort", {"email": e}) for v, e in ((one, member.person.email), (other, unknown.email))]
        known = somebody()
        known.email = member.person.email
        answers += [platform.register(one, known), platform.register(other, unknown)]
    assert {(a.status_code, a.headers["location"], len(a.content)) for a in answers} == {(303, "/post", len(answers[0].content))}
    assert platform.rows(schema.account, username=known.username) == []
    assert platform.mails(member.person.email)[-1]["Subject"] == "Sie haben schon ein Konto"


def test_wrong_passwords_let_the_name_rest_and_leave_no_connection_data(platform, member, visitor):
    right = member.person.password
    member.person.password = "wrong-wrong-wrong"
    assert {platform.login(visitor, member.person).status_code for _ in range(5)} == {403}
    member.person.password = right
    assert platform.login(visitor, member.person).status_code == 403


def test_name_that_exists_is_refused_and_an_address_may_change_only_after_confirmation(platform, member, visitor):
    taken, other = somebody(), somebody()
    taken.username = member.person.username
    assert platform.register(visitor, taken).status_code == 422
    assert member.submit("/konto/adresse", {"email": other.email}, page="/konto/").headers["location"] == "/post"
    assert platform.rows(schema.account, id=member.row.id)[0].email == member.person.email
    assert platform.mails(member.person.email)[-1]["Subject"] == "Ihre E-Mail-Adresse wird geändert"
    assert visitor.submit(link_in(platform.mails(other.email)[-1])).status_code == 200
    assert platform.rows(schema.account, id=member.row.id)[0].email == other.email
    assert platform.traces(member.person.email) == {"mail"}


def test_under_16_nothing_is_stored_before_a_parent_agrees(platform, visitor):
    child, parent = somebody(), somebody()
    assert platform.register(visitor, child, age="under").headers["location"] == "/eltern"
    assert platform.traces(child.username) == set()
    assert visitor.submit("/eltern", {"email": parent.email}).status_code == 200
    (asked,) = platform.rows(schema.guardian_request, guardian_email=parent.email)
    assert asked.agreed_at is None
    link = link_in(platform.mails(parent.email)[-1])
    token = link.rpartition("/")[2]
    assert visitor.get(f"/registrieren/{token}").status_code == 404  # not before the parent agrees
    onward = visitor.submit(link).headers["location"]
    assert platform.register(visitor, child, path=onward, age=None).headers["location"] == "/post"
    (row,) = platform.rows(schema.account, username=child.username)
    assert (row.age_stated, row.guardian_request_id) == ("guardian", asked.id)
    assert visitor.get(onward).status_code == 404  # for one account only


def test_form_of_another_site_is_refused(platform, visitor):
    person = somebody()
    values = {"username": person.username, "email": person.email, "password": person.password, "age": "16", "consent": "yes"}
    assert visitor.post("/registrieren", data=values).status_code == 403
    forged = {**values, "csrf": visitor.secret("/registrieren")}
    assert visitor.post("/registrieren", data=forged, headers={"Origin": "https://evil.example"}).status_code == 403
    assert platform.rows(schema.account, username=person.username) == []
