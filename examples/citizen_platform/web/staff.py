"""The staff area: the mailbox for support, contributions for moderation. German only."""

from collections.abc import Callable
from datetime import date
from functools import wraps

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from citizen_platform.community import mailbox, staff
from citizen_platform.mails import MailError
from citizen_platform.schema import CONTACT_STATES, MODERATIONS
from citizen_platform.web.desk import the_platform, the_sessions

room = Blueprint("staff", __name__, url_prefix="/intern")


def rights() -> frozenset[str]:
    """What the person at hand may do: nothing without a login."""
    return staff.RIGHTS.get(the_sessions().state().get("role", ""), frozenset())


def needs(right: str) -> Callable:
    """Only for roles with this right: others are refused, strangers are sent to the login."""

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> object:
            if not rights():
                return redirect(url_for("staff.login"), 303)
            return view(*args, **kwargs) if right in rights() else abort(403)

        return guarded

    return guard


def _home() -> str:
    return url_for("staff.threads" if "mailbox" in rights() else "staff.contributions")


@room.get("/")
def login() -> object:
    """The login form."""
    return redirect(_home()) if rights() else render_template("staff/login.html", refused=False)


@room.post("/")
def enter() -> object:
    """Logs in, under a new token."""
    member = staff.admit(the_platform().engine, request.form.get("login", ""), request.form.get("password", ""))
    if member is None:
        return render_template("staff/login.html", refused=True), 403
    the_sessions().begin(None, staff=member.id, role=member.role)
    return redirect(_home(), 303)


@room.post("/abmelden")
def leave() -> Response:
    """Logs out."""
    the_sessions().end()
    return redirect(url_for("staff.login"), 303)


@room.get("/postfach")
@needs("mailbox")
def threads() -> str:
    """The threads in one state."""
    state = request.args.get("stand", "open")
    if state not in CONTACT_STATES:
        abort(404)
    return render_template("staff/threads.html", threads=mailbox.threads(the_platform(), state), shown=state)


@room.get("/postfach/<int:number>")
@needs("mailbox")
def thread(number: int) -> str:
    """One thread; that somebody looked is noted first."""
    staff.record_look(the_platform().engine, the_sessions().state()["staff"], f"contact {number}", "Bearbeitung der Nachricht")
    try:
        found, messages = mailbox.thread(the_platform(), number)
    except mailbox.NoSuchThreadError:
        abort(404)
    return render_template("staff/thread.html", thread=found, messages=messages)


@room.post("/postfach/<int:number>/<any(antwort, fertig, vertraulich):step>")
@needs("mailbox")
def handle(number: int, step: str) -> Response:
    """Answers, marks as sensitive, or ends the matter."""
    try:
        if step == "antwort":
            mailbox.answer(the_platform(), number, request.form.get("text", "").strip() or abort(422))
        elif step == "vertraulich":
            mailbox.mark_sensitive(the_platform(), number)
        else:
            mailbox.finish(the_platform(), number, *_hold())
    except MailError:
        abort(503)
    except mailbox.NoSuchThreadError:
        abort(404)
    return redirect(url_for("staff.threads"), 303)


def _hold() -> tuple[str | None, date | None]:
    """A statute with its end, or nothing; half of it is refused."""
    statute, until = request.form.get("held_for", "").strip()[:120] or None, request.form.get("held_until", "")
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        abort(422)
    return (statute, day) if (statute is None) == (day is None) else abort(422)


@room.get("/beitraege")
@needs("contributions")
def contributions() -> str:
    """What waits for review, then the newest."""
    with the_platform().engine.connect() as connection:
        found = staff.contributions(connection)
    return render_template("staff/contributions.html", found=found, kinds=MODERATIONS)


@room.post("/beitraege/<any(suggestion, comment):target>/<int:number>")
@needs("contributions")
def decide(target: str, number: int) -> Response:
    """A decision, with its reason."""
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "").strip()
    if kind not in (*MODERATIONS, "release") or not reason:
        abort(422)
    staff.decide(the_platform(), the_sessions().state()["staff"], kind, target, number, reason)
    return redirect(url_for("staff.contributions"), 303)
