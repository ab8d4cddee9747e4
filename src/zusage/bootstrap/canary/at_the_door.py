"""A canary that asks on the page of requests, over HTTP and as anybody does: under its address, with a link that it is mailed, and with the answer behind another.

1. The page, the mails and what is handed over are what a visitor sees. What staff do about a case is done by this program, by the steps that
   commands and interface take, for it is a canary's own.
2. The number of the case is read from the page, and nothing is done in a case that is not about the canary's address.
3. Each link is tried a second time.
4. Whatever a kill leaves of it is found again by the address: requests that are no cases yet, and cases that are open.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zusage.connectors.front_door import DoorShut, FrontDoor
from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.answers import GIVEN, LINKED, NUMBERED, TAKEN, TOLD, AtTheDoor, beside_letter, handed_over
from zusage.planning.holding import Person
from zusage.promises.manifest.canary import CanaryStep, DoorBlock
from zusage.rights.case import CaseRefused
from zusage.rights.roles import PROGRAM, Taker
from zusage.state.errors import StateError

from ..cases.carried_out import NotCarriedOut
from ..cases.case_mail import NoMailServer
from ..cases.door import NoAddress, NoDoor
from ..cases.operating import REFUSALS
from ..cases.requests import happen
from ..cases.stepping import step
from .bird import Bird
from .desk import AskedInVain, Desk
from .in_a_case import end_cases, taker_of

if TYPE_CHECKING:
    from zusage.documents import Language

_LINK, _ANSWER = r"link/[A-Za-z0-9_-]{20,}", r"answer/[A-Za-z0-9_-]{20,}"
_NUMBER = re.compile(r"\bC-\d{4,}\b")
#: seconds for which a mail is waited for: whoever mails at the moment takes it with the next sweep, a minute later
_PATIENCE = 90.0
_WORDS: Mapping[Language, str] = {"de": "Hier ist, worum Sie gebeten haben.", "en": "Here is what you asked for."}


@dataclass(slots=True)
class AskedOver:
    """The page as one canary reaches it."""

    desk: Desk
    bird: Bird
    page: FrontDoor
    mailbox: Path
    asked: list[AtTheDoor] = field(default_factory=list)

    def ask(self, right: DoorBlock, person: Person, wish: CanaryStep) -> Mapping[str, bytes]:
        """Ask, and fetch the answer. Raises AskedInVain where the page did not give it, or the controller could not carry it out."""
        one = AtTheDoor(right=right, language=wish.language)
        self.asked.append(one)
        if not self.mailbox.is_dir():
            one.unread = "the folder of canary.door.mailbox is not there"
            raise AskedInVain(f"{one.unread}.")
        self._fetch(one, person, wish)
        return beside_letter(one.files)

    def close(self) -> None:
        """Leave, and end what did not come to its end."""
        self.page.close()
        if any(GIVEN not in one.came or one.unread for one in self.asked):
            end_cases(self.desk.product, self.bird.mark, self.bird.values["email"])

    def _fetch(self, one: AtTheDoor, person: Person, wish: CanaryStep) -> None:
        before = set(self.page.mailed(_ANSWER))
        case = self._asked(one, wish.language)
        with _explained(one):
            self._staffed(case, one.right, person, wish)
        link = self._mailed(_ANSWER, before)
        one.came.add(TOLD)
        one.files = handed_over(self._once(one, link))
        one.came.add(GIVEN)
        with _explained(one):
            happen(self.desk.product, case, "closed", self._by)

    @property
    def _by(self) -> Taker:
        return taker_of(self.bird.mark)

    def _asked(self, one: AtTheDoor, language: Language) -> str:
        """The number of the case, once the address was shown to be its own. Raises AskedInVain."""
        before = set(self.page.mailed(_LINK))
        fields = {"right": one.right, "address": "{email}", "language": language}
        with _shut():
            self.page.take(CanaryStep(post="/", fill=fields))
        one.came.add(TAKEN)
        link = self._mailed(_LINK, before)
        one.came.add(LINKED)
        number = _NUMBER.search(self._once(one, link).decode("utf-8", "replace"))
        if number is None:
            raise AskedInVain("the page does not say the number of its case.")
        one.came.add(NUMBERED)
        if not self._its_own(number[0]):
            one.anothers = True
            raise AskedInVain("the page says the number of another one's case.")
        return number[0]

    def _its_own(self, case: str) -> bool:
        """Whether a case was asked for under its address (2)."""
        try:
            content = self.desk.product.state.cases.content(case) or {}
        except StateError:
            return False
        return str(content.get("address") or "").casefold() == self.bird.values["email"].casefold()

    def _mailed(self, pattern: str, before: set[str]) -> str:
        """What a mail that was not there before leads to. Raises AskedInVain."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            for found in self.page.mailed(pattern):
                if found not in before:
                    return found
            time.sleep(0.05)
        raise AskedInVain(f"no mail with a link came within {_PATIENCE:.0f} seconds.")

    def _once(self, one: AtTheDoor, link: str) -> bytes:
        """What lies behind a link, which is tried once more (3). Raises AskedInVain."""
        with _shut():
            found = self.page.take(CanaryStep(post=f"/{link}"))
        try:
            self.page.take(CanaryStep(post=f"/{link}"))
            one.twice += 1
        except DoorShut as shut:
            if shut.status != 404:
                one.unread = "whether a link is good twice: the page did not answer the second time"
        return found

    # -- what staff do ---------------------------------------------------------------------------------------------------

    def _staffed(self, case: str, right: str, person: Person, wish: CanaryStep) -> None:
        """Decide, carry out and answer (1)."""
        product, by = self.desk.product, self._by
        self._name(case, person)
        for candidate in wish.include:
            step(product, case, "include", by, candidate=candidate, words="It is the canary's own.")
        step(product, case, "grant", by)
        if right == "erasure":
            step(product, case, "approve", Taker(name=f"second of {by.name}", role=PROGRAM.role))
            email, mark = self.bird.values["email"], self.bird.mark
            words = "What is left is kept on another basis, or nothing of it was in reach."
            self.desk.erase(person, email, mark, lambda plan: self._done(case, plan, words))
        else:
            step(product, case, "done", by)
        step(product, case, "answer", by, way="mailed-link", words=_WORDS[wish.language], language=wish.language)

    def _name(self, case: str, person: Person) -> None:
        """Whom the case is about, where the address alone did not tell. Raises AskedInVain."""
        product, said = self.desk.product, f"{person.people}={person.key}"
        named = (product.state.cases.content(case) or {}).get("person")
        if not named:
            step(product, case, "person", self._by, person=said)
        elif named != said:
            raise AskedInVain("its case is about somebody else.")

    def _done(self, case: str, plan: Path | None, words: str) -> None:
        """The plan that has erased it is noted; what it has done the answer says by itself."""
        step(self.desk.product, case, "done", self._by, plan=plan, words=words)


@contextmanager
def _shut() -> Iterator[None]:
    """A page that does not do what it must is no answer."""
    try:
        yield
    except DoorShut as shut:
        raise AskedInVain(str(shut)) from None


@contextmanager
def _explained(one: AtTheDoor) -> Iterator[None]:
    """What staff could not do leaves undecided how far somebody comes."""
    try:
        yield
    except (CaseRefused, NotCarriedOut, NoDoor, NoMailServer, NoAddress, SystemTrouble, StateError, *REFUSALS) as trouble:
        one.unread = str(trouble)
        raise AskedInVain(str(trouble)) from None
