"""Tries a service for consent out over HTTP, as a subject that is nobody: refuses, gives, withdraws, and asks each time how things stand.

It knows of the service what a browser knows: the script, with the purposes and the digest of the text.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx

from .trouble import Unreachable

_OFFER = re.compile(r"^const offer = (\{.*\});$", re.M)


@dataclass(slots=True)
class Trial:
    """One trial; ``done`` and ``failed`` say what happened, in words."""

    base: str
    subject: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    calls_to_give: int = 0
    calls_to_withdraw: int = 0

    def run(self) -> None:
        """All of it. Raises Unreachable."""
        try:
            with httpx.Client(base_url=self.base.rstrip("/") + "/", timeout=15) as client:
                self._run(client)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unreachable(
                "consents", f"the service for consent does not answer as it should ({type(error).__name__})"
            ) from None

    def _run(self, client: httpx.Client) -> None:
        offer = _OFFER.search(client.get("consent.js").raise_for_status().text)
        if offer is None:
            raise Unreachable("consents", "what is at consents.probe is no service for consent")
        asked = json.loads(offer[1])
        names = [purpose["name"] for purpose in asked["purposes"]]
        text = asked["texts"]["de"]["digest"]
        if not names:
            raise Unreachable("consents", "the service asks for nothing in its banner, so there is nothing to try out")
        told = {"subject": self.subject, "text": text, "language": "de", "how": "trial"}
        self._call(client, "choices", {**told, "choices": dict.fromkeys(names, "refused")})
        self._expect(client, names, allowed=False, so="a refusal is recorded and stands")
        self._call(client, "choices", {**told, "choices": dict.fromkeys(names, "given")})
        self.calls_to_give += 1
        self._expect(client, names, allowed=True, so="a consent is recorded and stands")
        self._call(client, "withdrawals", {"subject": self.subject})
        self.calls_to_withdraw += 1
        self._expect(client, names, allowed=False, so="one call withdraws it")

    def _call(self, client: httpx.Client, path: str, told: dict[str, Any]) -> None:
        answer = client.post(path, json=told)
        if answer.status_code == 201:
            self.receipts.append(str(answer.json()["receipt"]))
        else:
            self.failed.append(f"POST /{path} was answered with {answer.status_code}")

    def _expect(self, client: httpx.Client, names: list[str], *, allowed: bool, so: str) -> None:
        stands = client.post("standing", json={"subject": self.subject}).raise_for_status().json()
        found = {one["purpose"]: (one["allowed"], one["ask"]) for one in stands}
        good = all(found.get(name) == (allowed, False) for name in names)
        (self.done if good else self.failed).append(so)
