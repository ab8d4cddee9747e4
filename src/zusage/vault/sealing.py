"""One entry sealed and opened: AES-256-GCM, bound to everything that stands in clear beside it.

A payload is one version byte, a random nonce of 12 bytes, and the ciphertext with its tag of 16.
Random nonces of one key repeat with a chance below 2⁻³² as long as fewer than 2³² entries are sealed with it.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .values import Label

VERSION = b"\x01"
NONCE = 12
TAG = 16
_NOTE = b"zusage vault note 1\n"


def seal(key: bytes, label: Label, content: bytes) -> bytes:
    """The payload of an entry."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, content, _bound(label))


def unseal(key: bytes, label: Label, payload: bytes) -> bytes | None:
    """What was sealed; None where payload or label is not as it was then."""
    if payload[:1] != VERSION or len(payload) < 1 + NONCE + TAG:
        return None
    nonce, sealed = payload[1 : 1 + NONCE], payload[1 + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound(label))
    except InvalidTag:
        return None


def seal_note(key: bytes, about: str, content: bytes) -> bytes:
    """A note that is no entry, bound to what it is about."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, content, _NOTE + about.encode())


def unseal_note(key: bytes, about: str, payload: bytes) -> bytes | None:
    """What was sealed; None where the note, or what it is about, is not as it was then."""
    if payload[:1] != VERSION or len(payload) < 1 + NONCE + TAG:
        return None
    try:
        return AESGCM(key).decrypt(payload[1 : 1 + NONCE], payload[1 + NONCE :], _NOTE + about.encode())
    except InvalidTag:
        return None


def _bound(label: Label) -> bytes:
    return b"zusage vault entry 1\n" + json.dumps(asdict(label), sort_keys=True).encode()
