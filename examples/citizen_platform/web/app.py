"""Puts the platform's pages together."""

import logging
from dataclasses import dataclass

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from citizen_platform.community.founding import found
from citizen_platform.database import open_engine, utcnow
from citizen_platform.forms import FORMS
from citizen_platform.mails import Post
from citizen_platform.settings import Platform, Settings
from citizen_platform.web import account, contact, entrance, pages, staff, teams
from citizen_platform.web.desk import me
from citizen_platform.web.guard import Guard
from citizen_platform.web.languages import Languages, language, other_language, translate
from citizen_platform.web.sessions import Sessions

_log = logging.getLogger("citizen_platform")


@dataclass(frozen=True, slots=True)
class Web:
    """What the pages work with."""

    platform: Platform
    sessions: Sessions


def create_app(settings: Settings) -> Flask:
    """The platform as a WSGI application."""
    platform = open_platform(settings)
    sessions = Sessions(platform.engine, secure=settings.https)
    sessions.purge()
    guard = Guard(settings.secret)
    app = Flask("citizen_platform", template_folder="templates", static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.extensions["citizen_platform"] = Web(platform, sessions)
    guard.install(app)
    sessions.install(app)
    for room in (pages, entrance, account, teams, staff):
        app.register_blueprint(room.room)
    app.register_blueprint(contact.room(platform.post))
    _add_words(app, guard)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)
    app.wsgi_app = Languages(app.wsgi_app)
    return app


def open_platform(settings: Settings) -> Platform:
    """Opens both databases and makes sure that the books are there."""
    engine, mailbox = open_engine(settings.platform_url), open_engine(settings.mailbox_url)
    found(engine, mailbox, now=utcnow())
    return Platform(settings=settings, engine=engine, mailbox=mailbox, post=Post(settings.smtp))


def _add_words(app: Flask, guard: Guard) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["day"] = lambda moment: moment.strftime("%d.%m.%Y") if moment else "–"
    app.jinja_env.globals.update(
        _=translate,
        language=language,
        other_language=other_language,
        csrf_token=guard.token,
        forms=FORMS,
        me=me,
        rights=staff.rights,
    )


def _refused(error: HTTPException) -> object:
    if error.code is None or error.code < 400:
        return error
    if error.code == 401 and request.method == "GET":
        return redirect(url_for("entrance.login"), 303)
    return render_template("error.html", code=error.code), error.code


def _failed(error: Exception) -> tuple[str, int]:
    """Logs what kind of error it was and where: never what somebody typed."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    where = f"{last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last else "?"
    _log.error("%s in %s", type(error).__name__, where)
    return render_template("error.html", code=500), 500
