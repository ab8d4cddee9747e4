"""Ids inside the document: stable, because others link to them."""

from __future__ import annotations


def anchor(promise_id: str) -> str:
    """The id of a promise's sentence.

    Names in a manifest have no underscore, so that two promises never share an id; nor does a promise with a part of the
    document, whose ids have none either.
    """
    return promise_id.replace("/", "_")


def activity_anchor(name: str) -> str:
    """The id of the section about an activity."""
    return f"activity-{name}"
