"""Registering, confirming, logging in and out."""

from hmac import compare_digest

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for

from expert_pool.forms import LOGIN, REGISTER
from expert_pool.mails import compose
from expert_pool.pool import Pool
from expert_pool.web import cookies
from expert_pool.web.desk import language, me, t, the_pool, the_sessions
from expert_pool.work import access, accounts
from expert_pool.work.history import note

room = Blueprint("account", __name__)


@room.get("/registrieren")
def form() -> str:
    """The form; what may be chosen is unticked."""
    return render_template("register.html", form=REGISTER, answers=REGISTER.blank())


@room.post("/registrieren")
def register() -> object:
    """An account that waits for its confirmation. Whether an address is known is told to nobody but its owner."""
    answers = REGISTER.read(request.form)
    if not answers.good:
        return render_template("register.html", form=REGISTER, answers=answers), 422
    pool = the_pool()
    try:
        number = accounts.register(pool, answers.values, language(), origin=cookies.origin())
        body = (
            f"{t('Bitte bestätigen Sie Ihre Registrierung', 'Please confirm your registration')}:\n{_confirmation(pool, number)}"
        )
        _send(pool, answers.values["email"], t("Registrierung", "Registration"), body, number)
    except accounts.AddressTaken:
        body = t("Zu dieser Adresse gibt es schon ein Profil.", "There is a profile with this address already.")
        with pool.engine.connect() as connection:
            owner = accounts.owner(connection, answers.values["email"])  # so that the mail goes when they go
        _send(pool, answers.values["email"], t("Registrierung", "Registration"), body, owner)
    return render_template("registered.html")


def _confirmation(pool: Pool, number: int) -> str:
    return pool.link(f"/bestaetigen/{number}-{pool.digest(f'confirm {number}')}")


def _send(pool: Pool, to: str, subject: str, body: str, number: int | None) -> None:
    with pool.engine.begin() as connection:
        pool.post.queue(connection, compose(to, subject, body), "registration", number)
    pool.post.deliver()


@room.get("/bestaetigen/<token>")
def confirming(token: str) -> str:
    """Asks once, so that a program that only follows links confirms nothing."""
    return render_template("confirm.html", done=False)


@room.post("/bestaetigen/<token>")
def confirm(token: str) -> str:
    """The account lives."""
    number, _, code = token.partition("-")
    pool = the_pool()
    if not number.isdecimal() or len(number) > 10 or not compare_digest(code.encode(), pool.digest(f"confirm {number}").encode()):
        abort(404)
    with pool.engine.begin() as connection:
        accounts.confirm(connection, int(number))
    return render_template("confirm.html", done=True)


@room.get("/adresse/<token>")
def naming(token: str) -> str:
    """Asks once, as with a registration."""
    return render_template("address.html", done=None)


@room.post("/adresse/<token>")
def name(token: str) -> object:
    """The new address is in use, and every other session ends."""
    whose = access.move(the_pool(), token)
    if whose is None:
        return render_template("address.html", done=False), 404
    the_sessions().end_others(whose)
    the_pool().post.deliver()
    return render_template("address.html", done=True)


@room.get("/anmelden")
def login() -> object:
    """The login form."""
    return (
        redirect(url_for("person.home"))
        if me()
        else render_template("login.html", form=LOGIN, answers=LOGIN.blank(), refused=False)
    )


@room.post("/anmelden")
def enter() -> object:
    """Logs in under new tokens; that is an activity."""
    door = current_app.extensions["expert_pool"].door
    with the_pool().engine.begin() as connection:
        one = door.admit(connection, request.form.get("email", ""), request.form.get("password", ""))
        if one is not None:
            accounts.active(connection, one.id)
            note(connection, "logged-in", person_id=one.id)
    if one is None:
        answers = LOGIN.blank({"email": request.form.get("email", "")[:190]})
        return render_template("login.html", form=LOGIN, answers=answers, refused=True), 403
    the_sessions().begin(person_id=one.id)
    return redirect(url_for("person.home"), 303)


@room.post("/abmelden")
def leave() -> Response:
    """Logs out: the session and its three cookies end."""
    the_sessions().end()
    return redirect(url_for("public.home"), 303)
