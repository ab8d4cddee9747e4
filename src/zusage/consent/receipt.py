"""A record of consent and its receipt as ISO/IEC TS 27560:2023 has them, in the words of the W3C Data Privacy Vocabulary (JSON-LD). Pure.

The receipt is the copy of one record for the person whom it is about. It holds the content of the record byte for byte, so that whoever
has it can compute its digest, and its place in the chain, which the controller cannot change without contradicting what was sealed.

The fields that the standard demands, as its public descriptions name them, and where they are here:

1. Header: schema (``dct:conformsTo``), record and receipt (``dct:identifier``), person (``dpv:hasDataSubject``), when (``dct:created``).
2. Processing: notice with its language, and for each purpose the lawful basis, data, storage locations, retention, recipients and the
   way to withdraw; jurisdiction.
3. Parties: identifier, name, address, contact and kind of each.
4. Event: time, validity, who acted, kind of consent, state.

What the text of then says is taken from it; what it does not say, from the manifest of today.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from .offer import Offer
from .record import Answer, Record, stamp
from .shown import Shown

_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "zusage": "https://zusage.example/ns#",
}
_SCHEMA = "https://w3id.org/dpv/schema/dpv-27560"
#: what a consent is about where no entry and no class of data is declared
_THE_CHOICE = "the choice itself, under a pseudonym"
_STATES: dict[Answer, str] = {
    "given": "dpv:ConsentGiven",
    "refused": "dpv:ConsentRefused",
    "withdrawn": "dpv:ConsentWithdrawn",
}


def receipt(record: Record, text: Shown, offer: Offer, now: datetime) -> dict[str, Any]:
    """The receipt of a record, with all that the text said then."""
    return {
        "@context": _CONTEXT,
        "@id": f"urn:zusage:consent-receipt:{record.id}",
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": record.id,
        "dct:conformsTo": f"{_SCHEMA}#receipt-eu-gdpr",
        "dct:created": stamp(now),
        "dct:publisher": _party(offer),
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": consent_record(record, text, offer),
        "zusage:proof": {
            "zusage:number": record.number,
            "zusage:content": record.content,
            "zusage:contentDigest": record.content_digest,
            "zusage:digest": record.digest,
        },
    }


def consent_record(record: Record, text: Shown, offer: Offer) -> dict[str, Any]:
    """A record: header, processing, parties and event."""
    said = json.loads(text.body)
    return {
        "@id": f"urn:zusage:consent-record:{record.id}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": record.id,
        "dct:created": stamp(record.choice.at),
        "dct:conformsTo": f"{_SCHEMA}#record-eu-gdpr",
        "dpv:hasDataSubject": {"@id": f"urn:zusage:subject:{record.choice.subject}", "@type": "dpv:DataSubject"},
        "dpv:hasDataController": _party(offer),
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasJurisdiction": f"loc:{offer.country}",
        "dpv:hasNotice": _notice(text, said),
        "dpv:hasProcess": list(_processes(record, text, said, offer)),
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": str(offer.consents.records_kept),
            "dct:description": "kept for this long after the choice has ended",
        },
    }


def _party(offer: Offer) -> dict[str, Any]:
    found = {
        "@type": "dpv:DataController",
        "dct:identifier": offer.consents.sites[0],
        "schema:name": offer.controller,
        "dpv:hasAddress": ", ".join(filter(None, (offer.address, offer.country))),
        "dpv:hasContact": offer.contact or offer.consents.sites[0],
    }
    return {**found, "schema:email": offer.contact} if offer.contact else found


def _notice(text: Shown, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "dpv:ConsentNotice",
        "@id": f"urn:sha256:{text.digest}",
        "dct:identifier": text.digest,
        "dct:language": text.language,
        "dct:source": said["notice"],
        "zusage:shown": {key: said[key] for key in ("banner", "settings", "purposes", "necessary")},
    }


def _processes(record: Record, text: Shown, said: dict[str, Any], offer: Offer) -> Iterator[dict[str, Any]]:
    for purpose in said["purposes"]:
        answer = record.choice.answers.get(purpose["name"])
        if answer is None:
            continue
        known = offer.purpose(purpose["name"])
        special = known is not None and known.special
        classes = [one.in_language(text.language) for one in known.data] if known else []
        yield {
            "@type": "dpv:Process",
            "dpv:hasPurpose": {
                "@id": f"zusage:purpose-{purpose['name']}",
                "dct:title": purpose["title"],
                "dct:description": purpose["purpose"],
            },
            "dpv:hasLegalBasis": "eu-gdpr:A9-2-a" if special else "eu-gdpr:A6-1-a",
            "dpv:hasRecipient": [{"@type": "dpv:Recipient", "schema:name": name} for name in purpose["recipients"]],
            "dpv:hasPersonalData": [*purpose["cookies"], *classes] or [_THE_CHOICE],
            "dpv:hasStorageCondition": list(_storage(purpose["reach"], said["notice"], offer)),
            "dpv:hasConsentControl": {
                "@type": "dpv:WithdrawConsent",
                "dct:description": purpose["withdraw"],
                "schema:url": _withdrawals(record, offer),
            },
            "dpv:hasRight": {"@id": "eu-gdpr:A7-3", "dct:description": purpose["withdraw"]},
            "dct:hasVersion": purpose["version"],
            "dpv:hasConsentStatus": {
                "@id": _STATES[answer],
                "@type": "dpv:ExplicitlyExpressedConsent" if special else "dpv:ExpressedConsent",
                **_event(record),
            },
        }


def _storage(reach: Sequence[str], notice: str, offer: Offer) -> Iterator[dict[str, Any]]:
    """Where and for how long, out of what the consent reached: recipients with their countries, and entries with their lifetimes."""
    countries = {offer.country, *(item.rpartition(" ")[2] for item in reach if item.startswith("recipient "))}
    yield {"@type": "dpv:StorageLocation", "dpv:hasLocation": [f"loc:{one}" for one in sorted(filter(None, countries))]}
    entries = [item.removeprefix("entry ").rpartition(" ") for item in reach if item.startswith("entry ")]
    for name, _, lifetime in entries:
        yield {"@type": "dpv:StorageDuration", "dct:identifier": name, "dpv:hasDuration": lifetime or "session"}
    if not entries:
        yield {"@type": "dpv:UntilEventDuration", "dct:description": "for the period that the notice names", "dct:source": notice}


def _withdrawals(record: Record, offer: Offer) -> str:
    """Where one call withdraws."""
    service = offer.consents.service
    site = record.choice.site or offer.consents.sites[0]
    return f"{site if service.startswith('/') else ''}{service}/withdrawals"


def _event(record: Record) -> dict[str, Any]:
    choice = record.choice
    found = {
        "dct:date": stamp(choice.at),
        "dct:valid": stamp(choice.until),
        "dpv:isIndicatedBy": "dpv:DataSubject",
        "dpv:isImplementedByEntity": "dpv:DataSubject",
        "dpv:hasIndicationMethod": choice.how,
        "schema:location": choice.site,
    }
    return {**found, "zusage:requested": stamp(choice.requested_at)} if choice.requested_at else found
