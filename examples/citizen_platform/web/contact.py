"""The contact form. It can send a mail and nothing else: no database, no session, no second try later."""

from email.headerregistry import Address
from email.message import EmailMessage

from flask import Blueprint, redirect, render_template, request, url_for

from citizen_platform.forms import CONTACT
from citizen_platform.mails import CONTACT as TO
from citizen_platform.mails import DOMAIN, MailError, Post, message


def room(post: Post) -> Blueprint:
    """The contact pages, given the post and nothing more."""
    pages = Blueprint("contact", __name__)

    @pages.get("/kontakt")
    def form() -> str:
        return render_template("contact.html", answers=CONTACT.blank(), failed=False)

    @pages.post("/kontakt")
    def send() -> object:
        answers = CONTACT.read(request.form)
        if not answers.good:
            return render_template("contact.html", answers=answers, failed=False), 422
        try:
            post.send(mail(answers.values))
        except MailError:
            return render_template("contact.html", answers=answers, failed=True), 503
        return redirect(url_for("contact.sent"), 303)

    @pages.get("/kontakt/danke")
    def sent() -> str:
        return render_template("contact_sent.html")

    return pages


def mail(values: dict[str, str]) -> EmailMessage:
    """The mail: the registered fields, and nothing about the browser that sent them."""
    return message(
        sender=f"formular@{DOMAIN}",
        to=TO,
        subject=values["subject"] or "Nachricht über das Kontaktformular",
        body=values["message"],
        reply_to=Address(values["sender_name"], addr_spec=values["email"]),
    )
