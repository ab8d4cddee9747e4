"""Says: the privacy notice from the promises, in German and English.

``notice`` writes one document, ``publish`` all files of it, ``said`` lists its sentences, ``sentence`` is the one that a promise has in
them, and ``anchor`` the id under which that sentence stands.
"""

from .anchors import anchor
from .catalogue import Language
from .publishing import notice, publish
from .rendering import Form
from .said import said
from .sentences import sentence

__all__ = ["Form", "Language", "anchor", "notice", "publish", "said", "sentence"]
