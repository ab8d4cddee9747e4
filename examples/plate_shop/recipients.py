"""Who may receive what: the declared profile of every recipient. The gateway refuses everything else."""

import re
from dataclasses import dataclass

from plate_shop.districts import DISTRICTS

#: Member states of the EU and the EEA; elsewhere another basis is needed, and the shop has none.
EEA = frozenset(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEISITLILTLULVMTNLNOPLPTROSESISK"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one recipient may learn, and for which purpose."""

    recipient: str
    service: str  #: which of the configured services it is
    path: str  #: the end point there
    role: str  #: processor or controller
    purpose: str
    fields: frozenset[str]
    consented: frozenset[str] = frozenset()  #: only with a valid consent for this order
    consent_purpose: str | None = None


CARRIER = "paketblitz"
PAYMENT = "zahlfix"
FULFILMENT = "praegewerk-mitte"
PORTAL = "tarifkompass"
CARRIER_CONSENT = "carrier-announcement"

VEHICLE_FIELDS = ("vehicle_class", "first_registration", "mileage", "use", "drivers")

_FIXED = (
    Profile(
        recipient=CARRIER,
        service="carrier",
        path="/parcels",
        role="controller",
        purpose="delivery",
        fields=frozenset({"recipient_name", "street", "postal_code", "city", "parcel"}),
        consented=frozenset({"announcement_email"}),
        consent_purpose=CARRIER_CONSENT,
    ),
    Profile(
        recipient=PAYMENT,
        service="payment",
        path="/payments",
        role="controller",
        purpose="payment",
        fields=frozenset({"amount_cents", "reference", "method", "return_url"}),
    ),
    Profile(
        recipient=FULFILMENT,
        service="fulfilment",
        path="/jobs",
        role="processor",
        purpose="production",
        fields=frozenset({"order_number", "plate_text", "product", "quantity"}),
    ),
    Profile(
        recipient=PORTAL,
        service="portal",
        path="/handovers",
        role="controller",
        purpose="insurance-comparison",
        fields=frozenset(VEHICLE_FIELDS),
    ),
)


def _office(authority: str) -> Profile:
    return Profile(
        recipient=authority,
        service="registration",
        path=f"/{authority}/reservations",
        role="controller",
        purpose="reservation",
        fields=frozenset({"plate_text", "district", "holder_name"}),
    )


PROFILES = {profile.recipient: profile for profile in _FIXED} | {
    district.authority: _office(district.authority) for district in DISTRICTS.values()
}

#: Not a transfer of the shop's own accord: the carrier is told to forget an e-mail address.
CARRIER_NOTICE = Profile(
    recipient=CARRIER,
    service="carrier",
    path="/erasures",
    role="controller",
    purpose="consent-withdrawn",
    fields=frozenset({"tracking_code", "erase"}),
)


def field_list(fields: object) -> str:
    """Field names as the register of disclosures holds them."""
    return ",".join(sorted(fields))
