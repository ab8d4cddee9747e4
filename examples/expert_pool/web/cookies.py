"""The choice about the one optional cookie, how it is remembered, and the signals that stand for a no."""

from secrets import token_urlsafe

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from sqlalchemy import insert, update

from expert_pool import notice
from expert_pool.pool import digest
from expert_pool.schema import cookie_choice, person
from expert_pool.web.desk import me, the_pool
from expert_pool.work import consents
from plate_shop.database import utcnow

CHOICE, FIRST = "cookiechoice", "Firstcontact"
HALF_A_YEAR, A_YEAR = 183 * 86400, 365 * 86400
ORIGINS = ("search", "partner", "mail", "friend")
room = Blueprint("cookies", __name__)


def choice() -> str:
    """What this browser chose: ``all``, ``essential``, or nothing yet. A signal against tracking outweighs a yes."""
    word, version, _ = [*request.cookies.get(CHOICE, "").split("."), "", "", ""][:3]
    if version != notice.VERSION or word not in ("all", "essential"):
        return ""
    return "essential" if refused_by_signal() else word


def refused_by_signal() -> bool:
    """Global Privacy Control or Do Not Track: an objection by technical means (Art. 21(5) GDPR)."""
    return request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"


def origin() -> str | None:
    """The origin that may be stored with a registration: from the cookie, while the consent to it stands."""
    value = request.cookies.get(FIRST, "")
    return value if choice() == "all" and value in ORIGINS else None


def came_by() -> str:
    """How this visit found the pool, as the link to the page says; kept by nobody before a yes."""
    word = (request.form if request.endpoint == "cookies.choose" else request.args).get("von", "")
    return word if word in ORIGINS else ""


@room.get("/cookies")
def settings() -> str:
    """The choice, at any time."""
    return render_template("cookies.html")


@room.post("/cookies")
def choose() -> Response:
    """Remembers a choice; a no also removes what a yes had left."""
    word = "all" if request.form.get("choice") == "all" and not refused_by_signal() else "essential"
    key = token_urlsafe(32)
    somebody = me()  # a session notes that it was used, which SQLite cannot do while another transaction writes
    row = {"key_digest": digest(key), "choice": word, "text_version": notice.VERSION, "chosen_at": utcnow()}
    with the_pool().engine.begin() as connection:
        connection.execute(insert(cookie_choice).values(row))
        if word == "essential" and somebody:
            connection.execute(update(person).where(person.c.id == somebody.id).values(origin=None))
            consents.withdraw(connection, somebody.id, "origin")
    answer = redirect(url_for("cookies.settings") if request.form.get("stay") else url_for("public.home"), 303)
    _set(answer, CHOICE, f"{word}.{notice.VERSION}.{key}", HALF_A_YEAR)
    if word == "essential":
        answer.delete_cookie(FIRST)
    elif came_by() and not request.cookies.get(FIRST):
        _set(answer, FIRST, came_by(), A_YEAR)
    g.just_chose = word
    return answer


def keep_origin(response: Response) -> Response:
    """Sets the optional cookie once, after a yes only; later visits do not renew it."""
    known = request.cookies.get(FIRST)
    if choice() == "all" and not known and request.method == "GET" and request.endpoint != "static":
        _set(response, FIRST, came_by() or "direct", A_YEAR)
    if known and choice() != "all" and g.get("just_chose") != "all":
        response.delete_cookie(FIRST)
    return response


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    secure = the_pool().settings.https
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)
