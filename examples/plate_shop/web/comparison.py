"""The insurance comparison: offered after an order, its data passed through in memory, nothing kept."""

from flask import Blueprint, abort, g, redirect, render_template, request

from plate_shop.forms.registry import COMPARISON
from plate_shop.gateway import GatewayError
from plate_shop.recipients import PORTAL, PROFILES, VEHICLE_FIELDS
from plate_shop.trade import consents
from plate_shop.web.desk import the_sessions, the_shop
from plate_shop.web.languages import language

room = Blueprint("comparison", __name__, url_prefix="/vergleich")


@room.before_request
def only_after_an_order() -> None:
    """There is no way in before an order is binding."""
    if not the_sessions().state().get("order"):
        abort(404)
    g.extra_forms = " " + the_shop().gateway.site(PROFILES[PORTAL])  # where the form's answer leads


@room.get("/")
def form() -> str:
    """The empty form; nothing of it is stored before it is sent, nor after."""
    return render_template("comparison.html", answers=COMPARISON.blank(), failed=False)


@room.post("/")
def send() -> object:
    """Consent first, then the product data from server to server, then the visitor with an opaque token."""
    answers = COMPARISON.read(request.form)
    if not answers.good:
        return render_template("comparison.html", answers=answers, failed=False), 422
    consents.give_for_comparison(the_shop(), language())
    try:
        return redirect(_hand_over(answers.values), 303)
    except GatewayError:
        return render_template("comparison.html", answers=answers, failed=True), 503


def _hand_over(values: dict[str, str]) -> str:
    gateway, portal = the_shop().gateway, PROFILES[PORTAL]
    token = gateway.hand_over(portal, {name: values[name] for name in VEHICLE_FIELDS if values[name]})["token"]
    return gateway.page(portal, f"/start/{token}")
