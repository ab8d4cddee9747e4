"""The pages of the conference room. It knows no accounts: only signed links, and names typed for one meeting."""

import hmac
from secrets import token_urlsafe
from threading import Event, Thread
from time import monotonic

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from citizen_platform.conference import links, pictures
from citizen_platform.conference.rooms import MOST_SLIDES, Meeting, NoSuchMeetingError, Participant, Rooms
from citizen_platform.web.guard import headers
from citizen_platform.web.languages import Languages, language, other_language, translate

COOKIE = "session"  # on a host of its own, where it is another than the platform's
LONGEST = 2000
room = Blueprint("room", __name__)


def create_conference(rooms: Rooms, secret: bytes, *, platform_url: str, secure: bool) -> Flask:
    """The conference room as a WSGI application."""
    app = Flask("citizen_platform", template_folder="templates", static_folder="static")
    app.config.update(MAX_CONTENT_LENGTH=4 * 1024 * 1024, SECRET=secret, SECURE=secure, ROOMS=rooms)
    app.register_blueprint(room)
    app.after_request(lambda answer: headers(answer, frames="'self'"))
    app.register_error_handler(HTTPException, _refused)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=translate, language=language, other_language=other_language, platform_url=platform_url, csrf_token=_token
    )
    app.wsgi_app = Languages(app.wsgi_app)
    return app


class Keeper:
    """Ends meetings that everybody has left, and shows that the service lives."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms, self._ended = rooms, Event()
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while not self._ended.wait(1):
            self._rooms.end_empty()
            self._rooms.beat()

    def close(self) -> None:
        """Ends every meeting, then the service."""
        self._ended.set()
        self._rooms.close()


def _refused(error: HTTPException) -> object:
    if error.code is None or error.code < 400:
        return error
    return render_template("conference/over.html", code=error.code), error.code


def _setting(name: str) -> object:
    return current_app.config[name]


def _rooms() -> Rooms:
    return _setting("ROOMS")


@room.before_request
def forged() -> None:
    """Refuses forms that this service did not give out."""
    if request.method == "POST" and request.endpoint != "room.begin":
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if site not in ("same-origin", "none") or not hmac.compare_digest(request.form.get("csrf", ""), _token()):
            abort(403)


def _token() -> str:
    cookie = g.get("new_cookie") or request.cookies.get(COOKIE, "")
    return links.sign(_setting("SECRET"), "form", cookie)


@room.post("/api/meetings")
def begin() -> object:
    """For the platform alone: begins a meeting. Recording is not a thing that can be asked for."""
    wanted = request.get_json(silent=True) or {}
    signature = request.headers.get("X-Signature", "")
    if not hmac.compare_digest(links.sign(_setting("SECRET"), "begin", wanted.get("issued")), signature):
        abort(403)
    if set(wanted) != {"issued"}:
        abort(400)
    return {"meeting": _rooms().begin().id}


@room.get("/beitreten/<meeting>/<role>/<int:until>/<signature>")
def door(meeting: str, role: str, until: int, signature: str) -> str:
    """The rules, and a name if one likes."""
    _admitted(meeting, role, until, signature)
    return render_template("conference/join.html", missing=False)


@room.post("/beitreten/<meeting>/<role>/<int:until>/<signature>")
def join(meeting: str, role: str, until: int, signature: str) -> object:
    """In, when the rules are accepted."""
    found = _admitted(meeting, role, until, signature)
    if request.form.get("rules") != "yes":
        return render_template("conference/join.html", missing=True), 422
    name = " ".join(request.form.get("name", "").split())[:40]
    answer = redirect(url_for("room.inside", meeting=meeting), 303)
    token = found.join(name, moderator=role == "moderator")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=_setting("SECURE"))
    return answer


def _admitted(meeting: str, role: str, until: int, signature: str) -> Meeting:
    if role not in ("guest", "moderator") or not links.holds(_setting("SECRET"), meeting, role, until, signature):
        abort(403)
    return _meeting(meeting)


def _meeting(number: str) -> Meeting:
    try:
        return _rooms().find(number)
    except NoSuchMeetingError:
        abort(404)


def _present(number: str) -> tuple[Meeting, Participant]:
    meeting = _meeting(number)
    me = meeting.people.get(request.cookies.get(COOKIE, ""))
    if me is None:
        abort(403)
    me.seen = monotonic()
    return meeting, me


@room.get("/raum/<meeting>")
def inside(meeting: str) -> str:
    """The room: frames that refresh by themselves, without a script."""
    found, me = _present(meeting)
    return render_template("conference/room.html", meeting=found, me=me)


@room.get("/raum/<meeting>/<any(verlauf, schreiben, pad, folien):part>")
def part(meeting: str, part: str) -> str:
    """One frame of the room."""
    found, me = _present(meeting)
    return render_template(f"conference/{part}.html", meeting=found, me=me)


@room.post("/raum/<meeting>/schreiben")
def chat(meeting: str) -> Response:
    """A line for the chat."""
    found, me = _present(meeting)
    text = request.form.get("text", "").strip()[:LONGEST]
    if text:
        found.chat.append((me.name, text))
    return redirect(url_for("room.part", meeting=meeting, part="schreiben"), 303)


@room.post("/raum/<meeting>/pad")
def pad(meeting: str) -> Response:
    """The shared notes."""
    found, _ = _present(meeting)
    found.pad = request.form.get("text", "")[: 10 * LONGEST]
    return redirect(url_for("room.part", meeting=meeting, part="pad"), 303)


@room.post("/raum/<meeting>/folien")
def slide(meeting: str) -> object:
    """Shows a slide."""
    found, me = _present(meeting)
    sent = request.files.get("slide")
    if not me.moderator or sent is None or len(found.slides) >= MOST_SLIDES:
        abort(403)
    try:
        picture = pictures.bare(sent.read())
    except pictures.NotAPictureError:
        abort(422)
    name = f"{token_urlsafe(12)}.png"
    (found.folder / name).write_bytes(picture)
    found.slides.append(name)
    return redirect(url_for("room.part", meeting=meeting, part="folien"), 303)


@room.get("/raum/<meeting>/folie/<name>")
def picture(meeting: str, name: str) -> Response:
    """A slide of this meeting."""
    found, _ = _present(meeting)
    if name not in found.slides:
        abort(404)
    return Response((found.folder / name).read_bytes(), mimetype="image/png")


@room.post("/raum/<meeting>/verlassen")
def leave(meeting: str) -> Response:
    """Out; the last one who leaves ends the meeting."""
    found, _ = _present(meeting)
    del found.people[request.cookies[COOKIE]]
    if not found.people:
        _rooms().end(meeting)
    return _out()


@room.post("/raum/<meeting>/beenden")
def end(meeting: str) -> Response:
    """Ends the meeting for everybody; everything of it is gone with this answer."""
    found, me = _present(meeting)
    if not me.moderator:
        abort(403)
    _rooms().end(found.id)
    return _out()


@room.get("/ende")
def over() -> str:
    """What is left of a meeting: nothing."""
    return render_template("conference/over.html", code=200)


def _out() -> Response:
    answer = redirect(url_for("room.over"), 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=_setting("SECURE"))
    return answer
