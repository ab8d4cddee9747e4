"""One's own account: see everything, change it, take it along, withdraw consents, leave."""

import json

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from citizen_platform import passwords
from citizen_platform.community import accounts, consents, own_data, profiles
from citizen_platform.community import leaving as leave_taking
from citizen_platform.forms import NEW_ADDRESS, NEW_NAME, NEW_PASSWORD, PROFILE, Answers
from citizen_platform.mails import MailError
from citizen_platform.web.desk import contributor, member, the_platform, the_sessions
from citizen_platform.web.entrance import TAKEN, WEAK
from citizen_platform.web.languages import language, translate

room = Blueprint("account", __name__, url_prefix="/konto")


def _own(account_id: int) -> dict:
    with the_platform().engine.connect() as connection:
        return own_data.collect(connection, account_id)


def _home(**answers: Answers) -> str:
    mine = member()
    with the_platform().engine.connect() as connection:
        standing = consents.standing(connection, mine.id)
    forms = {
        "name": NEW_NAME.blank({"username": mine.username}),
        "address": NEW_ADDRESS.blank(),
        "password": NEW_PASSWORD.blank(),
    } | answers
    return render_template("account.html", mine=mine, standing=standing, consents=consents.OPTIONAL, answers=forms)


@room.get("/")
def home() -> str:
    """The account at a glance."""
    return _home()


@room.get("/daten")
def data() -> str:
    """Everything that is stored about oneself."""
    return render_template("own_data.html", data=_own(member().id), titles=own_data.TITLES)


@room.get("/daten.json")
def download() -> Response:
    """The same for machines."""
    text = json.dumps(_own(member().id), ensure_ascii=False, indent=2)
    return Response(text, mimetype="application/json", headers={"Content-Disposition": "attachment; filename=mitforschen.json"})


@room.post("/name")
def name() -> object:
    """Changes the public name."""
    answers = NEW_NAME.read(request.form)
    if answers.good:
        try:
            accounts.change(the_platform(), member().id, username=answers.values["username"])
            return redirect(url_for("account.home"), 303)
        except accounts.NameTakenError:
            answers.faults["username"] = TAKEN
    return _home(name=answers), 422


@room.post("/adresse")
def address() -> object:
    """Has a new address confirmed."""
    answers = NEW_ADDRESS.read(request.form)
    if not answers.good:
        return _home(address=answers), 422
    try:
        accounts.ask_for_address(the_platform(), member().id, answers.values["email"])
    except MailError:
        abort(503)
    return redirect(url_for("entrance.look_into_mail"), 303)


@room.post("/passwort")
def password() -> object:
    """Changes the password; all sessions end and this one begins anew."""
    answers, mine = NEW_PASSWORD.read(request.form), member()
    if answers.good:
        try:
            passwords.demand_strength(answers.values["password"], mine.username, mine.email)
            with the_platform().engine.begin() as connection:
                accounts.set_password(connection, mine.id, answers.values["password"])
            the_sessions().begin(mine.id)
            return redirect(url_for("account.home"), 303)
        except passwords.WeakPasswordError:
            answers.faults["password"] = WEAK
    answers.values["password"] = ""
    return _home(password=answers), 422


@room.post("/sichtbarkeit")
def visibility() -> Response:
    """Whether the teams show one as a member; not, until one wants it."""
    accounts.change(the_platform(), member().id, teams_public=request.form.get("teams_public") == "yes")
    return redirect(url_for("account.home"), 303)


@room.post(
    "/einwilligung/<any({kinds}):purpose>/<any(geben, widerrufen):what>".format(
        kinds=", ".join(f"'{k}'" for k in consents.OPTIONAL)
    )
)
def consent(purpose: str, what: str) -> Response:
    """Gives or withdraws a consent: one click each."""
    mine = member()
    with the_platform().engine.begin() as connection:
        if what == "geben":
            consents.give(connection, mine.id, purpose, translate(consents.OPTIONAL[purpose]), language())
        else:
            consents.withdraw(connection, mine.id, purpose)
    return redirect(url_for("account.home"), 303)


@room.get("/profil")
def profile() -> str:
    """The optional profile."""
    with the_platform().engine.connect() as connection:
        found = profiles.find(connection, member().id)
    known = {k: "" if v is None else str(v) for k, v in found._asdict().items()} if found else {}
    return _profile(PROFILE.blank(known))


def _profile(answers: Answers, trouble: str = "") -> str:
    with the_platform().engine.connect() as connection:
        standing = consents.standing(connection, member().id)
    return render_template("profile.html", answers=answers, trouble=trouble, standing=standing, consents=consents.OPTIONAL)


@room.post("/profil")
def save_profile() -> object:
    """Saves it; what was emptied is gone."""
    answers, mine = PROFILE.read(request.form), contributor()
    if not answers.good:
        return _profile(answers), 422
    try:
        paused = profiles.save(the_platform(), mine.id, answers.values, says_16=request.form.get("says_16") == "yes")
    except profiles.ConsentMissingError as missing:
        return _profile(answers, str(missing)), 422
    except profiles.AgeUnclearError:
        return _profile(answers, "age"), 422
    return redirect(url_for("pages.young" if paused else "account.profile"), 303)


@room.get("/loeschen")
def leaving() -> str:
    """What happens when one leaves."""
    return render_template("leave.html", mine=member())


@room.post("/loeschen")
def leave() -> Response:
    """Leaves, at once."""
    mine = member()
    with the_platform().engine.begin() as connection:
        leave_taking.leave(connection, mine.id, with_contributions=request.form.get("contributions") == "delete")
    the_sessions().end()
    return redirect(url_for("pages.home"), 303)
