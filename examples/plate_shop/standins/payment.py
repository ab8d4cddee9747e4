"""Zahlfix, the payment provider: card data are typed on its own page and never reach the shop."""

from secrets import token_urlsafe

from flask import Flask, abort, redirect, request
from markupsafe import Markup

from plate_shop.standins.served import Recorder

_PAGE = Markup("""<!doctype html><html lang="de"><meta charset="utf-8"><title>Zahlfix</title>
<style>body{{font:1.1rem/1.6 sans-serif;max-width:26rem;margin:3rem auto}}label{{display:block;margin:.8rem 0}}
input{{width:100%;font:inherit;padding:.4rem}}button{{font:inherit;padding:.5rem 1rem}}</style>
<h1>Zahlfix</h1><p>Nachbildung eines Zahlungsdienstes. Betrag: {amount}</p><form method="post">
<label>{label}<input name="account" required autocomplete="off"></label>
<button>Jetzt bezahlen</button></form></html>""")
_LABELS = {"card": "Kartennummer", "debit": "IBAN"}


class Payment:
    """The provider and its open payments."""

    def __init__(self) -> None:
        self.app = Flask("zahlfix")
        self.recorder = Recorder(self.app)
        self.accounts: list[str] = []  #: what was typed on the provider's own page
        self._payments: dict[str, dict] = {}
        self.app.add_url_rule("/payments", view_func=self._announce, methods=["POST"])
        self.app.add_url_rule("/payments/<number>", view_func=self._state)
        self.app.add_url_rule("/pay/<number>", view_func=self._page, methods=["GET", "POST"])

    def _announce(self) -> dict:
        number = token_urlsafe(18)
        self._payments[number] = {**self.recorder.note(), "state": "open"}
        return {"id": number}

    def _state(self, number: str) -> dict:
        return {"state": self._find(number)["state"]}

    def _page(self, number: str) -> object:
        payment = self._find(number)
        if request.method == "GET":
            amount = f"{payment['amount_cents'] / 100:.2f} €".replace(".", ",")
            return _PAGE.format(amount=amount, label=_LABELS[payment["method"]])
        self.accounts.append(request.form["account"])
        payment["state"] = "paid"
        return redirect(payment["return_url"], 303)

    def _find(self, number: str) -> dict:
        return self._payments.get(number) or abort(404)
