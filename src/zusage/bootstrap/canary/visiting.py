"""Everybody who takes part in a canary's flight: the canary itself, staff with accounts of the trial, and the controller whom it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta

from zusage.connectors.front_door import FrontDoor, House
from zusage.connectors.sql.address import fill
from zusage.evidence.answers import AtTheDoor, OnRecord
from zusage.planning.holding import Person
from zusage.promises.manifest.canary import CanaryStep, CanaryTransfer

from .at_the_door import AskedOver
from .bird import Bird
from .desk import AskedInVain, Desk
from .in_a_case import decide, have_sent

_LATER = timedelta(days=30)
#: the parts of a step that may name something of the environment
_TEXTS, _FIELDS = ("get", "linked", "post", "mailed", "form", "page"), ("fill", "choose")


class Visit:
    """One coming and going; ``known`` goes on with the cookies that are on file, ``over`` is the page on which it asks. Close it at the end."""

    def __init__(
        self,
        house: House,
        bird: Bird,
        staff: Mapping[str, Sequence[CanaryStep]],
        desk: Desk,
        today: date,
        *,
        known: bool = False,
        over: AskedOver | None = None,
    ) -> None:
        #: the page on which it asks the controller; None: without one
        self._over = over
        self._house, self._bird, self._staff, self._desk = house, bird, staff, desk
        self._more = {"day": (today + _LATER).isoformat()}
        self._door = FrontDoor(house, bird.values, self._more)
        if known:
            self._door.remember(bird.cookies)
        self._door.watch(bird.had)
        self._colleagues: dict[str, FrontDoor] = {}

    def take(self, step: CanaryStep) -> bytes:
        """A step at the front door. Raises DoorShut."""
        return (self._colleague(step.by) if step.by else self._door).take(told(step))

    def ask(self, step: CanaryStep) -> Mapping[str, bytes] | None:
        """Ask the controller for a copy; None where nobody is known by the address. Raises AskedInVain."""
        if (person := self._person(step)) is None:
            return None
        return self._over.ask("access", person, step) if self._over else self._desk.access(person, step)

    def ask_to_take(self, step: CanaryStep) -> Mapping[str, bytes] | None:
        """Ask the controller for a package; None where nobody is known by the address. Raises AskedInVain."""
        if (person := self._person(step)) is None:
            return None
        return self._over.ask("portability", person, step) if self._over else self._desk.portability(person, step)

    def have_sent(self, wish: CanaryTransfer) -> OnRecord | None:
        """Have a package sent straight to another controller; None where nobody is known by the address. Raises AskedInVain."""
        person = self._known(wish.asks)
        return have_sent(self._desk.product, person, wish.to, self._bird.mark, self._bird.values["email"]) if person else None

    def demand(self, step: CanaryStep) -> None:
        """Ask the controller for erasure. Where nobody is known by the address nothing is erased, and is found if it is there.

        Raises AskedInVain, SystemTrouble.
        """
        if person := self._person(step):
            if self._over:
                with suppress(AskedInVain):  # what it came by at the page is judged; nothing of it stays for that
                    self._over.ask("erasure", person, step)
                decide(self._desk.product, self._bird.mark, self._bird.values["email"])
            self._desk.erase(person, self._bird.values["email"], self._bird.mark)

    @property
    def at_the_door(self) -> Sequence[AtTheDoor]:
        """What it asked on the page, and how far it came."""
        return self._over.asked if self._over else ()

    def close(self) -> None:
        """Everybody leaves."""
        for door in (self._door, *self._colleagues.values(), *((self._over,) if self._over else ())):
            door.close()

    def _person(self, step: CanaryStep) -> Person | None:
        return self._known(step.asks or "")

    def _known(self, kind: str) -> Person | None:
        """By the address alone: a key that was theirs once may be another's by now."""
        if found := self._desk.person(kind, self._bird.values["email"]):
            self._bird.known_as(kind, found.key)
        return found

    def _colleague(self, name: str) -> FrontDoor:
        """In a browser of their own, and logged in. Raises DoorShut, SystemTrouble."""
        if name not in self._colleagues:
            door = FrontDoor(self._house, self._bird.values, self._more, careful=True)
            self._colleagues[name] = door
            for step in self._staff[name]:
                door.take(told(step))
        return self._colleagues[name]


def told(step: CanaryStep) -> CanaryStep:
    """The step with what the environment fills in. Raises SystemTrouble, which names the variable and not its value."""
    texts = {name: fill("canary", text) for name in _TEXTS if (text := getattr(step, name))}
    fields = {name: {key: fill("canary", text) for key, text in getattr(step, name).items()} for name in _FIELDS}
    return step.model_copy(update=texts | fields)
