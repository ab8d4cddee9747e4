"""Sessions: three cookies that end with the browser, and a row that knows only their digests.

``JSESSIONID`` is the session, ``sysckcs`` binds it to the browser that it was given to, ``LBSESSIONID`` names the server. A session
begins with a login, never by looking at a page. Thirty idle minutes end it.
"""

from datetime import timedelta
from secrets import token_urlsafe

from flask import Flask, Response, g, request
from sqlalchemy import Engine, Row, delete, insert, select, update

from expert_pool.pool import IDLE_MINUTES, digest
from expert_pool.schema import web_session
from plate_shop.database import utcnow

COOKIE, BINDING, SERVER = "JSESSIONID", "sysckcs", "LBSESSIONID"
NODE = "node-1"


class Sessions:
    """The server's side of the sessions."""

    def __init__(self, engine: Engine, *, secure: bool) -> None:
        self._engine, self._secure = engine, secure

    def install(self, app: Flask) -> None:
        """Has the cookies set and taken away after a request."""
        app.after_request(self._after)

    def person_id(self) -> int | None:
        """Who is logged in, if it is a person of the pool."""
        return self._row().person_id if self._row() else None

    def staff_id(self) -> int | None:
        """Who is logged in, if it is staff."""
        return self._row().staff_id if self._row() else None

    def begin(self, *, person_id: int | None = None, staff_id: int | None = None) -> None:
        """A new session under new tokens; an old one of this browser ends."""
        self.end()
        token, binding, now = token_urlsafe(32), token_urlsafe(32), utcnow()
        row = {"token_digest": digest(token), "bound_digest": digest(binding), "person_id": person_id, "staff_id": staff_id}
        with self._engine.begin() as connection:
            connection.execute(insert(web_session).values(**row, created_at=now, last_seen_at=now))
        g.new_cookies, g.session_ended = {COOKIE: token, BINDING: binding, SERVER: NODE}, False

    def end(self) -> None:
        """Forgets the session, here and in the browser."""
        with self._engine.begin() as connection:
            mine = web_session.c.token_digest == digest(request.cookies.get(COOKIE, ""))
            connection.execute(delete(web_session).where(mine))
        g.session_ended, g.session_row = True, None

    def end_others(self, person_id: int) -> None:
        """Ends every other session of a person."""
        others = (web_session.c.person_id == person_id, web_session.c.token_digest != digest(request.cookies.get(COOKIE, "")))
        with self._engine.begin() as connection:
            connection.execute(delete(web_session).where(*others))

    def purge(self) -> int:
        """Deletes every session that nobody used for half an hour."""
        with self._engine.begin() as connection:
            return connection.execute(delete(web_session).where(web_session.c.last_seen_at < _limit())).rowcount

    def _row(self) -> Row | None:
        if "session_row" not in g:
            g.session_row = self._load(request.cookies.get(COOKIE, ""), request.cookies.get(BINDING, ""))
        return g.session_row

    def _load(self, token: str, binding: str) -> Row | None:
        mine = (web_session.c.token_digest == digest(token), web_session.c.bound_digest == digest(binding))
        with self._engine.begin() as connection:
            alive = select(web_session).where(*mine, web_session.c.last_seen_at >= _limit())
            found = connection.execute(alive).first() if token else None
            if found is not None:
                connection.execute(update(web_session).where(*mine).values(last_seen_at=utcnow()))
        return found

    def _after(self, response: Response) -> Response:
        for name, value in g.get("new_cookies", {}).items():
            response.set_cookie(name, value, httponly=True, samesite="Lax", secure=self._secure)
        if g.get("session_ended"):
            for name in (COOKIE, BINDING, SERVER):
                response.delete_cookie(name, httponly=True, samesite="Lax", secure=self._secure)
        return response


def _limit() -> object:
    return utcnow() - timedelta(minutes=IDLE_MINUTES)
