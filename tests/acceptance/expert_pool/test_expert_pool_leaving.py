"""Sharing a profile and taking it back; the complete deletion, from every store, with nobody else touched."""

import re
from datetime import timedelta

import pytest
from expert_pool_world import Visitor
from sqlalchemy import select

from expert_pool import schema
from expert_pool.work import documents
from plate_shop.database import utcnow

WEST, DELTA, FARLAND = 1, 2, 4


def agree(one, to):
    assert one.submit("/ich/einwilligungen", {"purpose": "sharing", "stakeholder": to, "give": "yes"}).status_code == 303


def share(world, one, to=WEST, **more):
    """A recruiter shows the profile; returns the answer and what the stakeholder got by mail."""
    page = f"/intern/personen/{one.id}"
    with world.staff("recruiting") as staff:
        before = len(world.around.mail.delivered)
        answer = staff.submit(f"{page}/freigabe", {"stakeholder": to, "field": ["name", "competences"], **more}, page=page)
    texts = [one.message.get_content() for one in world.around.mail.delivered[before:]]
    link = next((m[0] for text in texts if (m := re.search(r"/freigabe/\S+", text))), None)
    code = next((m[1] for text in texts if (m := re.search(r"Code: (\w+)", text))), None)
    return answer, link, code


def test_profile_is_not_shown_without_consent_to_just_that_body(world):
    with world.person() as one:
        agree(one, DELTA)
        answer, link, _ = share(world, one, WEST)
        assert (answer.status_code, link) == (409, None)
        assert "nicht zugestimmt" in answer.text


def test_third_country_without_a_basis_is_refused_even_with_consent(world):
    with world.person() as one:
        agree(one, FARLAND)
        assert share(world, one, FARLAND)[0].status_code == 409
        agree(one, DELTA)
        assert share(world, one, DELTA)[0].status_code == 303
        assert world.one(schema.disclosure, person_id=one.id).transfer_basis.startswith("Angemessenheitsbeschluss")


def test_link_opens_with_its_code_only_and_shows_the_chosen_fields(world):
    with world.person() as one, Visitor(world) as other_side:
        one.submit("/ich/kompetenzen", {"area": "Mediation", "years": "4"})
        one.submit("/ich/sprachen", {"tongue": "Geheimsprache", "level": "C1"})
        agree(one, WEST)
        _, link, code = share(world, one)
        assert one.family not in other_side.get(link).text
        assert other_side.submit(link, {"code": "wrong"}).status_code == 403
        assert other_side.submit(link[:-3] + "abc", {"code": code}).status_code == 403
        shown = other_side.submit(link, {"code": code}).text
        assert one.family in shown
        assert "Mediation" in shown
        assert "Geheimsprache" not in shown
        assert one.email not in shown
        row = world.one(schema.share, person_id=one.id)
        assert len(world.rows(schema.share_view, share_id=row.id)) == 1
        assert link.rsplit("/", 1)[1] not in str(row)


def test_withdrawal_and_expiry_end_the_link_and_keep_the_profile(world):
    with world.person() as one, Visitor(world) as other_side:
        agree(one, WEST)
        _, link, code = share(world, one)
        row = world.one(schema.share, person_id=one.id)
        world.change(schema.share, {"id": row.id}, expires_at=utcnow() - timedelta(seconds=1))
        assert other_side.submit(link, {"code": code}).status_code == 403
        world.change(schema.share, {"id": row.id}, expires_at=utcnow() + timedelta(days=1))
        assert other_side.submit(link, {"code": code}).status_code == 200
        one.submit("/ich/einwilligungen", {"purpose": "sharing", "stakeholder": WEST, "give": "no"})
        assert other_side.submit(link, {"code": code}).status_code == 403
        assert one.get("/ich/").status_code == 200


def test_documents_are_shared_only_without_employment(world):
    with world.person() as one, Visitor(world) as other_side:
        _, cv = world.upload(one, "MARKERSHARED")
        agree(one, WEST)
        employed, free = world.vacancy(employment=True), world.vacancy(employment=False)
        assert share(world, one, vacancy=employed, document=cv.id)[0].status_code == 409
        assert share(world, one, document=cv.id)[0].status_code == 409
        _, link, code = share(world, one, vacancy=free, document=cv.id)
        other_side.submit(link, {"code": code})
        got = other_side.submit(f"{link}/{cv.id}", {"code": code}, page=link)
        assert got.text == "MARKERSHARED"
        assert other_side.submit(f"{link}/{cv.id}", {"code": "wrong"}, page=link).status_code == 403


def test_change_of_a_shared_profile_is_told_to_those_who_hold_it(world):
    with world.person() as one:
        agree(one, WEST)
        share(world, one)
        before = len(world.around.stakeholder.recorder.received)
        one.submit("/ich/profil", {"given_name": "Neu", "family_name": one.family, "country": "DE"})
        (told,) = world.around.stakeholder.recorder.received[before:]
        assert told["body"]["what"] == "corrected"


