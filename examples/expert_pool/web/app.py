"""Puts the pool's pages together."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask, render_template, request
from sqlalchemy.exc import IntegrityError, NoResultFound
from werkzeug.exceptions import HTTPException

from expert_pool import notice
from expert_pool.files import Files
from expert_pool.founding import found
from expert_pool.mails import Post
from expert_pool.pool import OPERATOR, Pool, Settings, ledger_key
from expert_pool.web import (
    account,
    applying,
    asking,
    cookies,
    desk,
    documents,
    person,
    public,
    staff,
    staff_people,
    staff_work,
    viewing,
)
from expert_pool.web.guard import Guard
from expert_pool.web.log import AccessLog
from expert_pool.web.sent import Number
from expert_pool.web.sessions import Sessions
from expert_pool.work.accounts import Doorkeeper
from plate_shop.database import open_engine

_log = logging.getLogger("expert_pool")
ROOMS = (public, account, person, asking, documents, applying, cookies, viewing, staff, staff_people, staff_work)


@dataclass(frozen=True, slots=True)
class Web:
    """What the pages work with."""

    pool: Pool
    sessions: Sessions
    door: Doorkeeper


class Languages:
    """Takes /en/ off the path, so that every route and every link works in both languages."""

    def __init__(self, app: Callable) -> None:
        self._app = app

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
        return self._app(environ, start_response)


def open_pool(settings: Settings) -> Pool:
    """Opens the database and the folders, and makes sure that the books are there."""
    engine = open_engine(settings.url)
    found(engine)
    return Pool(
        settings=settings,
        engine=engine,
        files=Files(settings.folder),
        post=Post(engine, settings.folder / "spool", settings.smtp),
        key=ledger_key(settings.folder / "keys"),
    )


def create_app(settings: Settings) -> Flask:
    """The pool as a WSGI application."""
    pool = open_pool(settings)
    sessions = Sessions(pool.engine, secure=settings.https)
    guard = Guard(settings.secret, settings.rights.url if settings.rights else "")
    app = Flask("expert_pool", template_folder="templates", static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = 4 * 1024 * 1024
    app.url_map.converters["int"] = Number
    app.extensions["expert_pool"] = Web(pool, sessions, Doorkeeper())
    guard.install(app)
    sessions.install(app)
    app.after_request(cookies.keep_origin)
    for room in ROOMS:
        app.register_blueprint(room.room)
    _add_words(app, guard, settings)
    app.register_error_handler(HTTPException, _refused)
    for kind in (IntegrityError, NoResultFound):
        app.register_error_handler(kind, _unfit)
    app.register_error_handler(Exception, _failed)
    app.wsgi_app = AccessLog(Languages(app.wsgi_app), settings.folder / "logs")
    return app


def _add_words(app: Flask, guard: Guard, settings: Settings) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["day"] = lambda moment: moment.strftime("%d.%m.%Y") if moment else "–"
    app.jinja_env.filters["moment"] = lambda moment: moment.strftime("%d.%m.%Y %H:%M") if moment else "–"
    app.jinja_env.globals.update(
        t=desk.t,
        language=desk.language,
        me=desk.me,
        colleague=desk.colleague,
        rights=desk.rights,
        csrf_token=guard.token,
        choice=cookies.choice,
        came_by=cookies.came_by,
        consent_texts=notice.TEXTS,
        other_language=_other_language,
        operator=OPERATOR,
        rights_page=settings.rights.url if settings.rights else "",
    )


def _other_language() -> str:
    return request.path if desk.language() == "en" else "/en" + request.path


def _refused(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return render_template("error.html", code=error.code), error.code


def _unfit(_: IntegrityError | NoResultFound) -> tuple[str, int]:
    """A choice that was never offered: the database knows no such row, and the page says no more."""
    return render_template("error.html", code=422), 422


def _failed(error: Exception) -> tuple[str, int]:
    """Logs what kind of error it was and where: never what somebody typed."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    where = f"{last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last else "?"
    _log.error("%s in %s", type(error).__name__, where)
    return render_template("error.html", code=500), 500
