"""The staff area: log in, applications, and the approval loop. German only."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from expert_pool import schema
from expert_pool.web import sent
from expert_pool.web.desk import colleague, handed_out, needs, rights, the_pool, the_sessions
from expert_pool.work import applying, approvals, documents, profiles, team
from expert_pool.work.history import note

room = Blueprint("staff", __name__, url_prefix="/intern")
LOOPS = {"nachweise": schema.evidence, "felder": schema.membership}
_HOMES = {
    "applications": "staff.applications",
    "trainings": "work.offers_page",
    "approvals": "staff.approval_loop",
    "messages": "work.messages",
    "holds": "people.search",
    "reports": "work.reports",
}


def staff_home() -> str:
    """The first page of the role."""
    return url_for(next(page for right, page in _HOMES.items() if right in rights()))


@room.get("/")
def login() -> object:
    """The login form."""
    return redirect(staff_home()) if colleague() else render_template("staff/login.html", refused=False)


@room.post("/")
def enter() -> object:
    """Logs in, under new tokens."""
    with the_pool().engine.connect() as connection:
        member = team.admit(connection, request.form.get("login", ""), request.form.get("password", ""))
    if member is None:
        return render_template("staff/login.html", refused=True), 403
    the_sessions().begin(staff_id=member.id)
    return redirect(url_for("staff.login"), 303)


@room.post("/abmelden")
def leave() -> Response:
    """Logs out."""
    the_sessions().end()
    return redirect(url_for("staff.login"), 303)


@room.get("/bewerbungen")
@needs("applications")
def applications() -> str:
    """Applications for vacancies and trainings, newest first."""
    table, state = schema.application, request.args.get("stand")
    wanted = applying.titled().add_columns(schema.profile.c.given_name, schema.profile.c.family_name)
    wanted = (
        wanted.join(schema.profile, schema.profile.c.person_id == table.c.person_id)
        .where(table.c.kind != "field")
        .order_by(table.c.id.desc())
        .limit(100)
    )
    with the_pool().engine.connect() as connection:
        found = list(connection.execute(wanted.where(table.c.state == state) if state else wanted))
    return render_template(
        "staff/applications.html", applications=found, state=state, states=schema.recruiting.APPLICATION_STATES
    )


@room.get("/bewerbungen/<int:number>")
@needs("applications")
def application(number: int) -> str:
    """One application, the profile behind it, and the documents that were chosen for it."""
    return _application(number)


def _application(number: int, refused: bool = False) -> str:
    table, chosen = schema.application, schema.application_document
    with the_pool().engine.begin() as connection:
        one = connection.execute(applying.titled().where(table.c.id == number, table.c.kind != "field")).first() or abort(404)
        names = connection.scalars(select(chosen.c.document_id).where(chosen.c.application_id == number))
        found = {
            "profile": profiles.of(connection, one.person_id),
            "documents": [documents.find(connection, name) for name in names.all()],
            "events": applying.history(connection, number),
        }
        note(connection, "profile-viewed", person_id=one.person_id, staff_id=colleague().id, actor="staff", detail="application")
    return render_template(
        "staff/application.html", one=one, next_states=applying.NEXT.get(one.state, ()), refused=refused, **found
    )


@room.post("/bewerbungen/<int:number>")
@needs("applications")
def move(number: int) -> object:
    """The next step: a person decides it."""
    try:
        with the_pool().engine.begin() as connection:
            applying.move(connection, number, sent.line("to"), colleague().id, sent.text("note"))
    except applying.NoSuchStep:
        return _application(number, refused=True), 409
    return redirect(url_for("staff.application", number=number), 303)


@room.get("/bewerbungen/<int:number>/dokumente/<name>")
@needs("applications")
def document(number: int, name: str) -> Response:
    """A document that was chosen for this application."""
    chosen = schema.application_document
    with the_pool().engine.begin() as connection:
        mine = (chosen.c.application_id == number, chosen.c.document_id == name)
        one = documents.find(connection, name) if connection.scalar(select(chosen.c.id).where(*mine)) else None
        if one is None or one.special:
            abort(403)
        note(connection, "document-opened", person_id=one.person_id, staff_id=colleague().id, actor="staff")
    return handed_out(one)


@room.get("/pruefung")
@needs("approvals")
def approval_loop(refused: bool = False) -> str:
    """Proofs and places in fields that wait for somebody."""
    with the_pool().engine.connect() as connection:
        found = {word: approvals.waiting(connection, table) for word, table in LOOPS.items()}
        names = {one.person_id: one for one in connection.execute(select(schema.profile).where(_waiting_people(found)))}
        fields = {one.id: one.name_de for one in connection.execute(select(schema.competence_field))}
    return render_template("staff/approvals.html", names=names, fields=fields, refused=refused, waiting=found)


@room.get("/pruefung/nachweise/<int:number>/dokument")
@needs("approvals")
def proof(number: int) -> Response:
    """The document of a proof that waits; that somebody opened it is noted."""
    with the_pool().engine.begin() as connection:
        waiting = [one for one in approvals.waiting(connection, schema.evidence) if one.id == number and one.document_id]
        one = documents.find(connection, waiting[0].document_id, waiting[0].person_id) if waiting else None
        if one is None or one.special:
            abort(403)
        note(connection, "document-opened", person_id=one.person_id, staff_id=colleague().id, actor="staff")
    return handed_out(one)


def _waiting_people(found: dict) -> object:
    return schema.profile.c.person_id.in_({one.person_id for rows in found.values() for one in rows})


@room.post("/pruefung/<any(nachweise, felder):word>/<int:number>")
@needs("approvals")
def decide(word: str, number: int) -> object:
    """First somebody checks, then somebody else decides."""
    table, step, reason = LOOPS[word], sent.line("step"), sent.line("reason", 240)
    if step not in ("check", "approve", "reject"):
        abort(422)
    try:
        with the_pool().engine.begin() as connection:
            if step == "check":
                approvals.check(connection, table, number, colleague().id)
            else:
                approvals.decide(connection, table, number, colleague().id, good=step == "approve", reason=reason)
    except approvals.OutOfTurn:
        return approval_loop(refused=True), 409
    return redirect(url_for("staff.approval_loop"), 303)
