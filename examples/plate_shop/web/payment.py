"""After the order: to the provider's own page, and back."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for

from plate_shop.gateway import GatewayError
from plate_shop.trade import paying
from plate_shop.web.desk import the_sessions, the_shop

room = Blueprint("payment", __name__, url_prefix="/bestellung")


@room.get("/danke")
def thanks() -> str:
    """The order is in; the next click leads to the payment provider."""
    state = the_sessions().state()
    return render_template("thanks.html", order=_order(), pay_at=state.get("pay_at"), paid=state.get("paid"))


@room.post("/bezahlen")
def again() -> Response:
    """Announces the payment once more, when the provider could not be reached."""
    order = _order()
    try:
        the_sessions().remember(pay_at=paying.begin(the_shop(), order["id"], order["method"]))
    except GatewayError:
        abort(503)
    return redirect(url_for("payment.thanks"), 303)


@room.get("/bezahlt")
def returned() -> Response:
    """Back from the provider: what counts is what the provider says, not that the browser came back."""
    order = _order()
    try:
        if paying.settle(the_shop(), order["id"]):
            the_sessions().remember(paid=True, pay_at=None)
    except GatewayError:
        abort(503)
    return redirect(url_for("payment.thanks"), 303)


def _order() -> dict:
    return the_sessions().state().get("order") or abort(404)
