"""How requests of people are handled (Art. 12 GDPR)."""

from __future__ import annotations

from pydantic import Field

from .texts import Part, PeriodText


class RequestRefs(Part):
    """Items of a catalogue that the promises about requests keep."""

    answered: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()


class Requests(Part):
    """Requests are cases with a clock; what they say of people is kept for a while after they were closed, as proof."""

    kept: PeriodText = Field(default="P3Y", validate_default=True)
    #: for how long a question who asks stays open; without an answer by then the request can be refused (Art. 12(2) GDPR)
    identity_within: PeriodText = Field(default="P1M", validate_default=True)
    #: look through the application's eyes whether restricted data are out of its reach (Art. 18 GDPR)
    restricted: bool = False
    refs: RequestRefs = RequestRefs()
