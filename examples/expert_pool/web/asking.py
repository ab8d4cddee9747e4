"""The way from a person's own pages to the page of requests: the pool says by a signed word who is logged in.

The word is a JSON Web Token, good for five minutes and once. It is made when the request is written and only to be sent, so that
nobody loses what they wrote because they took their time.
"""

import time
from secrets import token_hex

import jwt
from flask import Blueprint, abort, render_template, request

from expert_pool.forms import ASKING, RIGHTS
from expert_pool.pool import Rights
from expert_pool.web.desk import me, personal, the_pool

room = Blueprint("asking", __name__, url_prefix="/ich/rechte")
_MINUTES = 5


def _rights() -> Rights:
    """The page of requests, where there is one."""
    return the_pool().settings.rights or abort(404)


@room.get("/")
@personal
def form() -> str:
    """What can be asked for, and what everybody can do here at once."""
    _rights()
    return render_template("person/asking.html", form=ASKING, answers=ASKING.blank())


@room.post("/")
@personal
def send() -> object:
    """The request once more, to be sent to where it is taken in."""
    rights, answers = _rights(), ASKING.read(request.form)
    if not answers.good:
        return render_template("person/asking.html", form=ASKING, answers=answers), 422
    asked = {"login": _word(rights, me().id), **answers.values}
    return render_template("person/asked.html", to=rights.url.rstrip("/") + "/", asked=asked, title=RIGHTS[asked["right"]])


@room.get("/antworten")
@personal
def answers() -> str:
    """The way to what the person was answered."""
    rights = _rights()
    to = rights.url.rstrip("/") + "/answers"
    return render_template("person/answered.html", to=to, word=_word(rights, me().id, to))


def _word(rights: Rights, person_id: int, to: str = "") -> str:
    """Who is logged in, for the page of requests, or for another part of it alone."""
    now = int(time.time())
    said = {"sub": str(person_id), "aud": to or rights.url, "iat": now, "exp": now + 60 * _MINUTES, "jti": token_hex(16)}
    return jwt.encode(said, rights.key, algorithm="HS256")
