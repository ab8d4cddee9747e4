"""How recipients are told of erasures, corrections and restrictions (Art. 19 GDPR), others of what was made public (Art. 17(2) GDPR),
and where packages are sent (Art. 20(2) GDPR).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from .texts import ConditionText, Line, Name, Part, PeriodText, TableName, Texts

#: by what a recipient knows a person: a word of OpenDSR such as ``email`` or ``controller_customer_id``, or one of the recipient's own
IdentityType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,60}$")]
#: system.table.column
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[^\s.()]+( +[^\s.()]+)*){2,3}$")]


class Untold(Part):
    """Why a recipient is not told of what ends by a rule (Art. 19 sentence 1 GDPR)."""

    excuse: Literal["impossible", "disproportionate"]
    because: Texts


class Notices(Part):
    """How a recipient is told, and by what it knows the person."""

    by: Literal["email", "webhook", "opendsr"]
    #: an address for mail, or an https address; usually ${NAME}
    to: Line
    #: what the recipient knows of a person already: type of identity → column with the value
    names: dict[IdentityType, ColumnName] = Field(default_factory=dict)
    #: it receives data of everybody in the activities that name it, also where no table says so
    everybody: bool = False
    #: whether it is told of what ends by a rule, or why it is not; left out, it is told of demands, corrections and restrictions alone
    rules: Literal["told"] | Untold | None = None
    #: mail address for what OpenDSR has no request for: corrections, restrictions, and what a rule took
    otherwise: Line | None = None
    #: a file with the processor's certificate (PEM): what it answers by OpenDSR must be signed with its key
    certificate: Line | None = None
    language: Literal["de", "en"] = "de"


class Transfer(Part):
    """Where another controller takes packages of people who have theirs sent there (Art. 20(2) GDPR). None is ever sent anywhere else."""

    #: an https address; usually ${NAME}
    to: Line
    #: a file with the certificates that are trusted there instead of the public ones
    authority: Line | None = None
    #: ${NAME} of what shows the other controller that it is us, sent as a bearer token
    token: Line | None = None
    #: after so many attempts without a receipt a human is asked
    attempts: int = Field(default=8, ge=1, le=100)

    @model_validator(mode="after")
    def _verified(self) -> Self:
        if not self.to.startswith(("https://", "${")):
            raise ValueError("packages are sent over https alone; write to: https://… or ${NAME}")
        if self.token is not None and not re.fullmatch(r"\$\{\w+\}", self.token):
            raise ValueError("a secret does not stand in a manifest; write token: ${NAME} and set NAME in the environment")
        return self


class PublicPlace(Part):
    """Where the controller has made personal data public."""

    says: Texts
    #: the table whose rows are public
    data: TableName
    #: only these rows
    only: ConditionText | None = None
    #: recipients that are known to process what is public there
    informs: tuple[Name, ...] = ()


class TellingMail(Part):
    """The mail server that takes notices."""

    #: smtp://host:port or smtps://host:port; usually ${NAME}
    server: Line
    sender: Line
    #: a file with the certificates that are trusted instead of the public ones
    authority: Line | None = None


class Telling(Part):
    """Recipients are told within a period, asked again and again, and a human is asked when they cannot be reached."""

    #: without undue delay; the law names no number of days
    within: PeriodText = Field(default="P14D", validate_default=True)
    #: after this a human is asked to look
    escalate: PeriodText = Field(default="P3D", validate_default=True)
    #: how long it is kept on record who was told of what
    kept: PeriodText = Field(default="P3Y", validate_default=True)
    #: what was done before this day is not judged
    since: date | None = None
    mail: TellingMail | None = None
    #: where processors report by OpenDSR how far they have come
    callback: Line | None = None
    refs: tuple[str, ...] = ()
