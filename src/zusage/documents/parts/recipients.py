"""Who receives data, and what protects them abroad (Art. 13(1)(e), (f) GDPR)."""

from __future__ import annotations

from zusage.documents.catalogue import closed, opening
from zusage.documents.page import Line, Paragraphs, Section, Table, line, paragraphs
from zusage.promises.law import adequacy, is_eea
from zusage.promises.manifest import Recipient

from .setting import Setting

_HEADINGS = ("recipient", "used", "role", "country", "safeguard")


def recipients(setting: Setting) -> Section:
    """All recipients, and a sentence on third countries wherever it is known to be true."""
    say = setting.say
    declared = setting.manifest.recipients
    if not declared:
        return Section(say("recipients.heading"), "recipients", (paragraphs(say("recipients.none")),))
    headings = tuple(say(f"recipients.{key}") for key in _HEADINGS)
    table = Table(say("recipients.caption"), headings, tuple(_row(setting, *item) for item in declared.items()))
    return Section(say("recipients.heading"), "recipients", (*_abroad(setting), table))


def _abroad(setting: Setting) -> tuple[Paragraphs, ...]:
    countries = [recipient.country for recipient in setting.manifest.recipients.values()]
    if any(country and not is_eea(country) for country in countries):
        return (paragraphs(setting.say("recipients.third")),)
    if all(countries) or setting.manifest.notice.third_country_transfers == "none":
        return (paragraphs(setting.say("recipients.inside")),)
    return ()


def _row(setting: Setting, name: str, recipient: Recipient) -> tuple[tuple[Line, ...], ...]:
    say = setting.say
    used = [say.of(a.title) for a in setting.manifest.activities.values() if name in a.recipients]
    otherwise = "on_request" if recipient.transfer else "no_use"
    cells = (
        opening(say.of(recipient.title)),
        opening(say.listed(used) or say(f"recipients.{otherwise}")),
        opening(say(f"recipients.roles.{recipient.role}")),
        _country(setting, recipient),
        opening(safeguard(setting, recipient)),
    )
    return tuple((line(cell),) for cell in cells)


def _country(setting: Setting, recipient: Recipient) -> str:
    say = setting.say
    if recipient.country is None:
        return opening(say("page.not_given"))
    name = say.country(recipient.country)
    return name if is_eea(recipient.country) else say("recipients.third_country", country=name)


def safeguard(setting: Setting, recipient: Recipient) -> str:
    """On what a transfer to the recipient's country rests, and where that can be read."""
    found = _safeguard(setting, recipient)
    if recipient.safeguard_at is None:
        return found
    return f"{closed(found)} {setting.say('recipients.safeguard_at', address=recipient.safeguard_at)}"


def _safeguard(setting: Setting, recipient: Recipient) -> str:
    say = setting.say
    if recipient.safeguard:
        return say.of(recipient.safeguard)
    if recipient.country is None:
        return say("page.not_given")
    if is_eea(recipient.country):
        return say("recipients.within")
    decision = adequacy(recipient.country, setting.on)
    if decision is None:
        return say("page.not_given")
    if decision.only_for:
        return say("recipients.adequate_for", only_for=say.of(decision.only_for), cite=say.of(decision.cite))
    return say("recipients.adequate", cite=say.of(decision.cite))
