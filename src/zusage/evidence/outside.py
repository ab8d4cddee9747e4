"""Looking from outside: at web sites through a browser, at servers through handshakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from zusage.connectors.port import Identity, Probe
from zusage.connectors.transport.seen import Handshakes
from zusage.connectors.trouble import SystemTrouble
from zusage.connectors.website.seen import SiteLook
from zusage.promises.manifest import Manifest
from zusage.promises.promise import CookieSeen, SiteSeen, Transported

from .browsing.looking import Site
from .observation import Observation, Unseen
from .transport.looking import observe_transport

Looking = tuple[Observation, Identity | None]
_NO_PROBE = "the system is not among those that can be looked at"


def look_at_site(
    promise: SiteSeen | CookieSeen,
    probe: Probe[SiteLook] | SystemTrouble | None,
    manifest: Manifest,
    today: date,
    sentences: Mapping[str, Sequence[str]],
) -> Looking:
    """What a browser saw that bears on a promise; trouble is an observation too. ``sentences``: of the notice, by language."""
    if probe is None or isinstance(probe, SystemTrouble):
        return Unseen(reason=str(probe or _NO_PROBE)), None
    try:
        return Site(manifest, promise.system, probe.look(), today, sentences).observe(promise), probe.identity()
    except SystemTrouble as trouble:
        return Unseen(reason=str(trouble)), None


def look_at_server(
    promise: Transported, probe: Probe[Handshakes] | SystemTrouble | None, manifest: Manifest, as_of: datetime
) -> Looking:
    """What handshakes showed that bears on a promise; trouble is an observation too."""
    declared = manifest.websites.get(promise.system) or manifest.mail_servers.get(promise.system)
    if probe is None or declared is None or isinstance(probe, SystemTrouble):
        return Unseen(reason=str(probe or _NO_PROBE)), None
    try:
        seen = observe_transport(promise.aspect, declared, probe.look(), as_of)
    except SystemTrouble as trouble:
        return Unseen(reason=str(trouble)), None
    return (Unseen(reason=seen) if isinstance(seen, str) else seen), probe.identity()
