"""Staff publish, invite, write to many, and read figures."""

from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from expert_pool import schema
from expert_pool.web.desk import colleague, needs, the_pool
from expert_pool.work import alerts, consents, messaging, offers, reporting, training
from plate_shop.database import utcnow

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
        offers.publish(connection, kind, _values(kind), request.form.getlist("channel") or ["site"])
    alerts.send(the_pool())
    the_pool().post.deliver()
    return redirect(url_for("work.offers_page"), 303)


def _values(kind: str) -> dict:
    form = request.form
    try:
        common = {
            "organisation_id": int(form["organisation"]),
            **{name: form[name].strip()[:4000] for name in ("title_de", "title_en", "text_de", "text_en")},
            "members_only": "members_only" in form,
        }
        if kind == "vacancy":
            own = {"field_id": int(form["field"]), "country": form["country"][:40], "employment": "employment" in form}
            return common | own | {"closes_on": date.fromisoformat(form["closes_on"])}
        days = {name: date.fromisoformat(form[name]) for name in ("starts_on", "ends_on")}
        return common | days | {"places": int(form.get("places") or 12), "fee_cents": int(form.get("fee_cents") or 0)}
    except (KeyError, ValueError):
        abort(422)


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
    for word in request.form.getlist("person"):
        try:
            with the_pool().engine.begin() as connection:
                training.invite(the_pool(), connection, number, int(word))
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
    table = schema.message
    with the_pool().engine.connect() as connection:
        wanted = select(table).where(table.c.audience == "team").order_by(table.c.id.desc()).limit(50)
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
    subject, body, to = (request.form.get(name, "").strip() for name in ("subject", "body", "to"))
    if not subject or not body:
        abort(422)
    pool = the_pool()
    with pool.engine.begin() as connection:
        if to == "contacts":
            chosen = [int(one) for one in request.form.getlist("contact")]
            messaging.to_contacts(pool, connection, colleague().id, chosen, subject[:160], body[:4000])
        else:
            field = int(to) if to.isdigit() else None
            messaging.to_members(pool, connection, colleague().id, subject[:160], body[:4000], field)
    pool.post.deliver()
    return redirect(url_for("work.messages"), 303)


@room.post("/kontakte")
@needs("contacts")
def add_contact() -> Response:
    """Somebody who is no member: with basis and source, or not at all."""
    values = {name: request.form.get(name, "").strip()[:120] for name in ("name", "email", "basis", "source")}
    if not all(values.values()) or values["basis"] not in ("consent", "inquiry", "interest") or "@" not in values["email"]:
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
