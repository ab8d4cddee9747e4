"""Staff publish, invite, write to many, and read figures."""

import re

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from expert_pool import schema
from expert_pool.web import sent
from expert_pool.web.desk import colleague, needs, the_pool
from expert_pool.work import alerts, consents, messaging, offers, reporting, training
from plate_shop.database import utcnow
from plate_shop.forms.registry import EMAIL

room = Blueprint("work", __name__, url_prefix="/intern")


@room.get("/angebote")
@needs("offers")
def offers_page() -> str:
    """Vacancies and trainings, and the form for a new one."""
    with the_pool().engine.connect() as connection:
        found = {kind: offers.newest(connection, kind, 50) for kind in offers.POSTINGS}
        organisations = list(connection.execute(select(schema.organisation)))
        fields = list(connection.execute(select(schema.competence_field)))
    channels = schema.offers.CHANNELS
    return render_template("staff/offers.html", found=found, organisations=organisations, fields=fields, channels=channels)


@room.post("/angebote/<any(vacancy, training):kind>")
@needs("offers")
def publish(kind: str) -> Response:
    """A new offer in its channels; who asked to be told is told."""
    with the_pool().engine.begin() as connection:
        offers.publish(connection, kind, _values(kind), _channels())
    alerts.send(the_pool())
    the_pool().post.deliver()
    return redirect(url_for("work.offers_page"), 303)


def _channels() -> list[str]:
    chosen = request.form.getlist("channel") or ["site"]
    return abort(422) if set(chosen) - set(schema.offers.CHANNELS) else chosen


def _values(kind: str) -> dict:
    """What is offered: everything that it is shown with, and days that are still to come, in their order."""
    given = {
        "organisation_id": sent.number("organisation"),
        **{name: sent.line(name, 160) for name in ("title_de", "title_en")},
        **{name: sent.text(name) for name in ("text_de", "text_en")},
    }
    if kind == "vacancy":
        given |= {"field_id": sent.number("field"), "country": sent.line("country", 40)}
        given["closes_on"] = last = sent.day("closes_on")
    else:
        given |= {"starts_on": sent.day("starts_on"), "ends_on": sent.day("ends_on")}
        given |= {"places": sent.number("places") or 12}
        last = given["starts_on"]
    if not all(given.values()) or last < utcnow().date() or given.get("ends_on", last) < last:
        abort(422)
    more = {"employment": "employment" in request.form} if kind == "vacancy" else {"fee_cents": sent.number("fee_cents") or 0}
    return given | more | {"members_only": "members_only" in request.form}


@room.get("/trainings/<int:number>")
@needs("trainings")
def participants(number: int, refused: int = 0) -> str:
    """Who has a seat, and whom to invite: members by number, with name only."""
    with the_pool().engine.connect() as connection:
        one = connection.execute(select(schema.training).where(schema.training.c.id == number)).first() or abort(404)
        seats = training.participants(connection, number)
        joined = schema.profile.join(schema.person, schema.person.c.id == schema.profile.c.person_id)
        wanted = select(schema.profile.c.person_id, schema.profile.c.given_name, schema.profile.c.family_name).select_from(joined)
        members = list(connection.execute(wanted.where(schema.person.c.state == "member").limit(300)))
    return render_template("staff/training.html", one=one, seats=seats, members=members, refused=refused)


@room.post("/trainings/<int:number>/einladen")
@needs("trainings")
def invite(number: int) -> object:
    """Invites each by a mail of their own; who does not want messages is left out."""
    refused = 0
    for whom in sent.numbers("person"):
        try:
            with the_pool().engine.begin() as connection:
                training.invite(the_pool(), connection, number, whom)
        except consents.NoConsent:
            refused += 1
    the_pool().post.deliver()
    return participants(number, refused) if refused else redirect(url_for("work.participants", number=number), 303)


@room.post("/trainings/<int:number>/teilnahme/<int:seat>")
@needs("trainings")
def attended(number: int, seat: int) -> Response:
    """Who was there, who completed it, and who gets a seat although the program put them on the waiting list."""
    state = request.form.get("state", "")
    if state not in ("registered", "attended", "completed", "absent"):
        abort(422)
    with the_pool().engine.begin() as connection:
        training.record(connection, seat, state, utcnow().date())
    return redirect(url_for("work.participants", number=number), 303)


@room.get("/nachrichten")
@needs("messages")
def messages() -> str:
    """What people wrote to the team, and the form to write to many."""
    table, profile = schema.message, schema.profile
    with the_pool().engine.connect() as connection:
        wanted = select(table, profile.c.given_name, profile.c.family_name)
        wanted = wanted.outerjoin(profile, profile.c.person_id == table.c.person_id).where(table.c.audience == "team")
        wanted = wanted.order_by(table.c.id.desc()).limit(50)
        found = {
            "received": list(connection.execute(wanted)),
            "fields": list(connection.execute(select(schema.competence_field))),
            "contacts": list(connection.execute(select(schema.contact).order_by(schema.contact.c.id.desc()).limit(100))),
        }
    return render_template("staff/messages.html", **found)


@room.post("/nachrichten")
@needs("messages")
def send() -> Response:
    """To the pool, to a field, or to chosen contacts."""
    subject, body, to = sent.line("subject", 160), sent.text("body"), sent.line("to")
    if not subject or not body:
        abort(422)
    pool = the_pool()
    with pool.engine.begin() as connection:
        if to == "contacts":
            messaging.to_contacts(pool, connection, colleague().id, sent.numbers("contact"), subject, body)
        else:
            messaging.to_members(pool, connection, colleague().id, subject, body, sent.number("to"))
    pool.post.deliver()
    return redirect(url_for("work.messages"), 303)


@room.post("/kontakte")
@needs("contacts")
def add_contact() -> Response:
    """Somebody who is no member: with basis and source, or not at all."""
    values = {name: sent.line(name, 190 if name == "email" else 120) for name in ("name", "email", "basis", "source")}
    known = values["basis"] in ("consent", "inquiry", "interest")
    if not all(values.values()) or not known or not re.fullmatch(EMAIL, values["email"]):
        abort(422)
    with the_pool().engine.begin() as connection:
        messaging.add_contact(connection, **values)
    return redirect(url_for("work.messages"), 303)


@room.get("/berichte")
@needs("reports")
def reports() -> str:
    """Figures, and nothing about a person."""
    with the_pool().engine.connect() as connection:
        found = {"figures": reporting.figures(connection), "standing": reporting.standing(connection)}
    return render_template("staff/reports.html", smallest=reporting.SMALLEST, **found)
