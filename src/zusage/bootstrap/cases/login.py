"""A service says by a signed, short-lived word that somebody is logged in; so a request of theirs needs no mailed link.

1. The word is a JSON Web Token (RFC 7519), signed with HS256 by a key of at least 32 characters that only the service and this program
   have.
2. It names whom (``sub``, the key of their record), for which door (``aud``), when it was given and until when it is good (``iat``,
   ``exp``: ten minutes at most), and a number of its own (``jti``).
3. It is good once: its number is spent in the same transaction that opens the case, or before anything is shown.
   One for the answers that lie ready is for that part of the door alone (``aud``), so that neither can be used in the place of the other.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from zusage.rights.case import Case, Event, Right
from zusage.rights.roles import PROGRAM

from .recording import seal_if_possible, seal_steps
from .requests import Standing, add, event_of, standing

if TYPE_CHECKING:
    from zusage.promises.manifest import RequestLogin

    from ..product import Product

_LONGEST = timedelta(minutes=10)
#: clocks of two machines may differ by so much
_SKEW = timedelta(seconds=30)
_KEY = 32
#: beside the number of a word that opens none
_NO_CASE = "C-0000"
_PARTS = ("sub", "aud", "iat", "exp", "jti")


class _Unfit(Exception):
    """The word cannot be believed."""


def ask_logged_in(product: Product, word: str, right: Right, words: str) -> Standing | None:
    """Open a case for whoever is logged in, who has shown so who they are; None where the word cannot be believed, or was spent."""
    requests = product.loaded.manifest.requests
    if requests is None or requests.login is None or requests.door is None:
        return None
    try:
        said = _believed(product, word, requests.login, requests.door.at)
    except _Unfit:
        return None
    seal_steps(product)
    event = Event(kind="received", at=product.clock(), by=PROGRAM.name, role=PROGRAM.role)
    found: Case | None = None
    content = {"person": f"{requests.login.people}={said['sub']}", "words": words}
    with suppress(_Unfit), product.state.together():
        case = product.state.cases.open(right, event, content)
        if not product.state.case_links.spend(str(said["jti"]), case.id, product.clock()):  # 3
            raise _Unfit
        found = add(product, case.id, event_of(product, "identity shown", PROGRAM, "login"), "")
    if found is None:
        return None
    seal_if_possible(product)
    return standing(product, found)


def logged_in(product: Product, word: str, where: str) -> str | None:
    """Who is logged in, such as ``customer=7``, by a word for a part of the door; None where it cannot be believed, or was spent (3)."""
    requests = product.loaded.manifest.requests
    if requests is None or requests.login is None or requests.door is None:
        return None
    try:
        said = _believed(product, word, requests.login, requests.door.at, where)
    except _Unfit:
        return None
    if not product.state.case_links.spend(str(said["jti"]), _NO_CASE, product.clock()):
        return None
    return f"{requests.login.people}={said['sub']}"


def _believed(product: Product, word: str, login: RequestLogin, at: str, where: str = "") -> dict[str, Any]:
    """What the word says (1, 2). Raises SystemTrouble where the key is not set."""
    import jwt

    from zusage.connectors.sql.address import fill

    key = fill("requests.login.key", login.key)
    if len(key) < _KEY or login.people not in product.loaded.manifest.people:
        raise _Unfit
    try:
        options: Any = {"require": list(_PARTS), "verify_exp": False, "verify_iat": False}
        said = jwt.decode(
            word,
            key,
            algorithms=["HS256"],
            audience=fill("requests.door.at", at).rstrip("/") + where if where else fill("requests.door.at", at),
            options=options,
        )
    except jwt.InvalidTokenError:
        raise _Unfit from None
    given, until = said["iat"], said["exp"]
    now, numbers = product.clock().timestamp(), isinstance(given, int) and isinstance(until, int)
    if not numbers or not said["sub"] or not said["jti"] or until - given > _LONGEST.total_seconds():
        raise _Unfit
    if not given - _SKEW.total_seconds() <= now < until:
        raise _Unfit
    return said