def everything(world, one):
    """Uses every function, so that the person is everywhere."""
    for name, values in {
        "kompetenzen": {"area": "Mediation", "years": "4", "note": one.family},
        "erfahrungen": {"employer": one.family, "role": "R", "country": "K", "from_year": "2010", "description": one.family},
        "referenzen": {"name": f"Ref {one.family}", "email": "ref@example.net"},
        "verfuegbarkeit": {"kind": "available", "from_on": "2030-01-01", "until_on": "2030-02-01"},
    }.items():
        assert one.submit(f"/ich/{name}", values).status_code == 303
    _, cv = world.upload(one, f"Lebenslauf {one.family}", f"cv-{one.family}.txt")
    one.submit("/ich/nachweise", {"kind": "course", "title": one.family, "document": cv.id})
    one.submit(f"/ich/bewerben/stelle/{world.vacancy()}", {"letter": one.family, "document": cv.id})
    one.submit(f"/ich/bewerben/training/{world.training(organisation=2)}", {"partner": "yes"})
    one.submit("/ich/alerts", {"kind": "job", "consent": "yes"})
    one.submit("/ich/nachrichten", {"subject": "Frage", "body": f"Gruß, {one.family}"})
    world.admit(one, 1)
    agree(one, WEST)
    link, code = share(world, one, vacancy=world.vacancy(), document=cv.id)[1:]
    with world.staff("recruiting") as staff:
        page = f"/intern/personen/{one.id}"
        staff.submit(f"{page}/wiedervorlage", {"due_on": "2031-01-02", "note": one.family}, page=page)
        times = {"starts_at": "2031-02-03T09:00", "ends_at": "2031-02-03T10:00"}
        staff.submit(f"{page}/termin", {"subject": one.family, "place": "Berlin", **times}, page=page)
    return cv, link, code


def test_deletion_leaves_no_trace_in_any_store_and_nobody_else_changed(world):
    with world.person() as other:
        everything(world, other)
        mine = {t.name: world.rows(t, person_id=other.id) for t in schema.pool.sorted_tables if "person_id" in t.c}
        with world.person() as one:
            cv, link, code = everything(world, one)
            before = world.traces(one.family)
            assert {"profile", "experience", "application", "document", "documents", "previews", "message", "follow_up"} <= before
            with world.pool.engine.begin() as connection:  # a mail that has not gone out yet
                from expert_pool.mails import compose

                world.pool.post.queue(connection, compose(one.email, "S", one.family), "alert", one.id)
            told = len(world.around.stakeholder.recorder.received)
            assert one.submit("/ich/loeschen", {}).status_code == 422
            assert "gelöscht" in one.submit("/ich/loeschen", {"sure": "yes"}).text
            assert not {"JSESSIONID", "sysckcs", "LBSESSIONID"} & set(one.visitor.cookies)
            assert world.enter(one).status_code == 403
            for marker in (one.family, one.email, one.given, cv.id):
                assert world.traces(marker) == set(), marker
            assert world.around.stakeholder.recorder.received[told:][-1]["body"]["what"] == "erased"
            with Visitor(world) as other_side:
                assert other_side.submit(link, {"code": code}).status_code == 403
        kept = [r for r in world.rows(schema.consent) if r.subject_digest == world.pool.digest(one.email)]
        assert kept
        assert all(row.withdrawn_at and row.person_id is None for row in kept)
        assert world.rows(schema.deletion_register, subject_digest=world.pool.digest(one.email))
        after = {t.name: world.rows(t, person_id=other.id) for t in schema.pool.sorted_tables if "person_id" in t.c}
        assert after == mine
        assert world.pool.files.document(world.rows(schema.document, person_id=other.id)[0].id)


def test_what_others_answered_stays_without_its_author(world):
    number = world.training()
    with world.person() as one, world.person() as other:
        for who in (one, other):
            world.insert(schema.attendance, training_id=number, person_id=who.id, state="registered", registered_at=utcnow())
        page = f"/trainings/{number}"
        one.submit(f"/ich/trainings/{number}/gespraech", {"text": "MARKERASKED"}, page=page)
        asked = world.one(schema.comment, person_id=one.id)
        other.submit(f"/ich/trainings/{number}/gespraech", {"text": "Meine Antwort", "answers": asked.id}, page=page)
        one.submit("/ich/loeschen", {"sure": "yes"})
        left = world.one(schema.comment, id=asked.id)
        assert (left.person_id, left.text) == (None, "–")
        assert "Meine Antwort" in other.get(page).text


def test_figures_stay_the_same_when_somebody_leaves(world):
    def figures():
        with world.pool.engine.connect() as connection:
            wanted = select(schema.statistic.c.measure, schema.statistic.c.category, schema.statistic.c.number)
            return {tuple(row[:2]): row[2] for row in connection.execute(wanted) if row[0] != "deletions"}

    with world.person() as one:
        one.submit(f"/ich/bewerben/stelle/{world.vacancy()}", {})
        before = figures()
        one.submit("/ich/loeschen", {"sure": "yes"})
    assert figures() == before


