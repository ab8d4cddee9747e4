"""The few pages of the service: confirming and withdrawing what was asked by mail, and the settings by themselves."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import resources

from django.http import HttpResponse
from jinja2 import Environment, StrictUndefined, Template

from zusage.consent.mail import Wish, token
from zusage.consent.offer import Offer
from zusage.consent.words import LANGUAGES, Language, sentence, words

from .counter import PATIENCE, Counter


def response(page: str, status: int) -> HttpResponse:
    """A page that no other page may frame, that runs nothing but our own script, and that tells nobody where it was."""
    made = HttpResponse(page, status=status)
    made["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    made["Referrer-Policy"] = "no-referrer"
    made["Cache-Control"] = "no-store"
    made["X-Content-Type-Options"] = "nosniff"
    return made


def to_confirm(counter: Counter, text: str) -> str:
    """What is asked, with a button. Raises LinkRefused."""
    wish = counter.wish(text)
    said = words(wish.language)["mail"]
    return _page(wish.language, said["confirm_heading"], lines=_asked(counter.desk.offer, wish), button=said["confirm_button"])


def confirm(counter: Counter, text: str) -> str:
    """Record, and offer to withdraw at once. Raises LinkRefused."""
    wish = counter.wish(text)
    if wish.kind == "withdraw":
        return _ask_withdrawal(counter, wish)
    counter.confirm(wish).result(PATIENCE)
    said = words(wish.language)["mail"]
    action = f"withdrawals?token={_withdrawing(counter, wish)}"
    return _page(wish.language, said["confirm_heading"], lines=[said["confirmed"]], button=said["withdraw_button"], action=action)


def withdraw(counter: Counter, text: str) -> str:
    """Withdraw. Raises LinkRefused."""
    wish = counter.wish(text)
    counter.withdraw_by_mail(wish).result(PATIENCE)
    said = words(wish.language)["mail"]
    return _page(wish.language, said["withdraw_heading"], lines=[said["withdrawn"]])


def refused(offer: Offer) -> str:
    """A link that does not hold, in both languages."""
    lines = [words(language)["mail"]["refused"] for language in LANGUAGES]
    return _page("de", offer.controller, lines=lines)


def settings(accepted: str) -> str:
    """A page with the script and nothing else."""
    language: Language = "de" if accepted.lower().startswith("de") else "en"
    said = words(language)["controls"]
    return _page(language, said["label"], script="consent.js", button=said["settings"], opens=True)


def _ask_withdrawal(counter: Counter, wish: Wish) -> str:
    said = words(wish.language)["mail"]
    action = f"withdrawals?token={_withdrawing(counter, wish)}"
    return _page(wish.language, said["withdraw_heading"], button=said["withdraw_button"], action=action)


def _withdrawing(counter: Counter, wish: Wish) -> str:
    return token(replace(wish, kind="withdraw", until=0), counter.desk.key)


def _asked(offer: Offer, wish: Wish) -> list[str]:
    found = (offer.purpose(name) for name in wish.purposes)
    return [sentence(one.says.in_language(wish.language)) for one in found if one] + [offer.controller]


def _page(
    language: Language,
    heading: str,
    *,
    lines: list[str] | None = None,
    button: str = "",
    action: str = "",
    script: str = "",
    opens: bool = False,
) -> str:
    return _template().render(
        language=language,
        heading=heading,
        lines=lines or [],
        button=button,
        action=action,
        script=script,
        opens=opens,
        root="" if script else "../",
    )


@cache
def style() -> str:
    """The style of the pages."""
    return resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")


@cache
def _template() -> Template:
    text = resources.files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(text)
