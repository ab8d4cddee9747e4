"""Pages for everybody: what is offered, the notice, the imprint, and the links that end mails."""

from flask import Blueprint, Response, abort, jsonify, render_template
from sqlalchemy import select

from expert_pool.schema import organisation
from expert_pool.web.desk import language, me, personal, t, the_pool
from expert_pool.work import alerts, colleagues, messaging, offers, training
from plate_shop import notice

room = Blueprint("public", __name__)
KINDS = {"stellen": "vacancy", "trainings": "training"}


def is_member() -> bool:
    """Whether the members' channel is open to the visitor."""
    return bool(me() and me().state == "member")


@room.get("/")
def home() -> str:
    """What the pool is, and what is new."""
    with the_pool().engine.connect() as connection:
        new = {kind: offers.visible(connection, kind, "site", member=is_member())[:3] for kind in ("vacancy", "training")}
    return render_template("home.html", **new)


@room.get("/<any(stellen, trainings):word>")
def listing(word: str) -> str:
    """All open vacancies or trainings; looking leaves no trace of who looked."""
    with the_pool().engine.connect() as connection:
        found = offers.visible(connection, KINDS[word], "site", member=is_member())
    return render_template("offers.html", word=word, kind=KINDS[word], offers=found)


@room.get("/<any(stellen, trainings):word>/<int:number>")
def offer(word: str, number: int) -> str:
    """One of them; what is for members only is not there for others."""
    kind = KINDS[word]
    with the_pool().engine.connect() as connection:
        found = offers.visible(connection, kind, None, member=is_member(), number=number)
        if not found:
            abort(404)
        seat = bool(kind == "training" and me() and training.takes_part(connection, me().id, number))
        said = training.conversation(connection, number) if seat else []
        holder = connection.execute(select(organisation).where(organisation.c.id == found[0].organisation_id)).one()
    return render_template("offer.html", word=word, kind=kind, offer=found[0], holder=holder, seat=seat, said=said)


@room.get("/<any(feed, partner):channel>.json")
def feed(channel: str) -> Response:
    """What is open, for other boards and the pages of partners: nothing about people, nothing for members only."""
    with the_pool().engine.connect() as connection:
        found = [
            {
                "kind": kind,
                "title": t(one.title_de, one.title_en),
                "closes": (one.closes_on if kind == "vacancy" else one.starts_on).isoformat(),
                "url": the_pool().link(f"/{word}/{one.id}"),
            }
            for word, kind in KINDS.items()
            for one in offers.visible(connection, kind, channel)
        ]
    return jsonify(found)


@room.get("/impressum")
def imprint() -> str:
    """Who is behind the pool."""
    return render_template("imprint.html")


@room.get("/datenschutz")
def privacy() -> Response | str:
    """The notice exactly as it was published."""
    text = notice.published(the_pool().settings.notice_dir, f"notice.{language()}.html")
    return Response(text, mimetype="text/html") if text else render_template("notice_missing.html")


@room.get("/<any({files}):name>".format(files=", ".join(f"'{name}'" for name in notice.FILES)))
def notice_file(name: str) -> Response:
    """What the notice links to: its style sheet, and itself in the other language."""
    text = notice.published(the_pool().settings.notice_dir, name)
    return Response(abort(404) if text is None else text, mimetype=notice.FILES[name])


@room.get("/abbestellen/<token>")
def stopping(token: str) -> str:
    """Asks once, so that a program that only follows links ends nothing."""
    return render_template("stop.html", done=False)


@room.post("/abbestellen/<token>")
def stop(token: str) -> str:
    """Ends what the mail was sent for: an alert, or messages to a contact. Needs no login."""
    with the_pool().engine.begin() as connection:
        ended = alerts.end(connection, token) or messaging.opt_out(the_pool(), connection, token)
    return render_template("stop.html", done=ended)


@room.get("/felder/<int:number>")
@personal
def field(number: int) -> str:
    """Who else is in a field, for those who are in it themselves: given names only."""
    with the_pool().engine.connect() as connection:
        found = colleagues.of_field(connection, me().id, number)
    return render_template("person/field.html", people=abort(403) if found is None else found, number=number)
