"""The only way by which data of a customer leave the shop for somebody else.

A hand-over goes through five gates, in this order:

1. the recipient's contract is signed, not run out, and its country is inside the EEA;
2. every field is one that the recipient's profile declares;
3. a field that needs consent goes only with a valid consent for this very order;
4. the transfer stands in the register of disclosures, by the names of the fields;
5. only then it is sent.
"""

import re
from collections.abc import Mapping

import httpx
from sqlalchemy import Connection, Engine, insert, select

from plate_shop import schema
from plate_shop.database import utcnow
from plate_shop.recipients import EEA, Profile, field_list

_OWN_PATH = re.compile(r"/[a-z]+/[A-Za-z0-9_-]{16,64}")


class GatewayError(Exception):
    """The hand-over did not take place."""


class NoContractError(GatewayError):
    """The recipient has no valid contract."""


class FieldRefusedError(GatewayError):
    """The recipient's profile does not declare this field, or its consent is missing."""


class UnreachableError(GatewayError):
    """The recipient did not answer, or not as agreed."""


class Gateway:
    """Hands over to the recipients whose services are configured."""

    def __init__(self, engine: Engine, services: Mapping[str, str], pages: Mapping[str, str] | None = None) -> None:
        """``pages``: services whose pages browsers reach at another address than the one to which data are handed over."""
        self._engine = engine
        self._services = dict(services)
        self._pages = {**services, **(pages or {})}
        self._client = httpx.Client(timeout=10, trust_env=False)

    def hand_over(self, profile: Profile, values: Mapping[str, object], *, order_id: int | None = None) -> dict:
        """Sends these values to this recipient, and returns its answer."""
        with self._engine.begin() as connection:
            self._demand_contract(connection, profile)  # 1
            consent = self._demand_fields(connection, profile, set(values), order_id)  # 2, 3
            self._register(connection, profile, values, order_id, consent)  # 4
        return self._exchange(profile, "POST", profile.path, dict(values))  # 5

    def ask(self, profile: Profile, reference: str) -> dict:
        """How a matter stands that was handed over before; sends its reference only."""
        with self._engine.begin() as connection:
            self._demand_contract(connection, profile)
        return self._exchange(profile, "GET", f"{profile.path}/{reference}")

    def page(self, profile: Profile, path: str) -> str:
        """The address of a page at the recipient: always its own host, whatever it answered."""
        if not _OWN_PATH.fullmatch(path):
            raise UnreachableError(f"{profile.recipient}: answered with no usable token")
        return self.site(profile) + path

    def site(self, profile: Profile) -> str:
        """Where browsers find the recipient."""
        return self._pages[profile.service]

    def _demand_contract(self, connection: Connection, profile: Profile) -> None:
        table, today = schema.recipient_contract, utcnow().date()
        valid = select(table.c.country).where(
            table.c.recipient == profile.recipient, table.c.signed_on <= today, table.c.valid_until >= today
        )
        country = connection.scalar(valid)
        if country not in EEA:
            raise NoContractError(f"{profile.recipient}: no contract that is valid today and inside the EEA")

    def _demand_fields(self, connection: Connection, profile: Profile, fields: set[str], order_id: int | None) -> str | None:
        foreign = fields - profile.fields - profile.consented
        if foreign:
            raise FieldRefusedError(f"{profile.recipient}: may not receive {field_list(foreign)}")
        if not fields & profile.consented:
            return None
        consent = _valid_consent(connection, profile, order_id)
        if consent is None:
            raise FieldRefusedError(f"{profile.recipient}: {field_list(fields & profile.consented)} needs consent")
        return consent

    def _register(
        self,
        connection: Connection,
        profile: Profile,
        fields: Mapping[str, object],
        order_id: int | None,
        consent: str | None,
    ) -> None:
        row = {
            "order_id": order_id,
            "recipient": profile.recipient,
            "fields": field_list(fields),
            "purpose": profile.purpose,
            "consent_id": consent,
            "sent_at": utcnow(),
        }
        connection.execute(insert(schema.disclosure).values(row))

    def _exchange(self, profile: Profile, method: str, path: str, body: dict | None = None) -> dict:
        try:
            answer = self._client.request(method, self._services[profile.service] + path, json=body)
            return answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise UnreachableError(f"{profile.recipient}: {type(error).__name__}") from None


def _valid_consent(connection: Connection, profile: Profile, order_id: int | None) -> str | None:
    table = schema.consent
    valid = select(table.c.id).where(
        table.c.order_id == order_id,
        table.c.purpose == profile.consent_purpose,
        table.c.withdrawn_at.is_(None),
    )
    return connection.scalar(valid.limit(1))
