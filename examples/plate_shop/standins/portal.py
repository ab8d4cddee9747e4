"""Tarifkompass, the comparison portal: takes the product data from server to server, then the visitor once."""

from secrets import token_urlsafe

from flask import Flask, abort, make_response, request
from markupsafe import Markup

from plate_shop.standins.served import Recorder

_PAGE = Markup("""<!doctype html><html lang="de"><meta charset="utf-8"><title>Tarifkompass</title>
<main id="angekommen"><h1>Tarifkompass</h1><p>Nachbildung eines Vergleichsportals. Ihre Angaben sind eingetroffen.</p></main></html>""")


class Portal:
    """The portal and the visitors it expects."""

    def __init__(self) -> None:
        self.app = Flask("tarifkompass")
        self.recorder = Recorder(self.app)
        self.broken = False  #: answers with an error, to see what the shop does then
        self._expected: set[str] = set()
        self.app.add_url_rule("/handovers", view_func=self._take, methods=["POST"])
        self.app.add_url_rule("/start/<token>", view_func=self._start)

    def _take(self) -> dict:
        self.recorder.note()
        if self.broken:
            abort(502)
        token = token_urlsafe(24)
        self._expected.add(token)
        return {"token": token}

    def _start(self, token: str) -> object:
        if token not in self._expected:
            abort(404)
        self._expected.remove(token)
        response = make_response(_PAGE)
        encrypted = not request.host.startswith("localhost")  # under its own name it is reached encrypted only
        response.set_cookie("referral", "musterschild", httponly=True, samesite="Lax", secure=encrypted)
        return response
