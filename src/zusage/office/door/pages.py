"""The pages of the door, in German and English. They run no script, keep nothing in the browser, and say nothing of anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from django.http import HttpResponse
from jinja2 import Environment, StrictUndefined, Template

from zusage.bootstrap.cases.fetching import Ready
from zusage.bootstrap.cases.parcels import Parcel
from zusage.bootstrap.cases.requests import Standing
from zusage.documents.catalogue import Language, catalogue, tidy
from zusage.documents.lengths import day_in_words
from zusage.promises.manifest import Manifest
from zusage.rights.case import RIGHTS

#: characters of a message and of an address at most
WORDS, ADDRESS = 4_000, 254
#: the words of the form
_PARTS = ("right", "choose", "address", "words", "send", "notice", "wrong_right", "wrong_address")
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def language_of(accepted: str, chosen: str = "") -> Language:
    """German where it is chosen or the browser asks for it first, else English."""
    return "de" if (chosen or accepted).lower().startswith("de") else "en"


def form(
    manifest: Manifest, language: Language, given: Mapping[str, str] | None = None, wrong: Sequence[str] = ()
) -> HttpResponse:
    """The form; with what was ``given`` once more, where fields of it are ``wrong``."""
    say = catalogue(language)
    lines = [tidy(say("door.intro", controller=manifest.controller.name))]
    rights: list[tuple[str, str]] = [(right, say(f"door.rights.{right}")) for right in RIGHTS]
    words = {part: say(f"door.{part}") for part in _PARTS} | {"wrong_words": say("door.wrong_words", most=str(WORDS))}
    notice = manifest.notice.url or ""
    made = _page(
        language, say("door.title"), lines, rights=rights, words=words, given=given, wrong=wrong, other=not wrong,
        notice=notice if notice.startswith("https://") else "",
    )  # fmt: skip
    return _answer(made, 422 if wrong else 200)


def sent(manifest: Manifest, language: Language, *, delayed: bool = False) -> HttpResponse:
    """The same for everybody who asks; ``delayed`` while no mail goes out to anybody."""
    say = catalogue(language)
    first, second = ("door.sent_later", "door.away_else") if delayed else ("door.sent", "door.sent_nothing")
    lines = [say(first), say(second, email=_contact(manifest))]
    return _answer(_page(language, say("door.sent_title"), lines), 202)


def to_confirm(language: Language) -> HttpResponse:
    """A link that is good, with a button."""
    say = catalogue(language)
    made = _page(language, say("door.confirm_title"), [say("door.confirm")], button=say("door.confirm_button"), root="../")
    return _answer(made, 200)


def confirmed(manifest: Manifest, language: Language, found: Standing, root: str = "../") -> HttpResponse:
    """The number of the case, and by when it is answered."""
    say = catalogue(language)
    lines = [say("door.done", case=found.case.id)]
    if found.due:
        lines.append(say("door.done_due", day=day_in_words(found.due, say)))
    return _answer(_page(language, say("door.done_title"), lines, root=root), 200)


def refused(manifest: Manifest, language: Language) -> HttpResponse:
    """A link that was used, is too old, or was never made: the same for each."""
    say = catalogue(language)
    return _answer(_page(language, say("door.refused_title"), [say("door.refused", email=_contact(manifest))], root="../"), 404)


def unbelieved(manifest: Manifest, language: Language) -> HttpResponse:
    """A word of a login that was used, is too old, or was never given: the same for each."""
    say = catalogue(language)
    return _answer(_page(language, say("door.login_title"), [say("door.login", email=_contact(manifest))]), 403)


def to_fetch(language: Language) -> HttpResponse:
    """An answer that can be fetched, with a button."""
    say = catalogue(language)
    return _answer(
        _page(language, say("door.fetch_title"), [say("door.fetch")], button=say("door.fetch_button"), root="../"), 200
    )


def letter(language: Language, paragraphs: Sequence[str]) -> HttpResponse:
    """An answer that is a letter."""
    return _answer(_page(language, catalogue(language)("door.fetched_title"), list(paragraphs), root="../"), 200)


def archive(parcel: Parcel) -> HttpResponse:
    """An answer with files."""
    made = HttpResponse(parcel.content, content_type="application/zip")
    for name, value in _HEADERS.items():
        made[name] = value
    made["Content-Disposition"] = f'attachment; filename="{parcel.case}.zip"'
    return made


def ready(language: Language, found: Sequence[Ready]) -> HttpResponse:
    """What lies ready for whoever is logged in."""
    say = catalogue(language)
    lines = [say("door.ready" if found else "door.ready_none")]
    answers = [
        (
            say(
                "door.ready_one",
                case=one.case,
                right=say(f"requested.rights.{one.right}"),
                day=day_in_words(one.until.date(), say),
            ),
            f"answer/{one.secret}",
        )
        for one in found
    ]
    return _answer(_page(language, say("door.ready_title"), lines, answers=answers, button=say("door.fetch_button")), 200)


def often(language: Language) -> str:
    """Too many at once."""
    say = catalogue(language)
    return _page(language, say("door.often_title"), [say("door.often")])


def long(language: Language) -> str:
    """More was sent than anybody needs."""
    say = catalogue(language)
    return _page(language, say("door.long_title"), [say("door.long", most=str(WORDS))])


def unavailable(manifest: Manifest, language: Language, root: str = "") -> HttpResponse:
    """What is asked for cannot be kept or looked up now: nothing was noted, and nothing is used up."""
    say = catalogue(language)
    lines = [say("door.away"), say("door.away_else", email=_contact(manifest))]
    made = _answer(_page(language, say("door.away_title"), lines, root=root), 503)
    made["Retry-After"] = "60"
    return made


def headers() -> Mapping[str, str]:
    """What each page says to the browser."""
    return _HEADERS


@cache
def style() -> str:
    """The style of the pages."""
    return resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")


def _contact(manifest: Manifest) -> str:
    return manifest.controller.email or manifest.controller.name


def _answer(page: str, status: int) -> HttpResponse:
    made = HttpResponse(page, status=status)
    for name, value in _HEADERS.items():
        made[name] = value
    return made


def _page(
    language: Language,
    heading: str,
    lines: list[str],
    *,
    rights: list[tuple[str, str]] | None = None,
    words: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    wrong: Sequence[str] = (),
    button: str = "",
    root: str = "",
    other: bool = False,
    notice: str = "",
    answers: Sequence[tuple[str, str]] | None = None,
) -> str:
    given = {"right": "", "address": "", "words": "", **(given or {})}
    return _template().render(
        language=language, heading=heading, lines=lines, rights=rights or [], words=words or {}, given=given, wrong=wrong,
        button=button, root=root, other=other, notice=notice, most=WORDS, longest=ADDRESS,
        answers=answers,
    )  # fmt: skip


@cache
def _template() -> Template:
    text = resources.files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(text)
