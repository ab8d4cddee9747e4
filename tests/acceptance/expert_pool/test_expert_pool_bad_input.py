"""What nobody can have meant is refused with a sentence, on the person's pages and on those of staff, and changes nothing."""

import xml.dom.minidom
from contextlib import ExitStack

from sqlalchemy import select

from expert_pool import schema

BIG, ROW, SQUARED, NUL = "9" * 25, "99999", "²", "x\0y"
OFFER = {"organisation": "1", "title_de": "T", "title_en": "T", "text_de": "T", "text_en": "T"}
VACANCY = OFFER | {"field": "1", "country": "K", "closes_on": "2031-01-01"}
TRAINING = OFFER | {"starts_on": "2031-01-05", "ends_on": "2031-01-06"}
LETTER = {"subject": "S", "body": "B"}
APPOINTMENT = {"subject": "S", "starts_at": "2031-01-01T10:00", "ends_at": "2031-01-01T11:00"}

PERSON = [
    ("/ich/verfuegbarkeit", {"kind": "available", "from_on": "2031-02-30", "until_on": "2031-03-01"}),
    ("/ich/verfuegbarkeit", {"kind": "available", "from_on": "2031-03-02", "until_on": "2031-03-01"}),
    ("/ich/erfahrungen", {"employer": "E", "role": "R", "country": "C", "from_year": "2020", "until_year": "2019"}),
    ("/ich/nachweise", {"kind": "course", "title": "T", "expires_on": "2031-02-31"}),
    ("/ich/kompetenzen", {"area": "A" * 61, "years": "3"}),
    ("/ich/kompetenzen", {"area": "A", "years": SQUARED}),
    *(("/ich/alerts", {"kind": "job", "field": word, "consent": "yes"}) for word in (BIG, ROW, SQUARED)),
    *(("/ich/einwilligungen", {"purpose": "sharing", "stakeholder": word, "give": "yes"}) for word in (BIG, ROW, SQUARED)),
    ("/ich/einwilligungen", {"purpose": "messages", "stakeholder": "1", "give": "yes"}),
    ("/ich/profil", {"given_name": NUL, "family_name": "F", "country": "DE"}),
    ("/anmelden", {"email": NUL, "password": NUL}),
]
RECRUITING = [
    *(("termin", APPOINTMENT | bad) for bad in ({"ends_at": "2031-01-01T09:00"}, {"starts_at": "2031-01-01T10:00+02:00"})),
    ("termin", APPOINTMENT | {"place": "P" * 161}),
    ("wiedervorlage", {"due_on": "2031-02-30"}),
    ("nachricht", {"subject": "S", "body": ""}),
    *(("freigabe", {"stakeholder": to, "field": what}) for to, what in ((ROW, "name"), (BIG, "name"), ("1", "email"))),
]
OFFERS = [
    *(("vacancy", VACANCY | {"organisation": word}) for word in (BIG, ROW, SQUARED)),
    *(("vacancy", VACANCY | bad) for bad in ({"title_de": "T" * 161}, {"channel": "nowhere"}, {"closes_on": "2020-01-01"})),
    *(("training", TRAINING | bad) for bad in ({"ends_on": "2031-01-01"}, {"places": BIG}, {"places": "-3"})),
]
MANY = [*(LETTER | {"to": word} for word in (BIG, ROW, SQUARED, "everybody")), LETTER | {"to": "contacts", "contact": "x"}]
REFUSED = (400, 404, 422)


def _rows(world):
    with world.pool.engine.connect() as connection:
        return {
            table.name: connection.execute(select(table)).all() for table in schema.pool.sorted_tables if table.name not in _LOOKS
        }


#: what a look or a session leaves by itself
_LOOKS = {"audit", "web_session"}


def test_what_a_person_cannot_have_meant_is_refused_and_changes_nothing(world):
    with world.person() as one:
        before = _rows(world)
        for path, values in PERSON:
            answer = one.submit(path, values, page="/ich/")
            assert answer.status_code in REFUSED, (path, values)
            assert "prüfen" in answer.text or "noch einmal" in answer.text, path
        for path in (f"/stellen/{BIG}", f"/bestaetigen/{SQUARED}-x", f"/adresse/{'x' * 40}"):
            assert one.submit(path, page="/ich/").status_code in (404, 405), path
        assert _rows(world) == before


