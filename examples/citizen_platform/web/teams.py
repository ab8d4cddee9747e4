"""The teams: public to read, for confirmed members to contribute to."""

import hmac

import httpx
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Row

from citizen_platform.community import teams, writing
from citizen_platform.conference import links
from citizen_platform.forms import COMMENT, SUGGESTION, Answers
from citizen_platform.web.desk import contributor, me, the_platform

room = Blueprint("teams", __name__)


def _reader() -> int | None:
    mine = me()
    return mine.id if mine else None


def _team(slug: str) -> Row:
    with the_platform().engine.connect() as connection:
        return teams.find_team(connection, slug) or abort(404)


@room.get("/teams/<slug>")
def team(slug: str) -> str:
    """One team and what was suggested there."""
    return _show_team(slug, SUGGESTION.blank())


def _show_team(slug: str, answers: Answers, *, personal: bool = False) -> str:
    found, reader = _team(slug), _reader()
    with the_platform().engine.connect() as connection:
        return render_template(
            "team.html",
            team=found,
            suggestions=teams.suggestions(connection, found.id, reader),
            members=teams.public_members(connection, found.id),
            membership=teams.membership_of(connection, found.id, reader) if reader else None,
            answers=answers,
            personal=personal,
        )


@room.post("/teams/<slug>/mitmachen")
def join(slug: str) -> Response:
    """Joins."""
    teams.join(the_platform(), _team(slug).id, contributor().id)
    return redirect(url_for("teams.team", slug=slug), 303)


@room.post("/teams/<slug>/verlassen")
def leave(slug: str) -> Response:
    """Leaves."""
    teams.leave(the_platform(), _team(slug).id, contributor().id)
    return redirect(url_for("teams.team", slug=slug), 303)


@room.post("/teams/<slug>/benachrichtigung")
def notify(slug: str) -> Response:
    """Switches notifications of this team on or off."""
    found = _team(slug)
    with the_platform().engine.connect() as connection:
        belongs = teams.membership_of(connection, found.id, contributor().id) or abort(403)
    teams.notify(the_platform(), belongs.id, request.form.get("notify") == "yes")
    return redirect(url_for("teams.team", slug=slug), 303)


@room.get("/abbestellen/<int:number>/<switch>")
def unsubscribe(number: int, switch: str) -> str:
    """From a mail, without a login: a button."""
    _demand(number, switch)
    return render_template("unsubscribe.html", done=False)


@room.post("/abbestellen/<int:number>/<switch>")
def do_unsubscribe(number: int, switch: str) -> str:
    """Switches the notifications off; membership and account stay."""
    _demand(number, switch)
    teams.notify(the_platform(), number, False)
    return render_template("unsubscribe.html", done=True)


def _demand(number: int, switch: str) -> None:
    if not hmac.compare_digest(switch, writing.off_switch(the_platform(), number)):
        abort(404)


@room.post("/teams/<slug>/vorschlag")
def suggest(slug: str) -> object:
    """Files a suggestion."""
    answers, mine = SUGGESTION.read(request.form), contributor()
    if not answers.good:
        return _show_team(slug, answers), 422
    try:
        number = teams.suggest(the_platform(), _team(slug), mine.id, **answers.values, meant=request.form.get("meant") == "yes")
    except teams.PersonalDataError:
        return _show_team(slug, answers, personal=True), 422
    return redirect(url_for("teams.suggestion", number=number), 303)


@room.get("/vorschlaege/<int:number>")
def suggestion(number: int) -> str:
    """One suggestion and what was said about it."""
    return _show_suggestion(number, COMMENT.blank())


def _found(number: int) -> Row:
    with the_platform().engine.connect() as connection:
        return teams.find_suggestion(connection, number, _reader()) or abort(404)


def _show_suggestion(number: int, answers: Answers, *, personal: bool = False) -> str:
    found = _found(number)
    with the_platform().engine.connect() as connection:
        said = teams.comments(connection, number, _reader())
    return render_template("suggestion.html", one=found, comments=said, answers=answers, personal=personal, mine=_reader())


@room.post("/vorschlaege/<int:number>")
def comment(number: int) -> object:
    """Files a comment."""
    answers, mine = COMMENT.read(request.form), contributor()
    if not answers.good:
        return _show_suggestion(number, answers), 422
    try:
        teams.say(the_platform(), _found(number), mine.id, answers.values["text"], meant=request.form.get("meant") == "yes")
    except teams.PersonalDataError:
        return _show_suggestion(number, answers, personal=True), 422
    return redirect(url_for("teams.suggestion", number=number), 303)


@room.post("/beitraege/<any(suggestion, comment):kind>/<int:number>/<any(aendern, loeschen):what>")
def own(kind: str, number: int, what: str) -> Response:
    """Changes or deletes a contribution of one's own."""
    mine, form = contributor(), SUGGESTION if kind == "suggestion" else COMMENT
    try:
        if what == "loeschen":
            teams.remove(the_platform(), kind, number, mine.id)
        else:
            answers = form.read(request.form)
            teams.edit(the_platform(), kind, number, mine.id, **(answers.values if answers.good else abort(422)))
    except teams.NotYoursError:
        abort(403)
    return redirect(url_for("account.data"), 303)


@room.post("/teams/<slug>/treffen")
def meet(slug: str) -> Response:
    """Begins a meeting. The conference learns nothing about who began it; here nothing about it is stored."""
    settings, _ = the_platform().settings, (_team(slug), contributor())
    if not settings.conference_inside:
        abort(503)
    body = {"issued": links.LIFE}
    headers = {"X-Signature": links.sign(settings.conference_secret, "begin", body["issued"])}
    try:
        answer = httpx.post(f"{settings.conference_inside}/api/meetings", json=body, headers=headers, timeout=10, trust_env=False)
        number = answer.raise_for_status().json()["meeting"]
    except httpx.HTTPError:
        abort(503)
    moderator, guest = (
        settings.conference_url + links.join_path(settings.conference_secret, number, r) for r in ("moderator", "guest")
    )
    return Response(render_template("meeting.html", moderator=moderator, guest=guest))
