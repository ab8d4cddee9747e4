"""Recipients: under which contract, in which country, and whether anybody names them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from .. import law
from ..finding import Severity
from ..loading import Loaded
from ..manifest import Recipient
from .rule import Spot, rule


def _abroad(loaded: Loaded) -> Iterator[tuple[str, Recipient, str]]:
    """Recipients outside the European Economic Area."""
    for name, recipient in loaded.manifest.recipients.items():
        if recipient.country and not law.is_eea(recipient.country):
            yield name, recipient, recipient.country


@rule(
    "processor-without-contract",
    Severity.WARNING,
    why="without a contract under Art. 28 a recipient is no processor, and handing over data needs a basis of its own",
    advice="add contract: the day of the contract; if the recipient also pursues purposes of its own, as advertising "
    "services commonly do, its role is controller or joint-controller",
    source="Art. 28(3), (10) GDPR",
)
def processor_without_contract(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A processor without the day of its contract."""
    for name, recipient in loaded.manifest.recipients.items():
        if recipient.role == "processor" and recipient.contract is None:
            yield Spot(("recipients", name, "role"), f"{name} is called a processor, but no contract is named")


@rule(
    "third-country-without-safeguard",
    Severity.ERROR,
    why="data may go to a third country only under an adequacy decision or another safeguard",
    advice="add safeguard: {de: …, en: …}, such as standard contractual clauses, or choose another recipient",
    source="Art. 44 to 46, 13(1)(f) GDPR",
)
def third_country_without_safeguard(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A recipient in a third country that nothing covers."""
    for name, recipient, country in _abroad(loaded):
        decision = law.adequacy(country, on)
        if recipient.safeguard or (decision and not decision.only_for):
            continue
        path = ("recipients", name, "country")
        if decision and decision.only_for:
            what = f"{name} is in {decision.title.en}, but {decision.cite.en} covers only {decision.only_for.en}"
            yield Spot(path, what, "say in safeguard that the recipient is one of them, or name another safeguard")
        else:
            yield Spot(path, f"{name} is in {country}, which no adequacy decision covers, and names no safeguard")


@rule(
    "undisclosed-third-country",
    Severity.ERROR,
    why="the notice would say that no data go to third countries while some do",
    advice="write notice: {third_country_transfers: listed}, or choose a recipient inside the EEA",
    source="Art. 13(1)(f), 5(1)(a) GDPR",
)
def undisclosed_third_country(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A recipient in a third country although the notice says that there is none."""
    if loaded.manifest.notice.third_country_transfers == "none":
        for name, _, country in _abroad(loaded):
            what = f"{name} is in {country}, but the notice says that no data go to third countries"
            yield Spot(("recipients", name, "country"), what)


@rule(
    "third-countries-unstated",
    Severity.WARNING,
    why="people must be told that their data go to a third country",
    advice="write notice: {third_country_transfers: listed}",
    source="Art. 13(1)(f) GDPR",
)
def third_countries_unstated(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Recipients in third countries and a notice that is silent about them."""
    names = [name for name, _, _ in _abroad(loaded)]
    if names and loaded.manifest.notice.third_country_transfers is None:
        yield Spot(("notice",), f"the notice says nothing about third countries, but data go to {', '.join(names)}")


@rule(
    "recipient-without-country",
    Severity.NOTE,
    why="nobody can tell whether the data leave the European Economic Area",
    advice="add country: DE, or wherever it is",
    source="Art. 13(1)(f), 30(1)(e) GDPR",
)
def recipient_without_country(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A recipient without a country."""
    for name, recipient in loaded.manifest.recipients.items():
        if recipient.country is None:
            yield Spot(("recipients", name), f"{name} is in no named country")


@rule(
    "recipient-unused",
    Severity.WARNING,
    why="the notice would announce a disclosure that no purpose explains",
    advice="add it to the recipients of the activity that discloses to it, or remove it",
    source="Art. 13(1)(e) GDPR",
)
def recipient_unused(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A recipient that no activity names, that processes nothing public, and to which nobody can have their package sent."""
    manifest = loaded.manifest
    used = {name for activity in manifest.activities.values() for name in activity.recipients}
    used |= {name for place in manifest.public.values() for name in place.informs}
    used |= {name for name, recipient in manifest.recipients.items() if recipient.transfer}
    for name in manifest.recipients:
        if name not in used:
            yield Spot(("recipients", name), f"no activity discloses data to {name}")


@rule(
    "recipient-cannot-know-whom",
    Severity.WARNING,
    why="a notice that says of nobody whose data it is about cannot be followed, and a human is asked each time",
    advice="add names: {email: system.table.column} under notices, with what the recipient knows of people already",
    source="Art. 19 GDPR",
)
def recipient_cannot_know_whom(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A recipient that is told of erasures, but not by what it knows the person."""
    for name, recipient in loaded.manifest.recipients.items():
        if recipient.notices and not recipient.notices.names:
            yield Spot(("recipients", name, "notices"), f"nothing says by what {name} knows a person")


@rule(
    "no-mail-for-notices",
    Severity.ERROR,
    why="notices by mail would wait for ever",
    advice="add telling: {mail: {server: …, sender: …}}",
    source="Art. 19 GDPR",
)
def no_mail_for_notices(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Recipients that are told by mail, and no mail server."""
    telling = loaded.manifest.telling
    if telling is None or telling.mail:
        return
    for name, recipient in loaded.manifest.recipients.items():
        if recipient.notices and (recipient.notices.by == "email" or recipient.notices.otherwise):
            yield Spot(("recipients", name, "notices"), f"{name} is told by mail, but no mail server is named")


@rule(
    "rules-untold",
    Severity.NOTE,
    why="Art. 19 speaks of every erasure under Art. 17(1), and what ends by a rule is one; a recipient that only copies what you hold keeps it otherwise",
    advice="write rules: told under notices, or rules: {excuse: disproportionate, because: {de: …, en: …}}",
    source="Art. 19, 17(1)(a) GDPR",
)
def rules_untold(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A recipient that decides for itself, is told of demands, and of which nothing says whether it is told of what ends by a rule."""
    for name, recipient in loaded.manifest.recipients.items():
        if recipient.notices and recipient.notices.rules is None and recipient.role != "processor":
            yield Spot(("recipients", name, "notices"), f"nothing says whether {name} is told of what ends by a rule")


@rule(
    "rules-by-hand",
    Severity.WARNING,
    why="OpenDSR has one request for each person and none for many, so that a human would have to tell of each row that ends by a rule",
    advice="add otherwise: an address for mail, or write under rules why it need not be told",
    source="Art. 19 GDPR",
)
def rules_by_hand(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A recipient that is told by OpenDSR alone, and shall be told of what ends by rules."""
    for name, recipient in loaded.manifest.recipients.items():
        found = recipient.notices
        if found and found.rules == "told" and found.by == "opendsr" and not found.otherwise:
            yield Spot(("recipients", name, "notices", "rules"), f"only a human could tell {name} of what ends by a rule")
