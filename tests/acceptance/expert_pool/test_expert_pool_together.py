"""Trainings, alerts, messages, contacts and appointments: what happens between people and the pool."""

import re

import pytest
from expert_pool_world import Visitor

from expert_pool import schema
from expert_pool.work import alerts, consents, messaging, training
from plate_shop.database import utcnow


def test_invitation_reaches_only_those_who_want_messages_and_an_answer_takes_a_seat(world):
    number = world.training()
    with world.person() as one, world.person(messages=False) as quiet:
        with world.staff("training") as staff:
            page = f"/intern/trainings/{number}"
            answer = staff.submit(f"{page}/einladen", {"person": [one.id, quiet.id]}, page=page)
            assert "1 ohne Einwilligung" in answer.text
        assert any("Einladung" in mail["Subject"] for mail in world.around.mail.to(one.email))
        assert not any("Einladung" in mail["Subject"] for mail in world.around.mail.to(quiet.email))
        (mail,) = (m for m in world.around.mail.delivered if one.email in m.to and "Einladung" in m.message["Subject"])
        assert (mail.to, mail.tls is not None) == ((one.email,), True)
        invited = world.one(schema.training_invitation, person_id=one.id)
        one.submit(f"/ich/trainings/{invited.id}", {"answer": "yes"}, page="/ich/trainings")
        seat = world.one(schema.attendance, person_id=one.id)
        with world.staff("training") as staff:
            staff.submit(f"{page}/teilnahme/{seat.id}", {"state": "completed"}, page=page)
        assert world.one(schema.attendance, id=seat.id).completed_on
        assert "Kurs" in one.get("/ich/trainings").text


def test_who_accepts_after_the_last_seat_waits_and_a_human_can_decide_otherwise(world):
    number = world.training(places=1)
    page = f"/intern/trainings/{number}"
    with world.person() as first, world.person() as second, world.staff("training") as staff:
        staff.submit(f"{page}/einladen", {"person": [first.id, second.id]}, page=page)
        for one in (first, second):
            invited = world.one(schema.training_invitation, person_id=one.id)
            one.submit(f"/ich/trainings/{invited.id}", {"answer": "yes"}, page="/ich/trainings")
        seats = {one.id: world.one(schema.attendance, person_id=one.id) for one in (first, second)}
        assert [seats[one.id].state for one in (first, second)] == ["registered", "waiting"]
        assert "dass ein Mensch entscheidet" in second.get("/ich/trainings").text
        assert "dass ein Mensch entscheidet" not in first.get("/ich/trainings").text
        assert second.submit(f"/ich/trainings/{number}/gespraech", {"text": "x"}, page="/ich/").status_code == 403
        staff.submit(f"{page}/teilnahme/{seats[second.id].id}", {"state": "registered"}, page=page)
        assert world.one(schema.attendance, person_id=second.id).state == "registered"


def test_partner_receives_name_and_address_with_consent_and_nothing_without(world):
    number = world.training(organisation=2)
    with world.person() as one, world.person() as other:
        assert "Akademie Nordhafen" in one.get(f"/ich/bewerben/training/{number}").text
        before = len(world.around.partner.recorder.received)
        other.submit(f"/ich/bewerben/training/{number}", {})
        assert len(world.around.partner.recorder.received) == before
        one.submit(f"/ich/bewerben/training/{number}", {"partner": "yes"})
        (got,) = world.around.partner.recorder.received[before:]
        assert got["body"] == {"given_name": one.given, "family_name": one.family, "email": one.email}
        row = world.one(schema.disclosure, person_id=one.id)
        assert (row.recipient, row.fields) == ("Akademie Nordhafen", "email,family_name,given_name")


