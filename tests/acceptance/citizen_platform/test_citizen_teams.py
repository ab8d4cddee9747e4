"""Teams: what is public, who is told, what moderation may do."""

import pytest
from citizen_world import Visitor, link_in

from citizen_platform import schema

TEAM = "/teams/stadtbaeume"


def join(member, team=TEAM):
    assert member.submit(f"{team}/mitmachen", page=team).status_code == 303


def suggest(member, title="Messen", text="Messen wir den Umfang?", team=TEAM, **more):
    return member.submit(f"{team}/vorschlag", {"title": title, "text": text, **more}, page=team)


def test_anonymous_and_unconfirmed_people_read_but_cannot_contribute(platform, member, visitor):
    where = suggest(member, "Öffentlich lesbar").headers["location"]
    assert "Öffentlich lesbar" in visitor.get(TEAM).text
    secret = visitor.secret("/kontakt")
    for path in (f"{TEAM}/vorschlag", f"{TEAM}/mitmachen", where, "/beitraege/suggestion/1/loeschen", f"{TEAM}/treffen"):
        assert visitor.post(path, data={"csrf": secret, "text": "x", "title": "x"}).status_code == 401


def test_contribution_shows_the_public_name_and_nothing_else_of_its_author(platform, member, visitor):
    page = visitor.get(suggest(member, "Von wem?").headers["location"]).text
    assert member.person.username in page
    assert member.person.email not in page


def test_membership_is_shown_only_to_whom_wants_it(platform, member, visitor):
    join(member)
    assert member.person.username not in visitor.get(TEAM).text
    member.submit("/konto/sichtbarkeit", {"teams_public": "yes"}, page="/konto/")
    assert member.person.username in visitor.get(TEAM).text
    member.submit(f"{TEAM}/verlassen", page=TEAM)
    assert platform.rows(schema.membership, account_id=member.row.id) == []
    assert member.person.username not in visitor.get(TEAM).text


def test_only_those_who_chose_it_are_told_and_can_switch_it_off_from_the_mail(platform, member, visitor):
    address = member.person.email
    with platform.member() as author:
        join(member)
        suggest(author, "Noch hört niemand zu")
        assert all("Noch hört" not in mail.get_content() for mail in platform.mails(address))
        member.submit(f"{TEAM}/benachrichtigung", {"notify": "yes"}, page=TEAM)
        suggest(author, "In einem anderen Team", team="/teams/nachtluft")
        suggest(author, "Jetzt hört jemand zu")
        mail = platform.mails(address)[-1]
        assert "Jetzt hört jemand zu" in mail.get_content()
        assert all("anderen Team" not in one.get_content() for one in platform.mails(address))
        assert (mail["To"], author.person.email in str(mail), mail.get_content_type()) == (address, False, "text/plain")
        assert visitor.get(link_in(mail)).status_code == 200
        off = mail["List-Unsubscribe"].strip().strip("<>").removeprefix(platform.url)
        assert visitor.get(off[:-1] + ("0" if off[-1] != "0" else "1")).status_code == 404
        assert visitor.submit(off).status_code == 200
        before = len(platform.mails(address))
        suggest(author, "Wieder still")
        assert len(platform.mails(address)) == before
    (belongs,) = platform.rows(schema.membership, account_id=member.row.id)
    assert belongs.notify is False
    assert {row.template for row in platform.rows(schema.mail_log, account_id=member.row.id)} == {"confirm", "activity"}


def test_author_edits_and_deletes_and_the_old_words_are_gone(platform, member):
    where = suggest(member, "Altes Markerwort", "Text mit Altmarker").headers["location"]
    number = int(where.rpartition("/")[2])
    change = {"title": "Neuer Titel", "text": "Neuer Text"}
    assert member.submit(f"/beitraege/suggestion/{number}/aendern", change, page=where).status_code == 303
    assert platform.traces("Altmarker") == set()
    assert member.submit(where, {"text": "Kommentarmarker"}).status_code == 303
    (said,) = platform.rows(schema.comment, suggestion_id=number)
    with platform.member() as other:
        assert other.submit(f"/beitraege/comment/{said.id}/loeschen", page=where).status_code == 403
    assert member.submit(f"/beitraege/comment/{said.id}/loeschen", page=where).status_code == 303
    assert platform.traces("Kommentarmarker") == set()
    assert member.submit(f"/beitraege/suggestion/{number}/loeschen", page=where).status_code == 303
    assert platform.rows(schema.suggestion, id=number) == []


@pytest.mark.parametrize("text", ["Schreibt an marker@example.net!", "Ruft 03834 000077 an"])
def test_personal_data_are_pointed_out_and_reviewed_before_they_are_public(platform, member, visitor, text):
    refused = suggest(member, "Kontakt", text)
    assert (refused.status_code, "meant" in refused.text) == (422, True)
    where = suggest(member, "Kontakt", text, meant="yes").headers["location"]
    assert visitor.get(where).status_code == 404
    assert text in member.get(where).text
    number = int(where.rpartition("/")[2])
    with platform.staff("moderation") as staff:
        page = staff.get("/intern/beitraege").text
        assert text in page
        assert member.person.email not in page
        assert (
            staff.submit(
                f"/intern/beitraege/suggestion/{number}", {"kind": "redact", "reason": ""}, page="/intern/beitraege"
            ).status_code
            == 422
        )
        done = staff.submit(
            f"/intern/beitraege/suggestion/{number}", {"kind": "redact", "reason": "Kontaktdaten"}, page="/intern/beitraege"
        )
        assert done.status_code == 303
    assert platform.traces(text) == set()
    (decision,) = platform.rows(schema.moderation, target="suggestion", target_id=number)
    assert (decision.kind, decision.reason, decision.staff_id > 0) == ("redact", "Kontaktdaten", True)


def test_moderation_erases_a_childs_account_and_keeps_no_number_of_it(platform):
    with platform.member() as child:
        where = suggest(child, "Ich bin zwölf", "Darf ich mitmachen?").headers["location"]
        number = int(where.rpartition("/")[2])
        with platform.staff("moderation") as staff:
            values = {"kind": "under-age", "reason": "sagt, dass sie zwölf ist"}
            staff.submit(f"/intern/beitraege/suggestion/{number}", values, page="/intern/beitraege")
        assert platform.traces(child.person.username) - {"mail"} == set()
        assert platform.rows(schema.account, id=child.row.id) == []
    assert platform.rows(schema.moderation, kind="under-age")[-1].target_id == 0


def test_each_role_sees_its_own_pages_only(platform, visitor):
    for role, allowed, refused in (
        ("support", "/intern/postfach", "/intern/beitraege"),
        ("moderation", "/intern/beitraege", "/intern/postfach"),
    ):
        with platform.staff(role) as staff:
            assert (staff.get(allowed).status_code, staff.get(refused).status_code) == (200, 403)
    assert visitor.get("/intern/postfach").headers["location"] == "/intern/"


def test_suggestion_of_somebody_who_left_keeps_the_comments_of_others(platform, member):
    with platform.member() as author:
        where = suggest(author, "Bleibt leer", "Geht mit mir").headers["location"]
        member.submit(where, {"text": "Ich bleibe"})
        author.submit("/konto/loeschen", {"contributions": "delete"})
    with Visitor(platform) as visitor:
        page = visitor.get(where).text
    assert ("Ich bleibe" in page, "Geht mit mir" in page, "ehemaliges Mitglied" in page) == (True, False, True)
