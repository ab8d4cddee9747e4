"""How far somebody came who asked on the page of requests, as they saw it themselves: each page, each mail and what was handed to them.

1. The request is taken; a mail brings a link that shows who asks; behind it stands the number of the case; a mail says that the answer
   is there, and behind its link the answer lies.
2. No link is good twice (Art. 32 GDPR): whoever finds the mail later finds nothing.
3. Nothing that was handed over is somebody else's.

What an answer must hold is judged apart: the bytes of a copy and of a package as if they had been handed over in another way, the letter
about an erasure by what it says of what stays (``told_to_stay``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from .arrived import Arrival, unpacked
from .asked import Put
from .found import Part

TAKEN, LINKED, NUMBERED = "the request", "a mail with a link that shows who asks", "the number of the case"
TOLD, GIVEN = "a mail that the answer is there", "the answer"
#: all that whoever asks comes by, in its order
STEPS = (TAKEN, LINKED, NUMBERED, TOLD, GIVEN)
_TWICE, _ANOTHERS = "a link that is good twice", "the number of another one's case"


@dataclass(slots=True)
class AtTheDoor:
    """One request; what came of it is noted as it comes."""

    right: str
    #: the language in which it is asked
    language: str = "en"
    #: those of STEPS that were taken
    came: set[str] = field(default_factory=set)
    #: links that were taken a second time
    twice: int = 0
    #: the number that was told is of a case of somebody else
    anothers: bool = False
    #: what was handed over, by name
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    #: why nobody can tell how far they came
    unread: str = ""


#: what a letter is called that lies beside the files of an answer
_LETTERS = frozenset({"answer.txt", "antwort.txt"})


def beside_letter(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The copy or the package itself, without the letter with which it came."""
    return {name: content for name, content in files.items() if name not in _LETTERS}


def handed_over(answer: bytes) -> Mapping[str, bytes]:
    """The files of an answer: those of its archive, or the page with a letter."""
    return unpacked([Arrival(tls="", key="", archive=answer)]) or {"letter.html": answer}


def at_the_door(one: AtTheDoor, put: Put) -> Part:
    """What a request came by, what not, and what may not be (1 to 3)."""
    wrong = {_TWICE: one.twice > 0, _ANOTHERS: one.anothers}
    theirs = _of_others(one.files.values(), put)
    return Part(
        wanted=frozenset(STEPS),
        lacking=frozenset() if one.unread else frozenset(STEPS) - one.came,
        sought=frozenset(wrong) | frozenset(f"another person's {kind}" for kind in put.there),
        wrong=frozenset(name for name, there in wrong.items() if there) | theirs,
        unread=(one.unread,) if one.unread else (),
    )


def _of_others(texts: Collection[bytes], put: Put) -> frozenset[str]:
    return frozenset(f"another person's {kind}" for text in texts for kind, _ in put.others.within(text))
