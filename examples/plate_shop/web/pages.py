"""Pages to read: home, imprint, terms, notice; and the page on which a consent is withdrawn."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for

from plate_shop import notice, versions
from plate_shop.gateway import GatewayError
from plate_shop.plates import Plate
from plate_shop.trade import consents
from plate_shop.web import consents as consents_web
from plate_shop.web.desk import the_shop
from plate_shop.web.languages import language

room = Blueprint("pages", __name__)


@room.get("/")
def home() -> str:
    """What the shop sells."""
    return render_template("home.html", plate=Plate("QA", "MS", "25"))


@room.get("/impressum")
def imprint() -> str:
    """Who is behind the shop."""
    return render_template("imprint.html")


@room.get("/agb")
def terms() -> str:
    """The terms, with their version."""
    return render_template("terms.html", version=versions.TERMS)


@room.get("/datenschutz")
def privacy() -> Response | str:
    """The notice exactly as it was published."""
    text = notice.published(the_shop().settings.notice_dir, f"notice.{language()}.html")
    if text is None:
        return render_template("notice_missing.html")
    if consents_web.tags():  # the text stays as it was published; the way to the settings comes with it as on every page
        text = text.replace(b"</head>", b'<script src="/zusage/consent.js" defer></script>\n</head>', 1)
    return Response(text, mimetype="text/html")


@room.get("/<any({files}):name>".format(files=", ".join(f"'{name}'" for name in notice.FILES)))
def notice_file(name: str) -> Response:
    """What the notice links to: its style sheet, and itself in the other language."""
    text = notice.published(the_shop().settings.notice_dir, name)
    return Response(abort(404) if text is None else text, mimetype=notice.FILES[name])


@room.get("/einwilligung/<consent_id>")
def consent(consent_id: str) -> str:
    """Shows whether the consent stands."""
    return render_template("consent.html", standing=consents.known(the_shop(), consent_id))


@room.post("/einwilligung/<consent_id>")
def withdraw(consent_id: str) -> Response:
    """Withdraws the consent: as easy as giving it was."""
    if consents.known(the_shop(), consent_id):
        try:
            consents.withdraw(the_shop(), consent_id)
        except GatewayError:
            abort(503)
    return redirect(url_for("pages.consent", consent_id=consent_id), 303)
