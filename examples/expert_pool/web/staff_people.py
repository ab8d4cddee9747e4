"""Staff look for people, follow up, invite, share a profile, and place a legal hold."""

from datetime import date, datetime

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import and_, func, insert, or_, select

from expert_pool import schema
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
    word, day = request.form.get("word", "").strip().lower(), _day(request.form.get("day", ""))
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


@room.get("/personen/<int:number>")
@needs("people")
def one(number: int, refused: str = "") -> str:
    """A profile; that somebody looked is noted."""
    with the_pool().engine.begin() as connection:
        account = connection.execute(select(schema.person).where(schema.person.c.id == number, _in_use())).first() or abort(404)
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
    subject, body = request.form.get("subject", "").strip(), request.form.get("body", "").strip()
    if subject and body:
        with the_pool().engine.begin() as connection:
            messaging.to_person(the_pool(), connection, colleague().id, number, subject[:160], body[:4000])
        the_pool().post.deliver()
    return redirect(url_for("people.one", number=number), 303)


@room.post("/personen/<int:number>/wiedervorlage")
@needs("follow-ups")
def remember(number: int) -> Response:
    """A date to come back to somebody."""
    due = _day(request.form.get("due_on", ""))
    if due is None:
        abort(422)
    with the_pool().engine.begin() as connection:
        purpose, words = request.form.get("purpose", "")[:40] or "Rückfrage", request.form.get("note", "")[:400]
        calendar.remember(connection, number, colleague().id, due, purpose, words)
    return redirect(url_for("people.follow_ups"), 303)


@room.post("/personen/<int:number>/termin")
@needs("follow-ups")
def appoint(number: int) -> Response:
    """An invitation that calendars understand."""
    try:
        start = datetime.fromisoformat(request.form.get("starts_at", ""))
        end = datetime.fromisoformat(request.form.get("ends_at", ""))
    except ValueError:
        abort(422)
    with the_pool().engine.begin() as connection:
        subject, place = request.form.get("subject", "")[:160] or "Gespräch", request.form.get("place", "")[:160]
        calendar.appoint(the_pool(), connection, number, colleague().id, subject, place, start, end)
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
    chosen, to, job = request.form.getlist("field"), request.form.get("stakeholder", ""), request.form.get("vacancy", "")
    if not to.isdigit() or not chosen:
        abort(422)
    try:
        sharing.offer(
            the_pool(),
            number,
            int(to),
            colleague().id,
            fields=chosen,
            vacancy_id=int(job) if job.isdigit() else None,
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
    values = {name: request.form.get(name, "").strip()[:120] for name in ("reference", "authority", "scope")}
    review = _day(request.form.get("review_on", ""))
    if not all(values.values()) or review is None or review <= date.today():
        abort(422)
    row = {
        **values,
        "reference": values["reference"][:60],
        "person_id": number,
        "opened_on": utcnow().date(),
        "review_on": review,
    }
    with the_pool().engine.begin() as connection:
        connection.execute(insert(schema.legal_hold).values(row))
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


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