def test_participants_talk_and_others_do_not_listen(world):
    number = world.training()
    with world.person() as one, world.person() as other, world.pool.engine.begin() as connection:
        for who in (one, other):
            consents.give(world.pool, connection, who.id, "messages", "de")
        connection.commit()
    with world.person() as one, world.person() as two, world.person() as stranger:
        for who in (one, two):
            world.insert(schema.attendance, training_id=number, person_id=who.id, state="registered", registered_at=utcnow())
        page = f"/trainings/{number}"
        one.submit(f"/ich/trainings/{number}/gespraech", {"text": "Wer fährt mit?"}, page=page)
        asked = world.one(schema.comment, person_id=one.id)
        two.submit(f"/ich/trainings/{number}/gespraech", {"text": "Ich!", "answers": asked.id}, page=page)
        assert one.given in two.get(page).text
        assert "Wer fährt mit?" not in stranger.get(page).text
        assert stranger.submit(f"/ich/trainings/{number}/gespraech", {"text": "x"}, page="/ich/").status_code == 403
        with pytest.raises(training.NotTakingPart), world.pool.engine.begin() as connection:
            training.talk(connection, stranger.id, number, "x", None)


def test_alert_tells_subscribers_once_and_one_click_ends_it(world):
    with world.person() as one, world.person() as other:
        assert one.submit("/ich/alerts", {"kind": "job"}).status_code == 303
        assert not world.rows(schema.alert, person_id=one.id)  # not without the consent
        for who in (one, other):
            who.submit("/ich/alerts", {"kind": "job", "field": "", "consent": "yes"})
        number = world.vacancy(title_de="Alertstelle")
        for _ in range(2):
            alerts.send(world.pool)
            world.pool.post.deliver()
        (mail,) = (m for m in world.around.mail.to(one.email) if "Alertstelle" in m["Subject"])
        assert f"/stellen/{number}" in mail.get_content()
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.get_content_type() == "text/plain"
        link = re.search(r"/abbestellen/\S+(?=>)", mail["List-Unsubscribe"])[0]
        with Visitor(world) as anybody:  # a mail program, without cookie and page
            anybody.get(link)
            assert not world.one(schema.alert, person_id=one.id).ended_at
            assert anybody.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        world.vacancy(title_de="Spätere Stelle")
        alerts.send(world.pool)
        world.pool.post.deliver()
        assert not [m for m in world.around.mail.to(one.email) if "Spätere" in m["Subject"]]
        assert [m for m in world.around.mail.to(other.email) if "Spätere" in m["Subject"]]


def test_message_to_a_field_reaches_its_members_with_consent_and_nobody_else(world):
    with world.person() as one, world.person() as elsewhere, world.person(messages=False) as quiet:
        world.admit(one, 4)
        world.admit(quiet, 4)
        world.admit(elsewhere, 5)
        with world.staff("pool") as staff:
            staff.submit("/intern/nachrichten", {"to": "4", "subject": "Ans Feld", "body": "B"})
            staff.submit("/intern/nachrichten", {"to": "", "subject": "An alle", "body": "B"})
        got = {who.email: {m["Subject"] for m in world.around.mail.to(who.email)} for who in (one, elsewhere, quiet)}
        assert {"Ans Feld", "An alle"} <= got[one.email]
        assert "An alle" in got[elsewhere.email]
        assert "Ans Feld" not in got[elsewhere.email]
        assert not {"Ans Feld", "An alle"} & got[quiet.email]
        assert "Ans Feld" in one.get("/ich/nachrichten").text
        one.submit("/ich/einwilligungen", {"purpose": "messages", "give": "no"})
        with world.staff("pool") as staff:
            staff.submit("/intern/nachrichten", {"to": "", "subject": "Später", "body": "B"})
        assert "Später" not in {m["Subject"] for m in world.around.mail.to(one.email)}


