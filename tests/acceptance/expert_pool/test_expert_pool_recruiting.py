"""Applications, approval loops, proofs and documents: how somebody comes to work for the pool."""

from datetime import date, timedelta

import pytest

from expert_pool import schema
from expert_pool.work import applying
from plate_shop.database import utcnow

PAGES = {
    "/intern/bewerbungen": {"recruiting"},
    "/intern/pruefung": {"approval"},
    "/intern/personen": {"recruiting", "pool", "legal"},
    "/intern/wiedervorlagen": {"recruiting", "pool"},
    "/intern/angebote": {"recruiting", "training"},
    "/intern/nachrichten": {"pool"},
    "/intern/berichte": {"reporting"},
}


@pytest.mark.parametrize("role", ["recruiting", "training", "pool", "approval", "legal", "reporting"])
def test_role_sees_its_own_pages_only(world, role):
    with world.staff(role) as staff:
        assert {path: staff.get(path).status_code for path in PAGES} == {
            p: 200 if role in who else 403 for p, who in PAGES.items()
        }


def test_people_and_strangers_see_no_page_of_the_staff(world, visitor):
    with world.person() as one:
        for path in PAGES:
            assert one.get(path).headers["location"] == "/intern/"
            assert visitor.get(path).headers["location"] == "/intern/"


def test_application_goes_through_its_states_with_a_history_of_human_decisions(world):
    number = world.vacancy()
    with world.person() as one:
        _, cv = world.upload(one)
        _, other = world.upload(one, "nicht dabei")
        one.submit(f"/ich/bewerben/stelle/{number}", {"letter": "Weil ich es kann.", "document": cv.id})
        applied = world.one(schema.application, person_id=one.id)
        page = f"/intern/bewerbungen/{applied.id}"
        with world.staff("recruiting") as staff:
            assert staff.submit(page, {"to": "accepted", "note": "x"}).status_code == 409  # not from here
            assert staff.submit(page, {"to": "in-review"}).status_code == 303
            assert staff.submit(page, {"to": "accepted", "note": " "}).status_code == 409  # not without a reason
            assert staff.submit(page, {"to": "accepted", "note": "überzeugend"}).status_code == 303
            assert staff.get(f"{page}/dokumente/{cv.id}").text == "Lebenslauf"
            assert staff.get(f"{page}/dokumente/{other.id}").status_code == 403
        assert [e.to_state for e in world.rows(schema.application_event, application_id=applied.id)] == [
            "submitted",
            "in-review",
            "accepted",
        ]
        assert "überzeugend" in one.get(f"/ich/bewerbungen/{applied.id}").text
        assert world.one(schema.person, id=one.id).storage_class == "kept"


def test_first_accepted_application_changes_the_storage_class_and_a_rejected_one_does_not(world):
    number = world.vacancy()
    with world.person() as one, world.pool.engine.begin() as connection:
        applied = applying.apply(connection, one.id, "vacancy", number, "", [])
        applying.move(connection, applied, "rejected", 1, "nein")
    assert world.one(schema.person, id=one.id).storage_class == "other"


def test_nobody_decides_without_being_a_person_of_the_staff(world):
    with world.person() as one, world.pool.engine.begin() as connection:
        applied = applying.apply(connection, one.id, "vacancy", world.vacancy(), "", [])
    with pytest.raises(Exception, match=r"actor|staff|NOT NULL|constraint"):
        world.insert(
            schema.application_event,
            application_id=applied,
            at=utcnow(),
            actor="system",
            from_state="",
            to_state="rejected",
            note="",
        )


def test_withdrawn_application_loses_its_letter_and_documents(world):
    with world.person() as one:
        _, cv = world.upload(one)
        one.submit(f"/ich/bewerben/stelle/{world.vacancy()}", {"letter": "MARKERLETTER", "document": cv.id})
        applied = world.one(schema.application, person_id=one.id)
        one.submit(f"/ich/bewerbungen/{applied.id}/zurueck", page=f"/ich/bewerbungen/{applied.id}")
        assert world.one(schema.application, id=applied.id).state == "withdrawn"
        assert not world.rows(schema.application_document, application_id=applied.id)
        assert world.traces("MARKERLETTER") == set()


