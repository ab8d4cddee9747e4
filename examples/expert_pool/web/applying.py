"""Applying for a vacancy, a training or a field; following an application, and taking it back."""

from contextlib import suppress

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from expert_pool.schema import competence_field
from expert_pool.web import sent
from expert_pool.web.desk import language, me, personal, the_pool
from expert_pool.web.public import is_member
from expert_pool.work import applying, approvals, colleagues, consents, documents, offers, telling, training

room = Blueprint("applying", __name__, url_prefix="/ich")
KINDS = {"stelle": "vacancy", "training": "training", "feld": "field"}


@room.get("/felder")
@personal
def fields() -> str:
    """The competence fields, and how one stands to each."""
    with the_pool().engine.connect() as connection:
        found = colleagues.fields(connection, me().id)
    return render_template("person/fields.html", fields=found)


@room.get("/bewerben/<any(stelle, training, feld):word>/<int:number>")
@personal
def form(word: str, number: int) -> str:
    """What is applied for, with which words and documents; a partner's training says who receives what."""
    with the_pool().engine.connect() as connection:
        target = _target(connection, KINDS[word], number)
        found = documents.mine(connection, me().id)
        holder = training.holder_of(connection, number) if word == "training" else None
    return render_template("person/apply.html", word=word, target=target, documents=found, holder=holder)


def _target(connection: object, kind: str, number: int) -> object:
    if kind == "field":
        return connection.execute(select(competence_field).where(competence_field.c.id == number)).first() or abort(404)
    found = offers.visible(connection, kind, None, member=is_member(), number=number)
    return found[0] if found else abort(404)


@room.post("/bewerben/<any(stelle, training, feld):word>/<int:number>")
@personal
def apply(word: str, number: int) -> object:
    """Sends the application. To a partner goes what is needed, with the consent that was given right here."""
    letter, pool = sent.text("letter"), the_pool()
    with pool.engine.begin() as connection:
        _target(connection, KINDS[word], number)
        try:
            done = applying.apply(connection, me().id, KINDS[word], number, letter, request.form.getlist("document"))
        except approvals.OutOfTurn:
            return redirect(url_for("applying.fields"), 303)
        except applying.AlreadyOpen as open_one:
            return redirect(url_for("applying.application", number=open_one.number), 303)
        if request.form.get("partner") and consents.valid(connection, me().id, "partner") is None:
            consents.give(pool, connection, me().id, "partner", language())
    if word == "training" and request.form.get("partner"):
        with suppress(telling.NotReached):  # the ledger has it; staff try again
            training.register_with_partner(pool, me().id, number)
    return redirect(url_for("applying.application", number=done), 303)


@room.get("/bewerbungen")
@personal
def listing() -> str:
    """All of one's applications."""
    with the_pool().engine.connect() as connection:
        found = applying.of_person(connection, me().id)
    return render_template("person/applications.html", applications=found)


@room.get("/bewerbungen/<int:number>")
@personal
def application(number: int) -> str:
    """One of them with its whole history."""
    with the_pool().engine.connect() as connection:
        found = [one for one in applying.of_person(connection, me().id) if one.id == number]
        events = applying.history(connection, number)
    return render_template("person/application.html", one=found[0] if found else abort(404), events=events)


@room.post("/bewerbungen/<int:number>/zurueck")
@personal
def withdraw(number: int) -> Response:
    """Takes it back."""
    with the_pool().engine.begin() as connection:
        try:
            applying.withdraw(connection, me().id, number)
        except applying.NoSuchStep:
            abort(409)
    return redirect(url_for("applying.application", number=number), 303)


@room.post("/trainings/<int:number>/gespraech")
@personal
def talk(number: int) -> Response:
    """A word among participants."""
    text, answers = sent.text("text", 2000), sent.number("answers")
    with the_pool().engine.begin() as connection:
        try:
            if text:
                training.talk(connection, me().id, number, text, answers)
        except training.NotTakingPart:
            abort(403)
        except training.NoSuchComment:
            abort(422)
    return redirect(url_for("public.offer", word="trainings", number=number), 303)
