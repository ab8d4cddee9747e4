"""Which supervisory authority a complaint about the controller goes to (Art. 55, 77 GDPR, § 40 BDSG)."""

from __future__ import annotations

from .law import Authority, authority, authority_abroad
from .manifest import Competent, Controller


def competent(controller: Controller) -> Authority | Competent | None:
    """The one that the manifest names, or that of the seat: of the Land in Germany, of the state elsewhere. None where none is known.

    Somebody may also complain where they live or work; that stands in every letter beside it.
    """
    if controller.authority:
        return controller.authority
    if controller.country != "DE":
        return authority_abroad(controller.country)
    return authority(controller.land, public_body=controller.public_body) if controller.land else None
