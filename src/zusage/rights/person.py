"""Who is meant by what was given, and why nobody can be answered. No message here repeats a value that was given."""

from __future__ import annotations

from zusage.planning.places import PersonUnfit


class NobodyFound(PersonUnfit):
    """Nobody is known by what was given; the same words whoever is known, so that they tell nothing."""

    def __init__(self, letters: str = "") -> None:
        """``letters``: the column with keys as texts, where what was given is a UUID in another spelling than the usual one."""
        counts = f" {letters} holds texts, in which capitals, braces and hyphens count: give the UUID as it stands there."
        super().__init__(
            "nobody of this kind is known by what was given",
            f"Ask the person how else you may know them; do not guess for them.{counts if letters else ''}",
        )


class SeveralFound(PersonUnfit):
    """Several people have the address: it says of none of them that they are asking."""

    def __init__(self, people: int) -> None:
        super().__init__(
            f"the address belongs to {people} people of this kind, and an answer to one would show another",
            "Find out which of them asks, by a login or a number that only they have, and name their key.",
        )