def test_members_positions_are_hidden_from_everybody_else(world, visitor):
    number = world.vacancy(members_only=True, title_de="Nur für Mitglieder")
    with world.person() as applicant, world.person() as member:
        world.admit(member)
        for stranger in (visitor, applicant):
            assert stranger.get(f"/stellen/{number}").status_code == 404
            assert f"/stellen/{number}" not in stranger.get("/stellen").text
        assert member.get(f"/stellen/{number}").status_code == 200
    assert f"/stellen/{number}" not in visitor.get("/feed.json").text


def test_offer_appears_in_the_chosen_channels_and_vanishes_at_its_end(world, visitor):
    with world.staff("recruiting") as staff:
        form = {"organisation": "1", "field": "1", "title_de": "Feedstelle", "title_en": "Feed", "text_de": "T", "text_en": "T"}
        form |= {"country": "K", "closes_on": (utcnow().date() + timedelta(days=3)).isoformat(), "channel": "feed"}
        assert staff.submit("/intern/angebote/vacancy", form, page="/intern/angebote").status_code == 303
    number = world.one(schema.vacancy, title_de="Feedstelle").id
    assert "Feedstelle" in visitor.get("/feed.json").text
    assert "Feedstelle" not in visitor.get("/stellen").text
    assert visitor.get(f"/stellen/{number}").status_code == 200  # whoever follows the feed finds it
    world.change(schema.vacancy, {"id": number}, closes_on=date(2020, 1, 1))
    assert "Feedstelle" not in visitor.get("/feed.json").text
    assert visitor.get(f"/stellen/{number}").status_code == 404
    world.running.nightly()
    assert world.one(schema.vacancy_posting, vacancy_id=number).taken_down_at


def test_proof_is_checked_by_one_and_decided_by_another(world):
    with world.person() as one:
        one.submit("/ich/nachweise", {"kind": "course", "title": "Kurs"})
        proof = world.one(schema.evidence, person_id=one.id)
        path = f"/intern/pruefung/nachweise/{proof.id}"
        with world.staff("approval", "peace", "-1") as first:
            assert first.submit(path, {"step": "approve", "reason": "x"}, page="/intern/pruefung").status_code == 409
            first.submit(path, {"step": "check"}, page="/intern/pruefung")
            assert first.submit(path, {"step": "approve", "reason": "x"}, page="/intern/pruefung").status_code == 409
        with world.staff("approval", "peace", "-2") as second:
            assert second.submit(path, {"step": "reject", "reason": "unleserlich"}, page="/intern/pruefung").status_code == 303
        assert "unleserlich" in one.get("/ich/nachweise").text
        one.submit(f"/ich/nachweise/{proof.id}/einspruch", {"words": "besseres Bild"}, page="/ich/nachweise")
        again = world.one(schema.evidence, id=proof.id)
    assert (again.state, again.contested, again.decided_by) == ("submitted", "besseres Bild", None)


def test_approved_proof_lapses_after_its_day(world):
    with world.person() as one:
        one.submit("/ich/nachweise", {"kind": "language", "title": "C1", "expires_on": "2031-01-01"})
        proof = world.one(schema.evidence, person_id=one.id)
        world.decide("nachweise", proof.id)
        world.change(schema.evidence, {"id": proof.id}, expires_on=date(2021, 1, 1))
        world.running.nightly()
    assert world.one(schema.evidence, id=proof.id).state == "lapsed"


def test_admission_to_a_field_makes_a_member(world):
    with world.person() as one:
        world.admit(one, field=2)
        assert world.one(schema.person, id=one.id).state == "member"
        assert world.one(schema.application, person_id=one.id).state == "accepted"
        assert one.get("/felder/2").status_code == 200
        assert one.get("/felder/3").status_code == 403


