"""Everybody the shop deals with, started together."""

import tempfile
from pathlib import Path

from sqlalchemy import Engine

from plate_shop.mails import SmtpRoute
from plate_shop.standins.certificate import make_certificate
from plate_shop.standins.mail import MailServer
from plate_shop.standins.partners import Carrier, Fulfilment, Registration
from plate_shop.standins.payment import Payment
from plate_shop.standins.portal import Portal
from plate_shop.standins.served import Served
from plate_shop.standins.tags import Tags

#: Another host than the shop's, so that a browser keeps their cookies apart as it would outside.
ELSEWHERE = "localhost"

#: the services whose tags the shop has, under the names that its manifest gives; browsers in tests are told where they are
TAGS = {"analytics": "tags.zaehlwerk.example", "advertising": "tags.werbenetz.example"}

#: the comparison portal, as browsers reach it
PORTAL = "www.tarifkompass.example"


class Town:
    """All stand-ins, each on a port of its own."""

    def __init__(self, mailbox: Engine) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="plate-shop-")
        certificate = make_certificate(Path(self._folder.name))
        self.mail = MailServer(mailbox, certificate)
        self.smtp = SmtpRoute(host="127.0.0.1", port=self.mail.port, ca_file=certificate[0])
        self.payment, self.carrier, self.fulfilment = Payment(), Carrier(), Fulfilment()
        self.registration, self.portal = Registration(), Portal()
        self.analytics, self.advertising = Tags("zaehlwerk", "_zw"), Tags("werbenetz", "_wn")
        self._served = {
            name: Served(getattr(self, name).app, host=ELSEWHERE)
            for name in ("payment", "carrier", "fulfilment", "registration", "portal")
        }
        self._served |= {name: Served(getattr(self, name).app, host=host) for name, host in TAGS.items()}

    @property
    def services(self) -> dict[str, str]:
        """Where each service is."""
        return {name: served.url for name, served in self._served.items()}

    def close(self) -> None:
        """Stops everybody and forgets the certificate."""
        for served in self._served.values():
            served.close()
        self.mail.close()
        self._folder.cleanup()
