"""Coming in: registration, confirmation, login, a new password, and the way for those under 16."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from citizen_platform.community import accounts, guardians
from citizen_platform.community.tokens import NoSuchTokenError
from citizen_platform.forms import CONSENT_TEXT, FORGOTTEN, GUARDIAN, LOGIN, NEW_PASSWORD, REGISTER, Answers
from citizen_platform.mails import MailError
from citizen_platform.passwords import WeakPasswordError
from citizen_platform.web.desk import me, the_platform, the_sessions
from citizen_platform.web.languages import language, translate

room = Blueprint("entrance", __name__)
_door = accounts.Doorkeeper()
WEAK = "Dieses Passwort wäre leicht zu erraten. Bitte wählen Sie ein anderes."
TAKEN = "Diesen Namen gibt es schon. Bitte wählen Sie einen anderen."


@room.get("/registrieren")
def register() -> str:
    """The form: three entries, an age, a consent."""
    return _register(REGISTER.blank())


@room.get("/registrieren/<guardian>")
def register_young(guardian: str) -> str:
    """The same, when a parent has agreed."""
    return _register(REGISTER.blank(), guardian)


@room.post("/registrieren")
def do_register() -> object:
    """Registers; whether the address is known stays a secret."""
    return _try_to_register(None)


@room.post("/registrieren/<guardian>")
def do_register_young(guardian: str) -> object:
    """Registers somebody whose parent has agreed."""
    return _try_to_register(guardian)


def _try_to_register(guardian: str | None) -> object:
    answers = REGISTER.read({"age": "16"} | request.form.to_dict() if guardian else request.form)
    if answers.values["age"] == "under" and not guardian:
        return redirect(url_for("entrance.ask_guardian"), 303)
    if answers.good:
        try:
            text, agreed = translate(CONSENT_TEXT), _agreed(guardian)
            accounts.register(the_platform(), answers.values, text=text, language=language(), guardian_id=agreed)
            return redirect(url_for("entrance.look_into_mail"), 303)
        except WeakPasswordError:
            answers.faults["password"] = WEAK
        except accounts.NameTakenError:
            answers.faults["username"] = TAKEN
        except MailError:
            abort(503)
    return _register(answers, guardian), 422


def _agreed(guardian: str | None) -> int | None:
    if guardian is None:
        return None
    with the_platform().engine.connect() as connection:
        found = accounts.guardian_of(connection, guardian)
    return found.id if found else abort(404)


def _register(answers: Answers, guardian: str | None = None) -> str:
    _agreed(guardian)
    answers.values["password"] = ""
    return render_template("register.html", answers=answers, guardian=guardian)


@room.get("/eltern")
def ask_guardian() -> str:
    """Where somebody under 16 names a parent."""
    return render_template("guardian_ask.html", answers=GUARDIAN.blank(), sent=False)


@room.post("/eltern")
def do_ask_guardian() -> object:
    """Writes to the parent."""
    answers = GUARDIAN.read(request.form)
    if not answers.good:
        return render_template("guardian_ask.html", answers=answers, sent=False), 422
    try:
        guardians.ask(the_platform(), answers.values["email"], language())
    except MailError:
        abort(503)
    return render_template("guardian_ask.html", answers=GUARDIAN.blank(), sent=True)


@room.get("/eltern/<token>")
def guardian(token: str) -> str:
    """For the parent: what it is about."""
    return render_template("guardian.html", token=token)


@room.post("/eltern/<token>")
def guardian_agrees(token: str) -> Response:
    """The parent agrees; the child goes on."""
    if not guardians.agree(the_platform(), token):
        abort(404)
    return redirect(url_for("entrance.register_young", guardian=token), 303)


@room.get("/post")
def look_into_mail() -> str:
    """What comes next is in the mail."""
    return render_template("look_into_mail.html")


@room.get("/bestaetigen/<token>")
def confirmation(token: str) -> str:
    """A button, so that no program that only follows links confirms anything."""
    return render_template("confirm.html", token=token, done=False)


@room.post("/bestaetigen/<token>")
def confirm(token: str) -> str:
    """Confirms an account or a new address."""
    try:
        accounts.confirm(the_platform(), token)
    except NoSuchTokenError:
        abort(404)
    return render_template("confirm.html", token=token, done=True)


@room.get("/anmelden")
def login() -> object:
    """The login form."""
    return redirect(url_for("account.home")) if me() else render_template("login.html", answers=LOGIN.blank(), refused=False)


@room.post("/anmelden")
def enter() -> object:
    """Logs in, under a new token."""
    answers = LOGIN.read(request.form)
    member = _door.admit(the_platform(), answers.values["name"], answers.values["password"]) if answers.good else None
    if member is None:
        answers.values["password"] = ""
        return render_template("login.html", answers=answers, refused=True), 403
    the_sessions().begin(member.id)
    return redirect(url_for("account.home"), 303)


@room.post("/abmelden")
def leave() -> Response:
    """Logs out."""
    the_sessions().end()
    return redirect(url_for("pages.home"), 303)


@room.get("/passwort")
def forgotten() -> str:
    """Asks for the address."""
    return render_template("forgotten.html", answers=FORGOTTEN.blank())


@room.post("/passwort")
def do_forgotten() -> object:
    """Mails a link, if there is such an account; the answer is the same if there is none."""
    answers = FORGOTTEN.read(request.form)
    if not answers.good:
        return render_template("forgotten.html", answers=answers), 422
    try:
        accounts.ask_for_reset(the_platform(), answers.values["email"])
    except MailError:
        abort(503)
    return redirect(url_for("entrance.look_into_mail"), 303)


@room.get("/passwort/<token>")
def new_password(token: str) -> str:
    """Asks for the new password."""
    return render_template("new_password.html", answers=NEW_PASSWORD.blank(), token=token)


@room.post("/passwort/<token>")
def do_new_password(token: str) -> object:
    """Sets it; the link is used up and every session ends."""
    answers = NEW_PASSWORD.read(request.form)
    if answers.good:
        try:
            accounts.reset(the_platform(), token, answers.values["password"])
            return redirect(url_for("entrance.login"), 303)
        except NoSuchTokenError:
            abort(404)
        except WeakPasswordError:
            answers.faults["password"] = WEAK
    answers.values["password"] = ""
    return render_template("new_password.html", answers=answers, token=token), 422
