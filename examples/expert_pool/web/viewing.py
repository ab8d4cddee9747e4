"""What a stakeholder sees behind a link: nothing without the code, nothing after the end, every look noted."""

from flask import Blueprint, Response, abort, render_template, request

from expert_pool.web.desk import handed_out, the_pool
from expert_pool.work import sharing

room = Blueprint("viewing", __name__, url_prefix="/freigabe")


@room.get("/<token>")
def ask(token: str) -> str:
    """Asks for the code, whether or not there is anything to see."""
    return render_template("viewing.html", shown=None, refused=False)


@room.post("/<token>")
def view(token: str) -> object:
    """The chosen fields."""
    with the_pool().engine.begin() as connection:
        one = sharing.opened(connection, token, request.form.get("code", ""), "profile")
        if one is None:
            return render_template("viewing.html", shown=None, refused=True), 403
        found, files = sharing.shown(connection, one), sharing.shared_documents(connection, one.id)
    return render_template("viewing.html", shown=found, documents=files, one=one, code=request.form["code"])


@room.post("/<token>/<name>")
def document(token: str, name: str) -> Response:
    """A document that was shared with the profile."""
    with the_pool().engine.begin() as connection:
        one = sharing.opened(connection, token, request.form.get("code", ""), "document")
        found = [d for d in sharing.shared_documents(connection, one.id) if d.id == name] if one else []
    if not found:
        abort(403)
    return handed_out(found[0])