def test_members_of_a_field_write_to_each_other(world):
    with world.person() as one, world.person() as other, world.person() as outside:
        world.admit(one, 3)
        world.admit(other, 3)
        form = {"subject": "Frage", "body": "Kennst du das Land?"}
        assert outside.submit(f"/ich/felder/3/{other.id}", form, page="/ich/").status_code == 403
        assert one.submit(f"/ich/felder/3/{other.id}", form, page="/felder/3").status_code == 303
        sent = world.one(schema.message, person_id=one.id)
        other.submit("/ich/nachrichten", {"answers": sent.id, "subject": "Re: Frage", "body": "Ja."})
        assert "Ja." in one.get("/ich/nachrichten").text
        assert world.one(schema.message, person_id=other.id).answers == sent.id


def test_contact_needs_a_source_is_informed_and_can_opt_out_for_good(world):
    form = {"name": "Kontakt", "email": "outside@example.net", "basis": "inquiry", "source": "Fachtagung"}
    with world.staff("pool") as staff:
        page = "/intern/nachrichten"
        assert staff.submit("/intern/kontakte", form | {"source": " "}, page=page).status_code == 422
        assert staff.submit("/intern/kontakte", form, page=page).status_code == 303
        contact = world.one(schema.contact, email="outside@example.net")
        message = {"to": "contacts", "contact": contact.id, "subject": "Hallo", "body": "B"}
        staff.submit(page, message)
        (mail,) = world.around.mail.to("outside@example.net")
        assert "Fachtagung" in mail.get_content()
        link = re.search(r"/abbestellen/\S+(?=>)", mail["List-Unsubscribe"])[0]
        with Visitor(world) as anybody:
            anybody.post(link, data={"List-Unsubscribe": "One-Click"})
        staff.submit(page, message)
        assert len(world.around.mail.to("outside@example.net")) == 1
        with world.pool.engine.begin() as connection:  # somebody brings the address again
            connection.execute(schema.contact_message.delete())
            connection.execute(schema.contact.delete().where(schema.contact.c.id == contact.id))
            again = messaging.add_contact(connection, **form)
            assert messaging.to_contacts(world.pool, connection, 1, [again], "S", "B") == 0


