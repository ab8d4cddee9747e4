"""German pages, and the same pages in English under /en/."""

from collections.abc import Callable, Iterable

from flask import request

from citizen_platform.texts_en import ENGLISH

PREFIX = "/en"


class Languages:
    """Takes /en/ off the path, so that every route and every link works in both languages."""

    def __init__(self, app: Callable) -> None:
        self._app = app

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == PREFIX or path.startswith(PREFIX + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PREFIX
            environ["PATH_INFO"] = path[len(PREFIX) :] or "/"
        return self._app(environ, start_response)


def language() -> str:
    """The language of the page at hand."""
    return "en" if request.script_root.endswith(PREFIX) else "de"


def translate(text: str) -> str:
    """The text in the language of the page."""
    return ENGLISH.get(text, text) if language() == "en" else text


def other_language() -> str:
    """The address of this page in the other language."""
    return request.path if language() == "en" else PREFIX + request.path
