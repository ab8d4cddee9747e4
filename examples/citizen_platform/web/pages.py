"""Pages to read: home, guidance, rules, imprint, notice."""

from flask import Blueprint, Response, abort, render_template
from sqlalchemy import select

from citizen_platform import notice
from citizen_platform.community import teams
from citizen_platform.schema import external_link
from citizen_platform.web.desk import the_platform
from citizen_platform.web.languages import language

room = Blueprint("pages", __name__)


@room.get("/")
def home() -> str:
    """What the platform is."""
    with the_platform().engine.connect() as connection:
        return render_template("home.html", teams=teams.all_teams(connection))


@room.get("/impressum")
def imprint() -> str:
    """Who is behind the platform, and whose pages are linked."""
    with the_platform().engine.connect() as connection:
        links = list(connection.execute(select(external_link).order_by(external_link.c.address)))
    return render_template("imprint.html", links=links)


@room.get("/unter-16")
def young() -> str:
    """What people under 16 and their parents should know."""
    return render_template("young.html")


@room.get("/datenschutz")
def privacy() -> Response | str:
    """The notice exactly as it was published."""
    text = notice.published(the_platform().settings.notice_dir, f"notice.{language()}.html")
    if text is None:
        return render_template("notice_missing.html")
    return Response(text, mimetype="text/html")


@room.get("/<any({files}):name>".format(files=", ".join(f"'{name}'" for name in notice.FILES)))
def notice_file(name: str) -> Response:
    """What the notice links to: its style sheet, and itself in the other language."""
    text = notice.published(the_platform().settings.notice_dir, name)
    return Response(abort(404) if text is None else text, mimetype=notice.FILES[name])
