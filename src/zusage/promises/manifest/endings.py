"""How a purpose lets go of one person: after an objection (Art. 21 GDPR) or a withdrawal (Art. 7(3) GDPR)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .texts import ConditionText, Part, TableName


class SetTo(Part):
    """Columns get a value, or none; the word ``now`` is the time at which it happens."""

    set_: dict[str, bool | int | str | None] = Field(alias="set", min_length=1)


class Ending(Part):
    """Rows in which a purpose finds people, and what becomes of the rows of one who must not be found there any more."""

    data: TableName
    #: the rows that the purpose uses; without it all of the table
    only: ConditionText | None = None
    #: the column with their address, where a row says by it whose it is
    address: str | None = None
    #: of a consent: the column with the time at which it was given, so that one that is given anew is told from one that was withdrawn
    given: str | None = None
    then: Literal["delete"] | SetTo = "delete"

    @model_validator(mode="after")
    def _visible(self) -> Ending:
        if self.then != "delete" and self.only is None:
            raise ValueError("say with only which rows the purpose uses, so that a row whose columns were set is none of them")
        return self


class Objections(Part):
    """What ends when somebody objects to the purpose."""

    #: the purpose is direct marketing: an objection always ends it (Art. 21(2), (3) GDPR)
    marketing: bool = False
    lists: tuple[Ending, ...] = Field(min_length=1)
    refs: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _way_back(self) -> Objections:
        """Until it is decided whose grounds prevail, nothing may be done that cannot be taken back."""
        if not self.marketing and any(one.then == "delete" for one in self.lists):
            raise ValueError("an objection that a human decides needs a way back: set a column, or say marketing: true")
        return self
