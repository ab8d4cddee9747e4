"""Opening what looks from outside: a browser for each web site, handshakes for each server."""

from __future__ import annotations

from collections.abc import Callable

from zusage.promises.manifest import MailServer, Manifest, Website
from zusage.promises.outside import contacts_of, purposes_of

from .sql.address import fill
from .transport.probe import MailTransport, Place, SiteTransport
from .transport.tls import trusted_key
from .website.browser import Chromium
from .website.probe import SiteProbe


def open_site(name: str, manifest: Manifest, keep: Callable[[bytes], str]) -> SiteProbe:
    """A browser for a site, started when it is first needed; ``keep`` stores a screenshot. Raises SystemTrouble."""
    site = manifest.websites[name]
    contacts = tuple(contacts_of(manifest, name))
    return SiteProbe(name, site, contacts, purposes_of(manifest, name), lambda: Chromium(_trusted(name, site)), keep)


def open_server(name: str, declared: Website | MailServer) -> SiteTransport | MailTransport:
    """Handshakes with a server, made when they are first asked for. Raises SystemTrouble."""
    return SiteTransport(name, declared) if isinstance(declared, Website) else MailTransport(name, declared)


def _trusted(name: str, site: Website) -> tuple[str, ...]:
    """The keys of resolved hosts whose certificates are good by the declared authority, which the browser does not know."""
    if site.authority is None:
        return ()
    authority = fill(name, site.authority)
    hosts = {host.partition(":")[0] for host in site.resolve}
    found = (trusted_key(Place(host, 443, site.resolve).connect, host, authority) for host in sorted(hosts))
    return tuple(key for key in found if key)
