"""What may remain of people: groups, none of which is of fewer people than declared."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from .texts import ConditionText, Line, LinkText, Part, PeriodText, StartingPointText, TableName, Texts

#: of how many people a group is at least; one alone is no group
Smallest = Annotated[int, Field(ge=2, le=1_000_000)]


class Joined(Part):
    """Rows of another table that stay joined to a row: what stands in them belongs to what somebody could be told by."""

    #: which rows they are, and by which of their columns they refer to the row
    rows: LinkText
    #: of what they say, the columns by which somebody could be told
    columns: tuple[Line, ...] = Field(min_length=1)
    #: rows that stay joined to these
    joined: tuple[Joined, ...] = ()


class Aggregate(Part):
    """Rows that are alike in some columns are one group; no group is of fewer people than ``at_least`` (recital 26 GDPR)."""

    #: the columns that remain and by which, together, somebody could be told
    columns: tuple[Line, ...] = Field(min_length=1)
    at_least: Smallest
    #: of these, the columns that remain also where a group is too small, as long as all who are alike in them are enough
    always: tuple[Line, ...] = ()
    #: rows of other tables that stay joined, all of them together with the columns
    joined: tuple[Joined, ...] = ()

    @model_validator(mode="after")
    def _something_goes(self) -> Aggregate:
        """Where a group is too small something must be able to go."""
        if stray := sorted(set(self.always) - set(self.columns)):
            raise ValueError(f"{', '.join(stray)} stands under always and not under columns; add it there")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("a column stands twice under columns; name it once")
        if set(self.always) == set(self.columns):
            raise ValueError("every column stands under always, so that nothing could go from a group that is too small")
        return self


class Settled(Part):
    """From when on nothing is added to a figure any more."""

    from_: StartingPointText = Field(alias="from")
    after: PeriodText


class Statistic(Aggregate):
    """A table of figures about people that names nobody."""

    says: Texts
    table: TableName
    #: the column with the number of people whom a row counts; left out: each row is one
    counts: Line | None = None
    only: ConditionText | None = None
    #: figures to which something is still added are not looked at
    settled: Settled | None = None
    refs: tuple[str, ...] = ()