def test_files_that_are_no_documents_are_refused(world):
    virus = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    wrong = {
        "a.txt": (virus, "text/plain"),
        "a.exe": (b"MZ", "application/x-msdownload"),
        "a.pdf": (b"no pdf", "application/pdf"),
    }
    with world.person() as one:
        for name, (content, kind) in wrong.items():
            assert one.submit("/ich/dokumente", {"kind": "cv"}, files={"file": (name, content, kind)}).status_code == 422, name
        assert not world.rows(schema.document, person_id=one.id)


def test_special_document_needs_explicit_consent_and_stays_closed_to_recruiters(world):
    with world.person() as one:
        answer, row = world.upload(one, special="yes")
        assert (answer.status_code, row) == (422, None)
        answer, row = world.upload(one, special="yes", special_consent="yes")
        assert answer.status_code == 303
        assert "special" in {c.purpose for c in world.rows(schema.consent, person_id=one.id)}
        one.submit(f"/ich/bewerben/stelle/{world.vacancy()}", {"document": row.id})
        applied = world.one(schema.application, person_id=one.id)
        with world.staff("recruiting") as staff:
            assert staff.get(f"/intern/bewerbungen/{applied.id}/dokumente/{row.id}").status_code == 403


def test_documents_are_opened_by_their_owner_alone(world, visitor):
    with world.person() as one, world.person() as other:
        _, row = world.upload(one, "MARKERFILE")
        assert one.get(f"/ich/dokumente/{row.id}").text == "MARKERFILE"
        assert "MARKERFILE" in one.get(f"/ich/dokumente/{row.id}/vorschau").text
        for path in (f"/ich/dokumente/{row.id}", f"/ich/dokumente/{row.id}/vorschau"):
            assert other.get(path).status_code == 404
            assert visitor.get(path).status_code == 303
        assert world.traces("MARKERFILE") == {"documents", "previews"}
        one.submit(f"/ich/dokumente/{row.id}/entfernen", page="/ich/dokumente")
        assert world.traces("MARKERFILE") == set()


def test_document_of_a_proof_is_opened_by_those_who_check_it_while_it_waits(world):
    with world.person() as one, world.staff("approval") as staff, world.staff("recruiting") as stranger:
        one.visitor.submit("/ich/dokumente", {"kind": "course"}, files={"file": ("Kurs.txt", b"was da", "text/plain")})
        document = world.one(schema.document, person_id=one.id)
        one.submit("/ich/nachweise", {"kind": "course", "title": "Kurs", "document": document.id})
        row = world.one(schema.evidence, person_id=one.id)
        path = f"/intern/pruefung/nachweise/{row.id}/dokument"
        assert path in staff.get("/intern/pruefung").text
        assert staff.get(path).content == b"was da"
        assert world.rows(schema.audit, person_id=one.id, action="document-opened")
        assert stranger.get(path).status_code == 403
        world.change(schema.evidence, {"id": row.id}, state="approved")
        assert staff.get(path).status_code == 403


def test_documents_with_special_data_are_not_shown_to_stakeholders(world):
    with world.person() as one, world.staff("recruiting") as staff:
        for word in ("plain", "special"):
            more = {"special": "yes", "special_consent": "yes"} if word == "special" else {}
            one.visitor.submit("/ich/dokumente", {"kind": "cv", **more}, files={"file": (f"{word}.txt", b"x", "text/plain")})
        one.submit("/ich/einwilligungen", {"purpose": "sharing", "stakeholder": "1", "give": "yes"})
        documents = [row.id for row in world.rows(schema.document, person_id=one.id)]
        sent = {"stakeholder": "1", "field": "name", "vacancy": world.vacancy(), "document": documents}
        page = f"/intern/personen/{one.id}"
        assert staff.submit(f"{page}/freigabe", sent, page=page).status_code == 303
        (shared,) = world.rows(schema.share_document, share_id=world.one(schema.share, person_id=one.id).id)
        assert world.one(schema.document, id=shared.document_id).file_name == "plain.txt"
