"""Telling recipients: by mail, by a signed webhook, or as an OpenDSR request. Each attempt may be repeated under the same key."""

from .letter import AddressRefused, Letter, NotDelivered, Sent
from .mail import Post, send_mail
from .opendsr import Processor, ask, progress_of
from .webhook import post, secret_text

__all__ = [
    "AddressRefused",
    "Letter",
    "NotDelivered",
    "Post",
    "Processor",
    "Sent",
    "ask",
    "post",
    "progress_of",
    "secret_text",
    "send_mail",
]
