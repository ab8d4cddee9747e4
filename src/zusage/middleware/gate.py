"""What all three middlewares do, without a web framework: pure.

1. Read the cookie with the choice. One that is damaged, too old, unrecorded or too narrow for today's purposes allows nothing.
2. Drop from the answer each cookie of a purpose that is not allowed, whoever set it.
3. Have the browser delete the ones that it still sends, as after a withdrawal: also those that no script can reach.
4. Say in ``Content-Security-Policy`` which hosts may be reached now, where the application has a place for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from zusage.consent.cookie import Remembered, parse
from zusage.consent.offer import Offer, Purpose, offer_of
from zusage.promises.loading import load

#: stands in a policy of the application for the hosts of all purposes that are allowed
PLACE = "zusage-allowed-hosts"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one visitor has allowed."""

    purposes: frozenset[str]
    #: the visitor has decided; without a decision nothing is allowed
    decided: bool
    #: the browser sends Global Privacy Control
    gpc: bool = False

    def allows(self, purpose: str) -> bool:
        """Whether a purpose is allowed."""
        return purpose in self.purposes


@dataclass(frozen=True)
class Gate:
    """Keeps a site to what its visitors have allowed."""

    offer: Offer
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @classmethod
    def of(cls, manifest: Path | str) -> Gate:
        """For the manifest in a file or folder. Raises ManifestError or NothingAsked."""
        return cls(offer_of(load(Path(manifest)).manifest))

    def read(self, cookie: str, gpc: str = "") -> Allowed:
        """What the header ``Cookie`` says (1)."""
        remembered = self._remembered(cookie)
        now = self.clock()
        asked = self.offer.asked_in("banner", "form")
        allowed = frozenset(p.name for p in asked if remembered and remembered.allows(self.offer, p.name, now))
        return Allowed(allowed, decided=remembered is not None, gpc=gpc.strip() == "1")

    def keeps(self, allowed: Allowed, set_cookie: str) -> bool:
        """Whether a ``Set-Cookie`` may go out (2); what deletes may always."""
        name = set_cookie.split("=", 1)[0].strip()
        return not self._unwanted(allowed, name) or _deletes(set_cookie)

    def deletes(self, allowed: Allowed, cookie: str) -> list[str]:
        """What else to send as ``Set-Cookie`` (3)."""
        names = dict.fromkeys(part.split("=", 1)[0].strip() for part in cookie.split(";"))
        return [f"{name}=; Path=/; Max-Age=0" for name in names if name and self._unwanted(allowed, name)]

    def policy(self, allowed: Allowed, policy: str) -> str:
        """The application's policy with the hosts of today (4)."""
        hosts = dict.fromkeys(host for purpose in self.offer.purposes if allowed.allows(purpose.name) for host in purpose.hosts)
        return " ".join(policy.replace(PLACE, " ".join(hosts)).split())

    def _remembered(self, cookie: str) -> Remembered | None:
        # by hand, for a cookie of somebody else that is written against the rules must not hide ours
        pairs = (part.partition("=") for part in cookie.split(";"))
        mine = next((value.strip() for name, _, value in pairs if name.strip() == self.offer.consents.cookie), None)
        return parse(mine) if mine else None

    def _unwanted(self, allowed: Allowed, name: str) -> bool:
        of = [purpose for purpose in self.offer.purposes if any(_fits(name, one) for one in _names(purpose))]
        return bool(of) and not any(allowed.allows(purpose.name) for purpose in of)


def _names(purpose: Purpose) -> Iterable[str]:
    return (stored.name for stored in purpose.cookies)


def _fits(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _deletes(set_cookie: str) -> bool:
    parts: Mapping[str, str] = {
        key.strip().lower(): value.strip() for key, _, value in (part.partition("=") for part in set_cookie.split(";")[1:])
    }
    return parts.get("max-age", "").lstrip("-") == "0" or parts.get("max-age", "").startswith("-")
