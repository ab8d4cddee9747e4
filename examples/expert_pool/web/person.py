"""A person's own pages: the profile and its lists, messages, consents, access, and the complete deletion."""

from datetime import date

from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select

from expert_pool import forms, schema
from expert_pool.forms import ACCESS, MESSAGE, PROFILE, Form
from expert_pool.web import sent
from expert_pool.web.desk import language, me, personal, the_pool, the_sessions
from expert_pool.work import (
    alerts,
    calendar,
    colleagues,
    consents,
    deleting,
    messaging,
    own_data,
    profiles,
    sharing,
    telling,
    training,
)
from expert_pool.work.access import change as change_access

room = Blueprint("person", __name__, url_prefix="/ich")

#: the lists of a profile: path → (title, table, form)
SECTIONS: dict[str, tuple[forms.Words, object, Form]] = {
    "kompetenzen": (("Kompetenzen", "Competences"), schema.competence, forms.COMPETENCE),
    "sprachen": (("Sprachen", "Languages"), schema.language_skill, forms.LANGUAGE),
    "erfahrungen": (("Erfahrungen", "Experience"), schema.experience, forms.EXPERIENCE),
    "referenzen": (("Referenzen", "Referees"), schema.referee, forms.REFEREE),
    "verfuegbarkeit": (("Verfügbarkeit", "Availability"), schema.availability, forms.AVAILABILITY),
}


@room.get("/")
@personal
def home() -> str:
    """How things stand."""
    with the_pool().engine.connect() as connection:
        found = {
            "profile": profiles.of(connection, me().id),
            "inbox": messaging.inbox(connection, me().id)[:3],
            "appointments": calendar.of_person(connection, me().id),
            "fields": [one for one in colleagues.fields(connection, me().id) if one.state],
        }
    return render_template("person/home.html", sections=SECTIONS, **found)


@room.get("/profil")
@personal
def profile() -> str:
    """The profile as it is."""
    with the_pool().engine.connect() as connection:
        known = dict(profiles.of(connection, me().id)._mapping)
    return render_template("person/profile.html", form=PROFILE, answers=PROFILE.blank(known), saved="gespeichert" in request.args)


@room.post("/profil")
@personal
def save() -> object:
    """Changes it: at any time, every field."""
    answers = PROFILE.read(request.form)
    year = answers.values["birth_year"]
    if year and int(year) > date.today().year - 18:
        answers.faults["birth_year"] = PROFILE.fields[4].hint
    if not answers.good:
        return render_template("person/profile.html", form=PROFILE, answers=answers, saved=False), 422
    profiles.save(the_pool(), me().id, answers.values)
    return redirect(url_for("person.profile", gespeichert=1), 303)


@room.get("/<any({names}):name>".format(names=", ".join(SECTIONS)))
@personal
def section(name: str) -> str:
    """One list of the profile."""
    return _section(name, SECTIONS[name][2].blank())


@room.post("/<any({names}):name>".format(names=", ".join(SECTIONS)))
@personal
def add(name: str) -> object:
    """One more entry."""
    _, table, form = SECTIONS[name]
    answers = form.read(request.form)
    if not answers.good:
        return _section(name, answers), 422
    profiles.add(the_pool(), me().id, table, answers.values)
    return redirect(url_for("person.section", name=name), 303)


@room.post("/<any({names}):name>/<int:number>".format(names=", ".join(SECTIONS)))
@personal
def remove(name: str, number: int) -> Response:
    """One entry less."""
    profiles.remove(the_pool(), me().id, SECTIONS[name][1], number)
    return redirect(url_for("person.section", name=name), 303)


def _section(name: str, answers: forms.Answers) -> str:
    title, table, form = SECTIONS[name]
    with the_pool().engine.connect() as connection:
        rows = [dict(row._mapping) for row in profiles.listed(connection, me().id, table)]
    return render_template("person/section.html", name=name, title=title, form=form, answers=answers, rows=rows)


@room.get("/alerts")
@personal
def alert_list() -> str:
    """The alerts that stand."""
    with the_pool().engine.connect() as connection:
        mine = (schema.alert.c.person_id == me().id, schema.alert.c.ended_at.is_(None))
        rows = list(connection.execute(select(schema.alert).where(*mine)))
        found = list(connection.execute(select(schema.competence_field)))
    return render_template("person/alerts.html", rows=rows, fields=found)


@room.post("/alerts")
@personal
def alert_change() -> Response:
    """A new alert, or the end of one."""
    kind, field, token = sent.line("kind"), sent.number("field"), sent.line("token")
    with the_pool().engine.begin() as connection:
        if token:
            alerts.end(connection, token)
        elif kind in ("job", "training") and request.form.get("consent"):
            alerts.subscribe(the_pool(), connection, me().id, kind, field, language())
    return redirect(url_for("person.alert_list"), 303)


