"""What staff do with an order: each step only with the right that it needs."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from plate_shop import schema
from plate_shop.database import utcnow
from plate_shop.gateway import GatewayError
from plate_shop.trade import closing, consents, dispatching, notes
from plate_shop.trade.finding import NoSuchOrderError
from plate_shop.web.desk import the_sessions, the_shop
from plate_shop.web.staff import needs

room = Blueprint("steps", __name__, url_prefix="/intern/bestellungen/<int:order_id>")


@room.post("/versenden")
@needs("dispatch")
def dispatch(order_id: int) -> object:
    """Hands the parcel to the carrier."""
    return _do(order_id, lambda: dispatching.dispatch(the_shop(), order_id))


@room.post("/abschliessen")
@needs("complete")
def complete(order_id: int) -> object:
    """The order is done."""
    return _do(order_id, lambda: closing.complete(the_shop(), order_id))


@room.post("/stornieren")
@needs("cancel")
def cancel(order_id: int) -> object:
    """The order is called off."""
    return _do(order_id, lambda: closing.cancel(the_shop(), order_id))


@room.post("/notiz")
@needs("note")
def note(order_id: int) -> object:
    """Files a note."""
    text = request.form.get("text", "").strip() or abort(422)
    role = the_sessions().state()["role"]
    return _do(order_id, lambda: notes.file(the_shop(), order_id, role, text))


@room.post("/streit")
@needs("dispute")
def open_dispute(order_id: int) -> object:
    """Opens a dispute: with a reference and a day to look at it again."""
    reference, reason = (request.form.get(name, "").strip() or abort(422) for name in ("reference", "reason"))
    review_on = _day(request.form.get("review_on", ""))
    return _do(order_id, lambda: closing.open_dispute(the_shop(), order_id, reference, reason, review_on))


@room.post("/streit/<int:dispute_id>/beilegen")
@needs("dispute")
def close_dispute(order_id: int, dispute_id: int) -> object:
    """Closes a dispute."""
    return _do(order_id, lambda: closing.close_dispute(the_shop(), order_id, dispute_id))


@room.post("/widerruf")
@needs("consent")
def withdraw(order_id: int) -> object:
    """Withdraws the carrier consent for a customer who asked by mail or telephone."""
    table = schema.consent
    with the_shop().engine.connect() as connection:
        given = connection.scalars(select(table.c.id).where(table.c.order_id == order_id)).all()
    return _do(order_id, lambda: [consents.withdraw(the_shop(), consent_id) for consent_id in given])


def _do(order_id: int, step: Callable[[], object]) -> Response | tuple[str, int]:
    try:
        step()
    except dispatching.NotReadyError as error:
        return render_template("staff/refused.html", order_id=order_id, why=str(error)), 409
    except GatewayError as error:
        return render_template("staff/refused.html", order_id=order_id, why=str(error)), 503
    except NoSuchOrderError:
        abort(404)
    return redirect(url_for("staff.order", order_id=order_id), 303)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(422)
    return day if day > utcnow().date() - timedelta(days=1) else abort(422)
