"""Single values of forms that are not registered: one line, many lines, a number, a day. What nobody can have meant is refused."""

import re
from datetime import date, datetime

from flask import abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # what a column of whole numbers holds in every database
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class Number(IntegerConverter):
    """The number of a row in an address; a larger one is the address of nothing."""

    def __init__(self, known: Map) -> None:
        super().__init__(known, max=LARGEST)


def line(name: str, longest: int = 120) -> str:
    """A line of text, empty where nothing was sent."""
    return _fit(" ".join(request.form.get(name, "").split()), longest)


def text(name: str, longest: int = 4000) -> str:
    """Lines of text, empty where nothing was sent."""
    return _fit(request.form.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip(), longest)


def number(name: str) -> int | None:
    """A whole number from nought, or nothing where nothing was sent."""
    raw = request.form.get(name, "")
    return _whole(raw) if raw else None


def numbers(name: str) -> list[int]:
    """Every whole number of this name."""
    return [_whole(raw) for raw in request.form.getlist(name)]


def day(name: str) -> date | None:
    """A day, or nothing where nothing was sent."""
    raw = request.form.get(name, "")
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        abort(422)


def moment(name: str) -> datetime:
    """A time of a day, in UTC and without saying so, as the fields of browsers send it."""
    try:
        found = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        abort(422)
    return abort(422) if found.tzinfo else found


def _fit(value: str, longest: int) -> str:
    return abort(422) if len(value) > longest or _CONTROL.search(value) else value


def _whole(raw: str) -> int:
    fits = raw.isascii() and raw.isdigit() and len(raw) <= len(str(LARGEST)) and int(raw) <= LARGEST
    return int(raw) if fits else abort(422)
