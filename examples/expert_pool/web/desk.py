"""What every page reaches for: the pool, the session, the language, the person who is logged in."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO

from flask import Response, abort, current_app, g, redirect, request, send_file, url_for
from sqlalchemy import Row, select

from expert_pool.pool import Pool
from expert_pool.schema import person, staff
from expert_pool.work.team import RIGHTS


def the_pool() -> Pool:
    """The pool that these pages belong to."""
    return current_app.extensions["expert_pool"].pool


def the_sessions() -> object:
    """The sessions of its visitors."""
    return current_app.extensions["expert_pool"].sessions


def language() -> str:
    """The language of the page at hand."""
    return "en" if request.script_root.endswith("/en") else "de"


def t(german: object, english: object = None) -> object:
    """One of two texts, in the language of the page; a pair may be given as one."""
    pair = german if english is None else (german, english)
    return pair[1] if language() == "en" else pair[0]


def me() -> Row | None:
    """The person who is logged in."""
    return _once("me", person, the_sessions().person_id())


def colleague() -> Row | None:
    """The member of staff who is logged in."""
    return _once("colleague", staff, the_sessions().staff_id())


def _once(name: str, table: object, number: int | None) -> Row | None:
    if name not in g:
        with the_pool().engine.connect() as connection:
            found = connection.execute(select(table).where(table.c.id == number)).first() if number else None
        setattr(g, name, found)
    return getattr(g, name)


def rights() -> frozenset[str]:
    """What the member of staff at hand may do."""
    return RIGHTS[colleague().role] if colleague() else frozenset()


def handed_out(one: Row) -> Response:
    """A document under the name that it came with: to be kept, never to be shown by the browser as a page of ours."""
    content = BytesIO(the_pool().files.document(one.id))
    return send_file(content, mimetype=one.media_type, as_attachment=True, download_name=one.file_name)


def personal(view: Callable) -> Callable:
    """Only for people who are logged in; others are sent to the login."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> object:
        return view(*args, **kwargs) if me() else redirect(url_for("account.login"), 303)

    return guarded


def needs(right: str) -> Callable:
    """Only for staff with this right."""

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> object:
            if colleague() is None:
                return redirect(url_for("staff.login"), 303)
            return view(*args, **kwargs) if right in rights() else abort(403)

        return guarded

    return guard
