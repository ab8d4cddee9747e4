"""Staff look for people, follow up, invite, share a profile, and place a legal hold."""

from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from expert_pool import schema
from expert_pool.web import sent
from expert_pool.web.desk import colleague, needs, rights, the_pool
from expert_pool.work import calendar, consents, documents, messaging, profiles, sharing, telling
from expert_pool.work.history import note
from plate_shop.database import utcnow

room = Blueprint("people", __name__, url_prefix="/intern")


@room.get("/personen")
@needs("people")
def search() -> str:
    """An empty search."""
    return render_template("staff/people.html", found=None)


@room.post("/personen")
@needs("people")
def find() -> str:
    """By a part of the name, a competence, the exact address, or a day on which somebody is available; never through the address bar."""
    word, day = sent.line("word", 190).lower(), sent.day("day")
    table, person = schema.profile, schema.person
    named = func.lower(table.c.given_name + " " + table.c.family_name).contains(word, autoescape=True)
    skilled = select(schema.competence.c.id).where(
        schema.competence.c.person_id == person.c.id, func.lower(schema.competence.c.area).contains(word, autoescape=True)
    )
    wanted = select(table, person.c.state).join(person, person.c.id == table.c.person_id)
    wanted = wanted.where(_in_use(), or_(named, person.c.email == word, skilled.exists())).order_by(table.c.family_name)
    wanted = wanted.where(_available(day)) if day else wanted
    with the_pool().engine.connect() as connection:
        found = list(connection.execute(wanted.limit(50))) if word or day else []
    return render_template("staff/people.html", found=found)


def _available(day: date) -> object:
    """Whose calendar says so for a day, and does not say the contrary."""
    table = schema.availability
    said = select(table.c.id).where(table.c.person_id == schema.person.c.id, table.c.from_on <= day, table.c.until_on >= day)
    return and_(said.where(table.c.kind == "available").exists(), ~said.where(table.c.kind == "absent").exists())


def _in_use() -> object:
    """People whose consent stands; those who are held for a court are for the legal role alone."""
    usable = schema.person.c.storage_class.in_(("other", "kept"))
    held = schema.person.c.storage_class == "leaving"
    return or_(usable, held) if "holds" in rights() else usable


def _found(connection: Connection, number: int) -> Row:
    """Somebody whom this role may see: nobody writes to others, or about them."""
    return connection.execute(select(schema.person).where(schema.person.c.id == number, _in_use())).first() or abort(404)


@room.get("/personen/<int:number>")
@needs("people")
def one(number: int, refused: str = "") -> str:
    """A profile; that somebody looked is noted."""
    with the_pool().engine.begin() as connection:
        account = _found(connection, number)
        note(connection, "profile-viewed", person_id=number, staff_id=colleague().id, actor="staff")
        found = {
            "profile": profiles.of(connection, number),
            "lists": {name: profiles.listed(connection, number, table) for name, table in _LISTS.items()},
            "documents": documents.mine(connection, number),
            "bodies": list(connection.execute(select(schema.stakeholder))),
            "vacancies": list(connection.execute(select(schema.vacancy).where(schema.vacancy.c.employment.is_(False)))),
            "shares": sharing.of_person(connection, number),
            "holds": profiles.listed(connection, number, schema.legal_hold),
            "calendar": profiles.listed(connection, number, schema.availability),
            "appointments": calendar.of_person(connection, number),
        }
    return render_template("staff/person.html", account=account, profile_fields=telling.PROFILE_FIELDS, refused=refused, **found)


_LISTS = {"Kompetenzen": schema.competence, "Sprachen": schema.language_skill, "Erfahrungen": schema.experience}


@room.post("/personen/<int:number>/nachricht")
@needs("people")
def write(number: int) -> Response:
    """A message about the person's own matter."""
    subject, body = sent.line("subject", 160), sent.text("body")
    if not subject or not body:
        abort(422)
    with the_pool().engine.begin() as connection:
        messaging.to_person(the_pool(), connection, colleague().id, _found(connection, number).id, subject, body)
    the_pool().post.deliver()
    return redirect(url_for("people.one", number=number), 303)


@room.post("/personen/<int:number>/wiedervorlage")
@needs("follow-ups")
def remember(number: int) -> Response:
    """A date to come back to somebody."""
    due = sent.day("due_on") or abort(422)
    purpose, words = sent.line("purpose", 40) or "Rückfrage", sent.line("note", 400)
    with the_pool().engine.begin() as connection:
        calendar.remember(connection, _found(connection, number).id, colleague().id, due, purpose, words)
    return redirect(url_for("people.follow_ups"), 303)


