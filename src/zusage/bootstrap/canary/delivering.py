"""What the canary asks the controller for, how it was delivered, and what was found in it; and somebody else, who is there meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from zusage.connectors.front_door import DoorShut
from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.answers import Answered, Part, Put, Unowned, copied, joined, own_rows, packed
from zusage.evidence.residue import Needles, Residue
from zusage.promises.manifest.canary import Canary, CanaryStep

from ..days import today
from .bird import PART, Bird, seeded
from .desk import Desk
from .visiting import Visit


@dataclass(frozen=True, slots=True)
class Company:
    """Another synthetic person, with values of their own, so that it is seen whether something of somebody else is in an answer."""

    bird: Bird
    visit: Visit

    def come(self, canary: Canary) -> None:
        """In by the front door. They use what they can by themselves: what staff must do first is done for the other alone.

        Raises DoorShut where they are not let in.
        """
        for step in (*canary.join, *canary.enter):
            self.visit.take(step)
        for step in canary.use:
            with suppress(DoorShut):
                if step.by is None:
                    self.visit.take(step)

    def go(self, canary: Canary) -> None:
        """Out by all the steps that can be taken. Raises AskedInVain, SystemTrouble."""
        for step in canary.erase:
            if step.asks:
                self.visit.demand(step, needed=False)
            else:
                with suppress(DoorShut):
                    self.visit.take(step)


@dataclass(slots=True)
class Asking:
    """One canary that asks, as each kind of people that the steps name."""

    desk: Desk
    visit: Visit
    bird: Bird
    put: Put
    #: kinds of people as one of whom somebody with its address was known before it came
    before: frozenset[str]

    def parts(self, canary: Canary) -> tuple[Sequence[bytes], Mapping[str, Part]]:
        """The bytes of all answers to its requests for access, and each part of what the controller delivered. Raises AskedInVain, DoorShut."""
        said, found = list[bytes](), dict[str, list[Part]]()
        for step in canary.access:
            if not step.asks:
                said.append(self.visit.take(step))
                continue
            files = self.visit.ask(step)
            said.append(b"\n".join(files.values()))
            self._add(found, "copy", {**self._judged(step, files, "copy"), "confirmed": self._confirmed(step.asks)})
        for step in canary.portability:
            self._add(found, "package", self._judged(step, self.visit.ask_to_take(step), "package"))
        return said, {name: joined(parts) for name, parts in found.items()}

    def _add(self, found: dict[str, list[Part]], name: str, parts: Mapping[str, Part]) -> None:
        for block, part in parts.items():
            found.setdefault(f"{name}/{block}", []).append(part)

    def _confirmed(self, kind: str) -> Part:
        """They are known now, and nobody was before they came."""
        wrong = frozenset({f"somebody among {kind} before they came"}) if kind in self.before else frozenset()
        return Part(wanted=frozenset({kind}), sought=frozenset({f"somebody among {kind} before they came"}), wrong=wrong)

    def _judged(self, step: CanaryStep, files: Mapping[str, bytes], name: str) -> Mapping[str, Part]:
        product, kind = self.desk.product, step.asks or ""
        manifest, person = product.loaded.manifest, self.desk.person(kind, self.bird.values["email"])
        try:
            own = own_rows(manifest, kind, self.bird.values["email"], product.reader)
        except (Unowned, SystemTrouble) as trouble:
            own, reason = {}, str(trouble)
        else:
            reason = ""
        answer = Answered(
            people=kind,
            files=files,
            own=own,
            ledger=self.desk.told_of(person) if person else frozenset(),
            include=frozenset(step.include),
        )
        found = copied(manifest, answer, self.put, today(product)) if name == "copy" else packed(manifest, answer, self.put)
        return {block: Part(unread=(reason,)) for block in found} if reason else found


def put(bird: Bird, others: Sequence[Bird], looked: Mapping[str, Mapping[str, Residue]]) -> Put:
    """The values of who asks, and of those who were there meanwhile, with the kinds of theirs that were found."""
    there = frozenset(kind for one in others for residue in looked[one.mark].values() for kind in residue.kinds)
    company = Needles.of(one for other in others for one in seeded(other))
    return Put(needles=bird.needles, values=bird.values, others=company, there=there - {PART})
