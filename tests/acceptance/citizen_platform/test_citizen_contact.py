"""The contact form and the operator's mailbox: only what is needed, looked at on record, done means gone."""

import pytest
from citizen_world import Visitor

from citizen_platform import schema
from citizen_platform.mails import CONTACT, NotDeliveredError, NotEncryptedError, Post, SmtpRoute, message
from citizen_platform.standins.mail import MailServer


def write(visitor, marker, **more):
    values = {
        "sender_name": f"Kundin {marker}",
        "email": f"{marker}@example.org",
        "subject": marker,
        "message": f"Frage {marker}",
    }
    return visitor.submit("/kontakt", values | more)


def thread_of(platform, marker):
    return platform.rows(schema.contact, sender_email=f"{marker}@example.org")


def test_message_goes_over_tls_into_the_mailbox_and_nowhere_else(platform, visitor):
    assert write(visitor, "contact-one").headers["location"] == "/kontakt/danke"
    assert platform.traces("contact-one") == {"contact", "contact_message", "mailbox.db"}
    delivery = next(mail for mail in reversed(platform.mail.delivered) if mail.to == (CONTACT,))
    assert delivery.tls in ("TLSv1.2", "TLSv1.3")
    assert visitor.cookies.get("session") is None


def test_route_and_program_of_a_mail_are_not_kept(platform):
    mail = message(sender="contact-two@example.org", to=CONTACT, subject="contact-two", body="Guten Tag")
    mail["X-Mailer"] = "MarkerMail 7.7"
    mail["Received"] = "from marker-route.example"
    platform.platform.post.send(mail)
    assert thread_of(platform, "contact-two")
    assert platform.traces("MarkerMail") == set()
    assert platform.traces("marker-route") == set()


@pytest.mark.parametrize("path", ["/kontakt", "/kontakt/danke", "/impressum", "/datenschutz"])
def test_every_page_with_the_address_warns_of_open_mail(visitor, path):
    for language, words in (("", "nichts Vertrauliches"), ("/en", "nothing confidential")):
        assert words in visitor.get(f"{language}{path}").text


def test_answer_goes_by_mail_without_quoting_and_looking_is_on_record(platform, visitor):
    write(visitor, "contact-three")
    (thread,) = thread_of(platform, "contact-three")
    page = f"/intern/postfach/{thread.id}"
    with platform.staff("support") as staff:
        assert "Frage contact-three" in staff.get(page).text
        assert staff.submit(f"{page}/antwort", {"text": "Gern."}, page=page).status_code == 303
    mail = platform.mails("contact-three@example.org")[-1]
    assert mail.get_content().strip() == "Gern."
    looks = platform.rows(schema.access_record, seen=f"contact {thread.id}")
    assert looks
    assert all(look.staff_id and look.reason for look in looks)


@pytest.mark.parametrize(
    ("held_for", "held_until", "status"),
    [("", "", 303), ("§ 257 HGB", "2032-12-31", 303), ("§ 257 HGB", "", 422), ("", "2032-12-31", 422), ("x", "soon", 422)],
)
def test_done_is_done_unless_a_statute_with_an_end_holds_it(platform, held_for, held_until, status):
    marker = f"done-{len(held_for)}-{len(held_until)}"
    with Visitor(platform) as visitor:
        write(visitor, marker)
    thread = thread_of(platform, marker)[-1]
    page = f"/intern/postfach/{thread.id}"
    with platform.staff("support") as staff:
        values = {"held_for": held_for, "held_until": held_until}
        assert staff.submit(f"{page}/fertig", values, page=page).status_code == status
        assert staff.get(page).status_code == (404 if status == 303 and held_for else 200)  # held is out of daily sight
    assert (thread_of(platform, marker)[-1].done_at is not None) == (status == 303)


def test_mail_is_refused_to_a_server_without_tls_or_with_a_strange_certificate(platform, tmp_path):
    open_server = MailServer(platform.platform.mailbox, None)
    try:
        route = SmtpRoute(host="127.0.0.1", port=open_server.port, ca_file=platform.running.ca_file)
        with pytest.raises(NotEncryptedError):
            Post(route).send(message(sender="a@example.org", to=CONTACT, subject="x", body="x"))
        assert open_server.delivered == []
    finally:
        open_server.close()
    from citizen_platform.standins.certificate import make_certificate

    strange = SmtpRoute(host="127.0.0.1", port=platform.mail.port, ca_file=make_certificate(tmp_path)[0])
    with pytest.raises(NotDeliveredError):
        Post(strange).send(message(sender="a@example.org", to=CONTACT, subject="x", body="x"))
