"""Documents and proofs of a person."""

from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from expert_pool import schema
from expert_pool.files import UnfitFile
from expert_pool.forms import EVIDENCE
from expert_pool.web import desk, sent
from expert_pool.web.desk import language, me, personal, the_pool
from expert_pool.work import approvals, documents, profiles
from expert_pool.work.consents import NoConsent

room = Blueprint("documents", __name__, url_prefix="/ich")


@room.get("/dokumente")
@personal
def listing(fault: str = "") -> str:
    """The documents with their previews."""
    with the_pool().engine.connect() as connection:
        found = documents.mine(connection, me().id)
    return render_template("person/documents.html", documents=found, kinds=documents.KINDS, fault=fault)


@room.post("/dokumente")
@personal
def upload() -> object:
    """Takes in a document; without explicit consent nothing that holds special data."""
    file = request.files.get("file")
    kind = request.form.get("kind", "")
    if file is None or kind not in documents.KINDS:
        return listing("file"), 422
    try:
        documents.upload(
            the_pool(),
            me().id,
            kind=kind,
            file_name=documents.plain_name(file.filename or ""),
            media_type=file.mimetype,
            content=file.read(),
            special="special" in request.form,
            special_consent="special_consent" in request.form,
            language=language(),
        )
    except UnfitFile:
        return listing("file"), 422
    except NoConsent:
        return listing("special"), 422
    return redirect(url_for("documents.listing"), 303)


@room.get("/dokumente/<name>")
@personal
def document(name: str) -> Response:
    """One of one's own."""
    one = _mine(name)
    return desk.handed_out(one)


@room.get("/dokumente/<name>/vorschau")
@personal
def preview(name: str) -> Response:
    """The picture of its first lines."""
    return Response(the_pool().files.preview(_mine(name).id), mimetype="image/svg+xml")


def _mine(name: str) -> object:
    with the_pool().engine.connect() as connection:
        return documents.find(connection, name, me().id) or abort(404)


@room.post("/dokumente/<name>/entfernen")
@personal
def remove(name: str) -> Response:
    """Takes a document away."""
    if not documents.remove(the_pool(), me().id, name):
        abort(404)
    return redirect(url_for("documents.listing"), 303)


@room.get("/nachweise")
@personal
def proofs() -> str:
    """The proofs, and how each stands in the approval loop."""
    return _proofs(EVIDENCE.blank())


def _proofs(answers: object) -> str:
    with the_pool().engine.connect() as connection:
        rows = profiles.listed(connection, me().id, schema.evidence)
        found = documents.mine(connection, me().id)
    return render_template("person/proofs.html", rows=rows, documents=found, form=EVIDENCE, answers=answers)


@room.post("/nachweise")
@personal
def submit() -> object:
    """A new proof, with a document or without."""
    answers, name = EVIDENCE.read(request.form), request.form.get("document", "")
    if not answers.good:
        return _proofs(answers), 422
    until = date.fromisoformat(answers.values["expires_on"]) if answers.values["expires_on"] else None
    with the_pool().engine.begin() as connection:
        chosen = name if name and documents.find(connection, name, me().id) else None
        approvals.submit(connection, me().id, answers.values["kind"], answers.values["title"], chosen, until)
    return redirect(url_for("documents.proofs"), 303)


@room.post("/nachweise/<int:number>/einspruch")
@personal
def contest(number: int) -> Response:
    """Disagrees with a decision: people look again."""
    with the_pool().engine.begin() as connection:
        approvals.contest(connection, me().id, number, sent.line("words", 240) or "–")
    return redirect(url_for("documents.proofs"), 303)
