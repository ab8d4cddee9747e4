"""The staff area: log in, look at orders and invoices. German only."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from plate_shop import schema
from plate_shop.trade import finding
from plate_shop.trade.team import RIGHTS, Doorkeeper
from plate_shop.web.desk import the_sessions, the_shop

room = Blueprint("staff", __name__, url_prefix="/intern")
_door = Doorkeeper()


def rights() -> frozenset[str]:
    """What the person at hand may do: nothing without a login."""
    return RIGHTS.get(the_sessions().state().get("role", ""), frozenset())


def needs(right: str) -> Callable:
    """Only for roles with this right: others are refused, strangers are sent to the login."""

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> object:
            if not rights():
                return redirect(url_for("staff.login"), 303)
            return view(*args, **kwargs) if right in rights() else abort(403)

        return guarded

    return guard


@room.app_context_processor
def words() -> dict:
    """What templates ask: what may be shown, and where a role begins."""
    return {"rights": rights, "staff_home": staff_home}


def staff_home() -> str:
    """The first page of the role."""
    return url_for("staff.invoices" if "see-invoices" in rights() else "staff.orders")


@room.get("/")
def login() -> object:
    """The login form."""
    return redirect(staff_home()) if rights() else render_template("staff/login.html", refused=False)


@room.post("/")
def enter() -> object:
    """Logs in, under a new token."""
    name, password = request.form.get("login", ""), request.form.get("password", "")
    member = _door.admit(the_shop().engine, name, password)
    if member is None:
        return render_template("staff/login.html", refused=True), 403
    the_sessions().renew()
    the_sessions().remember(staff=member.login, role=member.role)
    return redirect(staff_home(), 303)


@room.post("/abmelden")
def leave() -> Response:
    """Logs out."""
    the_sessions().end()
    return redirect(url_for("staff.login"), 303)


@room.get("/bestellungen")
@needs("see-orders")
def orders() -> str:
    """Orders, newest first."""
    status, page = request.args.get("stand"), max(1, request.args.get("seite", 1, int))
    with the_shop().engine.connect() as connection:
        found = finding.recent_orders(connection, status, page)
    return render_template("staff/orders.html", orders=found, status=status, page=page, size=finding.PAGE)


@room.post("/bestellungen")
@needs("see-orders")
def search() -> str:
    """Finds an order by its number or the exact e-mail address; never through the address bar."""
    with the_shop().engine.connect() as connection:
        found = finding.search_orders(connection, request.form.get("word", "").strip())
    return render_template("staff/orders.html", orders=found, status=None, page=1, size=finding.PAGE)


@room.get("/bestellungen/<int:order_id>")
@needs("see-orders")
def order(order_id: int) -> str:
    """One order and what hangs on it."""
    with the_shop().engine.connect() as connection:
        try:
            found = finding.find_order(connection, order_id)
        except finding.NoSuchOrderError:
            abort(404)
        more = finding.belonging(connection, order_id)
    return render_template("staff/order.html", order=found, **more)


@room.get("/rechnungen")
@needs("see-invoices")
def invoices() -> str:
    """The newest invoices."""
    table, page = schema.invoice, max(1, request.args.get("seite", 1, int))
    wanted = select(table).order_by(table.c.id.desc()).limit(finding.PAGE).offset(finding.PAGE * (page - 1))
    with the_shop().engine.connect() as connection:
        found = list(connection.execute(wanted))
    return render_template("staff/invoices.html", invoices=found, page=page, size=finding.PAGE)