@room.get("/nachrichten")
@personal
def messages() -> str:
    """What was received and written."""
    with the_pool().engine.begin() as connection:
        found = {"inbox": messaging.inbox(connection, me().id), "written": messaging.written(connection, me().id)}
        messaging.read(connection, me().id)
    return render_template("person/messages.html", form=MESSAGE, answers=MESSAGE.blank(), to=None, **found)


@room.post("/nachrichten")
@personal
def write() -> object:
    """A message to the team, or an answer to one that was received."""
    answers, number = MESSAGE.read(request.form), request.form.get("answers", "")
    if not answers.good:
        return redirect(url_for("person.messages"), 303)
    with the_pool().engine.begin() as connection:
        asked = [one for one in messaging.inbox(connection, me().id) if str(one.id) == number]
        messaging.from_person(connection, me().id, answers.values, asked[0] if asked else None)
    return redirect(url_for("person.messages"), 303)


@room.post("/felder/<int:field_id>/<int:colleague_id>")
@personal
def write_colleague(field_id: int, colleague_id: int) -> Response:
    """A message to somebody in the same field."""
    answers = MESSAGE.read(request.form)
    with the_pool().engine.begin() as connection:
        others = colleagues.of_field(connection, me().id, field_id) or []
        if not answers.good or colleague_id not in {one.person_id for one in others}:
            abort(403)
        messaging.to_colleague(connection, me().id, colleague_id, answers.values)
    return redirect(url_for("person.messages"), 303)


@room.get("/trainings")
@personal
def trainings() -> str:
    """Invitations, and what was completed."""
    with the_pool().engine.connect() as connection:
        found = {"invitations": profiles.invitations(connection, me().id), "seats": profiles.seats(connection, me().id)}
    return render_template("person/trainings.html", **found)


@room.post("/trainings/<int:number>")
@personal
def answer(number: int) -> Response:
    """Yes or no to an invitation."""
    with the_pool().engine.begin() as connection:
        training.answer(connection, me().id, number, request.form.get("answer", ""))
    return redirect(url_for("person.trainings"), 303)


@room.get("/einwilligungen")
@personal
def agreed() -> str:
    """Each purpose by itself, and who was shown the profile."""
    with the_pool().engine.connect() as connection:
        mine = {purpose: consents.valid(connection, me().id, purpose) for purpose in ("messages", "partner", "origin")}
        bodies = [one for one in connection.execute(select(schema.stakeholder)) if telling.has_basis(one)]
        shown_to = {one.id: consents.valid(connection, me().id, "sharing", one.id) for one in bodies}
        shares = sharing.of_person(connection, me().id)
    return render_template("person/consents.html", mine=mine, bodies=bodies, shown_to=shown_to, shares=shares)


@room.post("/einwilligungen")
@personal
def agree() -> Response:
    """Gives or withdraws one consent; a withdrawal works at once."""
    purpose, to = sent.line("purpose"), sent.number("stakeholder")
    if purpose not in ("messages", "partner", "origin", "sharing") or (purpose == "sharing") != (to is not None):
        abort(422)
    profiles.agree(the_pool(), me(), purpose, to, language(), give=request.form.get("give") == "yes")
    return redirect(url_for("person.agreed"), 303)


@room.get("/zugang")
@personal
def access() -> str:
    """The login data."""
    return render_template("person/access.html", form=ACCESS, answers=ACCESS.blank(), refused=False)


@room.post("/zugang")
@personal
def change() -> object:
    """Another password, or a new address that is asked first; every other session ends."""
    answers = ACCESS.read(request.form)
    values = {**answers.values, "now_password": request.form.get("now_password", "")}
    if not answers.good or not change_access(the_pool(), me().id, **values):
        return render_template("person/access.html", form=ACCESS, answers=answers, refused=answers.good), 422
    the_sessions().end_others(me().id)
    the_pool().post.deliver()
    return redirect(url_for("person.access", **{"gesendet" if answers.values["email"] else "gespeichert": 1}), 303)


@room.get("/daten.json")
@personal
def download() -> Response:
    """Everything that the person put in, for them to take along."""
    with the_pool().engine.connect() as connection:
        return jsonify(own_data.of(connection, me().id))


@room.get("/loeschen")
@personal
def deletion() -> str:
    """What will be gone, and what remains."""
    return render_template("person/delete.html", held=False)


@room.post("/loeschen")
@personal
def delete() -> object:
    """Complete, at once, and without anybody's approval."""
    if request.form.get("sure") != "yes":
        return render_template("person/delete.html", held=False), 422
    number = me().id
    try:
        deleting.delete_person(the_pool(), number)
    except deleting.Held:
        the_sessions().end()
        return render_template("person/delete.html", held=True), 409
    the_sessions().end()
    g.me = None
    return render_template("person/deleted.html")
