"""What every page reaches for: the platform, the session, the member."""

from flask import abort, current_app, g
from sqlalchemy import Row

from citizen_platform.community import accounts
from citizen_platform.settings import Platform
from citizen_platform.web.sessions import Sessions


def the_platform() -> Platform:
    """The platform that these pages belong to."""
    return current_app.extensions["citizen_platform"].platform


def the_sessions() -> Sessions:
    """The sessions of those who are logged in."""
    return current_app.extensions["citizen_platform"].sessions


def me() -> Row | None:
    """The member who is logged in."""
    if "member" not in g:
        number = the_sessions().account_id()
        g.member = None
        if number is not None:
            with the_platform().engine.connect() as connection:
                g.member = accounts.find(connection, number)
    return g.member


def member() -> Row:
    """The member who is logged in; others are refused."""
    return me() or abort(401)


def contributor() -> Row:
    """A member who may contribute now: confirmed, and not waiting for a parent."""
    found = member()
    return found if found.state == "active" else abort(403)
