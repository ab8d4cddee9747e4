"""How people are asked for consent, how the choice is remembered, and for how long it is kept on record (Art. 7 GDPR, § 25 TDDDG)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .endings import Ending
from .texts import Line, Part, PeriodText, Texts

#: what a tag of Google may do, by Consent Mode v2
Signal = Literal[
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
]
#: a host that browsers contact, such as tags.example or *.tags.example
Host = Annotated[str, StringConstraints(pattern=r"^(\*\.)?[a-z0-9][a-z0-9.-]*(:\d{1,5})?$")]
#: scheme, host and port of a site, as browsers send it in Origin
Site = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9][a-z0-9.-]*(:\d{1,5})?$")]
#: a path on the site itself, or an address
Place = Annotated[str, StringConstraints(pattern=r"^(/[a-z0-9][a-z0-9/._-]*|https?://[a-z0-9][a-z0-9.:/_-]*|\$\{[A-Z0-9_]+\})$")]
#: the name of a cookie that we set
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")]


class Consent(Part):
    """How a consent is asked for and withdrawn (Art. 7 GDPR)."""

    withdraw: Texts | None = None
    #: why people who depend on the controller can refuse without a disadvantage (Art. 7(4) GDPR)
    free_because: Texts | None = None
    text_version: Line | None = None
    #: where people are asked: in the banner of a site, in a form of the application, or by a mail that they confirm
    asked: Literal["banner", "form", "mail"] = "form"
    #: what people agree to in the banner, in one sentence; without it the purpose
    says: Texts | None = None
    #: hosts that the browser contacts only with this consent
    hosts: tuple[Host, ...] = ()
    #: what this consent allows tags that follow Google Consent Mode v2
    signals: tuple[Signal, ...] = ()
    #: where the service itself notes the consent, and acts on it, and what becomes of that when one person withdraws it
    records: tuple[Ending, ...] = ()
    #: items that are kept when no withdrawn consent stands there
    refs: tuple[str, ...] = ()


class ConsentMail(Part):
    """How a consent by mail is confirmed: a message with a link goes to the address, and only its reader can confirm."""

    #: smtp://host:port, or smtps://; usually ${NAME}
    server: Line
    sender: Line
    #: how long the link can be confirmed
    valid: PeriodText = Field(default="P2D", validate_default=True)


class ConsentRefs(Part):
    """Items of a catalogue that the promises about records of consent keep."""

    complete: tuple[str, ...] = ()
    documented: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    withdrawable: tuple[str, ...] = ()


class Consents(Part):
    """The service that asks, remembers and can prove each choice."""

    #: sites on which people are asked; only they may use the service from a browser
    sites: tuple[Site, ...] = Field(min_length=1)
    #: where browsers reach the service: a path on the site itself, or an address
    service: Place = "/zusage"
    #: where verify tries the service out; without it nobody can look whether a withdrawal takes one call
    probe: Line | None = None
    #: the cookie that remembers the choice; it is declared under cookies like any other
    cookie: Token = "zusage"
    #: after this a choice is asked for again, given or refused
    lasts: PeriodText = Field(default="P6M", validate_default=True)
    #: for how long a record is kept after the choice has ended: withdrawn, replaced or expired
    records_kept: PeriodText = Field(default="P3Y", validate_default=True)
    mail: ConsentMail | None = None
    refs: ConsentRefs = ConsentRefs()


__all__ = ["Consent", "ConsentMail", "ConsentRefs", "Consents", "Host", "Signal"]
