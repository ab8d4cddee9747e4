"""Telling recipients: by mail, by a signed webhook, or as an OpenDSR request; and sending them packages.

Each attempt may be repeated under the same key.
"""

from .letter import AddressRefused, Circular, Ended, Letter, NotDelivered, Sent
from .mail import Post, send_mail
from .opendsr import Processor, ask, progress_of
from .package import EndPoint, Package, Taken, send_package
from .webhook import post, secret_text

__all__ = [
    "AddressRefused",
    "Circular",
    "EndPoint",
    "Ended",
    "Letter",
    "NotDelivered",
    "Package",
    "Post",
    "Processor",
    "Sent",
    "Taken",
    "ask",
    "post",
    "progress_of",
    "secret_text",
    "send_mail",
    "send_package",
]
