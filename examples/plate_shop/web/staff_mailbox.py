"""The inquiry mailbox for the support team, and what the accounts team does with invoices."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from plate_shop import schema
from plate_shop.gateway import GatewayError
from plate_shop.mails import MailError
from plate_shop.schema import INQUIRY_STATES, KEPT_FOR
from plate_shop.trade import closing, inquiries, paying
from plate_shop.web.desk import the_shop
from plate_shop.web.staff import needs

room = Blueprint("mailbox", __name__, url_prefix="/intern")


@room.get("/anfragen")
@needs("inquiries")
def threads() -> str:
    """The threads in one state."""
    state = request.args.get("stand", "open")
    if state not in INQUIRY_STATES:
        abort(404)
    return render_template("staff/inquiries.html", threads=inquiries.threads(the_shop(), state), shown=state)


@room.get("/anfragen/<int:inquiry_id>")
@needs("inquiries")
def thread(inquiry_id: int) -> str:
    """One thread."""
    try:
        found, messages = inquiries.thread(the_shop(), inquiry_id)
    except inquiries.NoSuchInquiryError:
        abort(404)
    return render_template("staff/inquiry.html", thread=found, messages=messages)


@room.post("/anfragen/<int:inquiry_id>/antwort")
@needs("inquiries")
def answer(inquiry_id: int) -> Response:
    """Answers by e-mail."""
    text = request.form.get("text", "").strip() or abort(422)
    try:
        inquiries.answer(the_shop(), inquiry_id, text)
    except MailError:
        abort(503)
    return redirect(url_for("mailbox.thread", inquiry_id=inquiry_id), 303)


@room.post("/anfragen/<int:inquiry_id>/schliessen")
@needs("inquiries")
def close(inquiry_id: int) -> Response:
    """Closes the thread; what is kept for a duty needs its reference."""
    kept_for = request.form.get("kept_for") or None
    reference = request.form.get("reference", "").strip()[:40] or None
    if (kept_for and kept_for not in KEPT_FOR) or bool(kept_for) != bool(reference):
        abort(422)
    inquiries.close(the_shop(), inquiry_id, kept_for, reference)
    return redirect(url_for("mailbox.thread", inquiry_id=inquiry_id), 303)


@room.post("/rechnungen/<int:invoice_id>/veranlagung")
@needs("see-invoices")
def assessment(invoice_id: int) -> Response:
    """Marks whether the tax assessment is still open."""
    closing.mark_assessment(the_shop(), invoice_id)
    return redirect(url_for("staff.invoices"), 303)


@room.post("/zahlungen")
@needs("check-payment")
def check_payment() -> Response:
    """Asks the provider about an order whose customer did not come back from it."""
    table = schema.shop_order
    with the_shop().engine.connect() as connection:
        number = request.form.get("number", "").strip()
        order_id = connection.scalar(select(table.c.id).where(table.c.number == number)) or abort(404)
    try:
        paying.settle(the_shop(), order_id)
    except GatewayError:
        abort(503)
    return redirect(url_for("staff.invoices"), 303)
