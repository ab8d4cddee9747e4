"""From the contact form to the mailbox: over TLS or not at all, and nowhere else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plate_shop_world import Visitor, walk
from sqlalchemy import event

from plate_shop import schema
from plate_shop.forms.registry import CONTACT, EMAIL
from plate_shop.mails import INQUIRIES, NotDeliveredError, NotEncryptedError, Post, SmtpRoute, message
from plate_shop.standins.certificate import make_certificate
from plate_shop.standins.mail import MailServer
from plate_shop.web.contact import inquiry


def write(visitor, marker):
    values = {
        "name": f"Name {marker}",
        "email": f"{marker}@example.org",
        "subject": f"Betreff {marker}",
        "message": f"Text {marker}\n\nzweiter Absatz",
    }
    return visitor.submit("/kontakt", values)


def test_inquiry_reaches_the_mailbox_over_tls_and_nothing_else(world, visitor):
    assert write(visitor, "inquiry-one").headers["location"] == "/kontakt/danke"
    assert world.traces("inquiry-one") == {"inquiry", "inquiry_message", "mailbox.db"}
    (thread,) = world.rows(schema.inquiry, sender_email="inquiry-one@example.org")
    assert (thread.state, thread.subject, thread.sender_name) == ("open", "Betreff inquiry-one", "Name inquiry-one")
    (text,) = world.rows(schema.inquiry_message, inquiry_id=thread.id)
    assert (text.direction, text.body) == ("in", "Text inquiry-one\n\nzweiter Absatz")
    assert world.town.mail.delivered[-1].tls in ("TLSv1.2", "TLSv1.3")


def test_contact_pages_do_not_touch_the_shops_database_even_within_a_session(world, visitor):
    walk(visitor)
    seen = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(world.shop.engine, "before_cursor_execute", listener)
    try:
        write(visitor, "inquiry-two")
    finally:
        event.remove(world.shop.engine, "before_cursor_execute", listener)
    assert seen == []


def test_mail_is_refused_by_the_shop_when_the_server_offers_no_tls(world, visitor):
    plain = MailServer(world.shop.mailbox, certificate=None)
    route = world.shop.post._route
    try:
        world.shop.post._route = replace(route, port=plain.port)
        answer = write(visitor, "inquiry-clear")
        with pytest.raises(NotEncryptedError):
            world.shop.post.send(message(sender=INQUIRIES, to="a@example.org", subject="x", body="x"))
    finally:
        world.shop.post._route = route
        plain.close()
    assert answer.status_code == 503
    assert "inquiry-clear" in answer.text  # still in the browser, so that nothing has to be typed again
    assert plain.delivered == []
    assert world.traces("inquiry-clear") == set()


def test_mail_is_refused_when_nobody_vouches_for_the_certificate(world, tmp_path):
    stranger, _ = make_certificate(tmp_path)
    route = SmtpRoute(host="127.0.0.1", port=world.town.mail.port, ca_file=stranger)
    with pytest.raises(NotDeliveredError):
        Post(route).send(message(sender=INQUIRIES, to="a@example.org", subject="x", body="x"))


def test_line_breaks_cannot_smuggle_headers(world, visitor):
    values = {"email": "a@example.org", "subject": "x\r\nBcc: victim@example.org", "message": "smuggled"}
    visitor.submit("/kontakt", values)
    assert world.town.mail.delivered[-1].to == (INQUIRIES,)


@given(st.from_regex(EMAIL, fullmatch=True).filter(lambda text: len(text) <= 190), st.text(max_size=120))
def test_every_accepted_address_and_name_makes_a_mail(email, name):
    answers = CONTACT.read({"email": email, "name": name, "message": "x"})
    if answers.good:
        mail = inquiry(answers.values)
        assert mail["Reply-To"].addresses[0].addr_spec == email
        mail.as_bytes()


def test_direct_mail_reaches_the_same_mailbox(world):
    mail = message(sender="direct@example.org", to="datenschutz@shop.example", subject="Auskunft", body="Bitte.")
    world.shop.post.send(mail)
    assert world.rows(schema.inquiry, sender_email="direct@example.org")[0].subject == "Auskunft"


def test_answer_goes_out_by_mail_and_the_reply_comes_back_to_its_thread(world, visitor):
    write(visitor, "inquiry-three")
    (thread,) = world.rows(schema.inquiry, sender_email="inquiry-three@example.org")
    page = f"/intern/anfragen/{thread.id}"
    with world.staff("support") as support:
        assert "Text inquiry-three" in support.get(page).text
        assert support.submit(f"{page}/antwort", {"text": "Gern."}, page=page).status_code == 303
    sent = world.town.mail.delivered[-1]
    assert (sent.to, sent.message.get_content().strip()) == (("inquiry-three@example.org",), "Gern.")
    assert world.rows(schema.inquiry, id=thread.id)[0].state == "answered"
    reply = message(sender="inquiry-three@example.org", to=INQUIRIES, subject=sent.message["Subject"], body="Danke.")
    world.shop.post.send(reply)
    assert [m.direction for m in world.rows(schema.inquiry_message, inquiry_id=thread.id)] == ["in", "out", "in"]
    assert world.rows(schema.inquiry, id=thread.id)[0].state == "open"


@pytest.mark.parametrize(
    ("kept_for", "reference", "status"),
    [("", "", 303), ("contract", "M2025-000001", 303), ("contract", "", 422), ("forever", "x", 422)],
)
def test_closed_inquiry_is_kept_only_for_a_duty_with_reference(world, kept_for, reference, status):
    with Visitor(world) as visitor:
        write(visitor, f"close-{kept_for}-{status}")
    (thread,) = world.rows(schema.inquiry, sender_email=f"close-{kept_for}-{status}@example.org")
    page = f"/intern/anfragen/{thread.id}"
    with world.staff("support") as support:
        values = {"kept_for": kept_for, "reference": reference}
        assert support.submit(f"{page}/schliessen", values, page=page).status_code == status
    closed = world.rows(schema.inquiry, id=thread.id)[0]
    assert (closed.closed_at is not None) == (status == 303)
