"""The carrier Paketblitz, the Prägewerk Mitte, and the registration offices."""

from datetime import date, timedelta
from secrets import randbelow

from flask import Flask

from plate_shop.standins.served import Recorder


class Carrier:
    """Takes parcels, and is told when to forget an address."""

    def __init__(self) -> None:
        self.app = Flask("paketblitz")
        self.recorder = Recorder(self.app)
        self.app.add_url_rule("/parcels", view_func=self._parcel, methods=["POST"])
        self.app.add_url_rule("/erasures", view_func=self._erase, methods=["POST"])

    def _parcel(self) -> dict:
        self.recorder.note()
        return {"tracking_code": f"PB{randbelow(10**10):010d}"}

    def _erase(self) -> dict:
        self.recorder.note()
        return {"erased": True}


class Fulfilment:
    """Embosses plates."""

    def __init__(self) -> None:
        self.app = Flask("praegewerk")
        self.recorder = Recorder(self.app)
        self.app.add_url_rule("/jobs", view_func=self._job, methods=["POST"])

    def _job(self) -> dict:
        self.recorder.note()
        return {"accepted": True}


class Registration:
    """All offices at one address; the path says which."""

    def __init__(self) -> None:
        self.app = Flask("zulassung")
        self.recorder = Recorder(self.app)
        self.app.add_url_rule("/<authority>/reservations", view_func=self._reserve, methods=["POST"])

    def _reserve(self, authority: str) -> dict:
        self.recorder.note()
        expires = date.today() + timedelta(days=90)
        return {"pin": f"{randbelow(10**6):06d}", "expires_on": expires.isoformat(), "authority": authority}