def test_what_staff_cannot_have_meant_is_refused_and_nobody_is_written_to(world):
    with world.person() as one, ExitStack() as stack:
        recruiting, training, pool, legal = (
            stack.enter_context(world.staff(role)) for role in ("recruiting", "training", "pool", "legal")
        )
        page, number, mails = f"/intern/personen/{one.id}", world.training(), len(world.around.mail.delivered)
        before = _rows(world)
        asked = [(recruiting, f"{page}/{word}", values, page) for word, values in RECRUITING]
        hold = {"reference": "R", "authority": "A", "scope": "S", "review_on": "2031-01-01"}
        unknown = [("termin", APPOINTMENT), ("wiedervorlage", {"due_on": "2031-01-01"}), ("nachricht", LETTER)]
        unknown += [("freigabe", {"stakeholder": "1", "field": "name"})]
        asked += [(recruiting, f"/intern/personen/{ROW}/{word}", values, page) for word, values in unknown]
        asked += [(legal, f"/intern/personen/{ROW}/aufbewahrung", hold, page)]
        asked += [(recruiting, f"/intern/angebote/{kind}", values, "/intern/angebote") for kind, values in OFFERS]
        asked += [(pool, "/intern/nachrichten", values, "/intern/nachrichten") for values in MANY]
        asked += [(training, f"/intern/trainings/{number}/einladen", {"person": "x"}, f"/intern/trainings/{number}")]
        asked += [(training, f"/intern/trainings/{ROW}/einladen", {"person": one.id}, f"/intern/trainings/{number}")]
        for who, path, values, form in asked:
            assert who.submit(path, values, page=form).status_code in REFUSED, (path, values)
        assert _rows(world) == before
        assert len(world.around.mail.delivered) == mails


def test_step_that_nobody_offers_decides_nothing(world):
    with world.person() as one, world.staff("approval") as first, world.staff("approval", name="-2") as second:
        one.submit("/ich/nachweise", {"kind": "course", "title": "Kurs"})
        row = world.one(schema.evidence, person_id=one.id)
        first.submit(f"/intern/pruefung/nachweise/{row.id}", {"step": "check"}, page="/intern/pruefung")
        answer = second.submit(f"/intern/pruefung/nachweise/{row.id}", {"step": "x", "reason": "R"}, page="/intern/pruefung")
        assert answer.status_code == 422
        assert world.one(schema.evidence, id=row.id).state == "in-check"


def test_second_application_and_second_invitation_for_the_same_are_the_first(world):
    with world.person() as one, world.staff("training") as staff:
        vacancy, number = world.vacancy(), world.training()
        first, second = (one.submit(f"/ich/bewerben/stelle/{vacancy}", {"letter": word}) for word in ("eins", "zwei"))
        assert first.headers["location"] == second.headers["location"]
        one.submit(f"{first.headers['location']}/zurueck", page=first.headers["location"])
        assert one.submit(f"/ich/bewerben/stelle/{vacancy}").headers["location"] != first.headers["location"]
        for _ in range(2):
            staff.submit(f"/intern/trainings/{number}/einladen", {"person": one.id}, page=f"/intern/trainings/{number}")
        assert len(world.rows(schema.training_invitation, person_id=one.id)) == 1


def test_hostile_names_and_contents_of_files_come_back_as_files_and_nothing_else(world):
    with world.person() as one, world.person() as other:
        for name in ("../../../etc/passwd", "<img src=x>.txt", "a\u202etxt.exe", "Lebenslauf Müller.txt", "x" * 400 + ".txt"):
            file = {"file": (name, b"first\x01\x02\x00 <script>\nsecond", "text/plain")}
            assert one.visitor.submit("/ich/dokumente", {"kind": "cv"}, files=file).status_code == 303
        named = {row.file_name: row.id for row in world.rows(schema.document, person_id=one.id)}
        assert {"passwd", "<img src=x>.txt", "atxt.exe", "Lebenslauf Müller.txt"} < named.keys()
        for name, number in named.items():
            drawn = xml.dom.minidom.parseString(one.get(f"/ich/dokumente/{number}/vorschau").content)
            assert "first <script>" in drawn.toxml().replace("&lt;", "<").replace("&gt;", ">")
            kept = one.get(f"/ich/dokumente/{number}")
            assert kept.headers["content-disposition"].startswith("attachment; filename"), name
            assert (kept.headers["content-type"].partition(";")[0], kept.headers["x-content-type-options"]) == (
                "text/plain",
                "nosniff",
            )
            assert other.get(f"/ich/dokumente/{number}").status_code == 404
        large = {"file": ("x.txt", b"x" * (5 * 1024 * 1024), "text/plain")}
        assert "zu groß" in one.visitor.submit("/ich/dokumente", {"kind": "cv"}, files=large).text
