"""Sessions: the browser holds a random token, the database its digest and what was typed so far.

A session begins when something must be remembered, never by looking at a page. Thirty idle minutes end it.
"""

import json
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask import Flask, Response, g, request
from sqlalchemy import Engine, delete, insert, select, update

from plate_shop.database import utcnow
from plate_shop.schema import web_session
from plate_shop.shop import IDLE_MINUTES

COOKIE = "session"


class Sessions:
    """The server's side of the sessions."""

    def __init__(self, engine: Engine, *, secure: bool) -> None:
        self._engine = engine
        self._secure = secure

    def install(self, app: Flask) -> None:
        """Has changed sessions written, and the cookie set, after each request."""
        app.after_request(self._after)

    def state(self) -> dict:
        """What is remembered; empty without a session. Change it through ``remember``."""
        if "session_state" not in g:
            g.session_token, g.session_state = self._load(request.cookies.get(COOKIE, ""))
        return g.session_state

    def remember(self, **values: object) -> None:
        """Keeps values for the next request of this browser."""
        self.state().update(values)
        if not g.session_token:
            self.purge()
            g.session_token = token_urlsafe(32)
        g.session_dirty = True

    def renew(self) -> None:
        """Ends the session and begins an empty one under a new token."""
        self.end()
        g.session_token, g.session_state, g.session_ended = token_urlsafe(32), {}, False

    def end(self) -> None:
        """Forgets the session, here and in the browser."""
        self.state()
        with self._engine.begin() as connection:
            connection.execute(delete(web_session).where(web_session.c.token_digest == _digest(g.session_token)))
        g.session_token, g.session_state, g.session_dirty, g.session_ended = "", {}, False, True

    def purge(self) -> int:
        """Deletes every session that nobody used for half an hour."""
        with self._engine.begin() as connection:
            return connection.execute(delete(web_session).where(web_session.c.last_seen_at < _limit())).rowcount

    def _load(self, token: str) -> tuple[str, dict]:
        mine = web_session.c.token_digest == _digest(token), web_session.c.last_seen_at >= _limit()
        with self._engine.begin() as connection:
            found = connection.scalar(select(web_session.c.state).where(*mine)) if token else None
            if found is None:
                return "", {}
            connection.execute(update(web_session).where(*mine).values(last_seen_at=utcnow()))
        return token, json.loads(found)

    def _after(self, response: Response) -> Response:
        if g.get("session_ended"):
            response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=self._secure)
        if g.get("session_dirty"):
            self._save(g.session_token, json.dumps(g.session_state, ensure_ascii=False))
            response.set_cookie(COOKIE, g.session_token, httponly=True, samesite="Lax", secure=self._secure)
        return response

    def _save(self, token: str, state: str) -> None:
        mine, now = web_session.c.token_digest == _digest(token), utcnow()
        change = update(web_session).where(mine).values(state=state, last_seen_at=now)
        row = {"token_digest": _digest(token), "state": state, "created_at": now, "last_seen_at": now}
        with self._engine.begin() as connection:
            if not connection.execute(change).rowcount:
                connection.execute(insert(web_session).values(row))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _limit() -> object:
    return utcnow() - timedelta(minutes=IDLE_MINUTES)