@room.post("/personen/<int:number>/termin")
@needs("follow-ups")
def appoint(number: int) -> Response:
    """An invitation that calendars understand."""
    start, end = sent.moment("starts_at"), sent.moment("ends_at")
    subject, place = sent.line("subject", 160) or "Gespräch", sent.line("place", 160)
    if end <= start:
        abort(422)
    with the_pool().engine.begin() as connection:
        calendar.appoint(the_pool(), connection, _found(connection, number).id, colleague().id, subject, place, start, end)
    the_pool().post.deliver()
    return redirect(url_for("people.one", number=number), 303)


@room.post("/termine/<int:number>/absagen")
@needs("follow-ups")
def cancel(number: int) -> Response:
    """Takes an appointment back."""
    with the_pool().engine.begin() as connection:
        whose = calendar.cancel(the_pool(), connection, number) or abort(404)
    the_pool().post.deliver()
    return redirect(url_for("people.one", number=whose), 303)


@room.post("/personen/<int:number>/freigabe")
@needs("share")
def share(number: int) -> object:
    """Shows the profile to a stakeholder, if the person agreed to just that."""
    chosen, to = set(request.form.getlist("field")), sent.number("stakeholder")
    if to is None or not chosen or chosen - set(telling.PROFILE_FIELDS):
        abort(422)
    with the_pool().engine.connect() as connection:
        _found(connection, number)
    try:
        sharing.offer(
            the_pool(),
            number,
            to,
            colleague().id,
            fields=chosen,
            vacancy_id=sent.number("vacancy"),
            document_ids=request.form.getlist("document"),
        )
    except consents.NoConsent:
        return one(number, refused="Die Person hat der Freigabe an diese Stelle nicht zugestimmt."), 409
    except telling.NoBasis:
        return one(number, refused="Für dieses Land ist keine Grundlage der Übermittlung verzeichnet."), 409
    except sharing.OnlyWithoutEmployment:
        return one(number, refused="Dokumente werden nur für Einsätze ohne Arbeitsverhältnis geteilt."), 409
    the_pool().post.deliver()
    return redirect(url_for("people.one", number=number), 303)


@room.post("/personen/<int:number>/aufbewahrung")
@needs("holds")
def hold(number: int) -> Response:
    """Keeps the data for a court or an authority: with a reference, a scope and a day of review."""
    values = {name: sent.line(name, longest) for name, longest in (("reference", 60), ("authority", 120), ("scope", 240))}
    review = sent.day("review_on")
    if not all(values.values()) or review is None or review <= date.today():
        abort(422)
    row = {**values, "person_id": number, "opened_on": utcnow().date(), "review_on": review}
    with the_pool().engine.begin() as connection:
        _found(connection, number)
        connection.execute(insert(schema.legal_hold).values(row))
    return redirect(url_for("people.one", number=number), 303)


@room.post("/personen/<int:number>/aufbewahrung/<int:held>")
@needs("holds")
def review(number: int, held: int) -> Response:
    """Another day of review, or the end of the proceedings: what was kept for them alone goes by the rules then."""
    ended, day = sent.line("end") == "yes", sent.day("review_on")
    if not ended and (day is None or day <= date.today()):
        abort(422)
    table = schema.legal_hold
    pending = (table.c.id == held, table.c.person_id == number, table.c.closed_on.is_(None))
    values = {"closed_on": utcnow().date()} if ended else {"review_on": day}
    with the_pool().engine.begin() as connection:
        _found(connection, number)
        if not connection.execute(update(table).where(*pending).values(values)).rowcount:
            abort(404)
    return redirect(url_for("people.one", number=number), 303)


@room.get("/wiedervorlagen")
@needs("follow-ups")
def follow_ups() -> str:
    """What is due."""
    with the_pool().engine.connect() as connection:
        found = calendar.due(connection)
    return render_template("staff/follow_ups.html", found=found)


@room.get("/wiedervorlagen.ics")
@needs("follow-ups")
def tasks() -> Response:
    """The same for a calendar, without saying about whom."""
    with the_pool().engine.connect() as connection:
        text = calendar.tasks(the_pool(), calendar.due(connection))
    return Response(text, mimetype="text/calendar")


@room.post("/wiedervorlagen/<int:number>")
@needs("follow-ups")
def settle(number: int) -> Response:
    """Settled."""
    with the_pool().engine.begin() as connection:
        calendar.done(connection, number)
    return redirect(url_for("people.follow_ups"), 303)
