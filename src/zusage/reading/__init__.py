"""Reads what is there: a schema becomes the draft of a manifest, in which every guess says why it was made.

``proposals`` says the same of single tables and columns. ``draft`` proposes, ``to_yaml`` writes the proposals as a commented manifest,
``as_data`` as plain values. Nothing is taken for granted: what the names and keys do not say is a question in the text.
"""

from .drafting import Draft, draft, slug
from .plain import as_data
from .proposing import proposals
from .writing import to_yaml

__all__ = ["Draft", "as_data", "draft", "proposals", "slug", "to_yaml"]
