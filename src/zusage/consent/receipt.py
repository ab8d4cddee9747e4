"""A record of consent and its receipt as ISO/IEC TS 27560:2023 has them, in the words of the W3C Data Privacy Vocabulary (JSON-LD). Pure.

The receipt is the copy of one record for the person whom it is about. It holds the content of the record byte for byte, so that whoever
has it can compute its digest, and its place in the chain, which the controller cannot change without contradicting what was sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
        "dct:conformsTo": f"{_SCHEMA}#record-eu-gdpr",
        "dpv:hasDataSubject": {"@id": f"urn:zusage:subject:{record.choice.subject}", "@type": "dpv:DataSubject"},
        "dpv:hasDataController": _party(offer),
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasNotice": _notice(text, said),
        "dpv:hasProcess": list(_processes(record, said)),
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": str(offer.consents.records_kept),
            "dct:description": "kept for this long after the choice has ended",
        },
    }


def withdrawn_by(record: Record) -> tuple[str, ...]:
    """The purposes whose consent a record withdraws."""
    return tuple(name for name, answer in record.choice.answers.items() if answer == "withdrawn")


def _party(offer: Offer) -> dict[str, Any]:
    found = {"@type": "dpv:DataController", "schema:name": offer.controller}
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


def _processes(record: Record, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for purpose in said["purposes"]:
        answer = record.choice.answers.get(purpose["name"])
        if answer is None:
            continue
        yield {
            "@type": "dpv:Process",
            "dpv:hasPurpose": {
                "@id": f"zusage:purpose-{purpose['name']}",
                "dct:title": purpose["title"],
                "dct:description": purpose["purpose"],
            },
            "dpv:hasLegalBasis": "eu-gdpr:A6-1-a",
            "dpv:hasRecipient": purpose["recipients"],
            "dpv:hasPersonalData": purpose["cookies"],
            "dpv:hasRight": {"@id": "eu-gdpr:A7-3", "dct:description": purpose["withdraw"]},
            "dct:hasVersion": purpose["version"],
            "dpv:hasConsentStatus": {"@id": _STATES[answer], **_event(record)},
        }


def _event(record: Record) -> dict[str, Any]:
    choice = record.choice
    found = {
        "dct:date": stamp(choice.at),
        "dct:valid": stamp(choice.until),
        "dpv:isIndicatedBy": "dpv:DataSubject",
        "dpv:hasIndicationMethod": choice.how,
        "schema:location": choice.site,
    }
    return {**found, "zusage:requested": stamp(choice.requested_at)} if choice.requested_at else found
