"""How requests of people are handled (Art. 12 GDPR)."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from .telling import TellingMail
from .texts import Line, Name, Part, PeriodText


class RequestRefs(Part):
    """Items of a catalogue that the promises about requests keep."""

    answered: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()


class RequestDoor(Part):
    """A public page on which people ask. A link mailed to the address that they give shows that it is theirs."""

    #: where browsers reach the page, such as https://shop.example/rights; usually ${NAME}
    at: Line
    #: how long a mailed link can be used
    valid: PeriodText = Field(default="PT2H", validate_default=True)
    #: how long an answer lies ready for whoever it was mailed to or who is logged in
    answers: PeriodText = Field(default="P14D", validate_default=True)


class RequestLogin(Part):
    """The service itself says that somebody is logged in, by a signed word that is good for minutes and once."""

    #: the key of HS256, of at least 32 characters, usually ${NAME}: whoever has it can ask in anybody's name
    key: Line
    #: whose keys the service names
    people: Name


class RequestReminders(Part):
    """The staff is reminded by mail before an answer is due, and once more when it is overdue."""

    to: tuple[Line, ...] = Field(min_length=1)
    #: so long before the last day
    before: tuple[PeriodText, ...] = Field(default=("P7D",), validate_default=True)

    @model_validator(mode="after")
    def _in_days(self) -> Self:
        if not all(period.is_calendar for period in self.before):
            raise ValueError("an answer is due by the end of a day; write before in days, such as P7D")
        return self


class Requests(Part):
    """Requests are cases with a clock; what they say of people is kept for a while after they were closed, as proof."""

    kept: PeriodText = Field(default="P3Y", validate_default=True)
    #: for how long a question of identity stays open; without an answer by then the request can be refused (Art. 12(2) GDPR)
    identity_within: PeriodText = Field(default="P1M", validate_default=True)
    #: look through the application's eyes whether restricted data are out of its reach (Art. 18 GDPR)
    restricted: bool = False
    #: the mail server for links, acknowledgements and reminders; without it none is sent
    mail: TellingMail | None = None
    door: RequestDoor | None = None
    login: RequestLogin | None = None
    reminders: RequestReminders | None = None
    refs: RequestRefs = RequestRefs()

    @model_validator(mode="after")
    def _mailed(self) -> Self:
        if self.mail is None and (self.door or self.reminders):
            raise ValueError("a door and reminders need a mail server; write mail: {server: …, sender: …}")
        if self.login and not self.door:
            raise ValueError("whoever is logged in asks at the door; write door: {at: https://…}")
        return self
