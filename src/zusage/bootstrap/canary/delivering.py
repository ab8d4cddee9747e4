"""What the canary asks the controller for, how it was delivered, and what was found in it; and somebody else, who is there meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from zusage.connectors.front_door import DoorShut
from zusage.connectors.sql.address import fill
from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.answers import (
    GIVEN,
    Answered,
    Files,
    Own,
    Part,
    Put,
    Unarrived,
    Unowned,
    arrivals,
    at_the_door,
    confirmed_to_nobody,
    confirmed_to_somebody,
    copied,
    given_after,
    joined,
    own_files,
    own_last_days,
    own_rows,
    packed,
    told_to_stay,
    transferred,
    unpacked,
    untouched,
)
from zusage.evidence.residue import Needles, Residue
from zusage.evidence.residue.canary import kept_at
from zusage.promises.manifest.canary import OWN_STORE, Canary, CanaryStep, CanaryTransfer, CopyBlock, PackageBlock, TransferBlock

from ..days import today
from .bird import PART, Bird, seeded
from .desk import AskedInVain, Desk
from .visiting import Visit

#: what somebody unknown is given
_LETTER = "a confirmation for somebody unknown"


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
                self.visit.demand(step)
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
        """The bytes of all answers to its requests for access, and each part of what the controller delivered. Raises DoorShut."""
        said, found = list[bytes](), dict[str, list[Part]]()
        for wish in canary.transfers:  # first: the copy then names who received it
            self._add(found, "transfer", self._transferred(wish))
        for step in canary.access:
            if not step.asks:
                said.append(self.visit.take(step))
                continue
            own = self._own(step.asks)
            files, why = self._given(step, self.visit.ask)
            said.append(b"\n".join(files.values()))
            others = {"confirmed": self._confirmed(step.asks), "nothing": self._nothing(step)}
            self._add(found, "copy", {**self._judged(step, own, files, why), **others})
        for step in canary.portability:
            kind = step.asks or ""
            own = self._own(kind)
            files, why = self._given(step, self.visit.ask_to_take)
            parts = self._judged(step, own, files, why, package=True)
            self._add(found, "package", parts if why else {**parts, "erasure": untouched(own[0], self._own(kind)[0])})
        return said, {name: joined(parts) for name, parts in found.items()}

    def after(self, canary: Canary, parts: Mapping[str, Part]) -> Mapping[str, Part]:
        """The same, with what became of packages once they were erased, and how far they came at the door."""
        found = dict[str, list[Part]]({name: [part] for name, part in parts.items()})
        for step in canary.portability:
            kind = step.asks or ""
            try:
                late = given_after(kind, given=self.visit.ask_to_take(step) is not None)
            except AskedInVain as trouble:
                late = given_after(kind, given=False, unread=str(trouble))
            self._add(found, "package", {"erasure": late})
        for one in self.visit.at_the_door:
            parts_of = [at_the_door(one, self.put)]
            if one.right == "erasure" and GIVEN in one.came:
                letter = b"\n".join(one.files.values())
                parts_of.append(told_to_stay(self.desk.product.loaded.manifest, letter, one.language, self._kept(canary)))
            self._add(found, "door", {one.right: joined(parts_of)})
        return {name: joined(parts) for name, parts in found.items()}

    def _kept(self, canary: Canary) -> set[str]:
        """Tables that are declared to keep something of it, and of which the vault does."""
        seen = self.desk.blocked(self.bird.people, OWN_STORE, self.bird.needles)
        places = {trace.place for trace in seen.traces}
        return {table for table in canary.blocked if kept_at(table) in places}

    def _transferred(self, wish: CanaryTransfer) -> Mapping[str, Part]:
        """What arrived at the other controller, by what its stand-in has written down, and what our own record says of it."""
        own, own_kept, why = self._own(wish.asks)
        try:
            folder = Path(fill("canary.transfers", wish.arrived))
            before = frozenset(arrivals(folder))
            on_record = self.visit.have_sent(wish)
            came = tuple(arrivals(folder, before).values())
        except (SystemTrouble, Unarrived) as trouble:
            why = why or str(trouble)
        if why or on_record is None:
            why = why or f"it was not sent: nobody among {wish.asks} is known by its address"
            return {block: Part(unread=(why,)) for block in get_args(TransferBlock)}
        files = unpacked(came)
        answer = Answered(people=wish.asks, files=files, own=own, own_files=own_kept)
        return transferred(self.desk.product.loaded.manifest, answer, self.put, came, on_record)

    def _given(
        self, step: CanaryStep, ask: Callable[[CanaryStep], Mapping[str, bytes] | None]
    ) -> tuple[Mapping[str, bytes], str]:
        """The files, or why there are none."""
        try:
            files = ask(step)
        except AskedInVain as trouble:
            return {}, str(trouble)
        return (files, "") if files is not None else ({}, f"it was not given: nobody among {step.asks} is known by its address")

    def _add(self, found: dict[str, list[Part]], name: str, parts: Mapping[str, Part]) -> None:
        for block, part in parts.items():
            found.setdefault(f"{name}/{block}", []).append(part)

    def _confirmed(self, kind: str) -> Part:
        """They are known now, if there is a row of theirs to be seen; and nobody was before they came."""
        somebody = f"somebody among {kind} before they came"
        own, _, why = self._own(kind)
        known = self.desk.person(kind, self.bird.values["email"]) is not None
        there = any(own.values())
        return Part(
            wanted=frozenset({kind}),
            lacking=frozenset() if known or not there else frozenset({kind}),
            sought=frozenset({somebody}),
            wrong=frozenset({somebody} if kind in self.before else ()),
            unread=() if there else (why or f"nobody among {kind} has a row with its address",),
        )

    def _nothing(self, step: CanaryStep) -> Part:
        """Under an address that nobody ever used nothing is held; of whoever is there something is, if own eyes see it."""
        address, manifest = self.bird.values["email"], self.desk.product.loaded.manifest
        try:
            letter = self.desk.nothing_held(f"never-{address}", step)
            own, _, why = self._own(step.asks or "")
            unread = "" if any(own.values()) else why or f"nobody among {step.asks} has a row with its address"
            late = confirmed_to_somebody(given=not unread and self.desk.nothing_held(address, step) is not None, unread=unread)
        except (AskedInVain, SystemTrouble) as trouble:
            return Part(unread=(str(trouble),))
        if letter is None:
            return joined([late, Part(wanted=frozenset({_LETTER}), lacking=frozenset({_LETTER}))])
        return joined([late, confirmed_to_nobody(manifest, letter, self.put, step.language)])

    def _own(self, kind: str) -> tuple[Own, Files, str]:
        """Their rows and the files of these by own eyes, or why nobody can tell which those are."""
        manifest, product = self.desk.product.loaded.manifest, self.desk.product
        try:
            own = own_rows(manifest, kind, self.bird.values["email"], product.reader)
            return own, own_files(manifest, own), ""
        except (Unowned, SystemTrouble) as trouble:
            return {}, {}, str(trouble)

    def _judged(
        self, step: CanaryStep, seen: tuple[Own, Files, str], files: Mapping[str, bytes], why: str, *, package: bool = False
    ) -> Mapping[str, Part]:
        product, kind = self.desk.product, step.asks or ""
        own, own_kept, unseen = seen
        if why or unseen:
            blocks = get_args(PackageBlock if package else CopyBlock)
            return {block: Part(unread=(why or unseen,)) for block in blocks}
        manifest, person = product.loaded.manifest, self.desk.person(kind, self.bird.values["email"])
        try:
            days = {} if package else own_last_days(manifest, own, product.reader)
        except SystemTrouble as trouble:
            return {block: Part(unread=(str(trouble),)) for block in get_args(CopyBlock)}
        answer = Answered(
            people=kind,
            files=files,
            own=own,
            own_files=own_kept,
            ledger=self.desk.told_of(person) if person else {},
            last_days=days,
            include=frozenset(step.include),
            language=step.language,
        )
        return packed(manifest, answer, self.put) if package else copied(manifest, answer, self.put, today(product))


def put(bird: Bird, others: Sequence[Bird], looked: Mapping[str, Mapping[str, Residue]]) -> Put:
    """The values of who asks, and of those who were there meanwhile, with the kinds of theirs that were found."""
    there = frozenset(kind for one in others for residue in looked[one.mark].values() for kind in residue.kinds)
    company = Needles.of(one for other in others for one in seeded(other))
    return Put(needles=bird.needles, values=bird.values, others=company, there=there - {PART})
