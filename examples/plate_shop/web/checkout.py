"""The steps of an order. Until the last, binding step everything lives in the session alone."""

from contextlib import suppress

from flask import Blueprint, Response, redirect, render_template, request, url_for

from plate_shop.forms.fields import Answers
from plate_shop.forms.registry import ADDRESS, DELIVERY, PLATE, label_of
from plate_shop.gateway import GatewayError
from plate_shop.plates import Plate, PlateError
from plate_shop.trade import paying
from plate_shop.trade.placing import Checkout, checkout_from, place
from plate_shop.web.desk import the_sessions, the_shop
from plate_shop.web.languages import language, translate

room = Blueprint("checkout", __name__, url_prefix="/bestellen")

STEPS = {"kennzeichen": PLATE, "adresse": ADDRESS, "versand": DELIVERY}
REVIEW = "pruefen"


@room.get("/")
def start() -> Response:
    """The first step."""
    return redirect(url_for("checkout.step", name="kennzeichen"))


@room.get("/<any(kennzeichen, adresse, versand):name>")
def step(name: str) -> object:
    """A step as it was left, or empty."""
    drafts = _drafts()
    if missing := _first_missing(drafts, before=name):
        return redirect(url_for("checkout.step", name=missing))
    return _show(name, STEPS[name].blank(drafts.get(STEPS[name].name)))


@room.post("/<any(kennzeichen, adresse, versand):name>")
def take(name: str) -> object:
    """Keeps a step's answers in the session, if they are good."""
    form, drafts = STEPS[name], _drafts()
    if missing := _first_missing(drafts, before=name):
        return redirect(url_for("checkout.step", name=missing), 303)
    answers = form.read(request.form)
    if name == "kennzeichen":
        _check_plate(answers)
    if not answers.good:
        return _show(name, answers), 422
    if "preview" in request.form:
        return _show(name, answers)
    the_sessions().remember(checkout={**drafts, form.name: answers.values})
    return redirect(_next(name), 303)


@room.get("/pruefen")
def review() -> object:
    """Everything once more, before it binds."""
    if missing := _first_missing(_drafts(), before=REVIEW):
        return redirect(url_for("checkout.step", name=missing))
    return render_template("checkout/review.html", step=REVIEW, steps=STEPS, checkout=_checkout())


@room.post("/pruefen")
def bind() -> Response:
    """The binding step: the order is placed, and the session forgets what it was made of."""
    if missing := _first_missing(_drafts(), before=REVIEW):
        return redirect(url_for("checkout.step", name=missing), 303)
    checkout = _checkout()
    placed = place(the_shop(), checkout)
    the_sessions().renew()
    the_sessions().remember(order={"id": placed.order_id, "number": placed.number, "method": checkout.method})
    with suppress(GatewayError):  # the next page offers to try again
        the_sessions().remember(pay_at=paying.begin(the_shop(), placed.order_id, checkout.method))
    return redirect(url_for("payment.thanks"), 303)


@room.post("/abbrechen")
def abandon() -> Response:
    """Throws the checkout away at once."""
    the_sessions().end()
    return redirect(url_for("pages.home"), 303)


def _drafts() -> dict[str, dict[str, str]]:
    return the_sessions().state().get("checkout", {})


def _first_missing(drafts: dict, *, before: str) -> str | None:
    for name, form in STEPS.items():
        if name == before:
            return None
        if form.name not in drafts:
            return name
    return None


def _next(name: str) -> str:
    names = [*STEPS, REVIEW]
    following = names[names.index(name) + 1]
    return url_for("checkout.review") if following == REVIEW else url_for("checkout.step", name=following)


def _show(name: str, answers: Answers) -> str:
    return render_template(f"checkout/{STEPS[name].name}.html", step=name, steps=STEPS, answers=answers, plate=_preview(answers))


def _check_plate(answers: Answers) -> None:
    answers.values["letters"] = answers.values["letters"].upper()
    try:
        if answers.good:
            _plate(answers.values)
    except PlateError as error:
        answers.faults["letters"] = str(error)


def _preview(answers: Answers) -> Plate | None:
    try:
        return _plate(answers.values) if answers.good and answers.values.get("digits") else None
    except PlateError:
        return None


def _plate(values: dict[str, str]) -> Plate:
    return Plate(values["district"], values["letters"], values["digits"], values["suffix"])


def _checkout() -> Checkout:
    words = translate(label_of(DELIVERY, "carrier_consent"))
    return checkout_from(_drafts(), words, language())