def test_follow_up_and_appointment_reach_the_right_people(world):
    with world.person() as one, world.staff("recruiting") as staff:
        page = f"/intern/personen/{one.id}"
        staff.submit(
            f"{page}/wiedervorlage", {"due_on": "2031-01-02", "purpose": "Rückruf", "note": "nach dem Urlaub"}, page=page
        )
        assert "nach dem Urlaub" in staff.get("/intern/wiedervorlagen").text
        times = {"starts_at": "2031-02-03T09:00", "ends_at": "2031-02-03T10:00"}
        staff.submit(f"{page}/termin", {"subject": "Gespräch; kurz", "place": "Berlin", **times}, page=page)
        (mail,) = (m for m in world.around.mail.to(one.email) if "Termin" in m["Subject"])
        (entry,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
        assert "SUMMARY:Gespräch\\; kurz" in entry.get_content()
        assert "DTSTART:20310203T090000Z" in entry.get_content()
        assert "Gespräch" in one.get("/ich/").text
        tasks = staff.get("/intern/wiedervorlagen.ics")
        assert tasks.headers["content-type"].startswith("text/calendar")
        assert "DUE;VALUE=DATE:20310102\r\nSUMMARY:Rückruf" in tasks.text
        assert not any(word in tasks.text for word in (one.family, one.email, "Urlaub"))
        follow = world.one(schema.follow_up, person_id=one.id)
        staff.submit(f"/intern/wiedervorlagen/{follow.id}", page="/intern/wiedervorlagen")
        assert world.one(schema.follow_up, id=follow.id).done_at


def test_cancelled_appointment_leaves_the_calendar_of_the_person(world):
    with world.person() as one, world.staff("recruiting") as staff:
        page = f"/intern/personen/{one.id}"
        times = {"starts_at": "2031-02-03T09:00", "ends_at": "2031-02-03T10:00"}
        staff.submit(f"{page}/termin", {"subject": "Gespräch über " + "vieles " * 15, "place": "Berlin", **times}, page=page)
        planned = world.one(schema.appointment, person_id=one.id)
        assert staff.submit(f"/intern/termine/{planned.id}/absagen", page=page).status_code == 303
        entries = [
            part for mail in world.around.mail.to(one.email) for part in mail.walk() if part.get_content_type() == "text/calendar"
        ]
        assert [part.get_param("method") for part in entries] == ["REQUEST", "CANCEL"]
        invited, cancelled = (part.get_content().replace("\r\n", "\n") for part in entries)
        assert all(len(line.encode()) <= 75 for text in (invited, cancelled) for line in text.splitlines())
        assert f"UID:{planned.uid}\nSEQUENCE:1\nSTATUS:CANCELLED" in cancelled
        assert "Gespräch über" not in one.get("/ich/").text
        assert staff.submit(f"/intern/termine/{planned.id}/absagen", page=page).status_code == 404


def test_staff_find_who_is_available_on_a_day_and_not_who_is_absent(world):
    with world.person() as free, world.person() as away, world.staff("recruiting") as staff:
        for one in (free, away):
            one.submit("/ich/verfuegbarkeit", {"kind": "available", "from_on": "2033-01-01", "until_on": "2033-03-01"})
        away.submit("/ich/verfuegbarkeit", {"kind": "absent", "from_on": "2033-02-01", "until_on": "2033-02-10"})
        found = staff.submit("/intern/personen", {"word": "", "day": "2033-02-05"}).text
        assert free.family in found
        assert away.family not in found
        assert away.family in staff.submit("/intern/personen", {"word": "", "day": "2033-01-05"}).text
        assert free.family not in staff.submit("/intern/personen", {"word": "", "day": "2033-04-05"}).text
        assert "01.01.2033" in staff.get(f"/intern/personen/{free.id}").text


def test_reports_hold_figures_only_and_none_that_is_small(world):
    from expert_pool.work import history, reporting

    for _ in range(reporting.SMALLEST):
        with Visitor(world) as visitor:
            world.register(visitor)
    with world.pool.engine.begin() as connection:
        history.count(connection, "deletions", "inactivity")  # one is small, whatever others did before
    with world.person() as one, world.pool.engine.connect() as connection:
        found = reporting.figures(connection)
        assert found["registrations"]["all"] >= reporting.SMALLEST
        small = [
            number for rows in found.values() for number in rows.values() if number is not None and number < reporting.SMALLEST
        ]
        assert not small
    with world.staff("reporting") as staff:
        page = staff.get("/intern/berichte").text
        assert one.family not in page
        assert "nicht genannt" in page


def test_one_small_figure_does_not_follow_from_the_others():
    from expert_pool.work.reporting import _withheld

    assert _withheld({"female": 6, "male": 13, "diverse": 4, "unstated": 7}) == {
        "female": None,
        "male": 13,
        "diverse": None,
        "unstated": 7,
    }
    assert _withheld({"female": 6, "male": 13}) == {"female": 6, "male": 13}


def test_team_sees_who_wrote_and_partners_see_what_is_posted_for_them(world, visitor):
    with world.person() as one, world.staff("pool") as staff, world.staff("recruiting") as recruiting:
        one.submit("/ich/nachrichten", {"subject": "Frage", "body": "Wann?"})
        assert f"{one.given} {one.family}" in staff.get("/intern/nachrichten").text
        form = dict.fromkeys(("title_de", "title_en", "text_de", "text_en"), "Partnerkurs") | {"organisation": "1"}
        form |= {"starts_on": "2031-01-05", "ends_on": "2031-01-06", "channel": "partner"}
        assert recruiting.submit("/intern/angebote/training", form, page="/intern/angebote").status_code == 303
        (shown,) = (offer for offer in visitor.get("/partner.json").json() if offer["title"] == "Partnerkurs")
        assert visitor.get(shown["url"]).status_code == 200
        assert "Partnerkurs" not in visitor.get("/trainings").text + visitor.get("/feed.json").text
