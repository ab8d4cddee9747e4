"""Sessions: the browser holds a random token, the database its digest and who is logged in. Nothing about the browser.

A session begins with a login, never by looking at a page. It ends after an idle hour, after twelve hours, or with the logout.
"""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask import Flask, Response, g, request
from sqlalchemy import Engine, delete, insert, or_, select, update

from citizen_platform.database import utcnow
from citizen_platform.schema import web_session
from citizen_platform.settings import IDLE_MINUTES, LONGEST_HOURS

COOKIE = "session"


class Sessions:
    """The server's side of the sessions."""

    def __init__(self, engine: Engine, *, secure: bool) -> None:
        self._engine = engine
        self._secure = secure

    def install(self, app: Flask) -> None:
        """Has the cookie set after a login and taken away after a logout."""
        app.after_request(self._after)

    def account_id(self) -> int | None:
        """Whose session this is."""
        return self._load()[0]

    def state(self) -> dict:
        """What is remembered beside; empty without a session."""
        return self._load()[1]

    def begin(self, account_id: int | None, **state: object) -> None:
        """A new session under a new token; an older one of this browser ends."""
        self.end()
        now, token = utcnow(), token_urlsafe(32)
        row = {"token_digest": digest(token), "account_id": account_id, "state": json.dumps(state)}
        with self._engine.begin() as connection:
            connection.execute(insert(web_session).values(**row, created_at=now, last_seen_at=now))
        g.session_token, g.session_loaded, g.session_new = token, (account_id, state), True
        g.pop("member", None)

    def end(self) -> None:
        """Ends the session, here and in the browser."""
        token = request.cookies.get(COOKIE, "")
        with self._engine.begin() as connection:
            connection.execute(delete(web_session).where(web_session.c.token_digest == digest(token)))
        g.session_token, g.session_loaded, g.session_new = "", (None, {}), False
        g.pop("member", None)
        g.session_ended = bool(token)

    def purge(self) -> int:
        """Deletes every session that has ended by itself."""
        with self._engine.begin() as connection:
            return connection.execute(delete(web_session).where(or_(*_over()))).rowcount

    def _load(self) -> tuple[int | None, dict]:
        if "session_loaded" not in g:
            g.session_loaded = self._found(request.cookies.get(COOKIE, ""))
        return g.session_loaded

    def _found(self, token: str) -> tuple[int | None, dict]:
        if not token:
            return None, {}
        mine = web_session.c.token_digest == digest(token)
        with self._engine.begin() as connection:
            valid = select(web_session.c.account_id, web_session.c.state).where(mine, ~or_(*_over()))
            found = connection.execute(valid).first()
            if found is None:
                return None, {}
            connection.execute(update(web_session).where(mine).values(last_seen_at=utcnow()))
        return found.account_id, json.loads(found.state)

    def _after(self, response: Response) -> Response:
        if g.get("session_ended") and not g.get("session_new"):
            response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=self._secure)
        if g.get("session_new"):
            response.set_cookie(COOKIE, g.session_token, httponly=True, samesite="Lax", secure=self._secure)
        return response


def digest(token: str) -> str:
    """What the database knows of a token."""
    return sha256(token.encode()).hexdigest()


def _over() -> tuple[object, object]:
    now: datetime = utcnow()
    idle = web_session.c.last_seen_at < now - timedelta(minutes=IDLE_MINUTES)
    return idle, web_session.c.created_at < now - timedelta(hours=LONGEST_HOURS)
