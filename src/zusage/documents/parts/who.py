"""Who answers for the processing (Art. 13(1)(a), (b) GDPR)."""

from __future__ import annotations

from collections.abc import Iterator

from zusage.documents.catalogue import closed, tidy
from zusage.documents.page import Facts, Line, Section, line
from zusage.promises.manifest import NoOfficer, Officer

from .setting import Setting, email, web


def who(setting: Setting) -> Section:
    """The controller, the data protection officer or why there is none, and the authority."""
    say = setting.say
    rows = (*_controller(setting), *_officer(setting), *_authority(setting))
    return Section(say("who.heading"), "who", (Facts(tuple((say(f"who.{key}"), (value,)) for key, value in rows)),))


def _controller(setting: Setting) -> Iterator[tuple[str, Line]]:
    controller = setting.manifest.controller
    yield "controller", line(tidy(controller.name))
    if controller.address:
        yield "address", line(tidy(controller.address))
    if not setting.is_german:
        yield "country", line(setting.say.country(controller.country))
    if controller.email:
        yield "email", email(controller.email)


def _officer(setting: Setting) -> Iterator[tuple[str, Line]]:
    match setting.manifest.controller.officer:
        case Officer(email=address, address=street):
            yield "officer", email(address)
            if street:
                yield "officer_address", line(tidy(street))
        case NoOfficer(none_because=because):
            yield "officer", line(closed(setting.say("who.no_officer", reason=setting.say.of(because))))


def _authority(setting: Setting) -> Iterator[tuple[str, Line]]:
    if setting.authority:
        yield "authority", web(setting.say.of(setting.authority.name), setting.authority.url)
