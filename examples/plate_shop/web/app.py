"""Puts the shop's pages together."""

import logging
from dataclasses import dataclass

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from plate_shop.database import open_engine, utcnow
from plate_shop.forms.registry import FORMS
from plate_shop.founding import found
from plate_shop.gateway import Gateway
from plate_shop.mails import Post
from plate_shop.products import euros
from plate_shop.shop import Settings, Shop
from plate_shop.web import checkout, comparison, consents, contact, pages, payment, staff, staff_mailbox, staff_steps
from plate_shop.web.guard import Guard
from plate_shop.web.languages import Languages, language, other_language, translate
from plate_shop.web.sessions import Sessions
from zusage.middleware.wsgi import ConsentMiddleware

_log = logging.getLogger("plate_shop")


@dataclass(frozen=True, slots=True)
class Web:
    """What the pages work with."""

    shop: Shop
    sessions: Sessions


def create_app(settings: Settings) -> Flask:
    """The shop as a WSGI application."""
    shop = open_shop(settings)
    sessions = Sessions(shop.engine, secure=settings.https)
    sessions.purge()
    guard = Guard(settings.secret)
    app = Flask("plate_shop", template_folder="templates", static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.extensions["plate_shop"] = Web(shop, sessions)
    guard.install(app)
    sessions.install(app)
    _add_pages(app, shop)
    _add_words(app, guard)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)
    app.wsgi_app = Languages(app.wsgi_app)
    if settings.consent:
        app.wsgi_app = ConsentMiddleware(app.wsgi_app, consents.gate())
    return app


def open_shop(settings: Settings) -> Shop:
    """Opens both databases and makes sure that the books are there."""
    engine, mailbox = open_engine(settings.shop_url), open_engine(settings.mailbox_url)
    found(engine, mailbox, now=utcnow())
    return Shop(
        settings=settings,
        engine=engine,
        mailbox=mailbox,
        gateway=Gateway(engine, settings.services, {"portal": settings.portal_page} if settings.portal_page else None),
        post=Post(settings.smtp),
    )


def _add_pages(app: Flask, shop: Shop) -> None:
    for room in (pages, checkout, payment, comparison, staff, staff_steps, staff_mailbox, consents):
        app.register_blueprint(room.room)
    app.register_blueprint(contact.room(shop.post))


def _add_words(app: Flask, guard: Guard) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["euros"] = euros
    app.jinja_env.filters["day"] = lambda moment: moment.strftime("%d.%m.%Y") if moment else "–"
    app.jinja_env.globals.update(
        _=translate, language=language, other_language=other_language, csrf_token=guard.token, forms=FORMS, tags=consents.tags
    )


def _refused(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return render_template("error.html", code=error.code), error.code


def _failed(error: Exception) -> tuple[str, int]:
    """Logs what kind of error it was and where: never what somebody typed."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    where = f"{last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last else "?"
    _log.error("%s in %s", type(error).__name__, where)
    return render_template("error.html", code=500), 500
