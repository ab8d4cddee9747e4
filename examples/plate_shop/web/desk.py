"""What every page reaches for: the shop, the session, the language."""

from flask import current_app

from plate_shop.shop import Shop
from plate_shop.web.sessions import Sessions


def the_shop() -> Shop:
    """The shop that these pages belong to."""
    return current_app.extensions["plate_shop"].shop


def the_sessions() -> Sessions:
    """The sessions of its visitors."""
    return current_app.extensions["plate_shop"].sessions