def test_opt_out_survives_the_deletion(world):
    from expert_pool.work import messaging

    with world.person() as one, world.pool.engine.begin() as connection:
        messaging.suppress(world.pool, connection, one.email)
    with Visitor(world) as again:
        again.submit("/anmelden", {"email": one.email, "password": "ein langes passwort"})
        again.submit("/ich/loeschen", {"sure": "yes"})
    with world.pool.engine.connect() as connection:
        assert messaging.suppressed(world.pool, connection, one.email)
    assert one.email not in str(world.rows(schema.suppression))


def test_legal_hold_locks_instead_of_deleting_and_needs_a_reference(world):
    with world.person() as one, world.staff("legal") as legal:
        page = f"/intern/personen/{one.id}"
        form = {"reference": "VG 1", "authority": "Gericht", "scope": "Profil", "review_on": "2031-01-01"}
        assert legal.submit(f"{page}/aufbewahrung", form | {"reference": ""}, page=page).status_code == 422
        assert legal.submit(f"{page}/aufbewahrung", form, page=page).status_code == 303
        assert one.submit("/ich/loeschen", {"sure": "yes"}).status_code == 409
        assert world.enter(one).status_code == 403
        with world.staff("recruiting") as recruiter:
            assert recruiter.get(page).status_code == 404
            assert one.family not in recruiter.submit("/intern/personen", {"word": one.family}).text
        assert legal.get(page).status_code == 200
        assert world.one(schema.person, id=one.id).storage_class == "leaving"


def test_legal_hold_is_reviewed_by_its_day_and_ends_with_the_proceedings(world):
    with world.person() as one, world.person() as other, world.staff("legal") as legal:
        page = f"/intern/personen/{one.id}"
        form = {"reference": "VG 2", "authority": "Gericht", "scope": "Profil", "review_on": "2031-01-01"}
        legal.submit(f"{page}/aufbewahrung", form, page=page)
        held = world.one(schema.legal_hold, person_id=one.id)
        path = f"{page}/aufbewahrung/{held.id}"
        assert path in legal.get(page).text
        for wrong in ({}, {"review_on": "2020-01-01"}, {"end": "no"}):
            assert legal.submit(path, wrong, page=page).status_code == 422
        assert legal.submit(f"/intern/personen/{other.id}/aufbewahrung/{held.id}", {"end": "yes"}, page=page).status_code == 404
        with world.staff("recruiting") as recruiter:
            assert recruiter.submit(path, {"end": "yes"}, page=page).status_code in (403, 404)
        assert world.one(schema.legal_hold, person_id=one.id) == held
        assert legal.submit(path, {"review_on": "2032-01-01"}, page=page).status_code == 303
        assert str(world.one(schema.legal_hold, person_id=one.id).review_on) == "2032-01-01"
        assert one.submit("/ich/loeschen", {"sure": "yes"}).status_code == 409
        assert legal.submit(path, {"end": "yes"}, page=page).status_code == 303
        assert world.one(schema.legal_hold, person_id=one.id).closed_on is not None
        assert path not in legal.get(page).text
        assert legal.submit(path, {"review_on": "2033-01-01"}, page=page).status_code == 404  # it has ended


def test_stakeholder_that_is_down_delays_only_itself(world):
    with world.person() as one:
        agree(one, WEST)
        share(world, one)
        world.around.stakeholder.down = True
        try:
            one.submit("/ich/loeschen", {"sure": "yes"})
            assert world.traces(one.family) == set()
            waiting = [row for row in world.rows(schema.recipient_notice) if row.acknowledged_at is None]
            assert waiting
        finally:
            world.around.stakeholder.down = False
        world.running.nightly()
        assert all(row.acknowledged_at for row in world.rows(schema.recipient_notice))


def test_thumbnail_without_its_document_is_swept_away(world):
    name = "x" * 43
    world.pool.files.put(name, b"MARKERTHUMB", "text/plain", "MARKERTHUMB")
    assert world.traces("MARKERTHUMB") == {"documents", "previews"}
    assert documents.sweep(world.pool) >= 1
    assert world.traces("MARKERTHUMB") == set()


def test_access_log_holds_no_name_token_or_session(world):
    with world.person() as one:
        one.get("/ich/profil")
        session = one.visitor.cookies["JSESSIONID"]
        with world.staff("recruiting") as staff:
            staff.get(f"/intern/personen/{one.id}")
    text = "".join(path.read_text() for path in (world.folder / "logs").iterdir())
    assert '"GET /ich/profil HTTP/1.1" 200' in text
    for marker in (one.email, one.family, session, f"/intern/personen/{one.id}"):
        assert marker not in text
    assert "/bestaetigen/- " in text


@pytest.mark.parametrize("path", ["/?email=a@example.org", "/stellen?given_name=x"])
def test_personal_data_in_an_address_are_refused(visitor, path):
    assert visitor.get(path).status_code == 400


def test_demo_on_sqlite_forgets_people_as_completely(sqlite_world):
    world = sqlite_world
    with world.person() as one:
        everything(world, one)
        assert world.traces(one.family)
        one.submit("/ich/loeschen", {"sure": "yes"})
        assert world.traces(one.family) == set()
    files = [path.read_bytes() for path in world.folder.glob("pool.db*")]
    assert one.family.encode() not in b"".join(files)
